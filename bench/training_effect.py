"""Whether a training that changes nothing is taken for one that works, and how often intervals hold the truth.

python bench/training_effect.py [--centres 1000] [--only people|teams] [--write]
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.results import put, section
from scoring.training_effect import (
    ENOUGH_OPERATORS,
    MOST_TOGETHER,
    Effect,
    Estimate,
    Loss,
    Operator,
    Verdict,
    adjusted_difference,
    difference_of_changes,
    effect,
    togetherness,
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


CENTRES_OF_TEAMS = ((3, 8), (5, 12))
MOVES = (0.0, 0.03, 0.08)
"""By how much a team's share of calls with a fault moves of itself from before to after, standard deviation."""
ABOUT_TEAMS = (
    "{centres:,} centres of so many teams of so many operators; calls, faults and seed as in *Training: effects that "
    "are none*. After the training each team's share of calls with a fault moves by a normal draw of its own with this "
    "standard deviation (kept within 0-95 %), for reasons that have nothing to do with the training. *Weight*: how "
    "many times as much what moves teams counts in the comparison as what moves people (mean). *Nothing*: how often an "
    "effect is said of a training that changes nothing, in %, by both estimates alone and by ours, which says nothing "
    "where the weight is above {most}; *silent*: how often that is. *30 % fewer*: how often ours finds it. *Whole "
    "team*: one team attends; *half of two*, *a third of three*: of teams; *a lot*: as many as a team has, of all."
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


SIDES = (Verdict.BETTER, Verdict.WORSE)


@dataclass(frozen=True, slots=True)
class Moved:
    """What both estimates alone say of one centre whose teams move, what ours says, and how much teams weigh."""

    both: Verdict
    ours: Verdict
    weight: float


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


def some_of(counts: tuple[int, ...], size: int, rng: np.random.Generator) -> NDArray[np.bool_]:
    """Return who attends, where so many of each of the first teams do, drawn by lot within the team."""
    return np.concatenate([rng.permutation(np.arange(size) < count) for count in counts])


def attending(way: str, teams: int, size: int, rng: np.random.Generator) -> NDArray[np.bool_]:
    if way == "a lot":
        return rng.permutation(np.arange(teams * size) < size)
    taken = {"whole team": (size,), "half of two": (size // 2,) * 2, "a third of three": (round(size / 3),) * 3}[way]
    return some_of((*taken, *(0,) * (teams - len(taken))), size, rng)


def centre_of_teams(way: str, teams: int, size: int, moves: float, cut: float, rng: np.random.Generator) -> Moved:
    team, n = np.repeat(np.arange(teams), size), teams * size
    true, sent = rng.beta(2, 8, n), attending(way, teams, size, rng)
    then = np.clip(true + rng.normal(0, moves, teams)[team], 0, 0.95) * np.where(sent, 1 - cut, 1)
    before, after = rng.random((n, CALLS)) < true[:, None], rng.random((n, CALLS)) < then[:, None]
    people = [Operator(str(i), bool(sent[i]), losses(before[i]), losses(after[i]), f"team {team[i]}") for i in range(n)]
    found = effect(people)
    return Moved(replace(found, by_team=False).verdict, found.verdict, float(togetherness(people)))


def rows_of_teams(centres: int) -> list[tuple[object, ...]]:
    found: list[tuple[object, ...]] = []
    for teams, size in CENTRES_OF_TEAMS:
        for way in ("whole team", "half of two", "a third of three", "a lot"):
            for moves in MOVES:
                rng = np.random.default_rng([SEED, teams, size])
                none = [centre_of_teams(way, teams, size, moves, 0, rng) for _ in range(centres)]
                some = [centre_of_teams(way, teams, size, moves, CUT, rng) for _ in range(centres)]
                said = [share([getattr(m, kind) in SIDES for m in none]) for kind in ("both", "ours")]
                silent = share([m.ours is Verdict.BY_TEAM for m in none])
                finds = share([m.ours is Verdict.BETTER for m in some])
                weight = f"{float(np.mean([m.weight for m in none])):.1f}"
                found.append((f"{teams} of {size}", way, f"{100 * moves:.0f}", weight, *said, silent, finds))
                print(*found[-1], sep=" | ", flush=True)
    return found


HEADER_OF_TEAMS = (
    *("teams", "attended", "teams move by, percentage points", "weight", "nothing: both", "**ours**", "silent"),
    "30 % fewer found: **ours**",
)
HEADER = (
    *("sent", "attended", "nothing: naive", "changes", "adjusted", "**ours**", "30 % fewer found: naive", "**ours**"),
    *("truth held: changes", "adjusted", "**ours**", "regression foretold / came"),
)


def main() -> None:
    """Simulate, print, and with ``--write`` keep the sections."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--centres", type=int, default=CENTRES)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--only", choices=("people", "teams"))
    asked = parser.parse_args()
    if asked.only != "teams":
        about = ABOUT.format(centres=asked.centres, seed=SEED, enough=ENOUGH_OPERATORS)
        told(section("Training: effects that are none", about, HEADER, rows(asked.centres)), asked.write)
    if asked.only != "people":
        about = ABOUT_TEAMS.format(centres=asked.centres, most=MOST_TOGETHER)
        found = rows_of_teams(asked.centres)
        told(section("Training: teams that move of themselves", about, HEADER_OF_TEAMS, found), asked.write)


def told(text: str, write: bool) -> None:
    print(text)
    if write:
        put(text)


if __name__ == "__main__":
    main()
