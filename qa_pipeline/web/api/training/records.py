"""Records of training by the API: sessions, who attended, withdrawals, what is overdue, and all of it as files."""

from __future__ import annotations

from collections.abc import Iterator

from fastapi.responses import Response

from qa_pipeline.models import Operator
from qa_pipeline.models.tokens import Scope
from qa_pipeline.models.training_records import Presence, Seen, SessionDraft
from qa_pipeline.store.queries.training_records import training_file, training_lines
from qa_pipeline.training.records.owing import Owed
from qa_pipeline.web.access import PersonOf
from qa_pipeline.web.api.base import Number, api_family, by_token, file_of
from qa_pipeline.web.api.training.record_values import (
    AttendanceGiven,
    InductionLine,
    Overdue,
    OwingLine,
    SessionDetail,
    SessionGiven,
    SessionLineGiven,
    Sessions,
    WithdrawalGiven,
    hidden_topic,
    session_detail,
)
from qa_pipeline.web.api.training.shared import After, Limit
from qa_pipeline.web.desk import DeskOf
from qa_pipeline.web.export import XLSX
from qa_pipeline.web.hiding import hides
from qa_pipeline.web.training_overdue import overdue_xlsx, told_standing, training_csv, training_xlsx
from qa_pipeline.web.training_records import TRAINS, WantedOf, enter, say_attendance, withdraw

router = api_family("training")
READS = [by_token(Scope.TRAINING_READ, *TRAINS, looks=True)]
WRITES = [by_token(Scope.TRAINING_WRITE, *TRAINS)]
BOOK = file_of(XLSX.media_type)


@router.get("/training/records", dependencies=READS)
def list_trainings(desk: DeskOf, person: PersonOf, wanted: WantedOf, after: After = 0, limit: Limit = 50) -> Sessions:
    """Return the sessions that fit."""
    hide = hides(desk, person)
    with desk.sessions() as session:
        lines, total = training_lines(session, wanted, limit, after)
    shown = [
        SessionLineGiven(session=hidden_topic(one.session, hide), counts=one.counts, withdrawn=one.withdrawn)
        for one in lines
    ]
    return Sessions(total=total, sessions=shown)


@router.post("/training/records", dependencies=WRITES, status_code=201)
def enter_training(desk: DeskOf, person: PersonOf, given: SessionGiven) -> SessionDetail:
    """Enter a session."""
    return session_detail(enter(desk, person, SessionDraft(**given.model_dump())), hides(desk, person))


@router.get("/training/records/overdue", dependencies=READS)
def list_overdue(desk: DeskOf, person: PersonOf, team: str = "", state: Owed | None = None) -> Overdue:
    """Return who has which week's and month's training, and how far who is new has come."""
    found, hide = told_standing(desk, team), hides(desk, person)
    owing = [
        OwingLine(
            operator_id=one.operator.operator_id,
            operator=one.operator.name,
            team=one.operator.team,
            kind=one.period.kind,
            period=one.period.label,
            first=one.period.first,
            last=one.period.last,
            state=one.state,
            why=hide(one.why),
        )
        for one in found.owing
        if state in {None, one.state}
    ]
    inductions = [
        InductionLine(
            operator_id=one.operator.operator_id,
            operator=one.operator.name,
            team=one.operator.team,
            hired_on=one.hired_on,
            due_on=one.due_on,
            days=list(one.days),
            left=one.left,
            missed=one.missed,
        )
        for one in found.inductions
    ]
    return Overdue(since=found.since, owing=owing, inductions=inductions)


@router.get("/training/records/overdue.xlsx", dependencies=READS, response_class=Response, responses=BOOK)
def get_overdue_book(desk: DeskOf, team: str = "") -> Response:
    """Return what is overdue as a workbook."""
    return overdue_xlsx(desk, team)


@router.get("/training/records/export.xlsx", dependencies=READS, response_class=Response, responses=BOOK)
def get_trainings_book(desk: DeskOf, person: PersonOf, wanted: WantedOf) -> Response:
    """Return who attended what as a workbook; of a month, or of the last year."""
    return training_xlsx(desk, person, wanted)


@router.get("/training/records/export.csv", dependencies=READS, response_class=Response, responses=file_of("text/csv"))
def get_trainings_csv(desk: DeskOf, person: PersonOf, wanted: WantedOf) -> Response:
    """Return who attended what as CSV; of a month, or of the last year."""
    return training_csv(desk, person, wanted)


@router.get("/training/records/{session_id}", dependencies=READS)
def get_training(desk: DeskOf, person: PersonOf, session_id: Number) -> SessionDetail:
    """Return one session."""
    with desk.sessions() as session:
        return session_detail(training_file(session, session_id), hides(desk, person))


@router.post("/training/records/{session_id}/attendance", dependencies=WRITES, status_code=201)
def send_training_attendance(
    desk: DeskOf, person: PersonOf, session_id: Number, given: AttendanceGiven
) -> SessionDetail:
    """Say who attended; what is as it was said before is not written again."""

    def said(rows: tuple[Operator, ...]) -> Iterator[tuple[str, Seen]]:
        rest = (o.operator_id for o in rows if given.rest_present and o.operator_id not in given.said)
        yield from given.said.items()
        yield from ((operator_id, Seen(Presence.PRESENT)) for operator_id in rest)

    return session_detail(say_attendance(desk, person, session_id, said, given.why), hides(desk, person))


@router.post("/training/records/{session_id}/withdrawal", dependencies=WRITES, status_code=201)
def withdraw_training(desk: DeskOf, person: PersonOf, session_id: Number, given: WithdrawalGiven) -> SessionDetail:
    """Say that a session was entered by mistake: it stays to be read, and counts nowhere."""
    return session_detail(withdraw(desk, person, session_id, given.reason), hides(desk, person))
