"""A reviewed call judged again by the API, by another person who is not shown what was decided."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from qa_pipeline.models.findings import Evidence
from qa_pipeline.models.tokens import Scope
from qa_pipeline.web.access import PersonOf
from qa_pipeline.web.api.base import Values, api_family, by_token
from qa_pipeline.web.api.shown import BlindCall, blind_call
from qa_pipeline.web.desk import DeskOf
from qa_pipeline.web.navigation import REVIEWS
from qa_pipeline.web.repeats import ANSWERS, asked_blind, judged_again

router = api_family("repeats")
WORDS = dict(ANSWERS)
ANSWERED = {word: value for value, word in ANSWERS}


class Answer(StrEnum):
    """What is said of a finding: a fault, none, or that the item does not apply."""

    FAULT = "fault"
    NONE = "none"
    AWAY = "away"


class AskedLine(Values):
    """A finding to be judged: what the machine found ('': only a person did), and not what was decided."""

    code: str
    item: str
    name: str
    reason: str
    evidence: list[Evidence]


class RepeatAsked(Values):
    """A call to be judged again, and what is asked of it."""

    call: BlindCall
    asked: list[AskedLine]


class RepeatWordGiven(Values):
    """What is said of one finding, and why."""

    said: Answer
    reason: Annotated[str, Field(max_length=500)] = ""


class RepeatGiven(Values):
    """What is said of each finding that is asked, by its code."""

    words: dict[str, RepeatWordGiven]


class RepeatWordKept(Values):
    """What was kept of one finding; the first person's word is not told."""

    code: str
    item: str
    said: Answer
    reason: str


class RepeatKept(Values):
    """What was kept; it changes no points and says how far reviewers agree."""

    call_id: str
    audit_id: int
    judged_by: str
    judged_at: datetime
    words: list[RepeatWordKept]


@router.get("/repeats/{call_id}", dependencies=[by_token(Scope.CALLS_READ, *REVIEWS, looks=True)])
def get_repeat(desk: DeskOf, person: PersonOf, call_id: str) -> RepeatAsked:
    """Return a call to be judged again: the queue gives it as ``repeat``; who has read what was decided is refused."""
    file, asked, names = asked_blind(desk, person, call_id)
    return RepeatAsked(
        call=blind_call(file),
        asked=[
            AskedLine(
                code=one.code,
                item=one.item,
                name=names[one.item],
                reason="" if one.result is None else one.result.reason,
                evidence=[] if one.result is None else list(one.result.evidence),
            )
            for one in asked
        ],
    )


@router.post("/repeats/{call_id}", dependencies=[by_token(Scope.CALLS_WRITE, *REVIEWS)], status_code=201)
def give_repeat(desk: DeskOf, person: PersonOf, call_id: str, given: RepeatGiven) -> RepeatKept:
    """Keep what the account says of the call, once, and hold the call no longer."""
    said = {code: (WORDS[word.said], word.reason) for code, word in given.words.items()}
    kept = judged_again(desk, person, call_id, said)
    return RepeatKept(
        call_id=kept.call_id,
        audit_id=kept.audit_id,
        judged_by=kept.second,
        judged_at=kept.judged_at,
        words=[
            RepeatWordKept(code=word.code, item=word.item, said=Answer(ANSWERED[word.said]), reason=word.reason)
            for word in kept.words
        ],
    )
