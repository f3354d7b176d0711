"""How probable it is that a hit is the entry that a question is about: a logistic model of what speaks for it.

Fitted by ``scripts/fit_certainty.py``; ``bench/retrieval.py`` holds it against questions that it was not fitted on.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, log

# The constant, and the weights of shared words, of meanings alike of the lead over the next entry, of the size.
_BY_MEANING = (-7.61, 23.48, 4.28, 5.8, -0.23)
_BY_WORDS = (-7.35, 26.19, 0.0, 9.69, -0.19)
# What official words for lay ones count beside the caller's own.
_OFFICIAL = 0.6
# Entries of the largest base that was fitted on; what holds beyond it is not known.
_LARGEST = 160


@dataclass(frozen=True, slots=True)
class Support:
    """What speaks for a hit.

    Args:
        own: Sound score of the caller's own words, in parts of what its grams weigh in all (about 0–1).
        official: The same of the official words for lay ones, 0 where there are none.
        likeness: Of meaning, 0–1; None where meanings were not compared.
        lead: Over the best other entry, in parts of the most that could be; negative for what is not the first.
        entries: How many entries the base has.
    """

    own: float
    official: float
    likeness: float | None
    lead: float
    entries: int

    @property
    def features(self) -> tuple[float, float, float, float]:
        """What the model weighs: shared words, likeness of meaning, lead, size of the base."""
        size = log(max(1, min(self.entries, _LARGEST)))
        return max(self.own, _OFFICIAL * self.official), self.likeness or 0.0, self.lead, size

    @property
    def probability(self) -> float:
        """0–1, rounded to what is the same on every processor."""
        constant, *weights = _BY_WORDS if self.likeness is None else _BY_MEANING
        total = constant + sum(weight * value for weight, value in zip(weights, self.features, strict=True))
        return round(1.0 / (1.0 + exp(-max(-50.0, min(50.0, total)))), 4)
