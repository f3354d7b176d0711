"""What people type into forms, read in one way."""

from __future__ import annotations

from datetime import date

from qa_pipeline.errors import UserError


def day_of(text: str, what: str = "日期") -> date:
    """Return the day that was typed; ``what`` it is, in Chinese.

    Raises:
        UserError: It is none.
    """
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise UserError(f"没有填写{what}，或看不懂", "写成 2026-12-07 这样") from None
