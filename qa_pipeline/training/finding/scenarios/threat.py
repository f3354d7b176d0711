"""Threats: of harm to people, oneself or things, of disturbance, of making it public."""

from __future__ import annotations

from qa_pipeline.models import Role
from qa_pipeline.models.passages import Mark, Scenario
from qa_pipeline.rules.hostility.kinds import Kind
from qa_pipeline.rules.hostility.reported import reported
from qa_pipeline.rules.hostility.words import hostile_words
from qa_pipeline.training.finding.call import Heard
from qa_pipeline.training.finding.cues import cue
from qa_pipeline.training.finding.evidence import marks_of
from qa_pipeline.training.finding.retold import retold
from qa_pipeline.training.finding.scenarios.insult import AGITATED


def threat(call: Heard) -> tuple[Mark, ...]:
    """Return where the caller threatens, by the rules' lists and the trainers' own; what is reported is left out."""
    if call.not_applicable(AGITATED):
        return ()
    words = hostile_words(call.ctx, Role.CALLER, call.words)
    by_rule = [word.hit for word in words if word.kind is Kind.THREAT]
    own = cue("threat").hits(call.ctx.transcript.of(Role.CALLER))
    hits = [*by_rule, *(hit for hit in own if not reported(hit, Kind.THREAT))]
    return marks_of((hit for hit in hits if not retold(hit)), "来电人有威胁、扬言的话", Scenario.THREAT)
