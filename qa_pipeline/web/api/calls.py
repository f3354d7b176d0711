"""Calls by the API: which were sampled and where they stand, what was found, a decision, the recording."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Annotated

from fastapi import Query
from fastapi.responses import FileResponse, Response
from sqlalchemy.orm import Session

from qa_pipeline.assessment import final_evaluation
from qa_pipeline.assessment.standings import CallStanding
from qa_pipeline.models import CallFile, Decision, RuleResult, Utterance, Verdict
from qa_pipeline.models.accounts import Person
from qa_pipeline.models.tokens import Scope
from qa_pipeline.review import Seen, decide
from qa_pipeline.store.queries.calls import require_calls
from qa_pipeline.store.queries.listing import Wanted, count_listed, listed_calls
from qa_pipeline.web.access import PersonOf
from qa_pipeline.web.api.base import SOUND, Values, api_family, by_token
from qa_pipeline.web.calls import recording_of
from qa_pipeline.web.decisions import refuse_own
from qa_pipeline.web.desk import Desk, DeskOf
from qa_pipeline.web.findings import words_shown
from qa_pipeline.web.navigation import REVIEWS, SEES_CALLS
from qa_pipeline.web.sealed import note_read, refuse_sealed, sealed_for
from scoring.score import Evaluation

router = api_family("calls")


class CallLine(Values):
    """One sampled call: whose it is and where it stands."""

    call_id: str
    operator_id: str
    shift: str
    started_at: datetime
    duration_s: int
    state: str
    points: Decimal | None
    lost: dict[str, Decimal]


class CallLines(Values):
    """A page of calls; ``total`` fit."""

    total: int
    calls: list[CallLine]


class CallDetail(Values):
    """A call with what was found and decided. ``evaluation`` is as people's words have it.

    ``decisions`` are without others' words on a suspected fatal error on which the token's account has yet to speak.
    """

    call_id: str
    operator_id: str
    shift: str
    started_at: datetime
    duration_s: int
    recording_sha256: str | None
    failure: str | None
    audit_id: int | None
    scorecard: str | None
    ruleset: str | None
    results: list[RuleResult]
    decisions: list[Decision]
    evaluation: Evaluation | None
    words: list[Utterance]
    work_order: Mapping[str, str] | None


class Word(Values):
    """A decision; ``audit_id`` and ``seen`` say what it was decided on, so that nothing is decided twice."""

    verdict: Verdict
    audit_id: int
    seen: int
    faults: Annotated[int, Query(ge=1, le=20)] = 1
    reason: Annotated[str, Query(max_length=500)] = ""


@router.get("/calls", dependencies=[by_token(Scope.CALLS_READ, *SEES_CALLS)])
def list_calls(
    desk: DeskOf,
    person: PersonOf,
    month: Annotated[str, Query(pattern=r"^\d{4}-\d{2}$")],
    operator: str = "",
    shift: str = "",
    item: str = "",
    state: str = "",
    team: str = "",
    rule: str = "",
    number: str = "",
    sort: str = "time",
    after: Annotated[int, Query(ge=0)] = 0,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> CallLines:
    """Return a month's sampled calls that fit; ``after`` so many.

    By time unless ``sort`` says otherwise, which begins with - to go down; ``number`` is part of a call's. Without
    those which the token's account has to judge blind first.
    """
    with desk.sessions() as session:
        sealed = sealed_for(desk, session, person)
        wanted = Wanted(month, operator, team, shift, item, state, rule, number.strip(), sort, sealed)
        require_calls(session, month)
        rows, total = listed_calls(session, wanted, after, limit), count_listed(session, wanted)
    return CallLines(total=total, calls=[_line(row.standing) for row in rows])


@router.get("/calls/{call_id}", dependencies=[by_token(Scope.CALLS_READ, *SEES_CALLS, looks=True)])
def get_call(desk: DeskOf, person: PersonOf, call_id: str) -> CallDetail:
    """Return one call; whose token's account may not see personal data gets stand-ins."""
    with desk.sessions() as session:
        refuse_sealed(desk, session, person, call_id)
        file = desk.call(session, call_id, person)
        found = _detail(desk, session, file, person)
    note_read(desk, person, file)
    return found


@router.get(
    "/calls/{call_id}/audio",
    dependencies=[by_token(Scope.CALLS_READ, *REVIEWS, looks=True)],
    response_class=FileResponse,
    responses=SOUND,
)
def get_audio(desk: DeskOf, person: PersonOf, call_id: str) -> Response:
    """Return the recording as PCM WAV; a Range header gets its part."""
    return FileResponse(desk.sound.wav(recording_of(desk, person, call_id)), media_type="audio/wav")


@router.post("/calls/{call_id}/findings/{code}", dependencies=[by_token(Scope.CALLS_WRITE, *REVIEWS)], status_code=201)
def decide_finding(desk: DeskOf, person: PersonOf, call_id: str, code: str, word: Word) -> Decision:
    """Write a decision, signed by the account that the token acts for; said twice it is one."""
    with desk.deciding, desk.sessions.begin() as session:
        refuse_own(session, person, call_id)
        refuse_sealed(desk, session, person, call_id)
        seen = Seen(word.audit_id, word.seen)
        return decide(session, call_id, code, word.verdict, word.faults, person.name, word.reason, datetime.now(), seen)


def _line(call: CallStanding) -> CallLine:
    return CallLine(
        call_id=call.call_id,
        operator_id=call.operator_id,
        shift=call.shift,
        started_at=call.started_at,
        duration_s=call.duration_s,
        state=call.state,
        points=call.points,
        lost={item.code: item.lost for item in call.lost},
    )


def _detail(desk: Desk, session: Session, file: CallFile, person: Person) -> CallDetail:
    call, audit = file.call, file.audit
    card = None if audit is None else desk.card(session, audit.scorecard_version)
    return CallDetail(
        call_id=call.call_id,
        operator_id=call.operator_id,
        shift=call.shift,
        started_at=call.started_at,
        duration_s=call.duration_s,
        recording_sha256=None if file.recording is None else file.recording.recording_id,
        failure=file.failure,
        audit_id=None if audit is None else audit.audit_id,
        scorecard=None if audit is None else audit.scorecard_version,
        ruleset=None if audit is None else audit.ruleset.version,
        results=[] if audit is None else list(audit.results),
        decisions=[] if card is None else list(words_shown(file, card, person.name)),
        evaluation=None if audit is None or card is None else final_evaluation(card, audit, file.decisions),
        words=[] if file.transcript is None else list(file.transcript.utterances),
        work_order=None if file.work_order is None else dict(file.work_order.fields),
    )
