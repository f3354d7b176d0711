"""Calls that have no matter for the hotline: flirting, nonsense, idle talk, calling for fun."""

from __future__ import annotations

from qa_pipeline.models import Role
from qa_pipeline.models.passages import Mark, Scenario
from qa_pipeline.training.finding.call import Heard
from qa_pipeline.training.finding.cues import cue
from qa_pipeline.training.finding.evidence import mark_of, marks_of


def crank(call: Heard) -> tuple[Mark, ...]:
    """Return where the caller harasses or plays, and the caller's turns of which the operator says so."""
    hits = cue("crank").hits(call.ctx.transcript.of(Role.CALLER))
    said = marks_of(hits, "来电人骚扰、闲聊或者胡言", Scenario.CRANK)
    known = {mark.utterance for mark in said}
    told = [
        mark_of(turn, "话务员说明来电没有诉求、占用线路", Scenario.CRANK, 0.8)
        for number in _told(call)
        if (turn := call.turns[number])[0].role is Role.CALLER and not known & {u.index for u in turn}
    ]
    return (*said, *told)


def _told(call: Heard) -> list[int]:
    """Return the turns before those in which the operator speaks of the line being taken up."""
    hits = cue("crank_told").hits(call.ctx.transcript.of(Role.OPERATOR))
    return sorted({call.of_turn[hit.utterance.index] - 1 for hit in hits} - {-1})
