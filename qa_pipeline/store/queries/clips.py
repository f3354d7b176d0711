"""Masked clips as they are kept."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import ColumnElement, func, select, true
from sqlalchemy.orm import Session

from qa_pipeline.errors import NotFound
from qa_pipeline.models.appeals import AppealStep
from qa_pipeline.models.clips import (
    Barred,
    Clip,
    ClipCorrection,
    ClipExport,
    ClipFile,
    ClipPiece,
    ClipState,
    ClipStep,
    ClipWord,
    ReadyClip,
)
from qa_pipeline.store.rows import as_model, as_row, chunks, hold_rows
from qa_pipeline.store.schema import (
    AppealRow,
    AppealWordRow,
    AuditRow,
    CallRow,
    ClipCorrectionRow,
    ClipExportRow,
    ClipRow,
    ClipWordRow,
    HandCorrectionRow,
    NoticeRow,
    NoticeWordRow,
    RecordingRow,
    SpeechRow,
    WorkOrderRow,
)

CONFIDED = "是否保密"
NOT_SECRET = frozenset(("", "否", "不保密", "不", "无"))
"""What the field says of a caller who need not be kept secret; whatever else it says keeps them so."""


def add_clip(session: Session, clip: Clip) -> Clip:
    """Write a clip and return it with its number; the one it came with is not looked at."""
    row = as_row(ClipRow, clip, clip_id=None)
    session.add(row)
    session.flush()
    return as_model(Clip, row, corrections=())


def add_clip_word(session: Session, word: ClipWord) -> None:
    """Write what somebody said of a clip."""
    session.add(as_row(ClipWordRow, word))
    session.flush()


def add_clip_corrections(session: Session, word: ClipWord, written: Mapping[int, tuple[ClipPiece, ...]]) -> None:
    """Write that somebody put words of a clip right, and what they wrote for each turn, masked."""
    add_clip_word(session, word)
    session.add_all(
        ClipCorrectionRow(clip_id=word.clip_id, position=word.position, turn=turn, pieces=pieces)
        for turn, pieces in written.items()
    )
    session.flush()


def add_clip_exports(
    session: Session, clips: Sequence[ReadyClip], purpose: str, taken_by: str, taken_at: datetime
) -> None:
    """Write that clips left."""
    session.add_all(
        ClipExportRow(
            clip_id=one.clip_id, purpose=purpose, taken_by=taken_by, taken_at=taken_at, sound_sha256=one.sound_sha256
        )
        for one in clips
    )
    session.flush()


def hold_clips(session: Session, clip_ids: Collection[int]) -> None:
    """Keep others who say something of the same clips, or let them out, waiting until this unit of work ends."""
    hold_rows(session, ClipRow, ClipRow.clip_id.in_(clip_ids))


def hold_call(session: Session, call_id: str) -> None:
    """Keep others who make a clip of the same call, or approve one, waiting until this unit of work ends."""
    hold_rows(session, CallRow, CallRow.call_id == call_id)


def clip_file(session: Session, clip_id: int) -> ClipFile:
    """Return a clip with all that was said of it and where it went.

    Raises:
        NotFound: There is no such clip.
    """
    found = _files(session, ClipRow.clip_id == clip_id)
    if not found:
        raise NotFound(f"没有 {clip_id} 号剪辑", "从剪辑列表进入")
    return found[0]


def clip_files(session: Session, clip_ids: Collection[int]) -> tuple[ClipFile, ...]:
    """Return clips by their numbers, in order; those that are not there are left out."""
    return _files(session, ClipRow.clip_id.in_(clip_ids))


def clips_of(session: Session, call_id: str) -> tuple[ClipFile, ...]:
    """Return the clips of a call, in order."""
    return _files(session, ClipRow.call_id == call_id)


def clips_page(session: Session, state: ClipState | None, limit: int, offset: int) -> tuple[tuple[ClipFile, ...], int]:
    """Return some of the clips that stand so (None: all), the newest first, and how many there are."""
    wanted = select(ClipRow.clip_id).where(true() if state is None else _stands(state))
    total = session.scalar(select(func.count()).select_from(wanted.subquery())) or 0
    some = session.scalars(wanted.order_by(ClipRow.clip_id.desc()).limit(limit).offset(offset)).all()
    return tuple(reversed(_files(session, ClipRow.clip_id.in_(some)))), total


def barred_among(session: Session, call_ids: Collection[str]) -> dict[str, Barred]:
    """Return those of some calls of which nothing may be used in training, each with why, as it stands now."""
    found: dict[str, Barred] = {}
    for some in chunks(call_ids):
        # The last to be written is what is told: a secret caller before an appeal, an appeal before a notice.
        found |= dict.fromkeys(_noticed(session, some), Barred.NOTICED)
        found |= dict.fromkeys(_appealed(session, some), Barred.APPEALED)
        found |= dict.fromkeys(_secret(session, some), Barred.CONFIDED)
    return found


def _secret(session: Session, call_ids: Collection[str]) -> set[str]:
    """Return calls of which a work order, as it is now, asks that the caller be kept secret."""
    newest: dict[str, tuple[str, str]] = {}
    orders = select(WorkOrderRow).where(WorkOrderRow.call_id.in_(call_ids)).order_by(WorkOrderRow.revision)
    for row in session.scalars(orders):
        newest[row.order_id] = row.call_id, row.fields.get(CONFIDED, "").strip()
    return {call_id for call_id, said in newest.values() if said not in NOT_SECRET}


def _appealed(session: Session, call_ids: Collection[str]) -> set[str]:
    """Return calls of which an item, or a notice on them, is appealed against and that is not decided yet."""
    ended = select(AppealWordRow.appeal_id).where(
        AppealWordRow.step.in_((AppealStep.UPHELD, AppealStep.PARTLY, AppealStep.REJECTED, AppealStep.WITHDRAWN))
    )
    pending = AppealRow.appeal_id.not_in(ended)
    items = select(AppealRow.call_id).where(AppealRow.call_id.in_(call_ids), pending)
    notices = (
        select(NoticeRow.call_id)
        .join(AppealRow, AppealRow.notice_id == NoticeRow.notice_id)
        .where(NoticeRow.call_id.in_(call_ids), pending)
    )
    return {one for wanted in (items, notices) for one in session.scalars(wanted) if one is not None}


def _noticed(session: Session, call_ids: Collection[str]) -> set[str]:
    """Return calls that a supervision notice names which nobody has answered yet."""
    answered = select(NoticeWordRow.notice_id)
    wanted = select(NoticeRow.call_id).where(NoticeRow.call_id.in_(call_ids), NoticeRow.notice_id.not_in(answered))
    return {one for one in session.scalars(wanted) if one is not None}


def known_anew(session: Session, call_id: str, since: datetime) -> bool:
    """Whether an order of a call was handed in, a turn of it put right, or it was heard at or after a moment."""
    mine = select(RecordingRow.recording_id).where(RecordingRow.call_id == call_id)
    newer = (
        select(WorkOrderRow.order_id).where(WorkOrderRow.call_id == call_id, WorkOrderRow.recorded_at >= since),
        select(HandCorrectionRow.call_id).where(
            HandCorrectionRow.call_id == call_id, HandCorrectionRow.created_at >= since
        ),
        select(SpeechRow.recording_id).where(SpeechRow.recording_id.in_(mine), SpeechRow.created_at >= since),
        select(AuditRow.call_id).where(AuditRow.call_id == call_id, AuditRow.created_at >= since),
    )
    return any(session.scalar(one.limit(1)) is not None for one in newer)


def _stands(state: ClipState) -> ColumnElement[bool]:
    """Whether the last of what was said of a clip says so; of one that is MADE nothing, or that it was put right."""
    words = select(ClipWordRow.step).where(ClipWordRow.clip_id == ClipRow.clip_id)
    said = words.order_by(ClipWordRow.position.desc()).limit(1).scalar_subquery()
    return said.is_(None) | (said == ClipStep.CORRECTED) if state is ClipState.MADE else said == state.value


def _files(session: Session, condition: ColumnElement[bool]) -> tuple[ClipFile, ...]:
    rows = session.scalars(select(ClipRow).where(condition).order_by(ClipRow.clip_id)).all()
    words: defaultdict[int, list[ClipWord]] = defaultdict(list)
    exports: defaultdict[int, list[ClipExport]] = defaultdict(list)
    said = select(ClipWordRow).join(ClipRow, ClipRow.clip_id == ClipWordRow.clip_id).where(condition)
    for row in session.scalars(said.order_by(ClipWordRow.position)):
        words[row.clip_id].append(as_model(ClipWord, row))
    left = select(ClipExportRow).join(ClipRow, ClipRow.clip_id == ClipExportRow.clip_id).where(condition)
    for export in session.scalars(left.order_by(ClipExportRow.export_id)):
        exports[export.clip_id].append(as_model(ClipExport, export))
    written: defaultdict[int, list[ClipCorrectionRow]] = defaultdict(list)
    right = select(ClipCorrectionRow).join(ClipRow, ClipRow.clip_id == ClipCorrectionRow.clip_id).where(condition)
    for one in session.scalars(right.order_by(ClipCorrectionRow.position)):
        written[one.clip_id].append(one)
    return tuple(
        ClipFile(
            _corrected(row, words[row.clip_id], written[row.clip_id]),
            tuple(words[row.clip_id]),
            tuple(exports[row.clip_id]),
        )
        for row in rows
    )


def _corrected(row: ClipRow, words: Sequence[ClipWord], written: Sequence[ClipCorrectionRow]) -> Clip:
    """Return a clip with what counts of each turn, the last that somebody wrote for it."""
    said = {word.position: word for word in words}
    made = {
        one.turn: ClipCorrection(
            one.turn, one.pieces, row.turns[one.turn].pieces, said[one.position].by, said[one.position].said_at
        )
        for one in written
    }
    turns = tuple(
        replace(turn, pieces=made[number].pieces) if number in made else turn for number, turn in enumerate(row.turns)
    )
    return as_model(Clip, row, turns=turns, corrections=tuple(made[number] for number in sorted(made)))
