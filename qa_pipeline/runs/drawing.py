"""Draws a month's calls and keeps the plan."""

from __future__ import annotations

import hashlib
import secrets
from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session, sessionmaker

from qa_pipeline import sampling
from qa_pipeline.errors import NotFound, UserError
from qa_pipeline.ingest.batch import FileKind
from qa_pipeline.models import CallRecord, Commitment, SamplePlan
from qa_pipeline.store.queries.calls import calls_of_month, months
from qa_pipeline.store.queries.imports import last_refusals
from qa_pipeline.store.queries.month import plan_of, save_plan
from qa_pipeline.store.queries.people import duties
from qa_pipeline.store.queries.recordings import calls_with_recordings
from qa_pipeline.store.queries.sampling import commitment_of
from qa_pipeline.store.queries.supervision import last_settled


def draw_month(
    sessions: sessionmaker[Session],
    month: str,
    quota: int | None,
    seed: str | None,
    now: datetime,
    *,
    early: bool = False,
    usual_quota: int = 20,
) -> SamplePlan:
    """Draw the calls of a month and keep the plan; the very same draw again is no error.

    Args:
        sessions: The store.
        month: ``YYYY-MM``.
        quota: Calls of each operator; None: as committed, or ``usual_quota``.
        seed: What the draw follows from; None: as committed, or a new one.
        now: The centre's wall clock.
        early: Draw although the month is not over: calls that come later can then never be drawn.
        usual_quota: The centre's quota.

    Raises:
        NotFound: The store has no call of that month.
        UserError: A later month is settled, the month is not over, was committed to another seed, quota or rule or
            after ``now``, has calls after ``now`` or of shifts that its shift plan does not know, or was drawn with
            another seed, quota or frame; or none of its calls can be heard.
    """
    with sessions.begin() as session:
        frame = calls_of_month(session, month)
        if not frame:
            known = ", ".join(months(session)) or "none"
            raise NotFound(
                f"there are no calls of {month} to draw from", f"import its call log; months with calls: {known}"
            )
        _refuse_settled_later(session, month)
        if not early:
            _refuse_early(month, len(frame), now)
        _refuse_future(frame, now)
        _refuse_unknown_shifts(session, month, frame)
        fixed = commitment_of(session, month)
        if fixed is None:
            quota, seed = usual_quota if quota is None else quota, secrets.token_hex(16) if seed is None else seed
        else:
            quota, seed = _as_committed(fixed, quota, seed, now)
        refuse_quota(quota)
        plan = sampling.draw(frame, month, quota, seed, _usable(session, month, frame), now)
        _refuse_nothing(plan)
        save_plan(session, plan, sampling.frame_rows(frame))
        return plan_of(session, month) or plan


def refuse_quota(quota: int) -> None:
    """Refuse a quota that draws nothing.

    Raises:
        UserError: It is below 1.
    """
    if quota < 1:
        raise UserError(f"quota {quota}: nobody would be heard", "give at least 1 call for each operator")


def _as_committed(fixed: Commitment, quota: int | None, seed: str | None, now: datetime) -> tuple[int, str]:
    """Return quota and seed as they were committed; refuse anything else."""
    said = f"the draw of {fixed.month} was committed by {fixed.committed_by} on {fixed.committed_at:%Y-%m-%d %H:%M}"
    if now < fixed.committed_at:
        raise UserError(f"{said}, which is after now ({now:%Y-%m-%d %H:%M})", "set the machine's clock right")
    if fixed.rule != sampling.RULE:
        raise UserError(f"{said} by another rule: {fixed.rule}", "draw with the version of the program of that day")
    if quota not in {None, fixed.quota_per_operator}:
        raise UserError(f"{said} with {fixed.quota_per_operator} calls each, not {quota}", "leave --quota out")
    if seed is None and fixed.seed is None:
        raise UserError(f"{said} with a seed that is held outside", "ask its holder and pass it as --seed")
    revealed = fixed.seed if seed is None else seed
    assert revealed is not None  # noqa: S101  # one of the two is there, see above
    if hashlib.sha256(revealed.encode()).hexdigest() != fixed.seed_sha256:
        raise UserError(
            f"{said} to a seed whose SHA-256 is {fixed.seed_sha256}; the one given is another",
            "look for blanks and line ends that do not belong to it; no other seed can draw this month",
        )
    return fixed.quota_per_operator, revealed


def _refuse_settled_later(session: Session, month: str) -> None:
    """Refuse a month that could never be settled: drawn and open, it would keep all later ones from being settled."""
    settled = last_settled(session)
    if settled is not None and settled > month and plan_of(session, month, with_calls=False) is None:
        raise UserError(
            f"{settled} is settled: {month} lies before it and could never be settled itself",
            "months are drawn and settled in order; what went by is left as it is",
        )


def _refuse_nothing(plan: SamplePlan) -> None:
    """Refuse a draw in which nobody is heard: it could never be made again when the recordings come."""
    if not plan.calls:
        raise UserError(
            f"none of the {plan.frame_size} calls of {plan.month} can be drawn: no usable recording, or too short",
            "import the recordings first; a month is drawn once",
        )


def _refuse_early(month: str, calls: int, now: datetime) -> None:
    if f"{now:%Y-%m}" <= month:
        raise UserError(
            f"{month} is not over ({now:%Y-%m-%d}): a month is drawn once, and only its {calls} calls "
            "imported so far could be drawn",
            "draw when the month is over and all is imported; --early draws all the same",
        )


def _refuse_future(frame: Sequence[CallRecord], now: datetime) -> None:
    last = max(frame, key=lambda call: call.started_at)
    if last.started_at > now:
        raise UserError(
            f"call {last.call_id} starts at {last.started_at:%Y-%m-%d %H:%M}, which is after now "
            f"({now:%Y-%m-%d %H:%M})",
            "set the machine's clock right, or mend the call log",
        )


def _refuse_unknown_shifts(session: Session, month: str, frame: Sequence[CallRecord]) -> None:
    """Refuse shifts that the month's shift plan does not know: a misspelt one would be a stratum of its own."""
    planned = {duty.shift for duty in duties(session, month)}
    strange = Counter(call.shift for call in frame if call.shift not in planned) if planned else Counter[str]()
    if strange:
        shift, calls = max(strange.items(), key=lambda one: (one[1], one[0]))
        raise UserError(
            f"{calls} calls of {month} are of shift “{shift}”, which its shift plan does not know "
            f"(it has {', '.join(sorted(planned))})",
            "import a shift plan with that shift if it is one; else the call log's export is wrong",
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
