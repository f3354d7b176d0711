"""What recognition trades between speed and words."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pace:
    """How windows of speech are cut and decoded.

    ``window_ms`` is the longest window; ``cut`` says whether the encoder is given the window alone, rounded up to
    ``STEP_FRAMES``, or the 30 s it was trained on.
    """

    window_ms: int
    cut: bool
    beam: int


STEP_FRAMES = 250
PACES: dict[str, Pace] = {
    "careful": Pace(28_000, cut=False, beam=5),
    "balanced": Pace(28_000, cut=True, beam=5),
    "fast": Pace(15_000, cut=True, beam=3),
}
