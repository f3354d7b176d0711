"""A demand beyond what the rules allow: the operator says that it cannot be, and the caller insists."""

from __future__ import annotations

from collections.abc import Sequence

from qa_pipeline.models import Role, Utterance
from qa_pipeline.models.passages import Mark, Scenario
from qa_pipeline.rules.matching import Hit
from qa_pipeline.training.finding.call import Heard
from qa_pipeline.training.finding.cues import cue
from qa_pipeline.training.finding.evidence import marks_of

_INSISTS_WITHIN = 3
"""Turns after the refusal: the caller's answer to it, and the one after that."""


def beyond_policy(call: Heard) -> tuple[Mark, ...]:
    """Return where the caller insists on what the operator says is not possible, before or after it is said."""
    hits: list[Hit] = []
    for number, turn in enumerate(call.turns):
        if turn[0].role is Role.OPERATOR and cue("impossible").heard(turn):
            hits += _insisted(call, number)
    return marks_of(hits, "话务员说明办不了，来电人仍坚持", Scenario.BEYOND_POLICY)


def _insisted(call: Heard, refused: int) -> tuple[Hit, ...]:
    after = _caller(call.turns[refused + 1 : refused + 1 + _INSISTS_WITHIN])
    before = _caller(call.turns[max(0, refused - 1) : refused])
    insists = cue("insisting").hits(after)
    if insists:
        return (*cue("beyond_strong").hits(before), *insists)
    demanded = cue("beyond_strong").hits(before)
    answer = _caller(call.turns[refused + 1 : refused + 2])
    content = not answer or cue("accepted").heard(answer) or cue("content").heard(answer)
    return () if content else demanded


def _caller(turns: Sequence[Sequence[Utterance]]) -> tuple[Utterance, ...]:
    return tuple(u for turn in turns for u in turn if u.role is Role.CALLER)
