"""Measure how a call sounded: loudness, pitch, speech rate, talk-over, dead air, noise."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from qa_pipeline.asr.frames import HOP_MS, levels_db, pitches_hz
from qa_pipeline.asr.turns import dead_airs, talk_overs
from qa_pipeline.language.pinyin import syllables
from qa_pipeline.models import AcousticProfile, Role, Span, Transcript, Utterance, UtteranceAcoustics, Word

_RATE_PER_MS = 16
_PAUSE_MS = 500
_SHORTEST_CALL_SPEECH_MS = 10_000
_SHORTEST_UTTERANCE_MS = 3_000
_FEWEST_VOICED = 10
# Speech stands well above the floor; frames within this of it are pauses between words.
_ABOVE_FLOOR_DB = 10.0


def measure(samples: NDArray[np.float32], transcript: Transcript, device: str = "cpu") -> AcousticProfile:
    """Measure a call.

    Args:
        samples: Array (channels, samples), 16 kHz, -1..1.
        transcript: Made of the same samples.
        device: Where the frames are computed, ``cpu`` or ``cuda`` (see `qa_pipeline.asr.device.pick_device`).

    Returns:
        The profile; on mono without talk-overs, and without rates of roles that cannot be told.
    """
    levels = levels_db(samples, device)
    floors = tuple(_noise_floor(levels[channel], transcript.speech, channel) for channel in range(len(levels)))
    return AcousticProfile(
        utterances=tuple(_sound(u, samples, levels, floors, device) for u in transcript.utterances),
        talk_overs=talk_overs(transcript),
        dead_airs=dead_airs(transcript),
        operator_rate_cpm=speech_rate(transcript.of(Role.OPERATOR)),
        caller_rate_cpm=speech_rate(transcript.of(Role.CALLER)),
        noise_floor_db=floors,
    )


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


def _sound(
    utterance: Utterance,
    samples: NDArray[np.float32],
    levels: NDArray[np.float32],
    floors: Sequence[float],
    device: str,
) -> UtteranceAcoustics:
    inside = levels[utterance.channel, utterance.start_ms // HOP_MS : utterance.end_ms // HOP_MS + 1]
    voiced = inside[inside > floors[utterance.channel] + _ABOVE_FLOOR_DB]
    stretch = samples[utterance.channel, utterance.start_ms * _RATE_PER_MS : utterance.end_ms * _RATE_PER_MS]
    pitches = pitches_hz(stretch, device)
    pitches = pitches[~np.isnan(pitches)]
    return UtteranceAcoustics(
        index=utterance.index,
        loudness_db=_mean_level_db(voiced if len(voiced) else inside),
        pitch_hz=float(np.median(pitches)) if len(pitches) >= _FEWEST_VOICED else None,
        rate_cpm=speech_rate([utterance], _SHORTEST_UTTERANCE_MS),
    )


def _mean_level_db(levels: NDArray[np.float32]) -> float:
    """Return the level of the mean power of frames (frames,) in dBFS."""
    return float(10 * np.log10(np.mean(10 ** (levels / 10)))) if len(levels) else -100.0


def _noise_floor(levels: NDArray[np.float32], speech: Sequence[Span], channel: int) -> float:
    """Return the level that a tenth of a channel's frames without speech stay below, in dBFS."""
    quiet = np.ones(len(levels), dtype=bool)
    for span in speech:
        if span.channel == channel:
            quiet[span.start_ms // HOP_MS : span.end_ms // HOP_MS + 1] = False
    frames = levels[quiet] if quiet.sum() >= 50 else levels
    return float(np.percentile(frames, 10)) if len(frames) else -100.0
