"""Operator on a hostile speaker."""

from __future__ import annotations

from pydantic import Field

from qa_pipeline.rules.hostility import HostilityParams, moments
from qa_pipeline.rules.operators.found import Found, Seen
from qa_pipeline.rules.operators.kleene import Place
from qa_pipeline.rules.operators.strict import Strict
from qa_pipeline.rules.turns import Call, Window


class Hostility(Strict):
    """A level: 1 upset or in distress, 2 angry, 3 abusive or threatening."""

    level: int = Field(default=2, ge=1, le=3)


def hostility(call: Call, window: Window, wanted: Hostility) -> Found:
    """Whether a speaker was hostile in the range."""
    numbers = {turn.number for turn in window}
    hits = []
    for moment in moments(call.ctx, HostilityParams()):
        turn = call.turn_of(moment.hits[0].utterance.index)
        if moment.level >= wanted.level and turn in numbers:
            evidence = tuple(hit.evidence("来电人激动") for hit in moment.hits)
            hits.append(Seen(evidence, moment.confidence, Place(turn, turn)))
    heard = window.heard
    return Found(tuple(hits), 1, call.not_understood(window), window.looked, heard)
