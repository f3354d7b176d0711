"""Draw speed against errors as an SVG: right is faster, down is better."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

_WIDTH, _HEIGHT, _EDGE = 760, 420, 60
_OWN, _OTHER = "#1a6fb5", "#888888"


@dataclass(frozen=True, slots=True)
class Point:
    """One mode: how many times real time it runs, its CER in percent, and whether it is ours."""

    name: str
    speed: float
    cer: float
    own: bool


def draw(points: Sequence[Point]) -> str:
    """Return the picture; our points are joined in the order of their speed."""
    top = _round_up(max(point.cer for point in points) * 1.1)
    far = _round_up(max(point.speed for point in points) * 1.15)

    def x(speed: float) -> float:
        return round(_EDGE + (_WIDTH - 2 * _EDGE) * speed / far, 1)

    def y(cer: float) -> float:
        return round(_HEIGHT - _EDGE - (_HEIGHT - 2 * _EDGE) * cer / top, 1)

    ours = sorted((point for point in points if point.own), key=lambda point: point.speed)
    line = " ".join(f"{x(point.speed)},{y(point.cer)}" for point in ours)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}">',
        "<style>text { font: 12px sans-serif }</style>",
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="white"/>',
        *(_line(x(0), y(tick), x(far), y(tick), f"{tick:g}", "end") for tick in _ticks(top)),
        *(_line(x(tick), y(0), x(tick), y(0) + 6, f"{tick:g}", "middle") for tick in _ticks(far)),
        f'<text x="{_WIDTH / 2}" y="{_HEIGHT - 15}" text-anchor="middle">× real time</text>',
        f'<text x="{_EDGE}" y="{_EDGE - 20}" text-anchor="middle">CER %</text>',
        f'<polyline points="{line}" fill="none" stroke="{_OWN}" stroke-dasharray="4 3"/>',
    ]
    taken: list[tuple[float, float]] = []
    for point in sorted(points, key=lambda point: point.cer):
        colour = _OWN if point.own else _OTHER
        place = _free(x(point.speed) + 8, y(point.cer) + 4, taken)
        parts.append(f'<circle cx="{x(point.speed)}" cy="{y(point.cer)}" r="5" fill="{colour}"/>')
        parts.append(f'<text x="{place[0]}" y="{place[1]}" fill="{colour}">{escape(point.name)}</text>')
    return "\n".join([*parts, "</svg>"]) + "\n"


def _free(left: float, base: float, taken: list[tuple[float, float]]) -> tuple[float, float]:
    """Return where a label has room: as high as it should be, or above those that are there."""
    while any(abs(base - other) < 14 and abs(left - at) < 190 for at, other in taken):
        base -= 14
    taken.append((left, base))
    return left, round(base, 1)


def _line(x1: float, y1: float, x2: float, y2: float, label: str, anchor: str) -> str:
    at = (x1 - 8, y1 + 4) if anchor == "end" else (x1, y2 + 12)
    return (
        f'<line x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}" stroke="#dddddd"/>'
        f'<text x="{at[0]}" y="{at[1]}" text-anchor="{anchor}">{label}</text>'
    )


def _round_up(value: float) -> int:
    return int(-(-value // 5) * 5)


def _ticks(top: int) -> range:
    return range(0, top + 1, 5)
