"""Days and times as commands are given them."""

from __future__ import annotations

from datetime import date, datetime

from qa_pipeline.errors import UserError


def read_day(text: str) -> date:
    """Return a day written as YYYY-MM-DD.

    Raises:
        UserError: It is none.
    """
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise UserError(f"“{text}”不是日期", "写成 2026-10-03 这样") from error


def read_moment(text: str) -> datetime:
    """Return a time written as YYYY-MM-DD HH:MM; a day alone is its end, when all of it was known.

    Raises:
        UserError: It is none.
    """
    try:
        moment = datetime.fromisoformat(text.strip().replace("/", "-"))
    except ValueError as error:
        raise UserError(f"“{text}”不是时间", '写成 "2026-10-03 08:15" 这样') from error
    return moment.replace(hour=23, minute=59, second=59) if len(text.strip()) <= len("2026-10-03") else moment
