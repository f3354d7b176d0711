"""How somebody usually sounds, told by other calls than the one at hand."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Usual:
    """Where one measure lies over several calls: ``median`` and ``spread`` in its own unit, of so many ``calls``.

    ``spread`` is the median absolute deviation times 1.4826: the standard deviation where a measure is distributed
    normally, but the odd call does not move it.
    """

    median: float
    spread: float
    calls: int


@dataclass(frozen=True, slots=True)
class VoiceBaseline:
    """One operator's voice over calls of earlier months; each measure as in `Voice`, None where too few calls tell it.

    Levels are compared as ``above_floor_db``: a louder microphone or line raises ``loudness_lufs`` and not the person.
    """

    calls: int
    above_floor_db: Usual | None = None
    loudness_lufs: Usual | None = None
    pitch_hz: Usual | None = None
    pitch_range_semitones: Usual | None = None
    rate_cpm: Usual | None = None
