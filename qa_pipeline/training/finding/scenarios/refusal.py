"""The caller does not accept a rule."""

from __future__ import annotations

from qa_pipeline.models import Role
from qa_pipeline.models.passages import Mark, Scenario
from qa_pipeline.rules.matching import Hit
from qa_pipeline.training.finding.call import Heard
from qa_pipeline.training.finding.cues import cue
from qa_pipeline.training.finding.evidence import marks_of


def refusal(call: Heard) -> tuple[Mark, ...]:
    """Return where the caller rejects a rule: in so many words, or by 凭什么 where a rule is spoken of beside it."""
    spoken = call.ctx.transcript.of(Role.CALLER)
    weak = [hit for hit in cue("refusal_weak").hits(spoken) if _of_a_rule(call, hit)]
    return marks_of([*cue("refusal").hits(spoken), *weak], "来电人不接受规定", Scenario.REFUSAL)


def _of_a_rule(call: Heard, hit: Hit) -> bool:
    """Whether a rule is spoken of in the same turn, or in the operator's turn before or after it."""
    number = call.of_turn[hit.utterance.index]
    beside = call.turns[max(0, number - 1) : number + 2]
    return any(cue("rule_spoken_of").heard(turn) for turn in beside)
