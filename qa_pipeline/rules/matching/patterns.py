"""Regular expressions that cannot take a run hostage.

RE2 runs a pattern in time linear in the text, whatever the pattern. It has no lookaround and no back-references; a
pattern that needs them runs on the ``regex`` engine, which may try for exponentially long and is stopped by the clock.
"""

from __future__ import annotations

import re
import warnings
from dataclasses import dataclass
from functools import lru_cache
from math import prod
from typing import Any

import re2
import regex

MAX_LENGTH = 400
_TIMEOUT_S = 0.5
"""For one pattern over one passage. A harmless pattern takes some microseconds over a call of 1,500 characters."""


# What RE2 does not have: lookaround, back-references, atomic groups.
_LOOKS_AROUND = re.compile(r"\(\?(?:[=!>]|<[=!])|\\[1-9]|\(\?P=")
_COUNTED = re.compile(r"\{(\d+)(?:,(\d*))?\}")
_MOST_COPIES = 100_000


class PatternInvalid(ValueError):
    """It is not a regular expression."""


class PatternTooSlow(RuntimeError):
    """A pattern with lookaround or back-references did not come to an end in time."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """A compiled pattern; ``linear`` where no text can make it slow."""

    text: str
    linear: bool
    engine: Any

    def spans(self, text: str) -> list[tuple[int, int]]:
        """Return start and end of every match that is not empty, from left to right.

        Raises:
            PatternTooSlow: It is not linear and took too long.
        """
        if self.linear:
            return [match.span() for match in self.engine.finditer(text) if match.end() > match.start()]
        try:
            found = [match.span() for match in self.engine.finditer(text, timeout=_TIMEOUT_S)]
        except TimeoutError as error:
            raise PatternTooSlow(f"pattern {self.text!r} takes too long") from error
        return [span for span in found if span[1] > span[0]]


@lru_cache(maxsize=16384)
def compiled(pattern: str) -> Pattern:
    """Compile a pattern once.

    Raises:
        PatternInvalid: It is no regular expression, or longer than ``MAX_LENGTH`` characters.
    """
    if len(pattern) > MAX_LENGTH:
        raise PatternInvalid(f"a pattern of {len(pattern)} characters is too long (at most {MAX_LENGTH})")
    try:
        return Pattern(pattern, True, re2.compile(pattern, _quiet()))
    except re2.error as error:
        if not _LOOKS_AROUND.search(pattern) or _copies(pattern) > _MOST_COPIES:
            raise PatternInvalid(f"{pattern!r} is not a regular expression: {_told(error)}") from error
    try:
        with warnings.catch_warnings():
            # [[ will mean a set within a set one day; RE2, which runs nearly all patterns, takes it for a bracket.
            warnings.simplefilter("ignore", FutureWarning)
            return Pattern(pattern, False, regex.compile(pattern, regex.V0))
    except regex.error as error:
        raise PatternInvalid(f"{pattern!r} is not a regular expression: {error}") from error


def _copies(pattern: str) -> int:
    """Return how many copies of its parts counted repetitions may make of a pattern, at most."""
    return prod(int(most or least) for least, most in _COUNTED.findall(pattern))


def _told(error: Exception) -> str:
    said = error.args[0] if error.args else ""
    return said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)


@lru_cache(maxsize=1)
def _quiet() -> Any:
    options = re2.Options()
    options.log_errors = False
    return options


def check_patterns(patterns: tuple[str, ...]) -> tuple[str, ...]:
    """Return the patterns, each tried: for pydantic's validators."""
    for pattern in patterns:
        compiled(pattern)
    return patterns
