"""Draw false and true flags against the calls heard, as an SVG: left what should be low, right what should be high."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from math import log10

_WIDTH, _HEIGHT, _EDGE, _GAP = 860, 380, 60, 70
_PANEL = (_WIDTH - 2 * _EDGE - _GAP) / 2
_COLOURS = ("#888888", "#1a6fb5", "#c0622d")
_LEAST = 1e-4

Line = Sequence[tuple[int, float, float]]
"""Calls a month, the share of centres with a wrong flag, the share of failing operators found."""


def draw(lines: Mapping[str, Line]) -> str:
    """Return the picture; shares of 0 lie on the left panel's lowest line, which says so."""
    sizes = [n for n, _, _ in next(iter(lines.values()))]

    def x(n: int, panel: int) -> float:
        step = _PANEL / (len(sizes) - 1)
        return round(_EDGE + panel * (_PANEL + _GAP) + sizes.index(n) * step, 1)

    def low(share: float) -> float:
        return _y((log10(max(share, _LEAST)) - log10(_LEAST)) / -log10(_LEAST))

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}">',
        "<style>text { font: 12px sans-serif }</style>",
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="white"/>',
        _text(_EDGE, 24, "Centres in which anybody is put forward wrongly within a year", "start"),
        _text(x(sizes[0], 1), 24, "Operators who pass 80 % (line 90 %) put forward", "start"),
    ]
    for share, label in ((1, "100 %"), (0.1, "10 %"), (0.01, "1 %"), (0.001, "0.1 %"), (_LEAST, "≤ 0.01 %")):
        parts += _rule(x(sizes[0], 0), x(sizes[-1], 0), low(share), label)
    for share in (0, 0.25, 0.5, 0.75, 1):
        parts += _rule(x(sizes[0], 1), x(sizes[-1], 1), _y(share), f"{share:.0%}")
    for panel in (0, 1):
        parts += [_text(x(n, panel), _HEIGHT - _EDGE + 18, str(n)) for n in sizes]
        parts.append(_text((x(sizes[0], panel) + x(sizes[-1], panel)) / 2, _HEIGHT - 24, "calls heard a month"))
    for place, (name, line) in enumerate(lines.items()):
        colour = _COLOURS[place]
        parts += _line([(x(n, 0), low(wrong)) for n, wrong, _ in line], colour)
        parts += _line([(x(n, 1), _y(right)) for n, _, right in line], colour)
        left = _WIDTH / 2 - 170 + place * 120
        parts.append(f'<circle cx="{left}" cy="{_HEIGHT - 8}" r="4" fill="{colour}"/>')
        parts.append(_text(left + 8, _HEIGHT - 4, name, "start"))
    return "\n".join([*parts, "</svg>"]) + "\n"


def _y(share: float) -> float:
    return round(_HEIGHT - _EDGE - share * (_HEIGHT - 2 * _EDGE), 1)


def _rule(left: float, right: float, y: float, label: str) -> list[str]:
    return [
        f'<line x1="{left}" y1="{y}" x2="{right}" y2="{y}" stroke="#dddddd"/>',
        _text(left - 6, y + 4, label, "end"),
    ]


def _line(points: Sequence[tuple[float, float]], colour: str) -> list[str]:
    path = " ".join(f"{x},{y}" for x, y in points)
    dots = [f'<circle cx="{x}" cy="{y}" r="4" fill="{colour}"/>' for x, y in points]
    return [f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>', *dots]


def _text(x: float, y: float, text: str, anchor: str = "middle") -> str:
    return f'<text x="{x}" y="{y}" text-anchor="{anchor}">{escape(text)}</text>'
