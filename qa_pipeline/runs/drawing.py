"""Draws a month's calls and keeps the plan."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session, sessionmaker

from qa_pipeline import sampling
from qa_pipeline.errors import NotFound, UserError
from qa_pipeline.ingest.batch import FileKind
from qa_pipeline.models import CallRecord, SamplePlan
from qa_pipeline.store.queries.calls import calls_of_month, months
from qa_pipeline.store.queries.imports import last_refusals
from qa_pipeline.store.queries.month import save_plan
from qa_pipeline.store.queries.recordings import calls_with_recordings


def draw_month(
    sessions: sessionmaker[Session], month: str, quota: int, seed: str, now: datetime, *, early: bool = False
) -> SamplePlan:
    """Draw the calls of a month and keep the plan; the very same draw again is no error.

    Args:
        sessions: The store.
        month: ``YYYY-MM``.
        quota: Calls of each operator.
        seed: What the draw follows from.
        now: The centre's wall clock.
        early: Draw although the month is not over: calls that come later can then never be drawn.

    Raises:
        NotFound: The store has no call of that month.
        UserError: The month is not over, or was drawn with another seed, quota or frame.
    """
    with sessions.begin() as session:
        frame = calls_of_month(session, month)
        if frame and not early:
            _refuse_early(month, len(frame), now)
        if not frame:
            known = ", ".join(months(session)) or "none"
            raise NotFound(
                f"there are no calls of {month} to draw from", f"import its call log; months with calls: {known}"
            )
        plan = sampling.draw(frame, month, quota, seed, _usable(session, month, frame), now)
        save_plan(session, plan)
    return plan


def _refuse_early(month: str, calls: int, now: datetime) -> None:
    if f"{now:%Y-%m}" <= month:
        raise UserError(
            f"{month} is not over ({now:%Y-%m-%d}): a month is drawn once, and only its {calls} calls "
            "imported so far could be drawn",
            "draw when the month is over and all is imported; --early draws all the same",
        )


def _usable(session: Session, month: str, frame: tuple[CallRecord, ...]) -> dict[str, str | None]:
    """Return why each call cannot be drawn, None where it can."""
    recordings = calls_with_recordings(session, month)
    refused = last_refusals(session, FileKind.RECORDING)
    usable: dict[str, str | None] = {}
    for call in frame:
        recording = recordings.get(call.call_id)
        if recording is None:
            why = refused.get(call.recording_file)
            usable[call.call_id] = f"录音不可用：{why}" if why else "没有录音"
        elif recording.duration_ms < sampling.SHORTEST_S * 1000:
            usable[call.call_id] = f"录音只有 {recording.duration_ms / 1000:.1f} 秒，不足 {sampling.SHORTEST_S} 秒"
        else:
            usable[call.call_id] = None
    return usable
