"""An operator's own training by the API: what they attended, what they owe, what is given out to them."""

from __future__ import annotations

from datetime import date, datetime

from qa_pipeline.models.accounts import Role
from qa_pipeline.models.contest import Contest
from qa_pipeline.models.retraining import RetrainingFile, RetrainingResult
from qa_pipeline.models.tokens import Scope
from qa_pipeline.models.training_records import AttendanceWord, Presence, SessionFile, SessionKind
from qa_pipeline.reports.supervision import Hide
from qa_pipeline.training.packs.plans import packs_open_to
from qa_pipeline.training.records.owing import Induction, Owing
from qa_pipeline.web.access import PersonOf
from qa_pipeline.web.api.base import Values, api_family, by_token
from qa_pipeline.web.desk import DeskOf
from qa_pipeline.web.hiding import hides
from qa_pipeline.web.own_training import own_training

router = api_family("me")
LOOKS = [by_token(Scope.OWN_READ, Role.OPERATOR, looks=True)]


class OwnAttendance(Values):
    """A session and what counts of the operator's attendance; ``corrected`` says why an earlier word was wrong."""

    held_on: date
    kind: SessionKind
    topic: str
    leader: str
    minutes: int
    presence: Presence
    made_up_on: date | None
    reason: str
    corrected: str


class OwnOwed(Values):
    """A session of a kind that is owed in a week or month, both days included; ``why`` says which was missed."""

    kind: SessionKind
    first: date
    last: date
    overdue: bool
    why: str


class OwnInduction(Values):
    """How far the induction is: days taken, days left, and by when all are to be taken."""

    done: int
    left: int
    due_on: date
    overdue: bool


class OwnRetraining(Values):
    """A retraining that was offered, and what became of it; None where that is not recorded yet."""

    subject: str
    planned_on: date
    result: RetrainingResult | None
    on_day: date | None
    remark: str


class OwnContest(Values):
    """A contest in which the operator is to vote; ``open``: they may vote today."""

    contest_id: int
    title: str
    period: str
    open: bool


class OwnTrainingDetail(Values):
    """The operator's own record of training, the newest first."""

    attended: list[OwnAttendance]
    owed: list[OwnOwed]
    inductions: list[OwnInduction]
    retrainings: list[OwnRetraining]
    contests: list[OwnContest]


class OwnPack(Values):
    """A session pack that is given out to the operator's team; ``until`` None: without end."""

    pack_id: int
    title: str
    aim: str
    clips: int
    minutes: int
    until: date | None


@router.get("/me/training", dependencies=LOOKS)
def get_own_training(desk: DeskOf, person: PersonOf) -> OwnTrainingDetail:
    """Return one's own record of training."""
    today, hide = datetime.now().date(), hides(desk, person)
    mine = own_training(desk, person, today)
    open_now = {one.contest_id for one in mine.to_vote}
    owed = [_owed(one, hide, overdue=True) for one in mine.overdue]
    return OwnTrainingDetail(
        attended=[_attendance(file, word, hide) for file, word in mine.attended],
        owed=[*owed, *(_owed(one, hide, overdue=False) for one in mine.waiting)],
        inductions=[_induction(one, today) for one in mine.inductions],
        retrainings=[_retraining(one, hide) for one in mine.retrainings],
        contests=[_contest(one, is_open=one.contest_id in open_now) for one in mine.contests],
    )


@router.get("/me/packs", dependencies=LOOKS)
def list_own_packs(desk: DeskOf, person: PersonOf) -> list[OwnPack]:
    """Return the packs that are given out to oneself today, the newest first; they are opened in the browser."""
    with desk.sessions() as session:
        found = packs_open_to(session, person, datetime.now().date())
    return [
        OwnPack(
            pack_id=plan.pack_id,
            title=plan.title,
            aim=plan.aim,
            clips=len(plan.clips),
            minutes=plan.minutes,
            until=word.until,
        )
        for plan, word in found
    ]


def _attendance(file: SessionFile, word: AttendanceWord, hide: Hide) -> OwnAttendance:
    return OwnAttendance(
        held_on=file.session.held_on,
        kind=file.session.kind,
        topic=hide(file.session.topic),
        leader=file.session.leader,
        minutes=file.session.minutes,
        presence=word.presence,
        made_up_on=word.made_up_on,
        reason=hide(word.reason),
        corrected=hide(word.why),
    )


def _owed(one: Owing, hide: Hide, *, overdue: bool) -> OwnOwed:
    period = one.period
    return OwnOwed(kind=period.kind, first=period.first, last=period.last, overdue=overdue, why=hide(one.why))


def _induction(one: Induction, today: date) -> OwnInduction:
    return OwnInduction(done=len(one.days), left=one.left, due_on=one.due_on, overdue=one.overdue(today))


def _retraining(file: RetrainingFile, hide: Hide) -> OwnRetraining:
    offer, word = file.retraining, file.word
    return OwnRetraining(
        subject=hide(offer.subject),
        planned_on=offer.planned_on,
        result=None if word is None else word.result,
        on_day=None if word is None else word.on_day,
        remark="" if word is None else hide(word.remark),
    )


def _contest(one: Contest, *, is_open: bool) -> OwnContest:
    return OwnContest(contest_id=one.contest_id, title=one.title, period=one.period, open=is_open)
