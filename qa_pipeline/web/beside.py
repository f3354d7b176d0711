"""What of a call people write themselves: corrections of its transcript, and what is shown of them and of notes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import Form, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.orm import Session

from qa_pipeline.assessment.heard import without_words
from qa_pipeline.errors import NotFound, UserError
from qa_pipeline.judging.again import check_again
from qa_pipeline.language.punctuation import punctuated
from qa_pipeline.models import CallFile, Role
from qa_pipeline.models.accounts import Person
from qa_pipeline.models.persons import same_person
from qa_pipeline.review import beside
from qa_pipeline.review.beside import Heard, heard_in, unread
from qa_pipeline.store.queries.calls import call_file
from qa_pipeline.store.queries.month import closing_of
from qa_pipeline.store.queries.notes import notes_of
from qa_pipeline.store.queries.review import recent_reasons
from qa_pipeline.web.access import PersonOf, allow, family
from qa_pipeline.web.desk import Desk, DeskOf, page
from qa_pipeline.web.findings import GroupView
from qa_pipeline.web.navigation import REVIEWS
from qa_pipeline.web.refusals import Forbidden
from qa_pipeline.web.sealed import refuse_sealed
from qa_pipeline.web.transcript import Line, in_time, lines, reading, with_corrections

router = family()
MAX_REASONS = 30


@router.get("/calls/{call_id:path}/utterances/{index}", dependencies=[allow(*REVIEWS, looks=True)])
def line_part(
    request: Request, desk: DeskOf, person: PersonOf, call_id: str, index: int, edit: bool = False
) -> Response:
    """Show one utterance, or the form that corrects it."""
    with desk.sessions() as session:
        values = line_values(desk, session, person, call_id, index)
    return page(request, "_line.html", edit=edit, **values)


@router.post("/calls/{call_id:path}/utterances/{index}", dependencies=[allow(*REVIEWS)])
def post_correction(
    request: Request,
    desk: DeskOf,
    person: PersonOf,
    call_id: str,
    index: int,
    seen: Annotated[int, Form()],
    text: Annotated[str, Form()] = "",
    role: Annotated[str, Form()] = "",
    undo: Annotated[bool, Form()] = False,
) -> Response:
    """Write what somebody heard in an utterance (``undo``: give it the recogniser's words back), and show it."""
    if not undo and role not in set(Role):
        raise UserError(f"没有“{role}”这种说话人", "刷新页面后再试")
    with desk.deciding, desk.sessions.begin() as session:
        line_values(desk, session, person, call_id, index)
        if undo:
            beside.give_back(session, call_id, index, person.name, seen, datetime.now())
        else:
            beside.correct(session, call_id, index, text, Role(role), person.name, seen, datetime.now())
    with desk.sessions() as session:
        values = line_values(desk, session, person, call_id, index)
    return page(request, "_corrected.html", edit=False, **values)


@router.post("/calls/{call_id:path}/check", dependencies=[allow(*REVIEWS)])
def post_check(request: Request, desk: DeskOf, person: PersonOf, call_id: str) -> Response:
    """Check a corrected call again, and show it."""
    with desk.sessions() as session:
        refuse_operator(person, call_file(session, call_id))
        refuse_sealed(desk, session, person, call_id)
    with desk.checking:  # one at a time: it takes a processor, and whoever comes second finds it done
        check_again(desk.sessions, desk.settings, call_id, datetime.now())
    query = f"?{request.url.query}" if request.url.query else ""
    return RedirectResponse(f"/calls/{quote(call_id)}{query}", status_code=303)


def refuse_operator(person: Person, file: CallFile) -> None:
    """Refuse who answered the call.

    Raises:
        Forbidden: The account's operator answered it.
    """
    if person.account.operator_id == file.call.operator_id:
        raise Forbidden("这是您自己接的电话，不能写备注或更正转写", "有不同意见请申诉")


def written_beside(
    desk: Desk, session: Session, file: CallFile, person: Person, groups: Iterable[GroupView]
) -> dict[str, Any]:
    """Return what of a call's page people write: its lines, its notes, and the reasons that are offered."""
    reviews = person.has(*REVIEWS) and person.account.operator_id != file.call.operator_id
    heard = heard_in(session, file) if reviews and desk.sees_all(person) else None
    settled = closing_of(session, f"{file.call.started_at:%Y-%m}") is not None
    return {
        "lines": _all_lines(file, heard),
        "unread": 0 if settled else _unread(file, heard),
        "may_correct": heard is not None and not settled,
        "reasons": recent_reasons(session, person.name)[:MAX_REASONS] if reviews else (),
        **(shown_notes(session, file, person, groups) if reviews else {"notes": (), "veiled_notes": 0}),
    }


def shown_notes(session: Session, file: CallFile, person: Person, groups: Iterable[GroupView]) -> dict[str, Any]:
    """Return the notes that somebody who reviews may read, and how many are kept back.

    Others' are kept from who has yet to speak blind on a fatal error: they may tell what the other one thinks.
    """
    notes = notes_of(session, file.call.call_id)
    blind = any(f.hidden for group in groups for item in group.items for f in item.findings)
    own = tuple(note for note in notes if not blind or same_person(note.author, person.name))
    return {"notes": own, "veiled_notes": len(notes) - len(own)}


def _all_lines(file: CallFile, heard: Heard | None) -> tuple[object, ...]:
    read = reading(file, heard)
    return () if read is None else in_time(_lines(file, heard), without_words(read))


def _lines(file: CallFile, heard: Heard | None) -> tuple[Line, ...]:
    read = reading(file, heard)
    if read is None:
        return ()
    laid = lines(punctuated(read), file.audit.corrections if file.audit is not None else ())
    until = file.audit.corrected_until if file.audit is not None else 0
    return laid if heard is None else with_corrections(laid, heard, until)


def _unread(file: CallFile, heard: Heard | None) -> int:
    """Return how many utterances read otherwise than they were judged."""
    return 0 if heard is None else len({one.utterance for one in unread(file, heard.corrections)})


def correctable(desk: Desk, session: Session, person: Person, call_id: str) -> CallFile:
    """Return a call whose transcript somebody may correct.

    Raises:
        NotFound: There is no such call.
        Forbidden: They answered it, or may not see what was said.
        Conflict: They have to judge it blind first: what others corrected is theirs, too.
    """
    file = call_file(session, call_id)
    refuse_operator(person, file)
    refuse_sealed(desk, session, person, call_id)
    if not desk.sees_all(person):
        raise Forbidden("您的角色看不到原话，不能更正转写", "请能看到原话的质检员更正")
    return file


def line_values(desk: Desk, session: Session, person: Person, call_id: str, index: int) -> dict[str, Any]:
    """Return what one line is shown from; its text to correct is without the punctuation that nobody said."""
    file = correctable(desk, session, person, call_id)
    heard = heard_in(session, file)
    if heard is None:
        raise NotFound(f"通话 {call_id} 还没有转写", "质检后再更正")
    read = reading(file, heard)
    bare = next((u for u in read.utterances if u.index == index), None) if read is not None else None
    line = next((one for one in _lines(file, heard) if one.utterance.index == index), None)
    if bare is None or line is None:
        raise NotFound(f"通话 {call_id} 没有第 {index + 1} 句", "刷新页面")
    return {
        "call": file.call,
        "line": line,
        "bare": bare,
        "seen": heard.newest_of(index),
        "unread": _unread(file, heard),
        "may_correct": True,
    }
