"""Fixes a month's seed, quota and rule before the month ends."""

from __future__ import annotations

import hashlib
import re
import secrets
from datetime import datetime

from sqlalchemy.orm import Session, sessionmaker

from qa_pipeline.errors import UserError
from qa_pipeline.models import Commitment
from qa_pipeline.runs.drawing import refuse_quota
from qa_pipeline.sampling import RULE
from qa_pipeline.store.queries.calls import calls_of_month
from qa_pipeline.store.queries.month import plan_of
from qa_pipeline.store.queries.sampling import last_import_at, save_commitment

_HASH = re.compile(r"[0-9a-f]{64}")


def commit_month(
    sessions: sessionmaker[Session],
    month: str,
    quota: int,
    by: str,
    now: datetime,
    outside_sha256: str | None = None,
) -> Commitment:
    """Fix a month's draw for good and return what to publish.

    Args:
        sessions: The store.
        month: ``YYYY-MM``; not over yet.
        quota: Calls of each operator.
        by: Who fixes it.
        now: The centre's wall clock.
        outside_sha256: SHA-256 of a seed that somebody outside holds; None: a seed is made and sealed in the store.

    Raises:
        UserError: The month is over, drawn or committed already; no name, no such quota or hash; the clock goes wrong.
    """
    name = " ".join(by.split())
    if not name:
        raise UserError("nobody is named who commits", "give the name with --by")
    refuse_quota(quota)
    seed = None if outside_sha256 is not None else secrets.token_hex(32)
    seed_sha256 = hashlib.sha256(seed.encode()).hexdigest() if seed is not None else _hash(outside_sha256 or "")
    commitment = Commitment(month, seed_sha256, quota, RULE, name, now, seed)
    with sessions.begin() as session:
        _refuse_drawn(session, month)
        _refuse_too_late(month, now)
        _refuse_clock(session, month, now)
        save_commitment(session, commitment)
    return commitment


def _hash(text: str) -> str:
    given = text.strip().lower()
    if not _HASH.fullmatch(given):
        raise UserError(
            f"{text!r} is no SHA-256", "64 hexadecimal digits; the holder makes it with: printf %s SEED | sha256sum"
        )
    return given


def _refuse_too_late(month: str, now: datetime) -> None:
    if f"{now:%Y-%m}" > month:
        raise UserError(
            f"{month} is over: a commitment made now ({now:%Y-%m-%d}) would be worth nothing, since seeds could have "
            "been tried on its calls until one suited",
            f"draw it without one (the plan will say so), and commit {now:%Y-%m} or a later month in time",
        )


def _refuse_drawn(session: Session, month: str) -> None:
    plan = plan_of(session, month)
    if plan is not None:
        raise UserError(
            f"{month} was drawn on {plan.drawn_at:%Y-%m-%d %H:%M}: there is nothing left to commit to",
            "commit a month before it is drawn",
        )


def _refuse_clock(session: Session, month: str, now: datetime) -> None:
    """Refuse a clock that was turned back to before the month's end, when its calls are known already."""
    last_import = last_import_at(session)
    last_call = max((call.started_at for call in calls_of_month(session, month)), default=None)
    for what, then in (("something was imported", last_import), (f"{month} has a call", last_call)):
        if then is not None and then > now:
            raise UserError(
                f"{what} at {then:%Y-%m-%d %H:%M}, which is after now ({now:%Y-%m-%d %H:%M})",
                "set the machine's clock right; a commitment must not be dated back",
            )
