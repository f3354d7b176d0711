"""Who speaks when on one channel: two voices told apart by their sound."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from qa_pipeline.asr.embedding import Embedder
from qa_pipeline.asr.voices import two_voices
from qa_pipeline.models import Span

# Bump when the same sound and weights would give other turns.
_METHOD = "1"
_RATE_PER_MS = 16
# What is embedded: 1.5 s says whose voice it is, 0.9 s still teaches what the voices are, under 0.4 s little is heard.
_WINDOW_MS = 1_500
_TEACHES_MS = 900
_SHORTEST_MS = 400
# Where a voice may change, shorter windows find the place.
_FINE_MS = 800
_FINE_HOP_MS = 200
_FRAME_MS = 50
# A window whose voice is less plain than this share of a plain one may hold two.
_PLAIN = 0.4
# How much nearness a change of voice within a stretch must bring: about 0.3 s of plain speech.
_CHANGE_COSTS = 5.0
# Below this there is one voice, and where it changes is no question.
_TWO_AT_LEAST = 0.2
_Window = tuple[int, int]


@dataclass(frozen=True, slots=True)
class SpeakerTurn:
    """A stretch of one voice, 0 the one that speaks more; ``confidence``, 0-1, that it is this and not the other."""

    start_ms: int
    end_ms: int
    speaker: int
    confidence: float


@dataclass(frozen=True, slots=True)
class Diarization:
    """Whose voice is where on one channel; ``two`` is the probability, 0-1, that there are two voices and not one."""

    turns: tuple[SpeakerTurn, ...]
    two: float


class Diarizer(Protocol):
    """Tells the voices of one channel apart."""

    @property
    def stamp(self) -> str:
        """The weights and the method: what changes turns."""

    def voices(self, samples: NDArray[np.float32], speech: Sequence[Span]) -> Diarization:
        """Return whose voice is where; every moment of ``speech`` is in one turn.

        Args:
            samples: Array (samples,), 16 kHz, -1..1.
            speech: Where somebody speaks, in order.

        Returns:
            Turns in order. Where there is one voice only, or too little speech to tell, ``two`` is near 0.
        """


class VoiceDiarizer:
    """Tells two voices apart by CAM++ embeddings: windows, two centres, and finer windows where the voice changes."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder

    @property
    def stamp(self) -> str:
        """See `Diarizer.stamp`."""
        return f"{self._embedder.weights.name}:{self._embedder.weights.sha256[:12]}:{_METHOD}"

    def voices(self, samples: NDArray[np.float32], speech: Sequence[Span]) -> Diarization:
        """See `Diarizer.voices`.

        Raises:
            SettingsError: The weights are not what they should be.
        """
        windows = [_windows(span, _WINDOW_MS, _WINDOW_MS) for span in speech]
        embeddings = self._embed(samples, [window for own in windows for window in own])
        lengths = np.array([end - start for own in windows for start, end in own], dtype=np.float64)
        teaches = lengths >= _TEACHES_MS
        found = two_voices(embeddings[teaches], lengths[teaches])
        if found is None:
            return _one_voice(speech, 0.0)
        two = two_at_all(found.likeness, float(sum(span.length_ms for span in speech)) / 1000)
        if two < _TWO_AT_LEAST:
            return _one_voice(speech, two)
        plain = _split(found.plainness(embeddings), windows)
        doubtful = [place for place, heard in enumerate(plain) if _may_change(speech[place], heard)]
        finer = [_windows(speech[place], _FINE_MS, _FINE_HOP_MS) for place in doubtful]
        heard = found.plainness(self._embed(samples, [window for own in finer for window in own]))
        for place, own, values in zip(doubtful, finer, _split(heard, finer), strict=True):
            windows[place], plain[place] = own, values
        turns = [_turns(*heard) for heard in zip(speech, windows, plain, strict=True)]
        return Diarization(tuple(turn for own in turns for turn in own), two)

    def _embed(self, samples: NDArray[np.float32], windows: Sequence[_Window]) -> NDArray[np.float32]:
        return self._embedder.embed(samples, [_padded(*window, len(samples)) for window in windows])


def _one_voice(speech: Sequence[Span], two: float) -> Diarization:
    return Diarization(tuple(SpeakerTurn(span.start_ms, span.end_ms, 0, 1 - two) for span in speech), two)


def two_at_all(likeness: float, seconds: float) -> float:
    """Return the probability, 0-1, that there are two voices and not one.

    Args:
        likeness: Cosine of the centres of the two.
        seconds: How much speech they were found in: in little, any voice falls in two.

    Source: logistic fit on about 1,200 parts (3 to 45 s of speech) of AISHELL conversations at 8 kHz and of sample
        calls: 1.3 % of those with one voice came out above 0.5, 2.1 % of those with two below.
    """
    return float(1 / (1 + np.exp(-30 * (0.78 - 0.5 / max(seconds, 0.5) - likeness))))


def _windows(span: Span, length_ms: int, hop_ms: int) -> list[_Window]:
    """Return equal windows that cover a stretch, at most ``hop_ms`` apart."""
    length = min(span.length_ms, length_ms)
    hops = -(-(span.length_ms - length) // hop_ms)
    starts = [span.start_ms + number * (span.length_ms - length) // max(hops, 1) for number in range(hops + 1)]
    return [(start, start + length) for start in starts]


def _padded(start_ms: int, end_ms: int, samples: int) -> tuple[int, int]:
    """Return the samples of a window, of whole 100 ms so that batches fill, and not too short to embed."""
    length = max(_SHORTEST_MS, -(-(end_ms - start_ms) // 100) * 100) * _RATE_PER_MS
    start = max(0, min((start_ms + end_ms) * _RATE_PER_MS // 2 - length // 2, samples - length))
    return start, min(start + length, samples)


def _split(values: NDArray[np.float32], windows: Sequence[Sequence[_Window]]) -> list[NDArray[np.float32]]:
    """Part the values of all windows by the stretches that these are of."""
    return np.split(values, np.cumsum([len(own) for own in windows])[:-1]) if windows else []


def _may_change(span: Span, plain: NDArray[np.float32]) -> bool:
    return span.length_ms > _FINE_MS and bool((plain.min() < _PLAIN) and (plain.max() > -_PLAIN))


def _turns(span: Span, windows: Sequence[_Window], plain: NDArray[np.float32]) -> Iterator[SpeakerTurn]:
    """Yield the turns of a stretch of speech."""
    frames = _frames(span, windows, plain)
    place = 0
    for speaker, same in groupby(_path(frames)):
        length = len(list(same))
        own = frames[place : place + length]
        start, end = span.start_ms + place * _FRAME_MS, span.start_ms + (place + length) * _FRAME_MS
        place += length
        plainly = float(own.mean()) * (1 if speaker == 0 else -1)
        yield SpeakerTurn(start, span.end_ms if place == len(frames) else end, speaker, _sure(plainly))


def _sure(plainly: float) -> float:
    return float(1 / (1 + np.exp(-6 * plainly)))


def _frames(span: Span, windows: Sequence[_Window], plain: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return how plainly each frame is the first voice: the mean of the windows over it, most by their middles."""
    count = max(1, -(-span.length_ms // _FRAME_MS))
    times = span.start_ms + _FRAME_MS * (np.arange(count) + 0.5)
    starts, ends = np.array(windows, dtype=np.float64).T[:, :, None]
    nearness = np.clip(1 - np.abs(times - (starts + ends) / 2) / ((ends - starts) / 2), 0, 1) + 1e-3
    nearness *= (times >= starts) & (times < ends + _FRAME_MS)
    found: NDArray[np.float64] = (nearness * plain[:, None]).sum(axis=0) / np.maximum(nearness.sum(axis=0), 1e-9)
    return found


def _path(frames: NDArray[np.float64]) -> list[int]:
    """Return the voice of each frame: the best path where each change costs."""
    gains = np.stack([frames, -frames])
    best = gains[:, 0]
    came: list[NDArray[np.intp]] = []
    for gain in gains.T[1:]:
        stay = best >= best[::-1] - _CHANGE_COSTS
        came.append(np.where(stay, (0, 1), (1, 0)))
        best = np.maximum(best, best[::-1] - _CHANGE_COSTS) + gain
    path = [int(best.argmax())]
    for before in reversed(came):
        path.append(int(before[path[-1]]))
    return path[::-1]
