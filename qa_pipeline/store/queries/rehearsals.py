"""What trainees recorded in role-play: theirs, and gone after a term."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from qa_pipeline.errors import NotFound
from qa_pipeline.models.packs import Heard, Rehearsal
from qa_pipeline.models.speech import AcousticProfile, Transcript
from qa_pipeline.store.rows import as_model, as_row
from qa_pipeline.store.schema import RehearsalRow


def add_rehearsal(session: Session, rehearsal: Rehearsal) -> Rehearsal:
    """Write an answer that was sent and return it with its number; the one it came with is not looked at."""
    row = as_row(RehearsalRow, rehearsal, rehearsal_id=None)
    session.add(row)
    session.flush()
    return replace(rehearsal, rehearsal_id=row.rehearsal_id)


def rehearsal(session: Session, rehearsal_id: int) -> Rehearsal:
    """Return one answer.

    Raises:
        NotFound: There is none of that number, or it was deleted.
    """
    row = session.get(RehearsalRow, rehearsal_id)
    if row is None:
        raise NotFound(f"没有 {rehearsal_id} 号演练录音，或已到期删除", "从课包的演练页进入")
    return as_model(Rehearsal, row)


def rehearsals_of(session: Session, pack_id: int, clip_id: int, account_id: int) -> tuple[Rehearsal, ...]:
    """Return what one trainee answered to a clip of a pack, in the order in which it was sent."""
    mine = (RehearsalRow.pack_id == pack_id, RehearsalRow.clip_id == clip_id, RehearsalRow.account_id == account_id)
    rows = session.scalars(select(RehearsalRow).where(*mine).order_by(RehearsalRow.rehearsal_id))
    return tuple(as_model(Rehearsal, row) for row in rows)


def rehearsals_on(session: Session, pack_id: int) -> tuple[Rehearsal, ...]:
    """Return what anybody answered to the clips of a pack, in the order in which it was sent."""
    rows = session.scalars(
        select(RehearsalRow).where(RehearsalRow.pack_id == pack_id).order_by(RehearsalRow.rehearsal_id)
    )
    return tuple(as_model(Rehearsal, row) for row in rows)


def speech_before(session: Session, one: Rehearsal) -> dict[int, tuple[Transcript, AcousticProfile]]:
    """Return what the trainee had answered last to each earlier cue of the clip, as it was heard."""
    mine = (RehearsalRow.pack_id == one.pack_id, RehearsalRow.clip_id == one.clip_id)
    earlier = (RehearsalRow.account_id == one.account_id, RehearsalRow.cue < one.cue, RehearsalRow.speech.is_not(None))
    rows = session.scalars(select(RehearsalRow).where(*mine, *earlier).order_by(RehearsalRow.rehearsal_id))
    return {row.cue: row.speech for row in rows if row.speech is not None}


def rehearsal_heard(
    session: Session,
    rehearsal_id: int,
    sound_path: str,
    heard: Heard,
    speech: tuple[Transcript, AcousticProfile] | None,
) -> bool:
    """Write what was heard of an answer, and where its decoded sound lies; False where it was deleted meanwhile."""
    row = session.get(RehearsalRow, rehearsal_id)
    if row is None:
        return False
    row.sound_path, row.heard, row.speech, row.error, row.hint = sound_path, heard, speech, "", ""
    session.flush()
    return True


def rehearsal_refused(session: Session, rehearsal_id: int, error: str, hint: str) -> None:
    """Write why an answer could not be recognised; its sound is kept nowhere."""
    row = session.get(RehearsalRow, rehearsal_id)
    if row is not None:
        row.error, row.hint, row.sound_path = error, hint, ""
        session.flush()


def delete_rehearsals(session: Session, numbers: Sequence[int]) -> None:
    """Delete answers."""
    session.execute(delete(RehearsalRow).where(RehearsalRow.rehearsal_id.in_(numbers)))
    session.flush()


def rehearsals_before(session: Session, when: datetime, limit: int = 500) -> tuple[Rehearsal, ...]:
    """Return answers that were sent before a time, the oldest first."""
    rows = session.scalars(
        select(RehearsalRow).where(RehearsalRow.sent_at < when).order_by(RehearsalRow.sent_at).limit(limit)
    )
    return tuple(as_model(Rehearsal, row) for row in rows)


def kept_sounds(session: Session) -> frozenset[str]:
    """Return the paths of all sounds that answers still have."""
    return frozenset(session.scalars(select(RehearsalRow.sound_path).where(RehearsalRow.sound_path != "")))
