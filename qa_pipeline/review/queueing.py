"""Giving out work: the next call for somebody, held for them while they are at it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from qa_pipeline.assessment.standings import key_of
from qa_pipeline.models.accounts import Account
from qa_pipeline.models.queue import Asking, Work
from qa_pipeline.settings import Settings
from qa_pipeline.store.queries.calibration import calls_to_score
from qa_pipeline.store.queries.claims import claim_call, claims_of, clear_expired, release_claim
from qa_pipeline.store.queries.queue import barred_for, candidates, waits_for
from qa_pipeline.store.queries.standings import LOTS

Given = tuple[str, Work]
"""A call, and what of it waits."""


def asking(session: Session, settings: Settings, account: Account) -> Asking:
    """Return what the queue needs to know of who looks for work."""
    return Asking(
        account.account_id,
        key_of(account.name),
        barred_for(session, account.name, account.operator_id),
        settings.sure_from,
        round(settings.repeat_share * LOTS),
        tuple(calls_to_score(session, account.account_id)),
    )


def judging_again(session: Session, settings: Settings, account: Account, now: datetime) -> frozenset[str]:
    """Return the calls that somebody has taken to judge again blind, and has not judged yet."""
    held = [claim.call_id for claim in claims_of(session, account.account_id, now)]
    if not held:
        return frozenset()
    left = waits_for(session, asking(session, settings, account), held)
    return frozenset(call_id for call_id, work in left.items() if work is Work.REPEAT)


def take_next(
    session: Session, who: Asking, account: Account, now: datetime, work: Work | None = None, leaving: str | None = None
) -> Given | None:
    """Give somebody the next call that nobody is at, and hold it for them; None where nothing is left.

    What they leave is given back where nothing of it waits for them any more. Where something does it stays theirs
    until its time is over, so that it is not shown to them again at once, nor to somebody else while they may come
    back; once nothing else is left they get it again.
    """
    # All that takes long is read before anything is written: SQLite has one writer at a time.
    done = leaving is not None and not waits_for(session, who, (leaving,))
    free = candidates(session, who, now, work)
    given = None
    while free and given is None:
        given = next((one for one in free if claim_call(session, one[0], account, now)), None)
        free = candidates(session, who, now, work) if given is None else ()
    if leaving is not None and done:
        release_claim(session, leaving, account.account_id)
        clear_expired(session, now)
    if given is not None:
        return given
    mine = [claim.call_id for claim in claims_of(session, account.account_id, now) if claim.call_id != leaving]
    left = waits_for(session, who, mine)
    found = next((call_id for call_id in mine if call_id in left and work in {None, left[call_id]}), None)
    return None if found is None else (found, left[found])
