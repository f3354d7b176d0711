"""The queue: what waits for whoever asks, what it can change, and going from one call to the next."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from urllib.parse import quote, urlencode

from fastapi import Form, Request
from fastapi.responses import RedirectResponse, Response

from qa_pipeline.errors import Conflict
from qa_pipeline.models.accounts import Person
from qa_pipeline.models.queue import Claim, Work
from qa_pipeline.review.queueing import asking, take_next
from qa_pipeline.store.queries.calls import call_file
from qa_pipeline.store.queries.claims import claim_call, claim_on, claims_of, release_claim, renew_claim
from qa_pipeline.store.queries.queue import count_held_by_others, count_waiting, months_at_work, waiting, waits_for
from qa_pipeline.web.access import PersonOf, allow, family
from qa_pipeline.web.desk import Desk, DeskOf, language_of, page
from qa_pipeline.web.navigation import REVIEWS
from qa_pipeline.web.other_work import other_work
from qa_pipeline.web.paging import pages_of

router = family()
PAGE_ROWS = 50
ALL = "all"


@router.get("/queue", dependencies=[allow(*REVIEWS)])
def queue_page(request: Request, desk: DeskOf, person: PersonOf, kind: str = "", number: int = 1) -> Response:
    """List what waits for this person, the weightiest first, and what they hold."""
    now, work = datetime.now(), work_of(kind)
    with desk.sessions() as session:
        who = asking(session, desk.settings, person.account)
        counts, others = count_waiting(session, who), count_held_by_others(session, who, now)
        fitting = sum(counts.values()) if work is None else counts[work]
        pages = pages_of(fitting, PAGE_ROWS)
        number = min(max(1, number), pages)
        lines = waiting(session, who, now, work, (number - 1) * PAGE_ROWS, PAGE_ROWS)
        held = claims_of(session, person.account.account_id, now)
        left = waits_for(session, who, [claim.call_id for claim in held])
        month = next(reversed(months_at_work(session)), None)
        other = other_work(session, person, now.date())
    values: dict[str, Any] = {
        "lines": lines,
        "counts": counts,
        "kind": "" if work is None else work.value,
        "held": held,
        "left": left,
        "others": others,
    }
    return page(request, "queue.html", month=month, other=other, number=number, pages=pages, fitting=fitting, **values)


@router.get("/queue/next", dependencies=[allow(*REVIEWS)])
def next_call(request: Request, desk: DeskOf, person: PersonOf, kind: str = ALL, after: str = "") -> Response:
    """Give this person the next call, held for them, and lead to it; back to the queue where nothing is left."""
    work = work_of(kind)
    with desk.sessions.begin() as session:
        who = asking(session, desk.settings, person.account)
        given = take_next(session, who, person.account, datetime.now(), work, after or None)
    if given is None:
        return _go(request, "/queue", kind="" if work is None else work.value)
    return _go(request, address_of_work(*given), queue=kind)


@router.post("/queue/claim", dependencies=[allow(*REVIEWS)])
def post_claim(request: Request, desk: DeskOf, person: PersonOf, call_id: Annotated[str, Form()]) -> Response:
    """Hold one call of the list for this person, and lead to it."""
    return _go(request, address_of_work(call_id, claim(desk, person, call_id) or Work.OPEN), queue=ALL)


def claim(desk: Desk, person: Person, call_id: str) -> Work | None:
    """Hold a call for somebody, and return what of it waits for them; None where nothing does.

    Raises:
        NotFound: There is no such call.
        Conflict: Somebody else is at it.
    """
    now = datetime.now()
    with desk.sessions.begin() as session:
        call_file(session, call_id, speech=False)
        if not claim_call(session, call_id, person.account, now):
            holder = claim_on(session, call_id, now)
            name = "别人" if holder is None else holder.name
            raise Conflict(f"{name}正在复核通话 {call_id}", "请换一通，或等对方释放")
        left = waits_for(session, asking(session, desk.settings, person.account), (call_id,))
    return left.get(call_id)


@router.post("/queue/renew", dependencies=[allow(*REVIEWS)])
def post_renewal(request: Request, desk: DeskOf, person: PersonOf, call_id: Annotated[str, Form()]) -> Response:
    """Hold a call longer while its page is open, and answer with who is at it now."""
    return page(request, "_claim.html", claim=renewed(desk, person, call_id), call_id=call_id)


def renewed(desk: Desk, person: Person, call_id: str) -> Claim | None:
    """Hold a call longer that somebody holds, and return who is at it now; None where nobody is."""
    now = datetime.now()
    with desk.sessions.begin() as session:
        renew_claim(session, call_id, person.account.account_id, now)
        return claim_on(session, call_id, now)


@router.post("/queue/release", dependencies=[allow(*REVIEWS)])
def post_release(request: Request, desk: DeskOf, person: PersonOf, call_id: Annotated[str, Form()]) -> Response:
    """Give a call back."""
    with desk.sessions.begin() as session:
        release_claim(session, call_id, person.account.account_id)
    return _go(request, "/queue")


def address_of_work(call_id: str, work: Work) -> str:
    """Return where a piece of work is done."""
    return f"/repeats/{call_id}" if work is Work.REPEAT else f"/calls/{call_id}"


def work_of(kind: str) -> Work | None:
    """Return the kind of work that an address names, None for any."""
    return Work(kind) if kind in set(Work) else None


def _go(request: Request, path: str, **query: str) -> Response:
    given = {key: value for key, value in query.items() if value}
    if (asked := request.query_params.get("lang")) is not None and asked == language_of(request):
        given["lang"] = asked
    address = f"{quote(path)}?{urlencode(given)}" if given else quote(path)
    return RedirectResponse(address, status_code=303)
