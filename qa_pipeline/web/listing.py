"""The list of a month's calls."""

from __future__ import annotations

from fastapi import Request
from fastapi.responses import RedirectResponse, Response

from qa_pipeline.store.queries.calls import months, require_calls
from qa_pipeline.store.queries.listing import count_listed, count_states, listed_calls, operators_in, shifts_in
from qa_pipeline.web.access import PersonOf, allow, family
from qa_pipeline.web.calls import FiltersOf
from qa_pipeline.web.desk import DeskOf, page
from qa_pipeline.web.navigation import SEES_CALLS
from qa_pipeline.web.paging import pages_of
from qa_pipeline.web.sealed import sealed_for

router = family()
PAGE_ROWS = 100


@router.get("/calls", dependencies=[allow(*SEES_CALLS)])
def calls_page(request: Request, desk: DeskOf, person: PersonOf, filters: FiltersOf) -> Response:
    """Show the sampled calls of a month that fit the filters."""
    with desk.sessions() as session:
        known = months(session)
        if not known:
            return RedirectResponse("/", status_code=303)
        month = filters.month or known[0]
        if month not in known:
            require_calls(session, month)
        sealed = sealed_for(desk, session, person)
        wanted = filters.wanted(month, sealed)
        fitting = count_listed(session, wanted)
        pages = pages_of(fitting, PAGE_ROWS)
        number = min(max(1, filters.page), pages)
        rows = listed_calls(session, wanted, (number - 1) * PAGE_ROWS, PAGE_ROWS)
        counts, total = count_states(session, month)
        people, shifts = operators_in(session, month), shifts_in(session, month)
        card = desk.card(session)
    return page(
        request,
        "calls.html",
        month=month,
        months=known,
        filters=filters,
        sealed=sealed,
        rows=rows,
        fitting=fitting,
        number=number,
        pages=pages,
        counts=counts,
        total=total,
        operators=[(operator_id, name) for operator_id, name, _ in people],
        teams=sorted({team for _, _, team in people if team}),
        shifts=shifts,
        items=[(i.code, i.name) for i in card.items] + [(f.code, f.name) for f in card.fatal_errors],
    )
