"""Files that were sent, and what columns mean to this centre."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from qa_pipeline.errors import NotFound
from qa_pipeline.models.errands import Upload
from qa_pipeline.store.rows import as_model
from qa_pipeline.store.schema import ColumnMapRow, UploadRow


def add_upload(session: Session, name: str, sha256: str, size: int, by: str, now: datetime) -> Upload:
    """Write that a file was sent."""
    row = UploadRow(name=name[-256:], sha256=sha256, size=size, sent_by=by, sent_at=now)
    session.add(row)
    session.flush()
    return as_model(Upload, row)


def uploads(session: Session, numbers: Sequence[int]) -> tuple[Upload, ...]:
    """Return uploads by their numbers, in that order.

    Raises:
        NotFound: One is not there.
    """
    rows = {row.upload_id: row for row in session.scalars(select(UploadRow).where(UploadRow.upload_id.in_(numbers)))}
    if missing := [number for number in numbers if number not in rows]:
        raise NotFound(f"没有 {missing[0]} 号上传文件", "重新上传")
    return tuple(as_model(Upload, rows[number]) for number in numbers)


def column_maps(session: Session) -> dict[str, dict[str, str]]:
    """Return by kind what column titles (folded) mean: the field's name."""
    found: dict[str, dict[str, str]] = {}
    for row in session.scalars(select(ColumnMapRow)):
        found.setdefault(row.kind, {})[row.title] = row.field
    return found


def remember_columns(session: Session, kind: str, fields: Mapping[str, str], by: str, now: datetime) -> None:
    """Keep what titles mean for a kind of file; a title that means nothing any more ('') is forgotten."""
    for title, field in fields.items():
        row = session.get(ColumnMapRow, (kind, title))
        if row is None and field:
            session.add(ColumnMapRow(kind=kind, title=title, field=field, set_by=by, set_at=now))
        elif row is not None and field:
            row.field, row.set_by, row.set_at = field, by, now
        elif row is not None:
            session.delete(row)
    session.flush()
