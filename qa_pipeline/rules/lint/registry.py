"""Finds the checks and runs them."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

from qa_pipeline.rules.lint import checks
from qa_pipeline.rules.lint.subject import Flaw, Subject
from qa_pipeline.rules.ruleset import load_ruleset
from qa_pipeline.rules.shipped import DEFAULT


class Level(StrEnum):
    """A WARNING is probably a mistake; a NOTE may well be meant and should be known."""

    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Check:
    """One check: its name, how grave what it finds is, and what it looks for (Chinese)."""

    name: str
    level: Level
    about: str
    run: Callable[[Subject], Iterator[Flaw]]


@dataclass(frozen=True, slots=True)
class Found:
    """A flaw with the check that found it."""

    check: str
    level: Level
    flaw: Flaw


def lint_check(name: str, level: Level, about: str) -> Callable[[Callable[[Subject], Iterator[Flaw]]], Check]:
    """Make a `Check` of the decorated function; `all_checks` finds it in its module."""
    return lambda run: Check(name, level, about, run)


@cache
def all_checks() -> tuple[Check, ...]:
    """Return every check, by module and in its order there."""
    found = []
    for info in pkgutil.iter_modules(checks.__path__, f"{checks.__name__}."):
        module = importlib.import_module(info.name)
        found += [value for value in vars(module).values() if isinstance(value, Check)]
    return tuple(found)


def lint(path: Path | None = None, *, shipped_too: bool = False) -> tuple[Found, ...]:
    """Check a ruleset; the findings by line.

    Args:
        path: YAML file; None for the shipped ruleset.
        shipped_too: Also what stands in the shipped ruleset just so.

    Raises:
        RulesetError: It does not load.
    """
    source = path or DEFAULT
    subject = Subject.of(source, load_ruleset(source), load_ruleset())
    found = [
        Found(check.name, check.level, flaw)
        for check in all_checks()
        for flaw in check.run(subject)
        if shipped_too or not flaw.shipped
    ]
    return tuple(sorted(found, key=lambda one: (one.flaw.line, one.check)))
