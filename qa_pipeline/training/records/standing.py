"""What is owed and overdue as of a day, from what the store holds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from sqlalchemy.orm import Session

from qa_pipeline.models import Operator
from qa_pipeline.models.training_records import SessionKind
from qa_pipeline.store.queries.pay_terms import pay_terms
from qa_pipeline.store.queries.people import duties, operators
from qa_pipeline.store.queries.training_records import first_training_day, training_between, training_of
from qa_pipeline.training.records.calendar import DAY, OWED, Away, IsWorkday
from qa_pipeline.training.records.owing import Induction, Owing, inductions, owing
from scoring.pay import PayStatus

BACK = timedelta(days=100)
"""So far back sessions are read: the longest of what is told, three months, begins within it."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a centre, or one operator, stands; ``since`` None: nothing was recorded yet, and nothing is owed."""

    since: date | None
    owing: tuple[Owing, ...] = ()
    inductions: tuple[Induction, ...] = ()


def standing(session: Session, today: date, is_workday: IsWorkday, operator_id: str | None = None) -> Standing:
    """Return where everybody on the roster, or one operator, stands with what the policy asks for."""
    since = first_training_day(session)
    if since is None:
        return Standing(None)
    roster = tuple(o for o in operators(session) if operator_id in {None, o.operator_id})
    began = max(since, today - BACK)
    if operator_id is None:
        owed = training_between(session, began, today, OWED)
        new = training_between(session, since, today, (SessionKind.INDUCTION,))
    else:
        owed = new = training_of(session, operator_id)
    away = away_in(session, _months(began, today))
    worked = cache(is_workday)  # the same hundred days are asked of every operator
    return Standing(
        since,
        owing(roster, owed, away, began, today, worked),
        inductions(roster, new, since, today, worked),
    )


def away_in(session: Session, months: Iterable[str]) -> Away:
    """Return who was away in some months (``YYYY-MM``), by finance's terms and the shift plan."""
    leave: defaultdict[str, set[date]] = defaultdict(set)
    duty: defaultdict[str, set[date]] = defaultdict(set)
    planned = set()
    for month in months:
        for operator_id, terms in pay_terms(session, month).items():
            for term in terms:
                if term.status is PayStatus.LEAVE:
                    leave[operator_id].update(_days(term.from_day, term.to_day))
        for one in duties(session, month):
            planned.add(month)
            duty[one.operator_id].add(one.day)
    return Away(
        {who: frozenset(days) for who, days in leave.items()},
        {who: frozenset(days) for who, days in duty.items()},
        frozenset(planned),
    )


def teams_of(roster: Iterable[Operator]) -> tuple[str, ...]:
    """Return the teams of a roster, by their lowest numbers: 一组, 二组, 三组 are in no alphabet's order."""
    ordered = sorted(roster, key=lambda operator: operator.operator_id)
    return tuple(dict.fromkeys(operator.team for operator in ordered if operator.team))


def _days(first: date, last: date) -> Iterable[date]:
    return (first + n * DAY for n in range((last - first).days + 1))


def _months(first: date, last: date) -> tuple[str, ...]:
    day, found = first.replace(day=1), []
    while day <= last:
        found.append(f"{day:%Y-%m}")
        day = (day + timedelta(days=31)).replace(day=1)
    return tuple(found)
