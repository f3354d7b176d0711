"""An operator's own months and notices by the API. Nobody's but one's own are told, whatever is asked for."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from qa_pipeline.errors import NotFound
from qa_pipeline.models.accounts import Role
from qa_pipeline.models.appeals import AppealKind
from qa_pipeline.models.supervision import NoticeKind, NoticeState
from qa_pipeline.models.tokens import Scope
from qa_pipeline.store.queries.listing import ListedCall
from qa_pipeline.store.queries.people import find_operator
from qa_pipeline.supervision.appeals import last_day
from qa_pipeline.web.access import PersonOf
from qa_pipeline.web.api.base import Values, api_family, by_token
from qa_pipeline.web.desk import DeskOf
from qa_pipeline.web.hiding import hides
from qa_pipeline.web.own_calls import operator_of
from qa_pipeline.web.own_month import OwnMonth, own_appeals, own_calls, own_months, own_notices, standing_targets
from scoring.adjustments import Adjustment
from scoring.strikes import StrikeState

router = api_family("me")
LOOKS = [by_token(Scope.OWN_READ, Role.OPERATOR, looks=True)]


class OwnMonthLine(Values):
    """One month of the operator; figures are None where nothing of it counts yet.

    Of a month that is open they are provisional, and there is no pay. ``counts``: it counts towards three failed in a
    row. ``changed`` is what won appeals changed of it, ``booked`` what is paid with it for earlier months.
    """

    month: str
    settled: bool
    provisional: bool
    heard: int
    frame: int
    mean: Decimal | None
    interval_low: Decimal | None
    interval_high: Decimal | None
    grade: str | None
    grade_low: str | None
    grade_high: str | None
    factor: Decimal | None
    notice_points: Decimal
    pay: Decimal | None
    counts: bool
    notes: list[str]
    changed: list[Adjustment]
    booked: list[Adjustment]


class OwnMonths(Values):
    """The operator, where the run of failed months stands, and the months, the newest first."""

    operator_id: str
    name: str
    team: str
    run: StrikeState
    months: list[OwnMonthLine]


class OwnCallLine(Values):
    """A drawn call of the operator: where it stands, what it lost."""

    call_id: str
    started_at: datetime
    duration_s: int
    state: str
    points: Decimal | None
    lost: dict[str, Decimal]
    fatal: list[str]


class OwnMonthDetail(Values):
    """A month with its calls. ``appeal_until`` is None while it is open; ``may_appeal``: against it as failed."""

    figures: OwnMonthLine
    appeal_until: date | None
    may_appeal: bool
    calls: list[OwnCallLine]


class OwnNotice(Values):
    """A supervision notice about the operator; it does not say who saw it."""

    notice_id: int
    month: str
    happened_at: datetime
    kind: NoticeKind
    state: NoticeState
    points: Decimal
    criticised: bool
    what: str
    evidence: str
    call_id: str | None
    may_appeal: bool


@router.get("/me/months", dependencies=LOOKS)
def list_own_months(desk: DeskOf, person: PersonOf) -> OwnMonths:
    """Return one's own months."""
    operator_id = operator_of(person)
    with desk.sessions() as session:
        found, run = own_months(desk, session, operator_id)
        me = find_operator(session, operator_id)
    return OwnMonths(
        operator_id=operator_id,
        name=person.name if me is None else me.name,
        team="" if me is None else me.team,
        run=run,
        months=[_month(one) for one in found],
    )


@router.get("/me/months/{month}", dependencies=LOOKS)
def get_own_month(desk: DeskOf, person: PersonOf, month: str) -> OwnMonthDetail:
    """Return one of one's own months with the calls that were drawn."""
    operator_id = operator_of(person)
    with desk.sessions() as session:
        found = next((one for one in own_months(desk, session, operator_id)[0] if one.month == month), None)
        if found is None:
            raise NotFound(f"您在 {month} 没有抽检的通话", "月份见 /api/v1/me/months")
        until = last_day(session, desk.settings, month)
        rows = own_calls(session, operator_id, month)
        appealed = _appealed_months(session, operator_id)
    figures = _month(found)
    return OwnMonthDetail(
        figures=figures,
        appeal_until=None if until is None else until.day,
        may_appeal=figures.counts and month not in appealed,
        calls=[_call(row) for row in rows],
    )


@router.get("/me/notices", dependencies=LOOKS)
def list_own_notices(desk: DeskOf, person: PersonOf) -> list[OwnNotice]:
    """Return the notices about oneself that were not rejected or taken back, the newest first."""
    operator_id, hide = operator_of(person), hides(desk, person)
    with desk.sessions() as session:
        found = own_notices(session, operator_id)
        appealed = {target.notice_id for target in standing_targets(own_appeals(session, operator_id))}
    return [
        OwnNotice(
            notice_id=one.notice.notice_id,
            month=one.notice.month,
            happened_at=one.notice.happened_at,
            kind=one.notice.kind,
            state=one.state,
            points=one.points,
            criticised=one.criticised,
            what=hide(one.notice.what),
            evidence=hide(one.notice.evidence),
            call_id=one.notice.call_id,
            may_appeal=(one.points > 0 or one.criticised) and one.notice.notice_id not in appealed,
        )
        for one in found
    ]


def _appealed_months(session: Session, operator_id: str) -> set[str]:
    standing = standing_targets(own_appeals(session, operator_id))
    return {target.month for target in standing if target.kind is AppealKind.STRIKE}


def _month(one: OwnMonth) -> OwnMonthLine:
    line = one.line
    return OwnMonthLine(
        month=one.month,
        settled=one.settled,
        provisional=one.provisional,
        heard=0 if line is None else line.n_heard,
        frame=0 if line is None else line.n_frame,
        mean=None if line is None else line.mean,
        interval_low=None if line is None else line.interval_low,
        interval_high=None if line is None else line.interval_high,
        grade=None if line is None else line.grade,
        grade_low=None if line is None else line.grade_low,
        grade_high=None if line is None else line.grade_high,
        factor=None if line is None else line.factor,
        notice_points=Decimal(0) if line is None else line.notice_points,
        pay=one.pay,
        counts=one.settled and line is not None and line.assessment.proven,
        notes=[] if line is None else [str(note) for note in line.notes],
        changed=list(one.changed),
        booked=list(one.booked),
    )


def _call(row: ListedCall) -> OwnCallLine:
    one = row.standing
    return OwnCallLine(
        call_id=one.call_id,
        started_at=one.started_at,
        duration_s=one.duration_s,
        state=one.state,
        points=one.points,
        lost={item.code: item.lost for item in one.lost},
        fatal=list(one.fatal),
    )
