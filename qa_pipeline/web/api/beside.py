"""What people write beside a call, by the API: notes, and corrections of the transcript."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import Query

from qa_pipeline.judging.again import check_again
from qa_pipeline.models import HandCorrection, Note, Role, Utterance
from qa_pipeline.models.tokens import Scope
from qa_pipeline.review import beside
from qa_pipeline.store.queries.calls import call_file
from qa_pipeline.web.access import PersonOf
from qa_pipeline.web.api.base import Values, api_family, by_token
from qa_pipeline.web.beside import correctable, line_values, refuse_operator, shown_notes
from qa_pipeline.web.calls import call_values
from qa_pipeline.web.desk import DeskOf
from qa_pipeline.web.navigation import REVIEWS
from qa_pipeline.web.sealed import note_read, refuse_sealed
from qa_pipeline.web.transcript import Line

router = api_family("calls")
WRITES = [by_token(Scope.CALLS_WRITE, *REVIEWS)]


class Notes(Values):
    """The notes that may be read now; others' are kept from who has yet to judge a suspected fatal error blind."""

    notes: list[Note]
    kept_back: int


class NoteGiven(Values):
    """A note."""

    text: Annotated[str, Query(max_length=2000)]


class CorrectionGiven(Values):
    """What was heard in one utterance, all of it; ``seen`` is the newest correction that was known (0: none)."""

    text: Annotated[str, Query(max_length=2000)]
    role: Role
    seen: Annotated[int, Query(ge=0, le=2**31 - 1)] = 0


class UtteranceNow(Values):
    """One utterance as it reads now; ``machine`` is what was recognised where somebody corrected it.

    ``seen`` is to be sent with a correction of it. ``unread``: so many utterances of the call read otherwise than they
    were judged, until it is checked again.
    """

    utterance: Utterance
    machine: Utterance | None
    made: HandCorrection | None
    seen: int
    unread: int


class GivenBack(Values):
    """The newest correction that was known."""

    seen: Annotated[int, Query(ge=0, le=2**31 - 1)]


class Checked(Values):
    """The audit that counts after a check."""

    audit_id: int


@router.get("/calls/{call_id}/notes", dependencies=[by_token(Scope.CALLS_READ, *REVIEWS, looks=True)])
def list_notes(desk: DeskOf, person: PersonOf, call_id: str) -> Notes:
    """Return a call's notes, the oldest first."""
    with desk.sessions() as session:
        file = desk.call(session, call_id, person)
        refuse_operator(person, file)
        refuse_sealed(desk, session, person, call_id)
        shown = shown_notes(session, file, person, call_values(desk, session, file, person)["groups"])
    note_read(desk, person, file)
    return Notes(notes=list(shown["notes"]), kept_back=shown["veiled_notes"])


@router.post("/calls/{call_id}/notes", dependencies=WRITES, status_code=201)
def write_note(desk: DeskOf, person: PersonOf, call_id: str, given: NoteGiven) -> Note:
    """Write a note; said twice it is one."""
    with desk.deciding, desk.sessions.begin() as session:
        refuse_operator(person, call_file(session, call_id, speech=False))
        refuse_sealed(desk, session, person, call_id)
        return beside.note(session, call_id, given.text, person.name, datetime.now())


@router.post("/calls/{call_id}/utterances/{index}", dependencies=WRITES, status_code=201)
def send_correction(desk: DeskOf, person: PersonOf, call_id: str, index: int, given: CorrectionGiven) -> HandCorrection:
    """Correct an utterance's words or speaker; the recogniser's stay beside it, and a check reads the new ones."""
    with desk.deciding, desk.sessions.begin() as session:
        correctable(desk, session, person, call_id)
        return beside.correct(session, call_id, index, given.text, given.role, person.name, given.seen, datetime.now())


@router.get("/calls/{call_id}/utterances/{index}", dependencies=[by_token(Scope.CALLS_READ, *REVIEWS, looks=True)])
def get_utterance(desk: DeskOf, person: PersonOf, call_id: str, index: int) -> UtteranceNow:
    """Return one utterance with what was corrected in it."""
    with desk.sessions() as session:
        found = line_values(desk, session, person, call_id, index)
    line: Line = found["line"]
    return UtteranceNow(
        utterance=found["bare"], machine=line.machine, made=line.made, seen=found["seen"], unread=found["unread"]
    )


@router.post("/calls/{call_id}/utterances/{index}/undo", dependencies=WRITES, status_code=201)
def undo_correction(desk: DeskOf, person: PersonOf, call_id: str, index: int, given: GivenBack) -> HandCorrection:
    """Give an utterance the recogniser's words and speaker back, as one more correction."""
    with desk.deciding, desk.sessions.begin() as session:
        correctable(desk, session, person, call_id)
        return beside.give_back(session, call_id, index, person.name, given.seen, datetime.now())


@router.post("/calls/{call_id}/check", dependencies=WRITES, status_code=201)
def ask_check(desk: DeskOf, person: PersonOf, call_id: str) -> Checked:
    """Check a corrected call again, without the recogniser."""
    with desk.sessions() as session:
        refuse_operator(person, call_file(session, call_id, speech=False))
        refuse_sealed(desk, session, person, call_id)
    with desk.checking:
        made = check_again(desk.sessions, desk.settings, call_id, datetime.now())
    return Checked(audit_id=made.audit_id)
