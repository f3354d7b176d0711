"""Centres whose operators' true quality is known, a year long, ten thousand times over: who is flagged, by which rule.

Everything is an array: centres x operators x months. Holm's steps and the errors of a mean are written again here, for
arrays; `check` holds them against `scoring`, which decides in earnest.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from qa_pipeline.sampling import apportion
from scoring.false_flags import month_fails
from scoring.intervals import LEVEL, PRIOR, mean_with_interval, pooled_variance
from scoring.strike_gate import FAMILY, chance_below, strike_gate

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

MONTHS = 12
OPERATORS = 60
CENTRES = 10_000
AT_ONCE = 500
RATE_LINE = 0.90
POINT_LINE = 75.0
RULES = ("naive", "interval", "holm")
SHIFTS = {"day": 250, "late": 250, "night": 100}
TAIL = (1 + LEVEL) / 2


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of operators: how many of the sixty, their true pass rate, and how their calls lose points.

    ``clean``: share of calls that lose nothing; ``faults``: mean number of two-point faults of the others; ``wrong``:
    share of calls with a wrong answer besides; ``fatal``: share of calls at 0.
    """

    name: str
    count: int
    rate: float
    clean: float
    faults: float
    wrong: float
    fatal: float

    @property
    def failing(self) -> bool:
        """Whether the true rate lies below the line."""
        return self.rate < RATE_LINE


KINDS = (
    Kind("good", 35, 0.95, 0.55, 1.2, 0.02, 0.0005),
    Kind("middling", 15, 0.95, 0.30, 2.0, 0.08, 0.001),
    Kind("weak", 6, 0.92, 0.05, 8.5, 0.35, 0.005),
    Kind("failing", 2, 0.80, 0.02, 12.5, 0.45, 0.02),
    Kind("far below", 2, 0.60, 0.00, 16.0, 0.60, 0.05),
)


def kinds() -> NDArray[np.int64]:
    """Return each operator's kind."""
    return np.repeat(np.arange(len(KINDS)), [kind.count for kind in KINDS])


def frame(kind: Kind, rng: np.random.Generator) -> dict[str, Floats]:
    """Return the points of one operator's calls of a month by shift; at night a fault more."""
    return {shift: _calls(kind, size, shift == "night", rng) for shift, size in SHIFTS.items()}


def _calls(kind: Kind, size: int, night: bool, rng: np.random.Generator) -> Floats:
    lost = 2.0 * rng.poisson(kind.faults + night, size) + rng.choice([0, 1, 2.5, 3], size)
    lost = np.where(rng.random(size) < kind.clean, 0.0, lost) + np.where(rng.random(size) < kind.wrong, 12.0, 0.0)
    points = np.maximum(0.0, np.round(100 - lost, 2))
    return np.where(rng.random(size) < kind.fatal, 0.0, points)


def by_rate(n: int, centres: int, rng: np.random.Generator) -> Iterator[dict[str, Bools]]:
    """Yield who is flagged (centres x operators) by each rule, where a call is passed or failed."""
    rates = np.array([KINDS[k].rate for k in kinds()])[None, :, None]
    counts = np.arange(n + 1)
    chance = stats.binom.cdf(counts, n, RATE_LINE)
    # What the product prints goes by the same two lines.
    naive = counts < np.ceil(RATE_LINE * n - 1e-9)
    beyond = stats.binom.cdf(counts, n, 0.5) <= month_fails(n, 0.5, RATE_LINE, gated=True) + 1e-12
    if month_fails(n, 0.5, RATE_LINE, gated=True) == 0:
        beyond = np.zeros(n + 1, dtype=bool)
    for size in _parts(centres):
        passed = rng.binomial(n, rates, (size, OPERATORS, MONTHS))
        yield _flagged(naive[passed], beyond[passed], chance[passed])


def by_points(n: int, centres: int, rng: np.random.Generator) -> Iterator[dict[str, Bools]]:
    """Yield who is flagged by each rule, where the month's mean is held against the line.

    Calls are drawn with replacement of frames that are made anew for every few centres.
    """
    for size in _parts(centres, AT_ONCE // 5):
        frames = np.stack([np.concatenate(list(frame(KINDS[k], rng).values())) for k in kinds()]).astype(np.float32)
        drawn = rng.integers(0, frames.shape[1], (size, OPERATORS, MONTHS, n), dtype=np.int16)
        points = frames[np.arange(OPERATORS)[None, :, None, None], drawn]
        mean, own = points.mean(axis=3, dtype=np.float64), points.var(axis=3, ddof=1, dtype=np.float64)
        own_error, both_error = _errors(own, own.mean(axis=1, keepdims=True), n, 1 / n)
        with np.errstate(divide="ignore", invalid="ignore"):
            chance = np.fmax(
                stats.t.cdf((mean - POINT_LINE) / own_error, n - 1),
                stats.t.cdf((mean - POINT_LINE) / both_error, n - 1 + PRIOR),
            )
        true_low = frames.mean(axis=1) < POINT_LINE
        _hold([bool(low) for low in true_low] == [KINDS[k].failing for k in kinds()], "a kind lies on the wrong side")
        yield _flagged(mean < POINT_LINE, chance < FAMILY, chance)


def _errors(own: Floats, centre: Floats, n: int, share: float) -> tuple[Floats, Floats]:
    return np.sqrt(own * share), np.sqrt(((n - 1) * own + PRIOR * centre) / (n - 1 + PRIOR) * share)


def _flagged(naive: Bools, beyond: Bools, chance: Floats) -> dict[str, Bools]:
    return {"naive": _run(naive), "interval": _run(beyond & naive), "holm": _run(holm(chance) & naive)}


def _run(fails: Bools) -> Bools:
    """Return whether three months in a row fail, of centres x operators x months."""
    return np.asarray((fails[..., :-2] & fails[..., 1:-1] & fails[..., 2:]).any(axis=-1))


def holm(chance: Floats) -> Bools:
    """Return what Holm's steps reject at `FAMILY`, over the operators (axis 1) of each centre and month."""
    order = np.argsort(chance, axis=1)
    ranked = np.take_along_axis(chance, order, axis=1)
    allowed = FAMILY / np.arange(chance.shape[1], 0, -1)
    kept = np.logical_and.accumulate(ranked <= allowed[None, :, None], axis=1)
    found = np.empty_like(kept)
    np.put_along_axis(found, order, kept, axis=1)
    return found


def _parts(centres: int, at_once: int = AT_ONCE) -> Iterator[int]:
    for start in range(0, centres, at_once):
        yield min(at_once, centres - start)


@dataclass(frozen=True, slots=True)
class Drawn:
    """Stratified months of one centre: operators x months x n.

    ``chances``: each place's chance of being drawn; ``true``: the frames' means.
    """

    points: Floats
    chances: Floats
    true: Floats


def months(n: int, repeats: int, rng: np.random.Generator) -> Drawn:
    """Draw months of one centre without replacement, as the product apportions calls to shifts."""
    shares = apportion(SHIFTS, n)
    frames = [frame(KINDS[k], rng) for k in kinds()]
    points = np.stack([_strata(one, shares, repeats, rng) for one in frames])
    chances = np.concatenate([np.full(shares[shift], shares[shift] / size) for shift, size in SHIFTS.items()])
    return Drawn(points, chances, np.array([np.concatenate(list(one.values())).mean() for one in frames]))


def _strata(one: Mapping[str, Floats], shares: Mapping[str, int], repeats: int, rng: np.random.Generator) -> Floats:
    drawn = []
    for shift, points in one.items():
        places = np.argpartition(rng.random((repeats, len(points))), shares[shift] - 1, axis=1)[:, : shares[shift]]
        drawn.append(points[places])
    return np.concatenate(drawn, axis=1)


def ends(drawn: Drawn) -> dict[str, tuple[Floats, Floats]]:
    """Return both ends of each month's interval: by the operator's calls alone, and with the centre's variance."""
    n = drawn.points.shape[2]
    weights = 1 / drawn.chances
    mean = (drawn.points * weights).sum(axis=2) / weights.sum()
    squares = ((1 - drawn.chances) * (weights * (drawn.points - mean[..., None])) ** 2).sum(axis=2)
    own = n / (n - 1) * squares / weights.sum() ** 2
    centre = drawn.points.var(axis=2, ddof=1).mean(axis=0) * ((1 - drawn.chances) * weights**2).sum()
    both = ((n - 1) * own + PRIOR * centre / weights.sum() ** 2) / (n - 1 + PRIOR)
    alone = stats.t.ppf(TAIL, n - 1) * np.sqrt(own)
    reach = np.maximum(alone, stats.t.ppf(TAIL, n - 1 + PRIOR) * np.sqrt(both))
    return {"t": (mean - alone, mean + alone), "centre": (mean - reach, mean + reach)}


def bootstrap_ends(drawn: Drawn, repeats: int, rng: np.random.Generator) -> tuple[Floats, Floats]:
    """Return the ends of BCa bootstrap intervals of some months; both the mean where all calls are alike."""
    points = drawn.points[:, :repeats]
    found = stats.bootstrap(
        (points,), np.mean, axis=-1, n_resamples=999, confidence_level=LEVEL, method="BCa", vectorized=True, rng=rng,
        batch=100,
    ).confidence_interval  # fmt: skip
    mean = points.mean(axis=2)
    return np.where(np.isnan(found.low), mean, found.low), np.where(np.isnan(found.high), mean, found.high)


def check(rng: np.random.Generator) -> None:
    """Hold the arrays against `scoring` on one small centre; an AssertionError where they differ."""
    drawn = months(8, 3, rng)
    variance = [pooled_variance(_decimals(drawn.points[:, month])) for month in range(3)]
    found, chances = ends(drawn), [Decimal(repr(float(c))) for c in drawn.chances]
    for operator in range(OPERATORS):
        for name, spread in (("t", None), ("centre", variance[0])):
            said = mean_with_interval(_decimals(drawn.points[operator, :1])[0], chances, variance=spread)
            if said is None or said.interval is None:
                raise AssertionError(f"operator {operator} has no interval")
            low, high = (float(end[operator, 0]) for end in found[name])
            _hold(abs(max(0.0, low) - float(said.interval.low)) < 0.016, f"{name} of operator {operator}")
            _hold(abs(min(100.0, high) - float(said.interval.high)) < 0.016, f"{name} of operator {operator}")
    told = {
        str(operator): chance_below(_decimals(drawn.points[operator, :1])[0], chances, Decimal(75), variance[0])
        for operator in range(OPERATORS)
    }
    steps = holm(np.array([1.0 if p is None else p for p in told.values()])[None, :, None])[0, :, 0]
    said_holm = [(1.0 if one.p_holm is None else one.p_holm) <= FAMILY for one in strike_gate(told).values()]
    _hold(said_holm == list(steps), "Holm's steps")


def _hold(true: bool, what: str) -> None:
    if not true:
        raise AssertionError(f"the arrays and `scoring` differ: {what}")


def _decimals(rows: Floats) -> Sequence[list[Decimal]]:
    return [[Decimal(repr(float(value))) for value in row] for row in rows]
