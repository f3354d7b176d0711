"""Finds the rules by walking the folders: there is no list to keep."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from functools import cache
from types import ModuleType

from qa_pipeline import rules
from qa_pipeline.errors import RulesetError
from qa_pipeline.rules.base import AnyRule, Rule

FAMILIES = ("phrase", "tone", "answer", "record", "fatal")


@cache
def discover() -> dict[str, AnyRule]:
    """Return every rule of the product by its code, sorted.

    Raises:
        RulesetError: Two rules have one code (a mistake in the program, found at start-up).
    """
    found: dict[str, AnyRule] = {}
    for module in _modules():
        for value in vars(module).values():
            if not isinstance(value, Rule) or value.check.__module__ != module.__name__:
                continue
            if value.code in found:
                raise RulesetError(f"two rules have the code {value.code}", f"rename the one in {module.__name__}")
            found[value.code] = value
    return dict(sorted(found.items()))


def _modules() -> Iterator[ModuleType]:
    for family in pkgutil.iter_modules(rules.__path__, f"{rules.__name__}."):
        if not family.ispkg or family.name.rpartition(".")[2] not in FAMILIES:
            continue
        package = importlib.import_module(family.name)
        for info in pkgutil.iter_modules(package.__path__, f"{family.name}."):
            yield importlib.import_module(info.name)
