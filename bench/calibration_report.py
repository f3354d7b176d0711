"""The account of how far confidences and the shares of right characters are apart: tables and a picture."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from bench.calibration_scores import Scores, brier, ece, ece_by_chance, ranked
from qa_pipeline.models import ModelStamp

BINS = (0.0, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 1.0)
THRESHOLDS = (0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.9)
_STRETCH = """A stretch of some words (nearly all are one character): its sound is right about as often as the mean of
their confidences says, of five words less often where they are unsure; all of its characters are right as often as the
product says, or a little more often. Each cell: confidence → right."""
_STRETCH_HEAD = (
    "| words | sound: mean below 0.45 | 0.45–0.6 | 0.6–0.75 | 0.75–0.9 | from 0.9 "
    "| characters: product below 0.45 | 0.45–0.6 | 0.6–0.75 | 0.75–0.9 | from 0.9 |"
)
_STRETCHES = tuple(pairwise((0.0, 0.45, 0.6, 0.75, 0.9, 1.01)))
_ABOUT = """{stamp.model} ({stamp.settings}): how likely the characters of a recognised word are right. {words} words of
read Mandarin; each half of the speakers (one man's 224 utterances, 60 speakers' one each) calibrated by what was fitted
on the other half, 5 dB never fitted on. `python bench/calibration.py`. “Own” is the recogniser's probability as it
comes. ECE over 15 bins weighted by characters, and what so few words would show if every confidence were right;
“told apart” is the chance that a right word is surer than a wrong one."""
_SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" font-family="sans-serif" font-size="12">'
)
_RELIABILITY = (
    "| confidence | own: characters | own: mean | own: right "
    "| calibrated: characters | calibrated: mean | calibrated: right |"
)


def section(stamp: ModelStamp, tested: Scores, synthetic: Scores) -> str:
    """Write the account as Markdown; ``tested`` on speakers that were not fitted on, ``synthetic`` the sample calls."""
    compared = "own → calibrated"
    lines = [
        "## Confidence",
        "",
        _ABOUT.format(stamp=stamp, words=len(tested.samples)),
        "",
        f"| condition | fitted → tested | right % | ECE %, {compared} | by chance | Brier, {compared} | told apart |",
        "|---|---|---|---|---|---|---|",
        *_conditions(tested, synthetic),
        "",
        "![Reliability](calibration.svg)",
        "",
        "Reliability, all conditions of real speech together:",
        "",
        _RELIABILITY,
        "|---|---|---|---|---|---|---|",
        *_reliability(tested),
        "",
        "What a threshold means (calibrated, 8 kHz µ-law, tested speakers):",
        "",
        "| confidence at least | share of characters | of them right | of the others right | wrong ones caught |",
        "|---|---|---|---|---|",
        *_thresholds(tested.only("8 kHz µ-law")),
        "",
        "An utterance's confidence is the share of its characters that are expected to be right:",
        "",
        f"| set | utterances | ECE %, {compared} |",
        "|---|---|---|",
        *_utterances(tested, synthetic),
        "",
        "| expected | utterances | expected, mean | right |",
        "|---|---|---|---|",
        *_utterance_bins(tested),
        "",
        _STRETCH,
        "",
        _STRETCH_HEAD,
        "|---|---|---|---|---|---|---|---|---|---|---|",
        *_phrases(tested),
        "",
        "Spoken values (money, days, dates, numbers) by the confidence of their least sure word:",
        "",
        "| set | below 0.4: values, right | 0.4–0.5 | 0.5–0.7 | 0.7–0.85 | from 0.85 |",
        "|---|---|---|---|---|---|",
        _values("real speech", tested),
        _values("sample calls (synthetic voices)", synthetic),
    ]
    return "\n".join(lines) + "\n"


def _conditions(tested: Scores, synthetic: Scores) -> Iterable[str]:
    directions = {"one": "60 → 1", "many": "1 → 60"}
    for condition in tested.conditions():
        for speakers, direction in directions.items():
            yield _row(condition, direction, tested.only(condition, speakers))
    yield _row("all real speech", "both", tested)
    yield _row("sample calls (synthetic voices)", "all real → these", synthetic)


def _row(name: str, direction: str, scores: Scores) -> str:
    own, now, right, n = scores.raw, scores.calibrated, scores.share, scores.characters
    return (
        f"| {name} | {direction} | {100 * np.average(right, weights=n):.1f} "
        f"| {100 * ece(own, right, n):.1f} → {100 * ece(now, right, n):.1f} | {100 * ece_by_chance(now, n):.1f} "
        f"| {brier(own, right, n):.3f} → {brier(now, right, n):.3f} "
        f"| {ranked(own, right):.2f} → {ranked(now, right):.2f} |"
    )


def _reliability(scores: Scores) -> Iterable[str]:
    for low, high in pairwise(BINS):
        cells = [_bin(p, scores.share, scores.characters, low, high) for p in (scores.raw, scores.calibrated)]
        yield f"| {low:.2f}–{high:.2f} | " + " | ".join(cells) + " |"


def _bin(
    p: NDArray[np.float64], right: NDArray[np.float64], weight: NDArray[np.float64], low: float, high: float
) -> str:
    inside = (p >= low) & ((p < high) | (high == 1.0))
    if not inside.any():
        return "0 | – | –"
    mean, share = (np.average(x[inside], weights=weight[inside]) for x in (p, right))
    return f"{weight[inside].sum():.0f} | {mean:.2f} | {share:.2f}"


def _thresholds(scores: Scores) -> Iterable[str]:
    p, right, n = scores.calibrated, scores.share, scores.characters
    for threshold in THRESHOLDS:
        sure = p >= threshold
        above, below = (np.average(right[m], weights=n[m]) if m.any() else float("nan") for m in (sure, ~sure))
        caught = (n * (1 - right))[~sure].sum() / (n * (1 - right)).sum()
        yield f"| {threshold} | {n[sure].sum() / n.sum():.2f} | {above:.3f} | {below:.2f} | {caught:.2f} |"


def _utterances(tested: Scores, synthetic: Scores) -> Iterable[str]:
    parts: Mapping[str, Scores] = {c: tested.only(c) for c in tested.conditions()}
    for name, scores in {**parts, "all real speech": tested, "sample calls (synthetic voices)": synthetic}.items():
        own, expected, right, size = scores.utterances()
        yield f"| {name} | {len(size)} | {100 * ece(own, right, size):.1f} → {100 * ece(expected, right, size):.1f} |"


def _utterance_bins(scores: Scores) -> Iterable[str]:
    _, expected, right, size = scores.utterances()
    for low, high in pairwise((0.0, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)):
        inside = (expected >= low) & ((expected < high) | (high == 1.0))
        if inside.any():
            mean, share = (np.average(x[inside], weights=size[inside]) for x in (expected, right))
            yield f"| {low:.1f}–{high:.1f} | {inside.sum()} | {mean:.2f} | {share:.2f} |"


def _phrases(scores: Scores) -> Iterable[str]:
    for length in (2, 3, 4, 5):
        rows = scores.phrases(length)
        cells = [_cell(rows[:, p], rows[:, right], *edges) for p, right in ((0, 2), (1, 3)) for edges in _STRETCHES]
        yield f"| {length} | " + " | ".join(cells) + " |"


def _cell(p: NDArray[np.float64], right: NDArray[np.float64], low: float, high: float) -> str:
    inside = (p >= low) & (p < high)
    return f"{p[inside].mean():.2f} → {right[inside].mean():.2f}" if inside.any() else "–"


def _values(name: str, scores: Scores) -> str:
    rows = scores.values()
    cells = []
    for low, high in pairwise((0.0, 0.4, 0.5, 0.7, 0.85, 1.01)):
        right = rows[(rows[:, 0] >= low) & (rows[:, 0] < high), 1]
        cells.append(f"{len(right)}, {right.mean():.2f}" if len(right) else "0")
    return f"| {name} | " + " | ".join(cells) + " |"


def picture(scores: Scores) -> str:
    """Draw the reliability curves of the recogniser's own and of calibrated confidences as SVG."""
    size, edge = 320, 44
    series = (("own", scores.raw, "#b45309", "5 4"), ("calibrated", scores.calibrated, "#1d4ed8", "none"))

    def at(x: float, y: float) -> str:
        return f"{edge + x * size:.1f},{edge / 2 + (1 - y) * size:.1f}"

    parts = [
        _SVG.format(width=size + 140, height=size + 84),
        '<rect width="100%" height="100%" fill="#fff"/>',
        f'<polyline points="{at(0, 0)} {at(1, 1)}" stroke="#999" fill="none"/>',
        f'<polyline points="{at(0, 1)} {at(0, 0)} {at(1, 0)}" stroke="#333" fill="none"/>',
        *(f'<text x="{edge + v * size - 8:.0f}" y="{edge / 2 + size + 16:.0f}">{v:.1f}</text>' for v in (0, 0.5, 1)),
        *(f'<text x="{edge - 26}" y="{edge / 2 + (1 - v) * size + 4:.0f}">{v:.1f}</text>' for v in (0, 0.5, 1)),
        f'<text x="{edge + size / 2 - 40:.0f}" y="{size + 62}">confidence</text>',
        f'<text x="{edge + 6}" y="{edge / 2 + 12:.0f}">right characters</text>',
    ]
    for number, (name, p, colour, dash) in enumerate(series):
        points = " ".join(at(x, y) for x, y in _curve(p, scores.share, scores.characters))
        parts.append(
            f'<polyline points="{points}" stroke="{colour}" stroke-width="2" stroke-dasharray="{dash}" fill="none"/>'
        )
        parts.append(f'<text x="{edge + size + 12}" y="{60 + 20 * number}" fill="{colour}">{name}</text>')
    return "\n".join([*parts, "</svg>"]) + "\n"


def _curve(
    p: NDArray[np.float64], right: NDArray[np.float64], weight: NDArray[np.float64]
) -> Iterable[tuple[float, float]]:
    for low, high in pairwise(np.linspace(0, 1, 11)):
        inside = (p >= low) & ((p < high) | (high == 1.0))
        if weight[inside].sum() >= 30:
            mean, share = (float(np.average(x[inside], weights=weight[inside])) for x in (p, right))
            yield mean, share
