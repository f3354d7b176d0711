"""The report's words in both languages, and how figures are written."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from functools import cache
from importlib.resources import files

from ruamel.yaml import YAML

LANGUAGES = ("zh", "en")
Translate = Callable[..., str]


@cache
def _table() -> dict[str, list[str]]:
    text = (files("qa_pipeline.reports") / "words.yaml").read_text(encoding="utf-8")
    table: dict[str, list[str]] = YAML(typ="safe").load(text)
    return table


def translator(language: str) -> Translate:
    """Return ``t(key, **values)`` for ``zh`` or ``en``.

    Raises:
        ValueError: Another language.
        KeyError: (by the function) A key that words.yaml does not have.
    """
    if language not in LANGUAGES:
        raise ValueError(f"no words in {language!r}; use one of {', '.join(LANGUAGES)}")
    column = LANGUAGES.index(language)

    def translate(key: str, /, **values: object) -> str:
        words = _table()[key][column]
        return words.format(**values) if values else words

    return translate


def clock(ms: int) -> str:
    """Return a time in a call as minutes, seconds and tenths: ``01:07.4``."""
    return f"{ms // 60_000:02d}:{ms % 60_000 // 1000:02d}.{ms % 1000 // 100}"


def figure(value: Decimal | None, places: int = 2) -> str:
    """Return a number with fixed decimals, a dash for none."""
    return "—" if value is None else f"{value:.{places}f}"


def points(value: Decimal) -> str:
    """Return points as people write them: 2.5, 4, never 4.00."""
    return f"{value.normalize():f}"


def percent(value: Decimal | float | None, places: int = 1) -> str:
    """Return a share 0–1 as a percentage; what is above 0 never reads as 0."""
    if value is None:
        return "—"
    least = 10**-places
    return f"<{least:g}%" if 0 < value * 100 < least / 2 else f"{value * 100:.{places}f}%"
