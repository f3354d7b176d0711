"""The list of a month's calls, one call, and its sound."""

from __future__ import annotations

import re
from typing import Annotated, Any

from fastapi import Depends, Request
from fastapi.responses import FileResponse, RedirectResponse, Response
from sqlalchemy.orm import Session

from qa_pipeline.assessment import final_evaluation
from qa_pipeline.assessment.heard import as_read, brief, heard_as, without_words
from qa_pipeline.errors import NotFound
from qa_pipeline.models import CallFile, KnowledgeEntry, Outcome, Recording, WorkOrder
from qa_pipeline.models.accounts import Person
from qa_pipeline.store.queries.calls import call_file, months
from qa_pipeline.store.queries.knowledge import entries
from qa_pipeline.store.queries.month import closing_of
from qa_pipeline.web.access import PersonOf, allow, family
from qa_pipeline.web.desk import Desk, DeskOf, page
from qa_pipeline.web.findings import beside, group_views, is_field, is_playable
from qa_pipeline.web.navigation import REVIEWS, SEES_CALLS
from qa_pipeline.web.rows import Filters, counts, neighbours, select
from qa_pipeline.web.transcript import in_time, lines
from qa_pipeline.web.wording import words
from scoring.effects import effects, formula

router = family()
TITLE = re.compile("《([^》]+)》")
MAX_ENTRIES = 3
PAGE_ROWS = 200
# What a reviewer holds against the call comes first (records-and-knowledge.md); the rest as stored.
FIELDS_FIRST = (
    *("标题", "主要内容", "具体诉求", "发生时间", "事发地点", "被反映对象", "姓名或称谓", "性别", "联系方式"),
    *("来电号码", "是否保密", "诉求类型", "问题分类", "紧急程度", "承办单位", "来电时间", "提交时间", "处理时限"),
)


def filters_of(
    month: str = "",
    operator: str = "",
    shift: str = "",
    item: str = "",
    state: str = "",
    rule: str = "",
    sort: str = "time",
    page: int = 1,
    team: str = "",
) -> Filters:
    """Read the filters from the address."""
    return Filters(month, operator, shift, item, state, rule, sort, page, team)


FiltersOf = Annotated[Filters, Depends(filters_of)]


@router.get("/calls", dependencies=[allow(*SEES_CALLS)])
def calls_page(request: Request, desk: DeskOf, filters: FiltersOf) -> Response:
    """Show the sampled calls of a month that fit the filters."""
    with desk.sessions() as session:
        known = months(session)
        if not known:
            return RedirectResponse("/", status_code=303)
        month = filters.month or known[0]
        rows = desk.months.get(session, month).rows
        card = desk.card(session)
    fitting = select(rows, filters)
    pages = max(1, -(-len(fitting) // PAGE_ROWS))
    number = min(max(1, filters.page), pages)
    return page(
        request,
        "calls.html",
        month=month,
        months=known,
        filters=filters,
        rows=fitting[(number - 1) * PAGE_ROWS : number * PAGE_ROWS],
        fitting=len(fitting),
        number=number,
        pages=pages,
        counts=counts(rows),
        total=len(rows),
        operators=sorted({(r.file.call.operator_id, _name(r.file)) for r in rows}),
        shifts=sorted({r.file.call.shift for r in rows}),
        items=[(i.code, i.name) for i in card.items] + [(f.code, f.name) for f in card.fatal_errors],
    )


@router.get("/calls/{call_id:path}/audio.wav", dependencies=[allow(*REVIEWS, looks=True)])
def audio(desk: DeskOf, person: PersonOf, call_id: str) -> Response:
    """Send a call's recording as PCM WAV; a Range header gets its part."""
    wav = desk.sound.wav(_recording(desk, person, call_id))
    return FileResponse(wav, media_type="audio/wav", headers={"Cache-Control": "private, no-cache"})


@router.get("/calls/{call_id:path}/peaks.json", dependencies=[allow(*REVIEWS)])
def peaks(desk: DeskOf, person: PersonOf, call_id: str) -> Response:
    """Send the peaks that a call's waveform is drawn from."""
    path = desk.sound.peaks(_recording(desk, person, call_id))
    return FileResponse(path, media_type="application/json", headers={"Cache-Control": "private, no-cache"})


@router.get("/calls/{call_id:path}/items/{code}", dependencies=[allow(*SEES_CALLS)])
def item_part(request: Request, desk: DeskOf, person: PersonOf, call_id: str, code: str) -> Response:
    """Show one item again, with what this reviewer may see."""
    with desk.sessions() as session:
        values = call_values(desk, session, desk.call(session, call_id, person), person)
    groups = values["groups"]
    item = next((i for group in groups for i in group.items if i.code == code), None)
    if item is None:
        raise NotFound(f"通话 {call_id} 没有评分项 {code}", "刷新页面")
    return page(request, "_renewed.html", item=item, beside=beside(groups, item), **values)


@router.get("/calls/{call_id:path}", dependencies=[allow(*SEES_CALLS, looks=True)])
def call_page(request: Request, desk: DeskOf, person: PersonOf, call_id: str, filters: FiltersOf) -> Response:
    """Show one call: its sound, words, findings and work order."""
    with desk.sessions() as session:
        file = desk.call(session, call_id, person)
        values = call_values(desk, session, file, person)
        month = f"{file.call.started_at:%Y-%m}"
        before, after = neighbours(desk.months.get(session, month).rows, filters, call_id)
        named = _entries(session, file)
    read = as_read(file)
    return page(
        request,
        "call.html",
        month=month,
        filters=filters,
        before=before,
        after=after,
        lines=in_time(lines(read, file.audit.corrections if file.audit else ()), without_words(read)) if read else (),
        entries=named,
        sound=_sound(file, request) if desk.sees_all(person) else None,
        **values,
    )


def call_values(desk: Desk, session: Session, file: CallFile, person: Person) -> dict[str, Any]:
    """Return what the score and the findings of a call are shown from."""
    shared = {
        "file": file,
        "may_decide": person.has(*REVIEWS) and person.account.operator_id != file.call.operator_id,
        "call": file.call,
        "is_field": is_field,
        "heard_as": heard_as,
        "brief": brief,
        "is_playable": is_playable,
        "fields": _fields(file.work_order),
        "closing": closing_of(session, f"{file.call.started_at:%Y-%m}"),
    }
    if file.audit is None:
        return {**shared, "evaluation": None, "groups": (), "card": None, "effects": {}, "formula": ""}
    card = desk.card(session, file.audit.scorecard_version)
    evaluation = final_evaluation(card, file.audit, file.decisions)
    groups = group_views(file, card, evaluation, person.name, words(desk.settings.language)("finding.fatal.group"))
    return {
        **shared,
        "evaluation": evaluation,
        "groups": groups,
        "card": card,
        "effects": effects(evaluation, card),
        "formula": formula(evaluation, card),
    }


def _fields(order: WorkOrder | None) -> tuple[tuple[str, str], ...]:
    """Return a work order's fields, the most telling first."""
    stored = dict(order.fields) if order is not None else {}
    rank = {name: position for position, name in enumerate(FIELDS_FIRST)}
    return tuple(sorted(stored.items(), key=lambda field: rank.get(field[0], len(rank))))


def _recording(desk: Desk, person: Person, call_id: str) -> Recording:
    if not desk.sees_all(person):
        raise NotFound(f"通话 {call_id} 的录音没有去除个人信息，您的角色不能播放", "请质检员播放")
    with desk.sessions() as session:
        file = call_file(session, call_id)
    if file.recording is None:
        raise NotFound(f"通话 {call_id} 没有录音", "导入该通话的录音")
    return file.recording


def _name(file: CallFile) -> str:
    return file.operator.name if file.operator is not None else file.call.operator_id


def _entries(session: Session, file: CallFile) -> tuple[KnowledgeEntry, ...]:
    """Return the knowledge entries that findings name, the findings to be looked at first.

    By id and version in their details; where there are none, by 《title》, as valid on the day.
    """
    results = sorted(file.audit.results if file.audit is not None else (), key=lambda r: r.outcome is Outcome.PASS)
    named = [(r.details["entry_id"], r.details.get("entry_version", "")) for r in results if "entry_id" in r.details]
    titles = [t for r in results if "entry_id" not in r.details for t in TITLE.findall(r.reason)]
    if not named and not titles:
        return ()
    known = entries(session)
    day = file.call.started_at.date()
    valid = {e.entry_id: e for e in known if e.valid_on(day)}  # in order of version: the last one stays
    exact = {(e.entry_id, str(e.version)): e for e in known}
    found = [exact.get(name) or valid.get(name[0]) for name in named]
    found += [e for e in valid.values() if e.title in titles]
    distinct = {(e.entry_id, e.version): e for e in found if e is not None}
    return tuple(distinct.values())[:MAX_ENTRIES]


def _sound(file: CallFile, request: Request) -> dict[str, Any] | None:
    """Return what the player's script needs; times in seconds."""
    if file.recording is None:
        return None
    acoustics, transcript = file.acoustics, file.transcript
    return {
        "audio": str(request.url_for("audio", call_id=file.call.call_id).path),
        "peaks": str(request.url_for("peaks", call_id=file.call.call_id).path),
        "channels": min(file.recording.channels, 2),
        "operator": file.call.operator_channel,
        "talkovers": [_span(t.start_ms, t.end_ms) for t in acoustics.talk_overs] if acoustics else [],
        "deadairs": [_span(d.start_ms, d.end_ms) for d in acoustics.dead_airs] if acoustics else [],
        "unintelligible": [
            {**_span(s.start_ms, s.end_ms), "channel": s.channel}
            for s in (transcript.unintelligible if transcript else ())
        ],
    }


def _span(start_ms: int, end_ms: int) -> dict[str, float]:
    return {"start": start_ms / 1000, "end": end_ms / 1000}
