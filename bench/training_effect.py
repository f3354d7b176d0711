"""Whether a training that changes nothing is taken for one that works, and how often intervals hold the truth.

python bench/training_effect.py [--centres 1000] [--write]
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.results import put, section
from scoring.training_effect import (
    ENOUGH_OPERATORS,
    Effect,
    Estimate,
    Loss,
    Operator,
    adjusted_difference,
    difference_of_changes,
    effect,
)

SEED = 20261201
OPERATORS = 60
CALLS = 20
CENTRES = 1_000
POINTS = 4
CUT = 0.3
"""What a training that works takes away of the faults of those who attended."""
SIZES = (3, 5, 8, 12, 30)
Floats = NDArray[np.float64]
Chooses = Callable[[Floats, Floats, int, np.random.Generator], NDArray[np.int64]]
ABOUT = (
    "{centres:,} centres of 60 operators, 20 calls of each before and after, seed {seed}; an operator's true share of "
    "calls with a fault is Beta(2, 8) (mean 20 %), a fault costs 4 points. *Nothing*: it changes nothing, and "
    "the figure is how often an effect is said all the same, in either direction, in %. *30 % fewer*: it takes away "
    "30 % of the faults of those who attended; how often that is found, and how often each interval holds the true "
    "change, in %. Naive: those who attended, before against after (paired t). Changes: difference of changes (Welch). "
    "Adjusted: at the same earlier figure (HC3). Ours: an effect is said only where both are beyond chance on the same "
    "side, and the interval is from the lower to the upper end of both. Below {enough} operators in either group ours "
    "says nothing; the figures of 3 and 5 are what it would say. *Regression*: the mean change that ours foretells "
    "from the earlier figures' reliability, if people were sent for them, beside the change that came by itself."
)


@dataclass(frozen=True, slots=True)
class Said:
    """What each way says of one centre, and whether its interval held the truth."""

    naive: int
    changes: int
    adjusted: int
    held_changes: bool
    held_adjusted: bool
    held: bool
    foretold: float
    came: float

    @property
    def ours(self) -> int:
        return self.changes if self.changes == self.adjusted else 0


def by_worst(seen: Floats, _true: Floats, k: int, _rng: np.random.Generator) -> NDArray[np.int64]:
    return np.argsort(-seen, kind="stable")[:k]


def by_tendency(seen: Floats, _true: Floats, k: int, rng: np.random.Generator) -> NDArray[np.int64]:
    return np.argsort(-(seen + rng.normal(0, seen.std(), len(seen))), kind="stable")[:k]


def by_knowing(_seen: Floats, true: Floats, k: int, _rng: np.random.Generator) -> NDArray[np.int64]:
    return np.argsort(-true, kind="stable")[:k]


def by_lot(_seen: Floats, _true: Floats, k: int, rng: np.random.Generator) -> NDArray[np.int64]:
    return rng.permutation(OPERATORS)[:k]


SENT: dict[str, Chooses] = {
    "the worst figures": by_worst,
    "bad figures more often": by_tendency,
    "those known to be weakest": by_knowing,
    "by lot": by_lot,
}


def centre(choose: Chooses, k: int, cut: float, rng: np.random.Generator) -> Said:
    true = rng.beta(2, 8, OPERATORS)
    before = rng.random((OPERATORS, CALLS)) < true[:, None]
    sent = np.zeros(OPERATORS, dtype=bool)
    sent[choose(before.mean(axis=1), true, k, rng)] = True
    after = rng.random((OPERATORS, CALLS)) < np.where(sent, true * (1 - cut), true)[:, None]
    truth = -POINTS * cut * float(true[sent].mean())
    found, (naive, changes, adjusted) = as_told(before, after, sent)
    ends = found.interval
    return Said(
        *(naive.side, changes.side, adjusted.side, holds(changes, truth), holds(adjusted, truth)),
        ends is not None and float(ends.low) <= truth <= float(ends.high),
        float(found.regression or 0),
        float(naive.value),
    )


def as_told(
    before: NDArray[np.bool_], after: NDArray[np.bool_], sent: NDArray[np.bool_]
) -> tuple[Effect, tuple[Estimate, Estimate, Estimate]]:
    """Ask the product; of groups of which it says nothing, ask its parts."""
    people = [Operator(str(n), bool(sent[n]), losses(before[n]), losses(after[n])) for n in range(OPERATORS)]
    found = effect(people)
    if found.naive and found.changes and found.adjusted:
        return found, (found.naive, found.changes, found.adjusted)
    first, then = POINTS * before.mean(axis=1), POINTS * after.mean(axis=1)
    moved = then - first
    naive = difference_of_changes(moved[sent], np.zeros(2))
    changes, adjusted = difference_of_changes(moved[sent], moved[~sent]), adjusted_difference(first, then, sent)
    return Effect(None, None, (), naive, None, None, changes, adjusted), (naive, changes, adjusted)


def losses(faults: NDArray[np.bool_]) -> tuple[Loss, ...]:
    return tuple(Loss(Decimal(POINTS * int(one)), Decimal("0.2")) for one in faults)


def holds(one: Estimate, truth: float) -> bool:
    return one.interval is not None and float(one.interval.low) <= truth <= float(one.interval.high)


def share(values: list[bool]) -> str:
    return f"{100 * float(np.mean(values)):.1f}"


def rows(centres: int) -> list[tuple[object, ...]]:
    found: list[tuple[object, ...]] = []
    for name, choose in SENT.items():
        for k in SIZES:
            rng = np.random.default_rng([SEED, k])
            none = [centre(choose, k, 0, rng) for _ in range(centres)]
            some = [centre(choose, k, CUT, rng) for _ in range(centres)]
            regress = "–" if k < ENOUGH_OPERATORS else f"{mean(none, 'foretold'):.2f} / {mean(none, 'came'):.2f}"
            said = [share([getattr(s, way) != 0 for s in none]) for way in ("naive", "changes", "adjusted", "ours")]
            finds = [share([getattr(s, way) < 0 for s in some]) for way in ("naive", "ours")]
            held = [share([getattr(s, way) for s in some]) for way in ("held_changes", "held_adjusted", "held")]
            found.append((name, k, *said, *finds, *held, regress))
            print(*found[-1], sep=" | ", flush=True)
    return found


def mean(said: list[Said], name: str) -> float:
    return float(np.mean([getattr(one, name) for one in said]))


HEADER = (
    *("sent", "attended", "nothing: naive", "changes", "adjusted", "**ours**", "30 % fewer found: naive", "**ours**"),
    *("truth held: changes", "adjusted", "**ours**", "regression foretold / came"),
)


def main() -> None:
    """Simulate, print, and with ``--write`` keep the section."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--centres", type=int, default=CENTRES)
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args()
    about = ABOUT.format(centres=asked.centres, seed=SEED, enough=ENOUGH_OPERATORS)
    text = section("Training: effects that are none", about, HEADER, rows(asked.centres))
    print(text)
    if asked.write:
        put(text)


if __name__ == "__main__":
    main()
