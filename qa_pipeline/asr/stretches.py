"""Cut a channel into stretches that a recogniser can take one by one, and find the way back to the channel's time."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

from qa_pipeline.models import Span

_RATE_PER_MS = 16
# Sound left on either side of speech; a longer silence between two spans is cut out.
_CONTEXT_MS = 500
# Where a span must be cut, it is cut at the quietest frame of its last third.
_FRAME_MS = 50
SHORTEST_SOUND_MS = 500
"""Less than this is too little for some models to see at all: a shorter sound is filled up with silence."""
# How finely stretches are made even.
_EVEN_WITHIN_MS = 1000


@dataclass(frozen=True, slots=True)
class Stretch:
    """Some speech of a channel, end to end.

    ``channel`` (samples,), 16 kHz, is the whole of it; ``speech`` is what the stretch holds, in the channel's time; its
    pieces, from ``starts_ms`` to ``ends_ms`` of the channel, stand at ``at_ms``.
    """

    channel: NDArray[np.float32]
    speech: tuple[Span, ...]
    starts_ms: tuple[int, ...]
    ends_ms: tuple[int, ...]
    at_ms: tuple[int, ...]

    @property
    def samples(self) -> NDArray[np.float32]:
        """The sound (samples,), 16 kHz; put together anew each time, for many stretches wait while few are at work."""
        bounds = zip(self.starts_ms, self.ends_ms, strict=True)
        sound = [self.channel[start * _RATE_PER_MS : end * _RATE_PER_MS] for start, end in bounds]
        return np.concatenate(sound) if len(sound) > 1 else sound[0]

    @property
    def length_ms(self) -> int:
        """Length in milliseconds."""
        return sum(self.ends_ms) - sum(self.starts_ms)

    def original_ms(self, ms: float) -> int:
        """Return the time in the channel of a time in the stretch."""
        piece = max(0, bisect_right(self.at_ms, ms) - 1)
        return round(ms - self.at_ms[piece] + self.starts_ms[piece])


@dataclass(frozen=True, slots=True)
class _Piece:
    """A span of speech and the sound around it."""

    span: Span
    start_ms: int
    end_ms: int

    @property
    def length_ms(self) -> int:
        return self.end_ms - self.start_ms


def cut(
    samples: NDArray[np.float32],
    speech: Sequence[Span],
    gap_ms: int | None,
    longest_ms: int,
    *,
    even: bool = False,
    among: Sequence[Span] = (),
) -> list[Stretch]:
    """Return the speech of one channel in stretches; no moment of the channel is in two of them.

    Args:
        samples: Array (samples,), 16 kHz.
        speech: Where the channel speaks, in order.
        gap_ms: A pause as long as this begins a new stretch; None: pauses are shortened and never begin one.
        longest_ms: No stretch is longer than this.
        among: All speech of the channel, where ``speech`` is only some of it: the sound around a stretch stops halfway
            to whatever else is said there, so that nobody's words are heard twice.
        even: Make as few stretches as without it, and all about as long, instead of leaving the rest to the last.
    """
    last_ms = len(samples) // _RATE_PER_MS
    whole = [replace(span, end_ms=min(span.end_ms, last_ms)) for span in speech if span.start_ms < last_ms]
    short = [part for span in whole for part in _parts(samples, span, longest_ms - 2 * _CONTEXT_MS)]
    pieces = _with_context(short, sorted({*short, *among}, key=lambda span: (span.start_ms, span.end_ms)), last_ms)
    limit_ms = _evened(pieces, gap_ms, longest_ms) if even else longest_ms
    return [_stretch(samples, group) for group in _groups(pieces, gap_ms, limit_ms)]


def _evened(pieces: Sequence[_Piece], gap_ms: int | None, longest_ms: int) -> int:
    """Return the smallest limit that makes no more groups."""
    count = len(list(_groups(pieces, gap_ms, longest_ms)))
    limits = range(max((piece.length_ms for piece in pieces), default=longest_ms), longest_ms, _EVEN_WITHIN_MS)
    return next((limit for limit in limits if len(list(_groups(pieces, gap_ms, limit))) <= count), longest_ms)


def _parts(samples: NDArray[np.float32], span: Span, longest_ms: int) -> Iterator[Span]:
    """Part a span that is too long, at its quietest places."""
    while span.length_ms > longest_ms:
        first = span.start_ms + longest_ms * 2 // 3
        frames = range(first, span.start_ms + longest_ms - _FRAME_MS, _FRAME_MS)
        quietest = min(frames, key=lambda ms: _energy(samples, ms)) + _FRAME_MS // 2
        yield replace(span, end_ms=quietest)
        span = replace(span, start_ms=quietest)
    yield span


def _energy(samples: NDArray[np.float32], ms: int) -> float:
    frame = samples[ms * _RATE_PER_MS : (ms + _FRAME_MS) * _RATE_PER_MS]
    return float(np.dot(frame, frame))


def _with_context(spans: Sequence[Span], among: Sequence[Span], last_ms: int) -> list[_Piece]:
    """Add the sound around each span, up to halfway to its neighbours among all that is said."""
    starts, ends = [span.start_ms for span in among], sorted(span.end_ms for span in among)
    pieces = []
    for span in spans:
        ended, begins = bisect_right(ends, span.start_ms), bisect_left(starts, span.end_ms)
        left = (ends[ended - 1] + span.start_ms) // 2 if ended else 0
        right = (span.end_ms + starts[begins]) // 2 if begins < len(starts) else last_ms
        near = among[max(0, ended - 1) : begins]
        # A part of a longer span has no pause before or after it to take sound from.
        if any(one.start_ms < span.start_ms < one.end_ms for one in near):
            left = span.start_ms
        if any(one.start_ms < span.end_ms < one.end_ms for one in near):
            right = span.end_ms
        pieces.append(_Piece(span, max(left, span.start_ms - _CONTEXT_MS), min(right, span.end_ms + _CONTEXT_MS)))
    return pieces


def _groups(pieces: Sequence[_Piece], gap_ms: int | None, longest_ms: int) -> Iterator[list[_Piece]]:
    group: list[_Piece] = []
    taken_ms = 0
    for piece in pieces:
        apart = gap_ms is not None and group and piece.span.start_ms - group[-1].span.end_ms >= gap_ms
        if group and (apart or taken_ms + piece.length_ms > longest_ms):
            yield group
            group, taken_ms = [], 0
        group.append(piece)
        taken_ms += piece.length_ms
    if group:
        yield group


def _stretch(samples: NDArray[np.float32], pieces: Sequence[_Piece]) -> Stretch:
    return Stretch(
        samples,
        tuple(piece.span for piece in pieces),
        tuple(piece.start_ms for piece in pieces),
        tuple(piece.end_ms for piece in pieces),
        tuple(accumulate((piece.length_ms for piece in pieces[:-1]), initial=0)),
    )
