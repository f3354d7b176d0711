"""Registries of checks: what loads and is probably a mistake, whatever it is that is checked.

A package of check modules is its own registry: each check is one function under `lint_check`, found by itself.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from types import ModuleType
from typing import Any, Generic, TypeVar

S = TypeVar("S")
F = TypeVar("F")


class Level(StrEnum):
    """A WARNING is probably a mistake; a NOTE may well be meant and should be known."""

    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Found(Generic[F]):
    """A flaw with the name and the level of the check that found it."""

    check: str
    level: Level
    flaw: F


@dataclass(frozen=True, slots=True)
class Check(Generic[S, F]):
    """One check: its name, how grave what it finds is, what it looks for (Chinese), and how."""

    name: str
    level: Level
    about: str
    run: Callable[[S], Iterator[F]]

    def found(self, subject: S) -> Iterator[Found[F]]:
        """Yield the flaws of a subject."""
        yield from (Found(self.name, self.level, flaw) for flaw in self.run(subject))


def lint_check(name: str, level: Level, about: str) -> Callable[[Callable[[S], Iterator[F]]], Check[S, F]]:
    """Make a `Check` of the decorated function; `checks_of` finds it in its module."""
    return lambda run: Check(name, level, about, run)


@cache
def checks_of(package: ModuleType) -> tuple[Check[Any, Any], ...]:
    """Return every check of a package, by module and in its order there."""
    found: list[Check[Any, Any]] = []
    for info in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
        module = importlib.import_module(info.name)
        found += [value for value in vars(module).values() if isinstance(value, Check)]
    return tuple(found)
