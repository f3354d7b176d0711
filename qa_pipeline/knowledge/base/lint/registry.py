"""Finds the checks and runs them."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from qa_pipeline.knowledge.base.lint import checks
from qa_pipeline.knowledge.base.lint.subject import Base, Fault


class Level(StrEnum):
    """A WARNING is probably a mistake; a NOTE may well be meant and should be known."""

    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Check:
    """One check: its code, how grave what it finds is, and what it looks for (Chinese)."""

    code: str
    level: Level
    about: str
    run: Callable[[Base], Iterator[Fault]]


@dataclass(frozen=True, slots=True)
class Found:
    """A fault with the check that found it."""

    code: str
    level: Level
    fault: Fault


def base_check(code: str, level: Level, about: str) -> Callable[[Callable[[Base], Iterator[Fault]]], Check]:
    """Make a `Check` of the decorated function; `all_checks` finds it in its module."""
    return lambda run: Check(code, level, about, run)


@cache
def all_checks() -> tuple[Check, ...]:
    """Return every check by its code."""
    found: list[Check] = []
    for info in pkgutil.iter_modules(checks.__path__, f"{checks.__name__}."):
        module = importlib.import_module(info.name)
        found += [value for value in vars(module).values() if isinstance(value, Check)]
    return tuple(sorted(found, key=lambda check: check.code))


def lint(base: Base) -> tuple[Found, ...]:
    """Check a base; the findings by entry, version and code."""
    found = [Found(check.code, check.level, fault) for check in all_checks() for fault in check.run(base)]
    return tuple(sorted(found, key=_order))


def _order(found: Found) -> tuple[str, int, str]:
    entry = found.fault.filed.entry
    return entry.entry_id, entry.version, found.code
