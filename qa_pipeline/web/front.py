"""The front page: what waits today, for each role, on one screen."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fastapi import Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.orm import Session

from qa_pipeline.models.accounts import Person, Role
from qa_pipeline.review.queueing import asking
from qa_pipeline.store.queries.calls import months
from qa_pipeline.store.queries.claims import claims_of
from qa_pipeline.store.queries.contest import contests_to_vote
from qa_pipeline.store.queries.installation import installation
from qa_pipeline.store.queries.listing import count_states
from qa_pipeline.store.queries.queue import count_waiting, months_at_work
from qa_pipeline.web.access import PersonOf, allow, family
from qa_pipeline.web.desk import Desk, DeskOf, page
from qa_pipeline.web.navigation import REVIEWS, SEES_CALLS
from qa_pipeline.web.other_work import other_work

router = family()
SHOWN_MONTHS = 4
DONE = ("reviewed", "clean", "hinted", "fatal")


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a month has come: sampled calls of which nothing waits any more, and calls by where they stand."""

    month: str
    done: int
    total: int
    counts: dict[str, int]


@router.get("/months", dependencies=[allow(*SEES_CALLS)])
def newest_month(desk: DeskOf) -> Response:
    """Go to the newest month."""
    with desk.sessions() as session:
        known = months(session)
    return RedirectResponse(f"/months/{known[0]}" if known else "/", status_code=303)


@router.get("/", dependencies=[allow()])
def front_page(request: Request, desk: DeskOf, person: PersonOf) -> Response:
    """Show what waits for this person; an operator's own page is their front page."""
    if not person.has(*SEES_CALLS, Role.ADMINISTRATOR):
        query = f"?{request.url.query}" if request.url.query else ""
        return RedirectResponse(f"/me{query}", status_code=303)
    with desk.sessions() as session:
        known = months(session)
        if not known and not person.has(Role.ADMINISTRATOR):
            return page(request, "empty.html")
        values = _parts(desk, session, person, known)
    return page(request, "front.html", month=known[0] if known else None, today=datetime.now(), **values)


def _parts(desk: Desk, session: Session, person: Person, known: tuple[str, ...]) -> dict[str, Any]:
    reviews, sees = person.has(*REVIEWS), person.has(*SEES_CALLS)
    open_months = months_at_work(session)
    who = asking(session, desk.settings, person.account)
    return {
        "waiting": count_waiting(session, who) if reviews else None,
        "held": len(claims_of(session, person.account.account_id, datetime.now())) if reviews else 0,
        "other": other_work(session, person, datetime.now().date()) if reviews else None,
        "decides": person.has(Role.SUPERVISOR),
        "to_vote": contests_to_vote(session, person.account.account_id, datetime.now().date()),
        "progress": [progress(session, m) for m in open_months[-SHOWN_MONTHS:][::-1]] if sees else [],
        "known": known[:SHOWN_MONTHS] if sees else (),
        "state": installation(session) if person.has(Role.ADMINISTRATOR) else None,
        "free_gb": shutil.disk_usage(desk.settings.workspace).free / 1024**3,
    }


def progress(session: Session, month: str) -> Progress:
    """Return how far the review of a month has come."""
    counts, total = count_states(session, month)
    waiting = counts["waiting"] + counts["failed"]
    done = sum(counts[state] for state in DONE[:3])
    return Progress(month, done, total - waiting, counts)
