"""What people who review wrote beside a call: notes, and corrections of its transcript. Neither is ever changed."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from qa_pipeline.models import HandCorrection, Note, Role
from qa_pipeline.store.rows import as_model
from qa_pipeline.store.schema import HandCorrectionRow, NoteRow


def add_note(session: Session, call_id: str, text: str, author: str, now: datetime) -> Note:
    """Write a note on a call."""
    row = NoteRow(call_id=call_id, text=text, author=author, created_at=now)
    session.add(row)
    session.flush()
    return as_model(Note, row)


def notes_of(session: Session, call_id: str) -> tuple[Note, ...]:
    """Return a call's notes, the oldest first."""
    rows = session.scalars(select(NoteRow).where(NoteRow.call_id == call_id).order_by(NoteRow.note_id))
    return tuple(as_model(Note, row) for row in rows)


def add_hand_correction(
    session: Session,
    call_id: str,
    heard: tuple[str, str],
    utterance: int,
    text: str,
    role: Role,
    author: str,
    now: datetime,
) -> HandCorrection:
    """Write what a person corrected; ``heard`` is the recording and the hash of what was heard in it."""
    recording_id, speech_hash = heard
    row = HandCorrectionRow(
        call_id=call_id,
        recording_id=recording_id,
        speech_hash=speech_hash,
        utterance=utterance,
        text=text,
        role=role,
        author=author,
        created_at=now,
    )
    session.add(row)
    session.flush()
    return as_model(HandCorrection, row)


def hand_corrections(session: Session, call_id: str, speech_hash: str) -> tuple[HandCorrection, ...]:
    """Return all corrections of what was heard in a call, undone ones too, in the order in which they were written."""
    return corrections_in(session, select(HandCorrectionRow.call_id).where(HandCorrectionRow.call_id == call_id)).get(
        (call_id, speech_hash), ()
    )


def corrections_in(session: Session, scope: Select[str]) -> dict[tuple[str, str], tuple[HandCorrection, ...]]:
    """Return the corrections of the calls that a statement selects, by call and hash of what was heard."""
    rows = session.scalars(
        select(HandCorrectionRow).where(HandCorrectionRow.call_id.in_(scope)).order_by(HandCorrectionRow.correction_id)
    )
    found: dict[tuple[str, str], tuple[HandCorrection, ...]] = {}
    for row in rows:
        key = (row.call_id, row.speech_hash)
        found[key] = (*found.get(key, ()), as_model(HandCorrection, row))
    return found
