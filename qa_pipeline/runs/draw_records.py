"""A draw handed to anybody as one file, and read back to be checked."""

from __future__ import annotations

from pathlib import Path

from pydantic import ValidationError
from sqlalchemy.orm import Session

from qa_pipeline.errors import UserError
from qa_pipeline.models import FrameRow
from qa_pipeline.sampling import DrawRecord, frame_rows, record_of
from qa_pipeline.store.codec import decode, encode
from qa_pipeline.store.queries.calls import calls_of_month
from qa_pipeline.store.queries.month import plan_of
from qa_pipeline.store.queries.sampling import frame_of


def stored_record(session: Session, month: str) -> DrawRecord:
    """Return a month's draw as the store has it.

    Raises:
        UserError: The month has no plan.
    """
    plan = plan_of(session, month)
    if plan is None:
        raise UserError(f"no calls of {month} were drawn yet", f"run `hotline-qa draw --month {month}` first")
    return record_of(plan, frame_of(session, month) or frame_rows(calls_of_month(session, month)))


def write_record(record: DrawRecord, path: Path) -> None:
    """Write a record as JSON.

    Raises:
        UserError: The file is there already, or cannot be written.
    """
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(encode(record))
    except FileExistsError as error:
        raise UserError(f"{path} is there already", "give another file with --out") from error
    except OSError as error:
        raise UserError(f"{path}: {error.strerror}", "give a file that can be written with --out") from error


def read_record(path: Path) -> DrawRecord:
    """Read what `write_record` wrote.

    Raises:
        UserError: The file cannot be read or is no such record.
    """
    try:
        return decode(DrawRecord, path.read_bytes())
    except OSError as error:
        raise UserError(f"{path}: {error.strerror}", "name the file that `draw export` wrote") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "the file"
        raise UserError(f"{path} is no record of a draw: {where}: {first['msg']}", "ask for the file anew") from error


def differs(given: DrawRecord, stored: DrawRecord) -> str | None:
    """Return in what a record from a file first differs from the stored one (Chinese); None if in nothing."""
    for name, what in _NAMES.items():
        if getattr(given, name) != getattr(stored, name):
            return f"文件与库中的{what}不同"
    return None


def changed_calls(session: Session, record: DrawRecord) -> tuple[str | None, int]:
    """Return what of the frame is otherwise in the call log today (None: nothing), and how many calls came later."""
    today = {row.call_id: row for row in frame_rows(calls_of_month(session, record.month))}
    then = {row.call_id for row in record.frame}
    for row in record.frame:
        if (now := today.get(row.call_id)) != row:
            return _change(row, now), 0
    return None, len(today.keys() - then)


def _change(row: FrameRow, now: FrameRow | None) -> str:
    if now is None:
        return f"抽样时总体中的通话 {row.call_id} 已不在通话记录里"
    name, before, after = next((name, a, b) for name, a, b in zip(_FIELDS, row, now, strict=True) if a != b)
    return f"通话 {row.call_id} 的{name}在抽样后由“{before}”变为“{after}”"


_FIELDS = ("编号", "开始时间", "时长", "工号", "班次")
_NAMES = {
    "month": "月份",
    "seed": "种子",
    "seed_sha256": "种子哈希",
    "quota_per_operator": "每人通数",
    "rule": "抽样规则",
    "drawn_at": "抽样时间",
    "commitment": "事先承诺",
    "commitment_sha256": "承诺哈希",
    "frame_sha256": "总体哈希",
    "frame": "总体",
    "exclusions": "排除的通话",
    "calls": "抽中的通话",
    "replacements": "替换记录",
}
