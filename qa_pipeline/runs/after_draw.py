"""What may become of a draw until its month is closed: calls replaced by the rule, calls added for a risk."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import literal, select
from sqlalchemy.orm import Session, sessionmaker

from qa_pipeline.errors import Conflict, UserError
from qa_pipeline.models import CallFile, DrawReason, Replacement, RiskCriteria, SamplePlan, Supplement
from qa_pipeline.sampling import frame_rows, replace_calls
from qa_pipeline.sampling.supplement import risk_calls
from qa_pipeline.store.queries.calls import calls_of_month
from qa_pipeline.store.queries.files import load_files, orders_of_month
from qa_pipeline.store.queries.month import closing_of, hold_month, plan_of
from qa_pipeline.store.queries.resampling import save_replacements, save_supplement
from qa_pipeline.store.queries.sampling import frame_of, sampled_of
from qa_pipeline.store.schema import CallRow, SampledCallRow

COUNTING = (DrawReason.RANDOM, DrawReason.REPLACEMENT)


def replace_month(
    sessions: sessionmaker[Session],
    month: str,
    by: str,
    now: datetime,
    by_hand: Mapping[str, str] | None = None,
    *,
    dry_run: bool = False,
) -> tuple[Replacement, ...]:
    """Put the next in rank in the place of drawn calls that cannot be used, and keep the record of it.

    Args:
        sessions: The store.
        month: ``YYYY-MM``.
        by: Who has it done.
        now: The centre's wall clock.
        by_hand: Call id -> why it cannot be used; None: every drawn call whose recording could not be audited.
        dry_run: Only return what would be done.

    Raises:
        UserError: No plan, no name or reason, a call that is not in the sample or was heard already; the frame that was
            drawn from is not kept and calls were imported since.
        Conflict: The month is closed.
    """
    name = _name(by)
    with sessions.begin() as session:
        plan = _open_plan(session, month, now)
        unusable = _failed(session, month) if by_hand is None else _by_hand(session, month, by_hand)
        rows = frame_of(session, month) or frame_rows(calls_of_month(session, month))
        made = replace_calls(rows, plan, unusable, name, now)
        if not dry_run:
            save_replacements(session, month, made)
    return made


def supplement_month(
    sessions: sessionmaker[Session],
    month: str,
    budget: int,
    by: str,
    now: datetime,
    criteria: RiskCriteria | None = None,
    *,
    dry_run: bool = False,
) -> Supplement:
    """Choose the calls of a month that are heard for a risk, and keep them; the same again is no error.

    Raises:
        UserError: No plan, no name, no budget, or another supplement was chosen before.
        Conflict: The month is closed.
    """
    name, criteria = _name(by), criteria or RiskCriteria()
    if budget < 1:
        raise UserError(f"budget {budget}: nothing would be heard", "give at least 1 call with --budget")
    with sessions.begin() as session:
        plan = _open_plan(session, month, now)
        barred = {one.call_id for one in sampled_of(session, month) if one.reason is not DrawReason.RISK}
        barred |= {one.call_id for one in plan.exclusions}
        chosen = risk_calls(calls_of_month(session, month), orders_of_month(session, month), barred, budget, criteria)
        supplement = Supplement(month, budget, criteria, name, now, chosen)
        if not dry_run:
            save_supplement(session, supplement)
    return supplement


def _open_plan(session: Session, month: str, now: datetime) -> SamplePlan:
    hold_month(session, month)
    plan, closing = plan_of(session, month), closing_of(session, month)
    if plan is None:
        raise UserError(f"no calls of {month} were drawn yet", f"run `hotline-qa draw --month {month}` first")
    if closing is not None:
        raise Conflict(
            f"{month} was closed by {closing.closed_by} on {closing.closed_at:%Y-%m-%d %H:%M}",
            "the sample of a closed month stays as it is",
        )
    if now < plan.drawn_at:
        raise UserError(
            f"{month} was drawn at {plan.drawn_at:%Y-%m-%d %H:%M}, which is after now ({now:%Y-%m-%d %H:%M})",
            "set the machine's clock right",
        )
    return plan


def _failed(session: Session, month: str) -> dict[str, str]:
    """Return the calls that count and could not be audited, with what is wrong with them."""
    scope = select(SampledCallRow.call_id).where(SampledCallRow.month == month)
    return {
        file.call.call_id: f"录音无法质检：{file.failure}"
        for file in load_files(session, scope, speech=False)
        if _counts(file) and file.failure is not None and file.audit is None
    }


def _by_hand(session: Session, month: str, wanted: Mapping[str, str]) -> dict[str, str]:
    for call_id, why in wanted.items():
        if not why.strip():
            raise UserError(f"no reason is given why call {call_id} cannot be used", "give it with --why")
        row = session.get(CallRow, call_id)
        file = None if row is None else load_files(session, select(literal(call_id)), speech=False)[0]
        if file is None or row is None or row.month != month or not _counts(file):
            raise UserError(
                f"call {call_id} is not in the sample of {month}",
                "only a drawn call that still counts can be replaced, and only once",
            )
        if file.audit is not None:
            raise UserError(
                f"call {call_id} was audited already: who replaces a call whose points are known chooses the sample",
                "let a reviewer decide on it; items that do not apply are marked so",
            )
    return {call_id: why.strip() for call_id, why in wanted.items()}


def _counts(file: CallFile) -> bool:
    return file.sampled is not None and file.sampled.reason in COUNTING


def _name(by: str) -> str:
    name = " ".join(by.split())
    if not name:
        raise UserError("nobody is named who does this", "give the name with --by")
    return name
