"""Who is put forward for three failed months, by the naive rule and by ours, and how often intervals hold the truth.

python bench/strikes.py [--centres 10000] [--write]
"""

from __future__ import annotations

import argparse
import sys
import warnings
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.results import put, section
from bench.strikes_plot import draw
from bench.strikes_sim import (
    CENTRES,
    KINDS,
    OPERATORS,
    RULES,
    Bools,
    Drawn,
    Floats,
    bootstrap_ends,
    by_points,
    by_rate,
    check,
    ends,
    kinds,
    months,
)

SIZES = (5, 8, 10, 20, 60)
SEED = 20261130
COVERED_CENTRES = 200
REPEATS = 10
BOOTSTRAPPED = 2
WAYS = {"calls passed or failed, line 90 %": by_rate, "mean points, line 75": by_points}
NAMES = {"naive": "naive", "interval": "ours", "holm": "Holm each month"}
METHODS = {"t": "t, own calls", "centre": "ours: t, centre's variance too", "bca": "BCa bootstrap"}
ABOUT = (
    f"{{centres}} centres of {OPERATORS} operators, a year each, seed {SEED}; true quality known: "
    + ", ".join(f"{k.count} {k.name} (pass rate {100 * k.rate:.0f} %)" for k in KINDS)
    + ". The first three kinds are truly above the line, in points too (about 98, 95, 77; the others 67, 56): of them "
    "nobody should be put forward. Naive: a month fails whose share or mean is below the line. Ours: whose "
    "interval is (`scoring.strike_gate`, 2.5 % one-sided up to 133 operators). Holm each month: the same, corrected "
    "for sixty operators every month by itself. Reviewers are taken never to err; below the 10 calls that settings ask "
    "for ours puts nobody forward, and the figures are what it would do. Three failed months in a row within twelve."
)
ABOUT_COVERAGE = (
    f"How often the 95 % interval of a month's mean holds the true mean of all the month's calls, in %, in brackets "
    f"how often the truth lies below | above it; {COVERED_CENTRES} centres, {REPEATS} draws each, 600 calls of each, "
    "three shifts (at night a fault more a call), drawn without replacement by the product's own shares, "
    "finite-population correction. “Width”: mean length in points. BCa: `scipy.stats.bootstrap`, 999 resamples, on "
    f"{BOOTSTRAPPED} of the draws and a tenth of the centres; where all calls are alike it has no interval, and the "
    "mean stands for it. Of months whose few calls at 0 points (fatal errors) were not drawn no interval can know."
)


def main() -> None:
    """Simulate, print, and with ``--write`` keep the sections and the picture."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--centres", type=int, default=CENTRES)
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args()
    rng = np.random.default_rng(SEED)
    check(rng)
    found = {way: {n: _rates(by(n, asked.centres, rng)) for n in SIZES} for way, by in WAYS.items()}
    texts = [_strikes(found, asked.centres), _coverage(rng)]
    for text in texts:
        print(text)
    if asked.write:
        for text in texts:
            put(text)
        picture = {
            NAMES[rule]: [(n, *_shown(one, rule)) for n, one in found[next(iter(WAYS))].items()] for rule in RULES
        }
        Path(__file__).with_name("strikes.svg").write_text(draw(picture), "utf-8")


Rates = Mapping[str, Floats]
"""By rule: the share flagged of each kind, and last the share of centres in which anybody was flagged wrongly."""


def _rates(parts: Iterator[dict[str, Bools]]) -> Rates:
    of, good = kinds(), np.array([not KINDS[k].failing for k in kinds()])
    together: dict[str, list[Bools]] = {rule: [] for rule in RULES}
    for part in parts:
        for rule, flagged in part.items():
            together[rule].append(flagged)
    whole = {rule: np.concatenate(flagged) for rule, flagged in together.items()}
    return {
        rule: np.array([*(f[:, of == k].mean() for k in range(len(KINDS))), f[:, good].any(axis=1).mean()])
        for rule, f in whole.items()
    }


def _shown(found: Rates, rule: str) -> tuple[float, float]:
    return float(found[rule][-1]), float(found[rule][3])


def _strikes(found: Mapping[str, Mapping[int, Rates]], centres: int) -> str:
    header = ("judged by", "calls a month", "rule", *(f"{k.name} %" for k in KINDS), "centres with a wrong flag %")
    rows = [
        (way, n, NAMES[rule], *(_percent(float(x), centres) for x in one[rule]))
        for way, sizes in found.items()
        for n, one in sizes.items()
        for rule in RULES
    ]
    about = ABOUT.format(centres=f"{centres:,}") + "\n\n![Strikes](strikes.svg)"
    return section("Strikes", about, header, rows)


def _percent(share: float, centres: int) -> str:
    if share == 0:
        return f"0 of {centres:,}"
    return f"{100 * share:.3g}"


def _coverage(rng: np.random.Generator) -> str:
    rows = []
    for n in SIZES:
        held: dict[str, list[Floats]] = {method: [] for method in METHODS}
        for centre in range(COVERED_CENTRES):
            drawn = months(n, REPEATS, rng)
            for method, both in ends(drawn).items():
                held[method].append(_held(drawn, both))
            if centre % 10 == 0:
                held["bca"].append(_held(drawn, _quietly(lambda d=drawn: bootstrap_ends(d, BOOTSTRAPPED, rng))))
        rows += [(n, METHODS[method], *_cells(np.concatenate(said, axis=2))) for method, said in held.items()]
    header = ("calls", "interval", "all operators", *(k.name for k in KINDS), "width")
    return section("Intervals of a month's mean", ABOUT_COVERAGE, header, rows)


def _quietly(work: Callable[[], tuple[Floats, Floats]]) -> tuple[Floats, Floats]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # scipy warns of each month whose calls are all alike
        return work()


def _held(drawn: Drawn, both: tuple[Floats, Floats]) -> Floats:
    """Return below, above, and width, each operators x months."""
    low, high = (np.clip(end, 0, 100) for end in both)
    true = drawn.true[:, None]
    return np.stack([true < low - 1e-9, true > high + 1e-9, high - low])


def _cells(said: Floats) -> list[str]:
    of = kinds()
    parts = [said, *(said[:, of == k] for k in range(len(KINDS)))]
    told = [
        f"{100 * (1 - p[0].mean() - p[1].mean()):.1f} ({100 * p[0].mean():.1f} | {100 * p[1].mean():.1f})"
        for p in parts
    ]
    return [one.replace("|", "\\|") for one in told] + [f"{said[2].mean():.1f}"]


if __name__ == "__main__":
    main()
