"""Recordings and the calls that they belong to."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from qa_pipeline.models import Recording
from qa_pipeline.store.queries.refused import Refused
from qa_pipeline.store.rows import as_model, as_row
from qa_pipeline.store.schema import CallRow, RecordingRow


def call_of_file(session: Session, name: str) -> str:
    """Return the call whose log row names a recording's file.

    Raises:
        Refused: No row of a call log names it.
    """
    call_id = session.scalar(select(CallRow.call_id).where(CallRow.recording_file == name))
    if call_id is None:
        raise Refused("", "通话记录里没有写这个录音文件名", "先导入写有“录音文件”的通话记录，或把文件改回原名")
    return call_id


def is_kept(session: Session, recording_id: str, call_id: str) -> bool:
    """Whether a call has this very recording already.

    Raises:
        Refused: The call has another recording, or the recording is another call's.
    """
    row = session.get(RecordingRow, recording_id)
    if row is not None and row.call_id != call_id:
        raise Refused("", f"同样的录音已属于通话“{row.call_id}”", "一段录音只能属于一通电话；核对是否复制错了文件")
    other = session.scalar(select(RecordingRow.recording_id).where(RecordingRow.call_id == call_id))
    if other is not None and other != recording_id:
        raise Refused("", f"通话“{call_id}”已有另一段录音（{other[:12]}…）", "核对哪一段是原件；已登记的录音不被覆盖")
    return row is not None


def path_of(session: Session, recording_id: str) -> str | None:
    """Return where a recording lies, from the workspace; None where it is not in the store."""
    return session.scalar(select(RecordingRow.path).where(RecordingRow.recording_id == recording_id))


def add_recording(session: Session, recording: Recording, call_id: str, source_name: str, now: datetime) -> None:
    """Keep a recording that `is_kept` found to be new."""
    session.add(as_row(RecordingRow, recording, call_id=call_id, source_name=source_name, imported_at=now))
    session.flush()


def calls_with_recordings(session: Session, month: str) -> dict[str, Recording]:
    """Return call id -> recording of a month."""
    statement = (
        select(RecordingRow).join(CallRow, CallRow.call_id == RecordingRow.call_id).where(CallRow.month == month)
    )
    return {row.call_id: as_model(Recording, row) for row in session.scalars(statement)}
