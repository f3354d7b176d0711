"""The knowledge base by the API: what was the answer on a day, the facts of an entry, and an owner's word on them."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import Query
from sqlalchemy.orm import Session

from qa_pipeline.errors import NotFound
from qa_pipeline.models import Fact, KnowledgeEntry
from qa_pipeline.models.tokens import Scope
from qa_pipeline.store.queries.knowledge import entries, history
from qa_pipeline.web.access import PersonOf
from qa_pipeline.web.api.base import Values, api_family, by_token
from qa_pipeline.web.desk import DeskOf
from qa_pipeline.web.knowledge import EntryRow, FactRow, facts_in, newest_of, record_word, rows_wanted
from qa_pipeline.web.navigation import REVIEWS, SEES_CALLS

router = api_family("knowledge")
READS = [by_token(Scope.KNOWLEDGE_READ, *SEES_CALLS)]
Numbers = Annotated[tuple[int, ...], Query(max_length=1000)]


class FactLine(Values):
    """One fact by its number, in ``words``; ``recorded``: it is of the entry, and not only stated by its text.

    ``field`` is where the text states it, ``said`` how; '' where it does not. ``otherwise``: it states another value.
    """

    number: int
    fact: Fact
    words: str
    recorded: bool
    field: str
    said: str
    otherwise: bool


class EntryFacts(Values):
    """The facts of an entry's newest version; ``seen`` is to be sent with a word on them."""

    entry_id: str
    version: int
    seen: int
    facts: list[FactLine]
    confirmed_by: str
    confirmed_at: str


class FactsWord(Values):
    """An owner's word on facts, by their numbers: ``confirm`` what stands as it is.

    ``must_say`` are all that must be said: of every other it is taken back. ``corrections`` are written like ``2=40元``
    and confirm what they put right.
    """

    seen: Annotated[int, Query(ge=0, le=2**31 - 1)]
    confirm: Numbers = ()
    must_say: Numbers
    corrections: Annotated[tuple[str, ...], Query(max_length=1000)] = ()


@router.get("/knowledge", dependencies=READS)
def list_entries(desk: DeskOf, day: date | None = None, q: str = "", owner: str = "") -> list[KnowledgeEntry]:
    """Return the entries valid on a day (today where none is given), in their newest version, by id."""
    wanted = day or date.today()
    with desk.sessions() as session:
        valid = {entry.entry_id: entry for entry in entries(session) if entry.valid_on(wanted)}
    return [
        entry
        for _, entry in sorted(valid.items())
        if q in f"{entry.title}{entry.question}{entry.answer}" and owner in {"", entry.owner_department}
    ]


@router.get("/knowledge-waiting", dependencies=READS)
def list_waiting(desk: DeskOf, q: str = "", owner: str = "") -> list[EntryRow]:
    """Return the entries that wait for their owner, in their newest version, valid today or not.

    ``waiting`` facts of one are not confirmed, its review is ``overdue``, or it is ``expired``; or it has no owner or
    no facts at all.
    """
    with desk.sessions() as session:
        newest = {entry.entry_id: entry for entry in entries(session)}
    return rows_wanted(newest.values(), q.strip(), owner, waiting=True)


@router.get("/knowledge/{entry_id:path}/facts", dependencies=READS)
def list_facts(desk: DeskOf, entry_id: str) -> EntryFacts:
    """Return an entry's facts, and what its text states beside them, numbered."""
    with desk.sessions() as session:
        return _facts(session, entry_id)


@router.post("/knowledge/{entry_id:path}/facts", dependencies=[by_token(Scope.KNOWLEDGE_WRITE, *REVIEWS)])
def confirm_facts(desk: DeskOf, person: PersonOf, entry_id: str, word: FactsWord) -> EntryFacts:
    """Record an owner's word on facts; they are numbered anew."""
    record_word(desk, person, entry_id, word.seen, word.confirm, word.must_say, word.corrections)
    with desk.sessions() as session:
        return _facts(session, entry_id)


@router.get("/knowledge/{entry_id:path}", dependencies=READS)
def get_entry(desk: DeskOf, entry_id: str) -> list[KnowledgeEntry]:
    """Return all versions of an entry, the first one first."""
    with desk.sessions() as session:
        found = [entry for entry in entries(session) if entry.entry_id == entry_id]
    if not found:
        raise NotFound(f"知识库里没有条目 {entry_id}", "核对编号")
    return found


def _facts(session: Session, entry_id: str) -> EntryFacts:
    entry = newest_of(session, entry_id)
    return EntryFacts(
        entry_id=entry_id,
        version=entry.version,
        seen=len(history(session, entry_id)),
        facts=[_line(row) for row in facts_in(entry)],
        confirmed_by=entry.details.get("facts_confirmed_by", ""),
        confirmed_at=entry.details.get("facts_confirmed_at", ""),
    )


def _line(row: FactRow) -> FactLine:
    return FactLine(
        number=row.listed.number,
        fact=row.listed.fact,
        words=row.words,
        recorded=row.recorded,
        field=row.field,
        said=row.said,
        otherwise=row.listed.otherwise,
    )
