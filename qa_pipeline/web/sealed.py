"""What somebody must not read yet, since they are to judge it blind: nowhere, whichever way they come."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from qa_pipeline.errors import Conflict
from qa_pipeline.models import CallFile
from qa_pipeline.models.accounts import Person
from qa_pipeline.review.queueing import judging_again
from qa_pipeline.store.queries.calibration import calls_to_score
from qa_pipeline.store.queries.listing import Wanted, wanted_calls
from qa_pipeline.store.queries.readings import has_read, note_reading, note_readings
from qa_pipeline.store.schema import StandingRow
from qa_pipeline.web.desk import Desk
from qa_pipeline.web.navigation import REVIEWS


def sealed_for(desk: Desk, session: Session, person: Person) -> tuple[str, ...]:
    """Return the calls that somebody has to judge blind first: a repeat that they hold, a calibration session's."""
    if not person.has(*REVIEWS):
        return ()
    again = judging_again(session, desk.settings, person.account, datetime.now())
    return tuple(sorted(again | calls_to_score(session, person.account.account_id).keys()))


def refuse_sealed(desk: Desk, session: Session, person: Person, call_id: str) -> None:
    """Refuse what was found in a call that somebody has to judge blind first.

    Raises:
        Conflict: They have; it says where.
    """
    if not person.has(*REVIEWS):
        return
    if (number := calls_to_score(session, person.account.account_id).get(call_id)) is not None:
        raise Conflict(f"通话 {call_id} 在 {number} 号校准里等您评分", "先交校准评分，再看机器和别人的结论")
    if call_id in judging_again(session, desk.settings, person.account, datetime.now()):
        raise Conflict(f"通话 {call_id} 正由您盲复核", "先完成盲复核，或在待办页释放它")


def refuse_sealed_month(desk: Desk, session: Session, person: Person, month: str) -> None:
    """Refuse a file with all calls of a month to who has to judge one of them blind first.

    Raises:
        Conflict: They have; it says which.
    """
    sealed = sealed_for(desk, session, person)
    its = select(StandingRow.call_id).where(StandingRow.month == month, StandingRow.call_id.in_(sealed))
    if sealed and (call_id := session.scalar(its.order_by(StandingRow.call_id).limit(1))) is not None:
        raise Conflict(f"{month} 的文件里有等您盲评的通话 {call_id}", "先完成盲复核或校准评分，再下载")


def note_read(desk: Desk, person: Person, file: CallFile) -> None:
    """Write that somebody reads what was decided on a call, if anything was: they cannot judge it blind any more."""
    if not file.decisions or not person.has(*REVIEWS):
        return
    call_id, account_id = file.call.call_id, person.account.account_id
    with desk.sessions() as session:
        known = has_read(session, call_id, account_id)
    if not known:
        with desk.sessions.begin() as session:
            note_reading(session, call_id, account_id)


def note_calls_read(desk: Desk, person: Person, call_ids: Collection[str]) -> None:
    """Write that somebody reads what was said of some calls, as `note_read` of one."""
    if call_ids:
        _note_readings(desk, person, select(StandingRow.call_id).where(StandingRow.call_id.in_(call_ids)))


def note_all_read(desk: Desk, person: Person, wanted: Wanted) -> None:
    """Write that somebody takes along what was decided on the calls of a list."""
    _note_readings(desk, person, wanted_calls(wanted))


def _note_readings(desk: Desk, person: Person, calls: Select[str]) -> None:
    if person.has(*REVIEWS):
        with desk.sessions.begin() as session:
            note_readings(session, calls, person.account.account_id)
