"""What people type into forms, read in one way."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import Depends, Request
from starlette.datastructures import FormData

from qa_pipeline.errors import UserError


async def form_of(request: Request) -> FormData:
    """Return what a form holds, whatever it holds (a FastAPI dependency)."""
    return await request.form()


FormOf = Annotated[FormData, Depends(form_of)]


def day_of(text: str, what: str = "日期") -> date:
    """Return the day that was typed; ``what`` it is, in Chinese.

    Raises:
        UserError: It is none.
    """
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise UserError(f"没有填写{what}，或看不懂", "写成 2026-12-07 这样") from None
