"""Who is who: one person is written in several ways, by number and by name."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from qa_pipeline.models.records import Operator


def plain(text: str) -> str:
    """Return a name as it is kept: NFKC, with single blanks and none around it."""
    return " ".join(unicodedata.normalize("NFKC", text).split())


def as_written(text: str) -> str:
    """Return a reason as it is kept: single blanks, none around it; NFKC would make Chinese punctuation ASCII."""
    return " ".join(text.replace("\x00", "").split())


def same_person(one: str, other: str) -> bool:
    """Whether two ways of writing a name are one person's."""
    return plain(one).casefold() == plain(other).casefold()


def named(person: str, roster: Iterable[Operator]) -> frozenset[str]:
    """Return whom a text may name: numbers of the roster, or the text itself where it names nobody there.

    A number is one person, also with a name beside it (1003 王海燕); a name that two share may be either.
    """
    text = plain(person).casefold()
    parts = {text, *re.split(r"\W+", text)}
    names = {plain(o.operator_id).casefold(): plain(o.name).casefold() for o in roster}
    if numbers := parts & names.keys():
        return frozenset(numbers)
    return frozenset(number for number, name in names.items() if name in parts) or frozenset({text})


def one_person(one: str, other: str, roster: Iterable[Operator]) -> bool:
    """Whether two texts may name the same person. Where people must be two, doubt counts against it."""
    known = tuple(roster)
    return bool(named(one, known) & named(other, known))
