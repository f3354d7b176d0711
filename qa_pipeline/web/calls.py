"""One call, and its sound."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import Depends, Request
from fastapi.responses import FileResponse, Response
from sqlalchemy.orm import Session

from qa_pipeline.assessment import final_evaluation
from qa_pipeline.assessment.heard import brief, heard_as
from qa_pipeline.errors import NotFound
from qa_pipeline.models import CallFile, KnowledgeEntry, Outcome, Recording
from qa_pipeline.models.accounts import Person
from qa_pipeline.review.queueing import judging_again
from qa_pipeline.store.queries.calls import call_file
from qa_pipeline.store.queries.claims import claim_on
from qa_pipeline.store.queries.knowledge import entries
from qa_pipeline.store.queries.listing import neighbours
from qa_pipeline.store.queries.month import closing_of
from qa_pipeline.web.access import PersonOf, allow, family
from qa_pipeline.web.answers import entry_view, facts_of
from qa_pipeline.web.beside import written_beside
from qa_pipeline.web.desk import Desk, DeskOf, page
from qa_pipeline.web.findings import ItemView, beside, group_views, is_field, is_playable
from qa_pipeline.web.going_on import go_to
from qa_pipeline.web.keys import KEYS, bindings
from qa_pipeline.web.navigation import REVIEWS, SEES_CALLS
from qa_pipeline.web.order import order_fields
from qa_pipeline.web.rows import Filters
from qa_pipeline.web.sealed import note_read, refuse_sealed, sealed_for
from qa_pipeline.web.transcript import judged_text
from qa_pipeline.web.wording import words
from scoring.effects import effects, formula

router = family()
TITLE = re.compile("《([^》]+)》")
MAX_ENTRIES = 3


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
    q: str = "",
    queue: str = "",
) -> Filters:
    """Read the filters from the address."""
    return Filters(month, operator, shift, item, state, rule, sort, page, team, q, queue)


FiltersOf = Annotated[Filters, Depends(filters_of)]


@router.get("/calls/{call_id:path}/audio.wav", dependencies=[allow(*REVIEWS, looks=True)])
def audio(desk: DeskOf, person: PersonOf, call_id: str) -> Response:
    """Send a call's recording as PCM WAV; a Range header gets its part."""
    wav = desk.sound.wav(recording_of(desk, person, call_id))
    return FileResponse(wav, media_type="audio/wav", headers={"Cache-Control": "private, no-cache"})


@router.get("/calls/{call_id:path}/peaks.json", dependencies=[allow(*REVIEWS)])
def peaks(desk: DeskOf, person: PersonOf, call_id: str) -> Response:
    """Send the peaks that a call's waveform is drawn from."""
    path = desk.sound.peaks(recording_of(desk, person, call_id))
    return FileResponse(path, media_type="application/json", headers={"Cache-Control": "private, no-cache"})


@router.get("/calls/{call_id:path}/items/{code}", dependencies=[allow(*SEES_CALLS, looks=True)])
def item_part(request: Request, desk: DeskOf, person: PersonOf, call_id: str, code: str) -> Response:
    """Show one item again, with what this reviewer may see."""
    item, values = item_read(desk, person, call_id, code)
    return page(request, "_renewed.html", item=item, beside=beside(values["groups"], item), **values)


def item_read(desk: Desk, person: Person, call_id: str, code: str) -> tuple[ItemView, dict[str, Any]]:
    """Return one item of a call with what somebody may see of it now, and what its page is shown from.

    Raises:
        NotFound: There is no such call, or it has no such item.
        Conflict: They have to judge the call blind first.
    """
    with desk.sessions() as session:
        refuse_sealed(desk, session, person, call_id)
        values = call_values(desk, session, desk.call(session, call_id, person), person)
    note_read(desk, person, values["file"])
    item = next((i for group in values["groups"] for i in group.items if i.code == code), None)
    if item is None:
        raise NotFound(f"通话 {call_id} 没有评分项 {code}", "刷新页面")
    return item, values


@router.get("/calls/{call_id:path}", dependencies=[allow(*SEES_CALLS, looks=True)])
def call_page(request: Request, desk: DeskOf, person: PersonOf, call_id: str, filters: FiltersOf) -> Response:
    """Show one call: its sound, words, findings and work order."""
    with desk.sessions() as session:
        file = desk.call(session, call_id, person)
        values = call_values(desk, session, file, person)
        month = f"{file.call.started_at:%Y-%m}"
        listed = filters.wanted(month, sealed_for(desk, session, person))
        before, after = (None, None) if filters.queue else neighbours(session, listed, call_id)
        claim = claim_on(session, call_id, datetime.now())
        if claim is not None and call_id in judging_again(session, desk.settings, person.account, datetime.now()):
            return go_to(request, f"/repeats/{quote(call_id)}")
        refuse_sealed(desk, session, person, call_id)
        named = _entries(session, file)
        beside_it = written_beside(desk, session, file, person, values["groups"])
    note_read(desk, person, file)
    spoken, facts = judged_text(file), facts_of(file)
    return page(
        request,
        "call.html",
        month=month,
        filters=filters,
        before=before,
        after=after,
        claim=claim,
        fields=order_fields(file),
        answers=[entry_view(entry, facts, spoken) for entry in named],
        sound=_sound(file, request) if desk.sees_all(person) else None,
        keys=KEYS,
        bindings=bindings(),
        **beside_it,
        **values,
    )


def may_review(person: Person, file: CallFile) -> bool:
    """Whether somebody may judge a call: who reviews, and has not answered it."""
    return person.has(*REVIEWS) and person.account.operator_id != file.call.operator_id


def call_values(desk: Desk, session: Session, file: CallFile, person: Person) -> dict[str, Any]:
    """Return what the score and the findings of a call are shown from."""
    shared = {
        "file": file,
        "may_decide": may_review(person, file),
        "call": file.call,
        "is_field": is_field,
        "heard_as": heard_as,
        "brief": brief,
        "is_playable": is_playable,
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


def recording_of(desk: Desk, person: Person, call_id: str) -> Recording:
    """Return the recording of a call to somebody who may hear it.

    Raises:
        NotFound: There is none, or it is not for who sees stand-ins in texts: sound has none.
    """
    if not desk.sees_all(person):
        raise NotFound(f"通话 {call_id} 的录音没有去除个人信息，您的角色不能播放", "请质检员播放")
    with desk.sessions() as session:
        file = call_file(session, call_id)
    if file.recording is None:
        raise NotFound(f"通话 {call_id} 没有录音", "导入该通话的录音")
    return file.recording


def _entries(session: Session, file: CallFile) -> tuple[KnowledgeEntry, ...]:
    """Return the knowledge entries that findings name, the findings to be looked at first.

    By id and version in their details; where there are none, by 《title》, as valid on the day.
    """
    results = sorted(file.audit.results if file.audit is not None else (), key=lambda r: r.outcome is Outcome.PASS)
    named = [(r.details["entry_id"], r.details.get("entry_version", "")) for r in results if "entry_id" in r.details]
    named += [(fact.entry_id, str(fact.entry_version)) for fact in facts_of(file)]
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
