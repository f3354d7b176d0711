"""The terms under which somebody worked in a month: team, status and base, from a day to a day."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise

from scoring.exact import rounded
from scoring.pay.scheme import month_ends

ONE_DAY = timedelta(days=1)


class PayStatus(StrEnum):
    """In what standing somebody works; ``leave`` is not at work, and earns no performance pay."""

    REGULAR = "regular"
    PROBATION = "probation"
    LEAVE = "leave"

    @property
    def label(self) -> str:
        """The word that finance uses."""
        return {"regular": "正式", "probation": "试用", "leave": "休假"}[self.value]


@dataclass(frozen=True, slots=True)
class PayTerm:
    """Terms that hold from ``from_day`` to ``to_day``, both included.

    ``base`` is the performance pay of a whole month at factor 1, in yuan with at most two decimals.
    """

    operator_id: str
    from_day: date
    to_day: date
    team: str
    status: PayStatus
    base: Decimal


class PayTermProblems(ValueError):
    """Terms that cannot be paid by. ``problems`` each say which, what is wrong, and what to do."""

    def __init__(self, month: str, problems: tuple[str, ...]) -> None:
        super().__init__(month, problems)
        self.month = month
        self.problems = problems

    def __str__(self) -> str:
        listed = "".join(f"\n  - {problem}" for problem in self.problems)
        return f"pay terms of {self.month}: {len(self.problems)} problem(s){listed}"


def term_problems(month: str, terms: Sequence[PayTerm]) -> tuple[str, ...]:
    """Return everything that is wrong with one operator's terms in a month.

    Days before the first term and after the last are not worked (hired, left); a gap between two terms is a mistake,
    since nobody can tell whether it was leave or a line that is missing.
    """
    first, last = month_ends(month)
    ordered = sorted(terms, key=lambda term: (term.from_day, term.to_day))
    single = (problem for term in ordered for problem in _problems(term, first, last))
    return (*_people(ordered), *single, *(p for pair in pairwise(ordered) for p in _between(*pair)))


def joined(month: str, terms: Sequence[PayTerm]) -> tuple[PayTerm, ...]:
    """Return the terms by day, alike neighbours made one, so that how a month was cut into lines never changes a cent.

    Raises:
        PayTermProblems: (a ValueError) They overlap, leave a gap, leave the month, or hold no amount.
    """
    problems = term_problems(month, terms)
    if problems:
        raise PayTermProblems(month, problems)
    found: list[PayTerm] = []
    for term in sorted(terms, key=lambda term: term.from_day):
        if found and replace(found[-1], from_day=term.from_day, to_day=term.to_day) == term:
            found[-1] = replace(found[-1], to_day=term.to_day)
        else:
            found.append(term)
    return tuple(found)


def _people(terms: Sequence[PayTerm]) -> Iterator[str]:
    people = sorted({term.operator_id for term in terms})
    if len(people) > 1:
        yield f"the terms are of {', '.join(people)}; give one operator's at a time"


def _problems(term: PayTerm, first: date, last: date) -> Iterator[str]:
    where = f"operator {term.operator_id}, {term.from_day} to {term.to_day}"
    if term.to_day < term.from_day:
        yield f"{where}: ends before it begins; mend the days"
    elif term.from_day < first or term.to_day > last:
        yield f"{where}: is not within {first} to {last}; cut it at the month's ends"
    if not term.base.is_finite() or term.base < 0 or term.base != rounded(term.base):
        yield f"{where}: base {term.base} is no amount; write yuan of 0 or more with at most two decimals"


def _between(one: PayTerm, other: PayTerm) -> Iterator[str]:
    where = f"operator {one.operator_id}, between {one.to_day} and {other.from_day}"
    if other.from_day <= one.to_day:
        yield f"{where}: two terms overlap; let the first end on the day before the second begins"
    elif other.from_day - one.to_day > ONE_DAY:
        yield f"{where}: days without terms; write a line of leave (休假), or let a line reach further"
