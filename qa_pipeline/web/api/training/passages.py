"""Passages of calls for training by the API: a month's, one with its words, exemplary calls."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Annotated

from fastapi import Path

from qa_pipeline.models import Role
from qa_pipeline.models.clips import Barred
from qa_pipeline.models.passages import Exemplary, Handling, Mark, Scenario
from qa_pipeline.models.tokens import Scope
from qa_pipeline.store.queries.calls import require_calls
from qa_pipeline.store.queries.passages import (
    Wanted,
    count_examples,
    counts_of_month,
    examples_of_month,
    passages_of_month,
)
from qa_pipeline.web.access import PersonOf
from qa_pipeline.web.api.base import MonthGiven, Values, api_family, by_token
from qa_pipeline.web.api.training.shared import After, Limit
from qa_pipeline.web.desk import DeskOf
from qa_pipeline.web.navigation import SEES_CALLS
from qa_pipeline.web.passages import Line, Row, left_out, renewed, rows_of, seen_passage

router = api_family("training")
READS = [by_token(Scope.TRAINING_READ, *SEES_CALLS, also=(Scope.CALLS_READ,), looks=True)]
"""Passages are words of calls as they were said, and tell of which."""
StartMs = Annotated[int, Path(ge=0, le=86_400_000)]


class PassageTurn(Values):
    """An utterance of a passage, with the places in it that show something; times in the call."""

    index: int
    role: Role
    start_ms: int
    end_ms: int
    text: str
    marks: list[Mark]


class PassageLine(Values):
    """A passage; ``value`` 0-1 is how much is to be learnt of it, ``likeness`` 0-1 to the one it is compared with."""

    call_id: str
    start_ms: int
    end_ms: int
    month: str
    operator_id: str
    operator: str
    team: str
    scenarios: list[Scenario]
    handling: Handling
    value: float
    reasons: list[str]
    turns: list[PassageTurn]
    likeness: float | None = None


class PassagePage(Values):
    """A page of a month's passages, what is to be learnt most of first; ``turns`` of each are the two that show it.

    ``scenarios`` and ``handlings`` count all of the month, ``barred`` the calls of which no clip may be made (why,
    where the token's account sees personal data), and ``sealed`` those that it has to judge blind first: of either
    nothing is listed. ``left`` calls were checked since and not yet looked through.
    """

    total: int
    passages: list[PassageLine]
    scenarios: dict[Scenario, int]
    handlings: dict[Handling, int]
    barred: int
    barred_because: dict[Barred, int]
    sealed: int
    left: int


class PassageDetail(Values):
    """One passage with all its turns, others that are like it, and why no clip may be made of it (None: one may)."""

    passage: PassageLine
    in_words: list[PassageLine]
    in_sound: list[PassageLine]
    barred: str | None


class ExampleLine(Values):
    """A call that can be held up as an example, and whose it is."""

    exemplary: Exemplary
    operator_id: str
    operator: str
    team: str


class Examples(Values):
    """A page of a month's exemplary calls, the best first; ``total`` fit."""

    total: int
    examples: list[ExampleLine]


@router.get("/training/passages", dependencies=READS)
def list_passages(
    desk: DeskOf,
    person: PersonOf,
    month: MonthGiven,
    scenario: Scenario | None = None,
    handling: Handling | None = None,
    team: str = "",
    exemplary: bool = False,
    after: After = 0,
    limit: Limit = 20,
) -> PassagePage:
    """Return a month's passages; what was checked or reviewed since is looked through first, as far as one may wait."""
    with desk.sessions() as session:
        require_calls(session, month)
    left = renewed(desk, month)
    with desk.sessions() as session:
        gone = left_out(desk, session, person, month)
        wanted = Wanted(month, scenario, handling, team, exemplary, gone.calls)
        found, total = passages_of_month(session, wanted, limit, after)
        rows = rows_of(desk, session, person, found)
        scenarios, handlings = counts_of_month(session, month, gone.calls)
    return PassagePage(
        total=total,
        passages=[_line(row) for row in rows],
        scenarios=scenarios,
        handlings=handlings,
        barred=len(gone.barred),
        barred_because=Counter(gone.barred.values()) if desk.sees_all(person) else {},
        sealed=len(gone.sealed),
        left=left,
    )


@router.get("/training/passages/{call_id}/{start_ms}", dependencies=READS)
def get_passage(desk: DeskOf, person: PersonOf, call_id: str, start_ms: StartMs) -> PassageDetail:
    """Return the passage of a call that begins there, and others that are like it in words and in sound."""
    seen = seen_passage(desk, person, call_id, start_ms)
    return PassageDetail(
        passage=_line(Row(seen.listed, seen.lines)),
        in_words=[_line(row) for row in seen.in_words],
        in_sound=[_line(row) for row in seen.in_sound],
        barred=seen.barred,
    )


@router.get("/training/examples", dependencies=READS)
def list_examples(
    desk: DeskOf, person: PersonOf, month: MonthGiven, team: str = "", after: After = 0, limit: Limit = 50
) -> Examples:
    """Return a month's exemplary calls."""
    with desk.sessions() as session:
        require_calls(session, month)
    renewed(desk, month)
    with desk.sessions() as session:
        without = left_out(desk, session, person, month).calls
        found = examples_of_month(session, month, team, limit=limit, offset=after, without=without)
        total = count_examples(session, month, team, without)
    lines = [
        ExampleLine(exemplary=one.exemplary, operator_id=one.operator_id, operator=one.operator_name, team=one.team)
        for one in found
    ]
    return Examples(total=total, examples=lines)


def _line(row: Row) -> PassageLine:
    listed, passage = row.listed, row.listed.passage
    return PassageLine(
        call_id=passage.call_id,
        start_ms=passage.start_ms,
        end_ms=passage.end_ms,
        month=listed.month,
        operator_id=listed.operator_id,
        operator=listed.operator_name,
        team=listed.team,
        scenarios=list(passage.scenarios),
        handling=passage.handling,
        value=passage.value,
        reasons=list(passage.reasons),
        turns=_turns(row.lines),
        likeness=row.likeness,
    )


def _turns(lines: Iterable[Line]) -> list[PassageTurn]:
    return [
        PassageTurn(
            index=said.index,
            role=said.role,
            start_ms=said.start_ms,
            end_ms=said.end_ms,
            text=said.text,
            marks=list(line.marks),
        )
        for line in lines
        for said in (line.utterance,)
    ]
