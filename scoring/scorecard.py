"""Reading a scorecard: from YAML or stored JSON to a `Scorecard`, or to a list of everything that is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from importlib.resources import files
from pathlib import Path

from scoring.adding_up import sums_and_bands
from scoring.card import FatalError, GradeBand, Group, Item, Scorecard
from scoring.documents import DocumentProblems, mapping_sha256, plain_mapping, yaml_mapping
from scoring.fields import Fields

__all__ = [
    "FatalError",
    "GradeBand",
    "Group",
    "Item",
    "Scorecard",
    "ScorecardProblems",
    "default_scorecard",
    "load_scorecard",
    "parse_scorecard",
    "scorecard_mapping",
]

DEFAULT = "default-2026.yaml"
CARD_KEYS = ("version", "effective_from", "groups", "items", "fatal_errors", "grades")
GROUP_KEYS = ("code", "name", "points")
ITEM_KEYS = (
    *("code", "group", "name", "points", "per_fault", "all_missing", "cap", "corrected_loss"),
    *("hint_only", "decided_by", "how", "accuracy"),
)
FATAL_KEYS = ("code", "name", "accuracy")
GRADE_KEYS = ("name", "at_least", "factor", "failing")


class ScorecardProblems(DocumentProblems):
    """A scorecard that cannot be used. ``problems`` each say what is wrong, where, and what to do."""


def parse_scorecard(mapping: Mapping[str, object], source: str = "scorecard") -> Scorecard:
    """Make a scorecard of plain data (of YAML, of JSON, of a form).

    Args:
        mapping: Keys as in ``scorecards/default-2026.yaml``; numbers may be int, float, text or Decimal.
        source: What to call it in the message.

    Raises:
        ScorecardProblems: (a ValueError) With every problem at once: unknown or missing keys, points that do not add
            up, bands that overlap, losses that cannot be.
    """
    problems: list[str] = []
    top = Fields(mapping, source, problems)
    top.only(CARD_KEYS)
    card = Scorecard(
        version=top.text("version"),
        effective_from=top.day("effective_from"),
        groups=tuple(_group(entry) for entry in top.many("groups")),
        items=tuple(_item(entry) for entry in top.many("items")),
        fatal_errors=tuple(_fatal(entry) for entry in top.many("fatal_errors")),
        grades=tuple(_grade(entry) for entry in top.many("grades")),
        sha256="",
    )
    problems.extend(sums_and_bands(card))
    if problems:
        raise ScorecardProblems(source, tuple(problems))
    return replace(card, sha256=mapping_sha256(scorecard_mapping(card)))


def load_scorecard(path: Path) -> Scorecard:
    """Read a scorecard from a YAML file.

    Raises:
        OSError: The file cannot be read.
        ScorecardProblems: (a ValueError) It is not YAML, or the scorecard has problems; lines are named.
    """
    text = path.read_bytes()
    # A centre's file is a copy of the shipped one until somebody changes it.
    return default_scorecard() if text == _shipped() else _from_yaml(text, str(path))


@cache
def default_scorecard() -> Scorecard:
    """Return the scorecard that the product ships, read once a process."""
    return _from_yaml(_shipped(), DEFAULT)


@cache
def _shipped() -> bytes:
    return (files("scoring") / "scorecards" / DEFAULT).read_bytes()


def scorecard_mapping(card: Scorecard) -> dict[str, object]:
    """Return a scorecard as plain JSON data; `parse_scorecard` makes the same scorecard (and hash) of it."""
    return plain_mapping(card)


def _from_yaml(text: bytes, source: str) -> Scorecard:
    return parse_scorecard(yaml_mapping(text, source, "scorecard", ScorecardProblems), source)


def _group(entry: Fields) -> Group:
    entry.only(GROUP_KEYS)
    return Group(code=entry.text("code"), name=entry.text("name"), points=entry.number("points"))


def _item(entry: Fields) -> Item:
    entry.only(ITEM_KEYS)
    return Item(
        code=entry.text("code"),
        group=entry.text("group"),
        name=entry.text("name"),
        points=entry.number("points"),
        per_fault=entry.number("per_fault"),
        all_missing=entry.optional("all_missing"),
        cap=entry.optional("cap"),
        corrected_loss=entry.optional("corrected_loss"),
        hint_only=entry.flag("hint_only"),
        decided_by=entry.text("decided_by", default="rules"),
        how=entry.text("how", default=""),
        accuracy=entry.text("accuracy", default=""),
    )


def _fatal(entry: Fields) -> FatalError:
    entry.only(FATAL_KEYS)
    return FatalError(code=entry.text("code"), name=entry.text("name"), accuracy=entry.text("accuracy"))


def _grade(entry: Fields) -> GradeBand:
    entry.only(GRADE_KEYS)
    return GradeBand(
        name=entry.text("name"),
        at_least=entry.number("at_least"),
        factor=entry.number("factor"),
        failing=entry.flag("failing"),
    )
