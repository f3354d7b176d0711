"""Passages for training: those of a month, one of them, and more like it; exemplary calls."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from qa_pipeline.errors import TransientError
from qa_pipeline.models import CallFile, Role, Utterance
from qa_pipeline.models.clips import Barred
from qa_pipeline.models.passages import Handling, Mark, Passage, Scenario
from qa_pipeline.store.queries.calls import call_files, months
from qa_pipeline.store.queries.clips import barred_among
from qa_pipeline.store.queries.passages import (
    Listed,
    Wanted,
    compared,
    count_examples,
    counts_of_month,
    examples_of_month,
    passage_at,
    passages_at,
    passages_of_month,
    teams_of_month,
    unread,
)
from qa_pipeline.training.clips.secrecy import barred_in, secret_because
from qa_pipeline.training.finding.keeping import caller_said, finder_stamp, renew
from qa_pipeline.training.finding.likeness import NEWEST, Alike, Key, alike_in_sound, alike_in_words
from qa_pipeline.web.access import PersonOf, allow, family
from qa_pipeline.web.addresses import query_of
from qa_pipeline.web.desk import Desk, DeskOf, page
from qa_pipeline.web.navigation import SEES_CALLS
from qa_pipeline.web.paging import pages_of
from qa_pipeline.web.sealed import note_read, refuse_sealed, sealed_for

router = family()
PAGE_ROWS = 12
BEST = 50
"""Exemplary calls on a page."""
EXEMPLARY = "exemplary"
RENEWED = 40
"""So many calls are looked through while somebody waits for the page (20 ms each); the rest by the worker."""
ALIKE = 5
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


@dataclass(frozen=True, slots=True)
class Line:
    """What is shown of an utterance of a passage, with what shows something in it."""

    utterance: Utterance
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """A passage in a list: the turn that shows it, and the answer; ``likeness`` to another where it is compared."""

    listed: Listed
    lines: tuple[Line, ...]
    likeness: float | None = None


@router.get("/training", dependencies=[LOOKS])
def training_page(request: Request, desk: DeskOf, person: PersonOf, asked: AskedOf) -> Response:
    """Show a month's passages, what is to be learnt most of first, or its exemplary calls."""
    with desk.sessions() as session:
        known = months(session)
        month = asked.month if asked.month in known else next(iter(known), "")
    left = _renewed(desk, month)
    with desk.sessions() as session:
        sealed = sealed_for(desk, session, person)
        barred = barred_in(session, month)
        without = (*sealed, *(one for one in barred if one not in sealed))
        wanted = asked.wanted(month, without)
        found, total = passages_of_month(session, wanted, PAGE_ROWS, (asked.page - 1) * PAGE_ROWS)
        shown = desk.calls(session, {one.passage.call_id for one in found}, person)
        scenarios, handlings = counts_of_month(session, month, without)
        first = (asked.page - 1) * BEST
        best = examples_of_month(session, month, asked.team, limit=BEST, offset=first, without=without)
        n_best = count_examples(session, month, asked.team, without)
        teams = teams_of_month(session, month)
    shows, rows = (n_best, BEST) if asked.show == EXEMPLARY else (total, PAGE_ROWS)
    return page(
        request,
        "training.html",
        month=month or None,
        known_months=known,
        asked=asked,
        rows=[_row(one, shown) for one in found],
        total=total,
        pages=pages_of(shows, rows),
        scenarios=scenarios,
        handlings=handlings,
        teams=teams,
        best=best,
        sealed=sealed,
        barred=_counted(barred),
        n_best=n_best,
        left=left,
        hidden=not desk.sees_all(person),
    )


@router.get("/training/passages/{call_id:path}/{start_ms:int}", dependencies=[LOOKS])
def passage_page(
    request: Request, desk: DeskOf, person: PersonOf, call_id: str, start_ms: int, scenario: str = ""
) -> Response:
    """Show one passage, why it was found, and others that are like it; ``scenario`` is what it was looked for under."""
    with desk.sessions() as session:
        refuse_sealed(desk, session, person, call_id)
        listed = passage_at(session, call_id, start_ms)
        barred = secret_because(session, call_id)
        in_words, in_sound = _alike(session, (call_id, start_ms), sealed_for(desk, session, person))
        others = passages_at(session, {one.key for one in (*in_words, *in_sound)})
        shown = desk.calls(session, {call_id, *(of for of, _ in others)}, person)
    note_read(desk, person, shown[call_id])
    return page(
        request,
        "training_passage.html",
        month=listed.month,
        listed=listed,
        lines=_lines(listed.passage, shown),
        in_words=[_row(others[one.key], shown, one.likeness) for one in in_words],
        in_sound=[_row(others[one.key], shown, one.likeness) for one in in_sound],
        barred=barred,
        scenario=scenario if scenario in listed.passage.scenarios else listed.passage.scenarios[0].value,
    )


def _counted(barred: Mapping[str, Barred]) -> dict[Barred, int]:
    """Return how many calls are left out for each reason; a reason that holds of none is not told."""
    counted = Counter(barred.values())
    return {why: counted[why] for why in Barred if counted[why]}


def _renewed(desk: Desk, month: str) -> int:
    """Look through what was checked or reviewed since, as much as one may wait for; return how many calls are left."""
    with desk.sessions() as session:
        behind = bool(unread(session, finder_stamp(), month, 1))
    if not behind:
        return 0
    try:
        with desk.deciding, desk.sessions.begin() as session:
            return renew(session, month, RENEWED)
    except TransientError:  # the worker looks through the same at this moment; the page is shown as far as it got
        with desk.sessions() as session:
            return len(unread(session, finder_stamp(), month))


def _alike(session: Session, wanted: Key, without: Collection[str]) -> tuple[tuple[Alike, ...], tuple[Alike, ...]]:
    found = compared(session, NEWEST)
    left_out = {*without, *barred_among(session, {one.call_id for one in found})}
    known = [one for one in found if one.key == wanted or one.call_id not in left_out]

    def texts(keys: Sequence[Key]) -> list[str]:
        files = call_files(session, {call_id for call_id, _ in keys})
        found = passages_at(session, keys)
        return [_said(found[key].passage, files[key[0]]) for key in keys]

    return alike_in_words(wanted, known, texts, ALIKE), alike_in_sound(wanted, known, ALIKE)


def _said(passage: Passage, file: CallFile) -> str:
    return "" if file.transcript is None else caller_said(file.transcript, passage)


def _row(listed: Listed, shown: dict[str, CallFile], likeness: float | None = None) -> Row:
    lines = _lines(listed.passage, shown)
    place = next((n for n, line in enumerate(lines) if any(m.scenario for m in line.marks)), 0)
    answer = [line for line in lines[place + 1 :] if line.utterance.role is Role.OPERATOR][:1]
    return Row(listed, (*lines[place : place + 1], *answer), likeness)


def _lines(passage: Passage, shown: dict[str, CallFile]) -> tuple[Line, ...]:
    file = shown.get(passage.call_id)
    said = () if file is None or file.transcript is None else file.transcript.utterances
    return tuple(
        Line(u, tuple(m for m in passage.marks if m.utterance == u.index))
        for u in said
        if passage.first <= u.index <= passage.last
    )
