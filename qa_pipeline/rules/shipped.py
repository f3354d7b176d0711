"""Phrase lists as shipped: they stand in ``rulesets/default.yaml`` alone, where a QA lead can read and copy them."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from qa_pipeline.rules.matching import Phrase, Phrases

DEFAULT = Path(__file__).parent / "rulesets" / "default.yaml"


@cache
def shipped_text() -> str:
    """Return the shipped ruleset as it is written."""
    return DEFAULT.read_text(encoding="utf-8")


@cache
def document() -> Any:
    """Return what the shipped ruleset holds, parsed once a process: that takes half a second."""
    return YAML(typ="rt").load(shipped_text())


def shipped(code: str, name: str) -> Callable[[], Phrases]:
    """Return a default factory that reads the phrase list ``name`` of rule ``code`` from the default ruleset.

    A centre's own ruleset that does not name the list runs with it too.
    """
    return partial(_phrases, code, name)


@cache
def _phrases(code: str, name: str) -> Phrases:
    return Phrases(Phrase.model_validate(entry) for entry in document()["rules"][code][name])
