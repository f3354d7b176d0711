"""The knowledge base for those who keep it: what waits for them, and their word on the facts of an entry."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Form, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.orm import Session

from qa_pipeline.errors import Conflict, NotFound
from qa_pipeline.knowledge.base.confirming import Listed, Word, as_confirmed, listed, read_correction, unconfirmed
from qa_pipeline.knowledge.base.lint import Base, lint
from qa_pipeline.knowledge.base.proposals import FIELDS, field_text
from qa_pipeline.language.entry_fields import field_name
from qa_pipeline.language.written_facts import in_words
from qa_pipeline.models import KnowledgeEntry
from qa_pipeline.models.accounts import Person, Role
from qa_pipeline.store.queries.calls import months
from qa_pipeline.store.queries.knowledge import as_known, entries, entry_row, history, hold_entry
from qa_pipeline.web.access import PersonOf, allow, family
from qa_pipeline.web.desk import Desk, DeskOf, page
from qa_pipeline.web.navigation import REVIEWS, SEES_CALLS

router = family()
READS = SEES_CALLS | {Role.OPERATOR}
MOST_SHOWN = 500
"""Rows of the list; more are found by searching."""
_AROUND = 20


@dataclass(frozen=True, slots=True)
class EntryRow:
    """One entry of the list, in its newest version; ``overdue`` is its review, ``expired`` its validity."""

    entry: KnowledgeEntry
    waiting: int
    overdue: bool
    expired: bool


@dataclass(frozen=True, slots=True)
class FactRow:
    """One fact with the words around the place that states it, '' where the text does not; ``field`` is its name."""

    listed: Listed
    words: str
    recorded: bool
    field: str
    before: str
    said: str
    after: str


@router.get("/knowledge", dependencies=[allow(*READS)])
def knowledge_page(request: Request, desk: DeskOf, q: str = "", owner: str = "", only: str = "") -> Response:
    """List the entries of an owner that hold some words; ``only`` those that wait for somebody."""
    with desk.sessions() as session:
        known = months(session)
        newest = {entry.entry_id: entry for entry in entries(session)}
    owners = sorted({entry.owner_department for entry in newest.values()} - {""})
    found = rows_wanted(newest.values(), q.strip(), owner, waiting=only == "waiting")
    return page(
        request,
        "knowledge.html",
        month=known[0] if known else None,
        months=known,
        rows=found[:MOST_SHOWN],
        total=len(found),
        owners=owners,
        asked={"q": q, "owner": owner, "only": only},
    )


@router.get("/knowledge/{entry_id:path}", dependencies=[allow(*READS)])
def entry_page(request: Request, desk: DeskOf, person: PersonOf, entry_id: str, told: str = "") -> Response:
    """Show an entry's newest version, its facts in their places, what is wrong with it, and what it said before.

    ``told`` says what became of the word that was just given: recorded, or nothing.
    """
    with desk.sessions() as session:
        known = months(session)
        entry = newest_of(session, entry_id)
        records = history(session, entry_id)
    versions = {record.entry.version: record.entry for record in records}
    found = [one for one in lint(Base.of(versions.values(), date.today())) if one.flaw.filed.entry == entry]
    return page(
        request,
        "entry.html",
        month=known[0] if known else None,
        months=known,
        entry=entry,
        facts=facts_in(entry),
        found=found,
        records=tuple(reversed(records)),
        seen=len(records),
        may_confirm=person.has(*REVIEWS),
        fields=_fields(entry),
        told=told if told in {"nothing", "recorded"} else "",
        confirmed_by=entry.details.get("facts_confirmed_by", ""),
        confirmed_at=entry.details.get("facts_confirmed_at", ""),
    )


@router.post("/knowledge/{entry_id:path}/facts", dependencies=[allow(*REVIEWS)])
def post_facts(
    request: Request,
    desk: DeskOf,
    person: PersonOf,
    entry_id: str,
    seen: Annotated[int, Form()],
    confirm: Annotated[Sequence[int], Form()] = (),
    must_say: Annotated[Sequence[int], Form()] = (),
    correct: Annotated[Sequence[str], Form()] = (),
) -> Response:
    """Record an owner's word on the facts that were confirmed: whether each must be said is as the form has it.

    ``correct`` has a value for each fact in the order of the list, '' where it is right as it stands.
    """
    corrections = [f"{number}={value}" for number, value in enumerate(correct, start=1) if value.strip()]
    changed = record_word(desk, person, entry_id, seen, confirm, must_say, corrections)
    query = urlencode({**request.query_params, "told": "recorded" if changed else "nothing"})
    return RedirectResponse(f"{request.url_for('entry_page', entry_id=entry_id).path}?{query}", status_code=303)


def record_word(
    desk: Desk,
    person: Person,
    entry_id: str,
    seen: int,
    confirm: Sequence[int],
    must_say: Sequence[int],
    corrections: Sequence[str],
) -> bool:
    """Record an owner's word on an entry's facts, by their numbers; False where it says what is recorded already.

    Args:
        desk: The application.
        person: The owner.
        entry_id: Of the entry.
        seen: How many records of the entry there were when its facts were read.
        confirm: What stands as it is.
        must_say: What must be said: of all others that had to be said it is taken back.
        corrections: As ``2=40元``, which confirm.

    Raises:
        NotFound: There is no such entry.
        Conflict: It was changed since.
        UserError: A number that none has, or a correction that states no value.
    """
    with desk.sessions.begin() as session:
        hold_entry(session, entry_id)
        if len(history(session, entry_id)) != seen:
            raise Conflict("这一条在您打开之后被改动过", "刷新页面，看过现在的内容再确认")
        entry = newest_of(session, entry_id)
        need_not = [one.number for one in listed(entry) if one.fact.must_say and one.number not in must_say]
        read = dict(read_correction(text, entry) for text in corrections)
        word = Word(tuple(confirm), tuple(must_say), need_not, corrections=read)
        spoken = as_confirmed(entry, word, person.name, date.today())
        changed = spoken.facts != entry.facts
        if changed:
            session.add(entry_row(spoken, datetime.now()))
    return changed


def newest_of(session: Session, entry_id: str) -> KnowledgeEntry:
    """Return an entry's newest version.

    Raises:
        NotFound: There is no such entry.
    """
    versions = as_known(history(session, entry_id))
    if not versions:
        raise NotFound(f"知识库里没有条目 {entry_id}", "核对编号，或先在“设置与导入”里导入知识库")
    return versions[-1]


def _fields(entry: KnowledgeEntry) -> tuple[tuple[str, str], ...]:
    """Return what an entry says beside its answer, each with the name of its column; facts are read from here too."""
    shown = (*FIELDS[1:], "legal_basis", "issuing_unit", "region")
    return tuple((field_name(name), text) for name in shown if (text := field_text(entry, name)))


def rows_wanted(newest: Iterable[KnowledgeEntry], q: str, owner: str, *, waiting: bool) -> list[EntryRow]:
    """Return the entries of an owner that hold some words; ``waiting``: those that wait for somebody."""
    return [row for entry in newest if _wanted(row := _row(entry, date.today()), q, owner, waiting=waiting)]


def _row(entry: KnowledgeEntry, day: date) -> EntryRow:
    due, reviewed = entry.dated("review_by"), entry.dated("reviewed_at")
    overdue = due is not None and due < day and (reviewed is None or reviewed < due)
    return EntryRow(entry, unconfirmed(entry), overdue, entry.valid_to is not None and entry.valid_to < day)


def _wanted(row: EntryRow, q: str, owner: str, *, waiting: bool) -> bool:
    entry = row.entry
    held = not q or any(q in text for text in (entry.entry_id, entry.title, entry.question, entry.answer))
    waits = row.waiting or row.overdue or row.expired or not entry.owner_department or not entry.facts
    return held and (not owner or owner == entry.owner_department) and (not waiting or bool(waits))


def facts_in(entry: KnowledgeEntry) -> list[FactRow]:
    """Return the facts of an entry, and what its text states beside them, with their places, in order of number."""
    return [_fact_row(one, entry) for one in listed(entry)]


def _fact_row(one: Listed, entry: KnowledgeEntry) -> FactRow:
    recorded = one.fact in entry.facts
    if one.place is None:
        return FactRow(one, in_words(one.fact), recorded, "", "", "", "")
    text, place = field_text(entry, one.place.field), one.place
    before, after = text[max(0, place.start - _AROUND) : place.start], text[place.end : place.end + _AROUND]
    return FactRow(
        one, in_words(one.fact), recorded, field_name(place.field), before, text[place.start : place.end], after
    )
