"""What many calls tell of voices: how an operator usually sounds, and how fast the centre's operators speak."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median, quantiles

from qa_pipeline.models import Usual, Voice, VoiceBaseline

MIN_CALLS = 3
"""Of two calls nobody knows which one was unusual."""

MIN_RATES = 100
"""With fewer calls a 5th percentile is one of the five slowest calls, which may all be one person's."""

_MAD_TO_DEVIATION = 1.4826


@dataclass(frozen=True, slots=True)
class RateLimits:
    """The centre's own speech rates, in characters a minute: 5th and 95th percentile over so many ``calls``."""

    low_cpm: int
    high_cpm: int
    calls: int


def voice_baseline(voices: Iterable[Voice], min_calls: int = MIN_CALLS) -> VoiceBaseline | None:
    """Return how one operator usually sounds; None where no measure is told by ``min_calls`` calls.

    Args:
        voices: The operator's own, one a call, in any order; the call that is judged must not be among them.
        min_calls: Fewer calls than this tell nothing.
    """
    heard = tuple(voices)
    above_floor = _usual([v.above_floor_db for v in heard], min_calls)
    lufs = _usual([v.loudness_lufs for v in heard], min_calls)
    pitch = _usual([v.pitch_hz for v in heard], min_calls)
    pitch_range = _usual([v.pitch_range_semitones for v in heard], min_calls)
    rate = _usual([v.rate_cpm for v in heard], min_calls)
    if not any((above_floor, lufs, pitch, pitch_range, rate)):
        return None
    return VoiceBaseline(len(heard), above_floor, lufs, pitch, pitch_range, rate)


def rate_limits(rates_cpm: Iterable[float | None], min_calls: int = MIN_RATES) -> RateLimits | None:
    """Return the percentiles that item B1 asks for; None where fewer than ``min_calls`` calls tell a rate."""
    known = sorted(rate for rate in rates_cpm if rate is not None)
    if len(known) < max(2, min_calls):
        return None
    twentieths = quantiles(known, n=20, method="inclusive")
    return RateLimits(round(twentieths[0]), round(twentieths[-1]), len(known))


def _usual(values: Sequence[float | None], min_calls: int) -> Usual | None:
    known = [value for value in values if value is not None]
    if len(known) < min_calls:
        return None
    middle = median(known)
    spread = _MAD_TO_DEVIATION * median(abs(value - middle) for value in known)
    # Rounded, since it goes into a hash that must be the same on every machine.
    return Usual(round(middle, 3), round(spread, 3), len(known))
