"""Operator on a hostile speaker."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from qa_pipeline.models import Role
from qa_pipeline.rules.hostility import HostilityParams, Moment, moments_of
from qa_pipeline.rules.operators.found import Found, Seen, found_in
from qa_pipeline.rules.operators.strict import Strict
from qa_pipeline.rules.turns import Call, Window

KindWord = Literal["threat", "insult", "anger", "shouting", "demand", "upset", "grief"]


class Hostility(Strict):
    """A ``level``: 1 upset or in distress, 2 angry, 3 abusive or threatening; and ``kinds``, one of which is wanted."""

    level: int = Field(default=2, ge=1, le=3)
    kinds: tuple[KindWord, ...] = ()


def hostility(call: Call, window: Window, wanted: Hostility) -> Found:
    """Whether a speaker of the range, the caller where it is of everybody, was hostile in words."""
    roles = {turn.role for turn in window} - {Role.UNKNOWN}
    chosen = next(iter(roles)) if len(roles) == 1 else Role.CALLER
    numbers = {turn.number for turn in window}
    hits = []
    for moment in moments_of(call.ctx, chosen, HostilityParams()):
        turn = call.turns[call.turn_of(moment.utterances[0])]
        if turn.number in numbers and moment.level >= wanted.level and _of_kind(moment, wanted):
            evidence = tuple(moment.shown(call.ctx, "情绪激动"))
            hits.append(Seen(evidence, moment.confidence, turn.place))
    return found_in(call, window, hits)


def _of_kind(moment: Moment, wanted: Hostility) -> bool:
    return not wanted.kinds or any(kind.value in wanted.kinds for kind in moment.kinds)
