"""Measure how a call sounded: loudness, pitch, speech rate, talk-over, response, dead air, noise, and its end."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import torch
from numpy.typing import NDArray

from qa_pipeline.asr.ending import ending_of
from qa_pipeline.asr.frames import HOP_MS, QUIETEST_DB, frames_of
from qa_pipeline.asr.loudness import loudness_lufs
from qa_pipeline.asr.pitch import pitches_hz
from qa_pipeline.asr.turns import dead_airs, responses, talk_overs
from qa_pipeline.language.pinyin import syllables
from qa_pipeline.models import AcousticProfile, Role, Span, Transcript, Utterance, UtteranceAcoustics, Voice, Word

_PAUSE_MS = 500
_SHORTEST_CALL_SPEECH_MS = 10_000
_SHORTEST_UTTERANCE_MS = 3_000
_FEWEST_VOICED = 10
_FEWEST_FOR_RANGE = 50
_FEWEST_QUIET = 50
# Speech stands well above the floor; frames within this of it are pauses between words.
_ABOVE_FLOOR_DB = 10.0
# A floor below this is silence that a codec or an exchange made up, which says nothing of the room or the microphone.
_NO_FLOOR_DB = -85.0


@dataclass(frozen=True, slots=True)
class _Heard:
    """Frames of one utterance: levels in dBFS, K-weighted power and pitch (NaN: no voice).

    ``floor_db`` is its channel's, and ``paused`` whether it was heard in pauses, so that speech can stand above it.
    """

    levels_db: NDArray[np.float32]
    weighted: NDArray[np.float32]
    pitches_hz: NDArray[np.float32]
    floor_db: float
    paused: bool

    @property
    def voiced_db(self) -> NDArray[np.float32]:
        """The levels of frames that are speech; all of them where none stands out."""
        loud = self.levels_db[self.levels_db > self.floor_db + _ABOVE_FLOOR_DB]
        return loud if len(loud) else self.levels_db


def measure(samples: NDArray[np.float32], transcript: Transcript, device: str = "cpu") -> AcousticProfile:
    """Measure a call.

    Args:
        samples: Array (channels, samples), 16 kHz, -1..1.
        transcript: Made of the same samples.
        device: Where the frames are computed, ``cpu`` or ``cuda`` (see `qa_pipeline.asr.device.pick_device`).

    Returns:
        The profile; on mono without talk-overs, and without what needs roles where those cannot be told.
    """
    with _one_thread():
        frames = frames_of(samples, device)
        stretches = [Span(u.start_ms, u.end_ms, u.channel, u.role) for u in transcript.utterances]
        pitches = pitches_hz(samples, frames.peak, stretches, device)
    levels = frames.levels_db
    pauses = [_pauses(own, transcript.speech, channel) for channel, own in enumerate(levels)]
    floors = tuple(_noise_floor(own if len(own) else whole) for own, whole in zip(pauses, levels, strict=True))
    heard = [
        _Heard(_inside(levels, s), _inside(frames.weighted, s), pitch, floors[s.channel], len(pauses[s.channel]) > 0)
        for s, pitch in zip(stretches, pitches, strict=True)
    ]
    rates = {role: speech_rate(transcript.of(role)) for role in (Role.OPERATOR, Role.CALLER)}
    return AcousticProfile(
        utterances=tuple(_sound(u, h) for u, h in zip(transcript.utterances, heard, strict=True)),
        talk_overs=talk_overs(transcript),
        dead_airs=dead_airs(transcript),
        operator_rate_cpm=rates[Role.OPERATOR],
        caller_rate_cpm=rates[Role.CALLER],
        noise_floor_db=floors,
        channel_lufs=tuple(loudness_lufs([weighted]) for weighted in frames.weighted),
        voices=tuple(
            _voice(role, [h for s, h in zip(stretches, heard, strict=True) if s.role is role], rate)
            for role, rate in rates.items()
            if transcript.of(role)
        ),
        responses=responses(transcript),
        ending=ending_of(transcript, samples, levels),
    )


@contextmanager
def _one_thread() -> Iterator[None]:
    """Hold torch to one thread: beside a recogniser on all cores, two took 20 times as long as one (2 cores)."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)


def speech_rate(utterances: Sequence[Utterance], shortest_ms: int = _SHORTEST_CALL_SPEECH_MS) -> float | None:
    """Return characters a minute over voiced time (pauses over 500 ms left out).

    Args:
        utterances: One speaker's; a digit counts as a character, as it is read out.
        shortest_ms: Less voiced time than this is too little to tell.

    Returns:
        The rate, None where there is too little speech.
    """
    voiced_ms = sum(_voiced_ms(utterance.words) for utterance in utterances)
    if voiced_ms < shortest_ms or voiced_ms == 0:
        return None
    characters = sum(len(syllables(word.text)) for utterance in utterances for word in utterance.words)
    return characters * 60_000 / voiced_ms


def _voiced_ms(words: Sequence[Word]) -> int:
    if not words:
        return 0
    pauses = (after.start_ms - before.end_ms for before, after in pairwise(words))
    return words[-1].end_ms - words[0].start_ms - sum(pause for pause in pauses if pause > _PAUSE_MS)


def _inside(frames: NDArray[np.float32], stretch: Span) -> NDArray[np.float32]:
    """Return the frames (frames,) of a stretch out of a call's (channels, frames)."""
    return frames[stretch.channel, stretch.start_ms // HOP_MS : stretch.end_ms // HOP_MS + 1]


def _sound(utterance: Utterance, heard: _Heard) -> UtteranceAcoustics:
    pitch, span = _pitch([heard])
    return UtteranceAcoustics(
        index=utterance.index,
        loudness_db=_mean_level_db(heard.voiced_db),
        pitch_hz=pitch,
        rate_cpm=speech_rate([utterance], _SHORTEST_UTTERANCE_MS),
        loudness_lufs=loudness_lufs([heard.weighted]),
        above_floor_db=_above_floor_db([heard]),
        pitch_range_semitones=span,
    )


def _voice(role: Role, heard: Sequence[_Heard], rate_cpm: float | None) -> Voice:
    pitch, span = _pitch(heard)
    return Voice(role, loudness_lufs(h.weighted for h in heard), _above_floor_db(heard), pitch, span, rate_cpm)


def _pitch(heard: Sequence[_Heard]) -> tuple[float | None, float | None]:
    """Return the median F0 in Hz and its range in semitones, from the 5th to the 95th percentile; None: too few frames.

    For the range, what lies under 0.75 of the first quartile or over 1.5 of the third is an octave heard wrongly, as
    the telephone band often makes one: with it a range is 4.4 semitones off the same speech's at 16 kHz, without 1.5.

    Source: De Looze and Hirst (2008), Detecting changes in key and range; measured on 71 utterances of AISHELL-1.
    """
    pitches = np.concatenate([h.pitches_hz for h in heard])
    pitches = pitches[~np.isnan(pitches)]
    if len(pitches) < _FEWEST_VOICED:
        return None, None
    first, middle, third = (float(hz) for hz in np.percentile(pitches, (25, 50, 75)))
    if len(pitches) < _FEWEST_FOR_RANGE:
        return middle, None
    own = pitches[(pitches >= 0.75 * first) & (pitches <= 1.5 * third)]
    low, high = np.percentile(own, (5, 95))
    return middle, float(12 * np.log2(high / low))


def _above_floor_db(heard: Sequence[_Heard]) -> float | None:
    """Return how far speech stands above the noise of its own channel; None where there is none to be heard."""
    floors = {h.floor_db for h in heard if len(h.levels_db) and h.paused}
    if len(floors) != 1 or min(floors) <= _NO_FLOOR_DB:
        return None
    return _mean_level_db(np.concatenate([h.voiced_db for h in heard])) - floors.pop()


def _mean_level_db(levels: NDArray[np.float32]) -> float:
    """Return the level of the mean power of frames (frames,) in dBFS."""
    return float(10 * np.log10(np.mean(10 ** (levels / 10)))) if len(levels) else QUIETEST_DB


def _noise_floor(levels: NDArray[np.float32]) -> float:
    """Return the level that a tenth of some frames stay below, in dBFS."""
    return float(np.percentile(levels, 10)) if len(levels) else QUIETEST_DB


def _pauses(levels: NDArray[np.float32], speech: Sequence[Span], channel: int) -> NDArray[np.float32]:
    """Return a channel's frames without speech; none where they are too few to tell its noise."""
    quiet = np.ones(len(levels), dtype=bool)
    for span in speech:
        if span.channel == channel:
            quiet[span.start_ms // HOP_MS : span.end_ms // HOP_MS + 1] = False
    return levels[quiet] if quiet.sum() >= _FEWEST_QUIET else levels[:0]
