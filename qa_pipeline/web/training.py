"""Passages for training: those of a month, one of them, and more like it; exemplary calls."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request
from fastapi.responses import Response

from qa_pipeline.models.clips import Barred
from qa_pipeline.models.passages import Handling, Scenario
from qa_pipeline.store.queries.calls import months
from qa_pipeline.store.queries.passages import (
    Wanted,
    count_examples,
    counts_of_month,
    examples_of_month,
    passages_of_month,
    teams_of_month,
)
from qa_pipeline.web.access import PersonOf, allow, family
from qa_pipeline.web.addresses import query_of
from qa_pipeline.web.desk import DeskOf, page
from qa_pipeline.web.navigation import SEES_CALLS
from qa_pipeline.web.paging import pages_of
from qa_pipeline.web.passages import left_out, renewed, rows_of, seen_passage

router = family()
PAGE_ROWS = 12
BEST = 50
"""Exemplary calls on a page."""
EXEMPLARY = "exemplary"
LOOKS = allow(*SEES_CALLS, looks=True)


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks; '' asks nothing. ``show`` is '' for passages, or ``exemplary`` for calls."""

    month: str = ""
    scenario: str = ""
    handling: str = ""
    team: str = ""
    exemplary: str = ""
    show: str = ""
    page: int = 1

    def query(self, **changes: object) -> dict[str, str]:
        """Return the address's query, changed, without what asks nothing."""
        return query_of(self, (), changes)

    def wanted(self, month: str, without: tuple[str, ...]) -> Wanted:
        """Return which passages are asked for; what the address misspells asks nothing."""
        scenario = Scenario(self.scenario) if self.scenario in set(Scenario) else None
        handling = Handling(self.handling) if self.handling in set(Handling) else None
        return Wanted(month, scenario, handling, self.team, bool(self.exemplary), without)


def asked_of(
    month: str = "",
    scenario: str = "",
    handling: str = "",
    team: str = "",
    exemplary: str = "",
    show: str = "",
    page: int = 1,
) -> Asked:
    """Read what is asked from the address."""
    return Asked(month, scenario, handling, team, exemplary, show, max(1, page))


AskedOf = Annotated[Asked, Depends(asked_of)]


@router.get("/training", dependencies=[LOOKS])
def training_page(request: Request, desk: DeskOf, person: PersonOf, asked: AskedOf) -> Response:
    """Show a month's passages, what is to be learnt most of first, or its exemplary calls."""
    with desk.sessions() as session:
        known = months(session)
        month = asked.month if asked.month in known else next(iter(known), "")
    left = renewed(desk, month)
    with desk.sessions() as session:
        gone = left_out(desk, session, person, month)
        wanted = asked.wanted(month, gone.calls)
        found, total = passages_of_month(session, wanted, PAGE_ROWS, (asked.page - 1) * PAGE_ROWS)
        rows = rows_of(desk, session, person, found)
        scenarios, handlings = counts_of_month(session, month, gone.calls)
        first = (asked.page - 1) * BEST
        best = examples_of_month(session, month, asked.team, limit=BEST, offset=first, without=gone.calls)
        n_best = count_examples(session, month, asked.team, gone.calls)
        teams = teams_of_month(session, month)
    shows, on_page = (n_best, BEST) if asked.show == EXEMPLARY else (total, PAGE_ROWS)
    return page(
        request,
        "training.html",
        month=month or None,
        known_months=known,
        asked=asked,
        rows=rows,
        total=total,
        pages=pages_of(shows, on_page),
        scenarios=scenarios,
        handlings=handlings,
        teams=teams,
        best=best,
        sealed=gone.sealed,
        barred=_counted(gone.barred),
        n_best=n_best,
        left=left,
        hidden=not desk.sees_all(person),
    )


@router.get("/training/passages/{call_id:path}/{start_ms:int}", dependencies=[LOOKS])
def passage_page(
    request: Request, desk: DeskOf, person: PersonOf, call_id: str, start_ms: int, scenario: str = ""
) -> Response:
    """Show one passage, why it was found, and others that are like it; ``scenario`` is what it was looked for under."""
    seen = seen_passage(desk, person, call_id, start_ms)
    listed = seen.listed
    return page(
        request,
        "training_passage.html",
        month=listed.month,
        listed=listed,
        lines=seen.lines,
        in_words=seen.in_words,
        in_sound=seen.in_sound,
        barred=seen.barred,
        scenario=scenario if scenario in listed.passage.scenarios else listed.passage.scenarios[0].value,
    )


def _counted(barred: Mapping[str, Barred]) -> dict[Barred, int]:
    """Return how many calls are left out for each reason; a reason that holds of none is not told."""
    counted = Counter(barred.values())
    return {why: counted[why] for why in Barred if counted[why]}
