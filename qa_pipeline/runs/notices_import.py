"""Takes supervision notices from a file: each row is entered by itself, what is refused is told row by row."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session, sessionmaker

from qa_pipeline.errors import ImportRefused, UserError
from qa_pipeline.ingest.batch import Refusal
from qa_pipeline.ingest.files import refused_file
from qa_pipeline.ingest.notices import read_notices
from qa_pipeline.models.supervision import NoticeFile
from qa_pipeline.settings import Settings
from qa_pipeline.supervision.notices import enter_notice


@dataclass(frozen=True, slots=True)
class NoticesImport:
    """What became of a file: notices entered, rows that were there before, rows refused."""

    entered: tuple[NoticeFile, ...]
    unchanged: int
    refusals: tuple[Refusal, ...]


def import_notices(
    settings: Settings, sessions: sessionmaker[Session], path: Path, by: str, now: datetime
) -> NoticesImport:
    """Enter the notices of a file; the same file again enters nothing.

    Args:
        settings: The most points that a notice takes.
        sessions: The store.
        path: CSV or xlsx (columns: `qa_pipeline.ingest.notices.NOTICE_COLUMNS`).
        by: Who enters them.
        now: The centre's wall clock.
    """
    try:
        rows, unread = read_notices(path)
    except ImportRefused as refused:
        return NoticesImport((), 0, refused_file(path.name, refused).refusals)
    except OSError as error:
        return NoticesImport((), 0, (Refusal(path.name, None, "", f"读不出来（{error.strerror}）", "检查文件"),))
    entered: list[NoticeFile] = []
    refusals, unchanged = list(unread), 0
    for row in rows:
        try:
            with sessions.begin() as session:
                file = enter_notice(session, settings, row.value, by, now)
        except UserError as error:
            refusals.append(Refusal(path.name, row.row, "", error.message, error.hint))
            continue
        new = file.notice.entered_at == now and not any(file.notice.notice_id == e.notice.notice_id for e in entered)
        unchanged += not new
        if new:
            entered.append(file)
    return NoticesImport(tuple(entered), unchanged, tuple(sorted(refusals, key=lambda r: r.row or 0)))
