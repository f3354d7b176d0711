"""Takes attendance that was read from files: sessions that are not there yet, and what is new of who attended."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from qa_pipeline.ingest.batch import Numbered
from qa_pipeline.models.training_records import AttendanceLine, AttendanceWord, SessionDraft
from qa_pipeline.store.queries.people import operators
from qa_pipeline.store.queries.refused import Refused
from qa_pipeline.store.queries.training_records import (
    add_attendance,
    add_training_session,
    hold_training,
    same_session,
    training_file,
)
from qa_pipeline.store.rows import too_long
from qa_pipeline.store.schema import TrainingSessionRow

IMPORTED = "导入"
"""Who said it, where the table does not name anybody."""


def take_attendance(
    session: Session, rows: Sequence[Numbered[AttendanceLine]], now: datetime
) -> Callable[[AttendanceLine], bool]:
    """Return what takes one row. The same again changes nothing; another word is a correction, and says why."""
    del rows
    hold_training(session)
    roster = {o.operator_id: o.team for o in operators(session)}
    known: dict[SessionDraft, int] = {}

    def take_one(line: AttendanceLine) -> bool:
        _refuse(line, roster, now)
        by = line.by or IMPORTED
        number = known.get(line.draft)
        if number is None:
            number = known[line.draft] = _session(session, line.draft, by, now)
        before = training_file(session, number).latest.get(line.operator_id)
        if before is not None and before.seen == line.seen:
            return False
        if before is not None and not line.why:
            raise Refused(
                "presence",
                f"{line.operator_id} 在这场培训已登记为{before.presence.name_zh}",
                "要更正的，在“更正原因”里写明",
            )
        seen, why = line.seen, line.why if before is not None else ""
        said = (seen.presence, seen.made_up_on, seen.reason, why, by, now)
        add_attendance(session, (AttendanceWord(number, line.operator_id, *said),))
        return True

    return take_one


def _session(session: Session, draft: SessionDraft, by: str, now: datetime) -> int:
    before = same_session(session, draft)
    return (add_training_session(session, draft, by, now) if before is None else before).session_id


def _refuse(line: AttendanceLine, roster: dict[str, str], now: datetime) -> None:
    draft = line.draft
    if line.operator_id not in roster:
        raise Refused("operator_id", f"工号“{line.operator_id}”不在花名册里", "先导入含此人的花名册，或改正工号")
    if draft.team and draft.team not in roster.values():
        raise Refused("team", f"花名册上没有班组“{draft.team}”", "写花名册上的班组，或写“全体”")
    if max(draft.held_on, line.seen.made_up_on or draft.held_on) > now.date():
        raise Refused("held_on", "培训或补课的日期还没有到", "举行之后再登记")
    text = {"topic": draft.topic, "leader": draft.leader, "entered_by": line.by}
    if (fault := too_long(TrainingSessionRow(**text, team=draft.team))) is not None:
        raise Refused(fault[0], "内容太长", f"不超过 {fault[1]} 个字符")
