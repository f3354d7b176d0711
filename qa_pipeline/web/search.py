"""Searching what was said and written, and the searches that people keep."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any
from urllib.parse import unquote_plus, urlencode

from fastapi import Depends, Form, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy import Select
from sqlalchemy.orm import Session

from qa_pipeline.errors import NotFound, UserError
from qa_pipeline.language.personal.masking import masked
from qa_pipeline.language.personal.public import public_words
from qa_pipeline.language.personal.viewers import Viewer, may_see
from qa_pipeline.models.accounts import Person, Role
from qa_pipeline.models.search import By, Found, SavedSearch, SearchQuery, TextKind
from qa_pipeline.store.queries.calls import months
from qa_pipeline.store.queries.knowledge import entries
from qa_pipeline.store.queries.listing import Wanted, shifts_in, wanted_calls
from qa_pipeline.store.queries.people import operators
from qa_pipeline.store.queries.saved_searches import count_saved, forget_search, save_search, saved_searches
from qa_pipeline.store.queries.search import RANKED, search, searchable, terms_of
from qa_pipeline.web.access import PersonOf, allow, family
from qa_pipeline.web.addresses import query_of
from qa_pipeline.web.desk import Desk, DeskOf, page
from qa_pipeline.web.export import XLSX, sheet_of
from qa_pipeline.web.navigation import SEES_CALLS
from qa_pipeline.web.paging import pages_of
from qa_pipeline.web.sealed import sealed_for
from qa_pipeline.web.snippets import snippets

router = family()
PAGE_HITS = 20
EXPORTED = 2_000
"""So many texts an export holds at most."""
KEPT = 50
SHARED = (Role.REVIEWER, Role.SUPERVISOR, Role.TRAINER)
SEARCHED = ("/search?", "/calls?")
HEADS = ("通话编号", "开始时间", "工号", "姓名", "班次", "谁说的", "时刻（秒）", "原文")


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks; '' asks nothing."""

    q: str = ""
    by: By = By.WORDS
    speaker: str = ""
    month: str = ""
    operator: str = ""
    shift: str = ""
    item: str = ""
    state: str = ""
    first: str = ""
    last: str = ""
    page: int = 1

    def query(self, **changes: object) -> dict[str, str]:
        """Return the address's query, changed, without what asks nothing; a changed filter begins at the first page."""
        return query_of(self, {("by", By.WORDS)}, changes)


def asked_of(
    q: str = "",
    by: str = By.WORDS.value,
    speaker: str = "",
    month: str = "",
    operator: str = "",
    shift: str = "",
    item: str = "",
    state: str = "",
    first: str = "",
    last: str = "",
    page: int = 1,
) -> Asked:
    """Read what is asked from the address."""
    kind = By(by) if by in set(By) else By.WORDS
    return Asked(
        " ".join(q.split())[:200], kind, speaker, month, operator, shift, item, state, first, last, max(1, page)
    )


AskedOf = Annotated[Asked, Depends(asked_of)]


@router.get("/search", dependencies=[allow(*SEES_CALLS, looks=True)])
def search_page(request: Request, desk: DeskOf, person: PersonOf, asked: AskedOf) -> Response:
    """Show where something was said, each place a way into its call."""
    refused, found = None, None
    with desk.sessions() as session:
        if asked.q:
            try:
                found = found_for(desk, session, person, asked, (asked.page - 1) * PAGE_HITS, PAGE_HITS)
            except UserError as error:
                refused = error
        values = _choices(desk, session, person, asked)
    return page(
        request,
        "search.html",
        200 if refused is None else 400,
        asked=asked,
        refused=refused,
        found=found,
        hits=_shown(found, asked),
        pages=1 if found is None else pages_of(found.total, PAGE_HITS),
        **values,
    )


@router.get("/search/export.xlsx", dependencies=[allow(*SEES_CALLS, looks=True)])
def export_search(desk: DeskOf, person: PersonOf, asked: AskedOf) -> Response:
    """Send the lines that were found as a workbook."""
    with desk.sessions() as session:
        found = found_for(desk, session, person, asked, 0, EXPORTED)
    terms = terms_of(asked.q, asked.by)
    rows = [
        (
            h.call_id,
            h.started_at,
            h.operator_id,
            h.operator_name,
            h.shift,
            SPEAKERS[h.text.kind],
            s.start_ms / 1000,
            s.whole,
        )
        for h in found.hits
        for s in snippets(h.text, terms, asked.by, None)
    ]
    cut = f"只导出前 {EXPORTED} 段，共 {found.total} 段" if found.total > EXPORTED else ""
    return XLSX.answer(sheet_of("检索", HEADS, rows, cut), f"检索-{datetime.now():%Y%m%d-%H%M}.xlsx")


@router.post("/search/saved", dependencies=[allow(*SEES_CALLS)])
def post_saved(
    desk: DeskOf,
    person: PersonOf,
    name: Annotated[str, Form()] = "",
    address: Annotated[str, Form()] = "",
    shared_with: Annotated[str, Form()] = "",
) -> Response:
    """Keep what is shown under a name, for oneself or for a role."""
    keep_search(desk, person, name, address, shared_with)
    return RedirectResponse(address, status_code=303)


def keep_search(desk: Desk, person: Person, name: str, address: str, shared_with: str) -> SavedSearch:
    """Keep an address of the search or of the list of calls, and return it as it is kept.

    Raises:
        UserError: The name, the address or the role will not do, it would tell personal data to who may not see them,
            or somebody keeps too many.
    """
    named, owner, now = " ".join(name.split()), person.account.account_id, datetime.now()
    if not 1 <= len(named) <= 64:
        raise UserError("检索名称要有 1 至 64 个字", "写一个自己认得的名称")
    if not address.startswith(SEARCHED) or len(address) > 1000:
        raise UserError("只能保存检索页和通话列表的地址", "从检索页保存")
    if shared_with not in {"", *SHARED}:
        raise UserError(f"没有“{shared_with}”这个角色", "重新选择")
    with desk.sessions.begin() as session:
        _refuse_personal(desk, session, shared_with, named + " " + address)
        if count_saved(session, owner) >= KEPT:
            raise UserError(f"每人最多保存 {KEPT} 个检索", "先删去不用的")
        number = save_search(session, owner, named, address, shared_with, now)
    return SavedSearch(number, owner, person.name, named, address, shared_with, now)


@router.post("/search/saved/{search_id}/forget", dependencies=[allow(*SEES_CALLS)])
def post_forget(desk: DeskOf, person: PersonOf, search_id: int) -> Response:
    """Forget one of one's own searches."""
    forget_own(desk, person, search_id)
    return RedirectResponse("/search", status_code=303)


def forget_own(desk: Desk, person: Person, search_id: int) -> None:
    """Forget one of somebody's own searches.

    Raises:
        NotFound: It is not theirs, or is gone.
    """
    with desk.sessions.begin() as session:
        if not forget_search(session, person.account.account_id, search_id):
            raise NotFound("没有这个检索，或不是您保存的", "刷新页面")


def kept_for(session: Session, person: Person) -> tuple[SavedSearch, ...]:
    """Return the searches that somebody keeps, and those that others share with a role of theirs."""
    return saved_searches(session, person.account.account_id, [role.value for role in person.account.roles])


SPEAKERS = {
    TextKind.OPERATOR: "话务员",
    TextKind.CALLER: "来电人",
    TextKind.UNKNOWN: "说不清",
    TextKind.ORDER: "工单",
}


def _refuse_personal(desk: Desk, session: Session, shared_with: str, text: str) -> None:
    """Refuse to hand a caller's name or number to a role that may not see it, in what is searched for."""
    if not shared_with or may_see(Viewer(shared_with), desk.settings.sees_personal_data):
        return
    plain = unquote_plus(text)
    if masked(plain, public=public_words(entries(session))) != plain:
        raise UserError("检索词里有个人信息，不能分享给看不到个人信息的角色", "保存为自己用，或换一个词")


def found_for(desk: Desk, session: Session, person: Person, asked: Asked, after: int, limit: int) -> Found:
    """Return what somebody finds, ``after`` so many texts.

    Raises:
        UserError: No words, or a day that is none.
    """
    query, among = _query(desk, person, asked), _among(desk, session, person, asked)
    return search(session, query, after, limit, among)


def _query(desk: Desk, person: Person, asked: Asked) -> SearchQuery:
    return SearchQuery(
        asked.q,
        asked.by,
        desk.sees_all(person),
        tuple(kind for kind in TextKind if kind == asked.speaker),
        asked.month,
        asked.operator,
        asked.shift,
        _day(asked.first),
        _day(asked.last),
    )


def _among(desk: Desk, session: Session, person: Person, asked: Asked) -> Select[str] | None:
    """Return what selects the calls of an item and a state: those of one month, the newest where none is chosen.

    That tells what was found in them, so that those which somebody has to judge blind first are left out.
    """
    if not asked.item and not asked.state:
        return None
    month = asked.month or next(iter(months(session)), "")
    sealed = sealed_for(desk, session, person)
    return wanted_calls(Wanted(month, item=asked.item, state=asked.state, without=sealed))


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise UserError(f"“{text}”不是日期", "写成 2026-10-01") from error


def _shown(found: Found | None, asked: Asked) -> list[tuple[Any, Any]]:
    if found is None:
        return []
    terms = terms_of(asked.q, asked.by)
    return [(hit, snippets(hit.text, terms, asked.by)) for hit in found.hits]


def _choices(desk: Desk, session: Session, person: Person, asked: Asked) -> dict[str, Any]:
    known = months(session)
    month = asked.month or (known[0] if known else "")
    card = desk.card(session)
    return {
        "known_months": known,
        "operators": [(one.operator_id, one.name) for one in operators(session)],
        "shifts": shifts_in(session, month),
        "items": [(i.code, i.name) for i in card.items] + [(f.code, f.name) for f in card.fatal_errors],
        "searchable": searchable(session),
        "saved": kept_for(session, person),
        "shared_roles": [role.value for role in SHARED],
        "address": "/search?" + urlencode(asked.query()),
        "exported": EXPORTED,
        "ranked": RANKED,
        "month": month or None,
    }
