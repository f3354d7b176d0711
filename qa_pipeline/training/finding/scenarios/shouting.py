"""A raised voice: louder and higher than the caller's own calm, or so that the operator speaks of it."""

from __future__ import annotations

from qa_pipeline.models import Role, Utterance
from qa_pipeline.models.passages import Mark, Scenario
from qa_pipeline.rules.hostility.voice import raised
from qa_pipeline.rules.matching import phrases, search
from qa_pipeline.training.finding.call import Heard
from qa_pipeline.training.finding.evidence import mark_of
from qa_pipeline.training.finding.scenarios.insult import AGITATED

TOLD = ("(您|你)?(别|不要|先别|冲我|跟我)(喊|吼|嚷|大声)", "(喊|吼|嚷)什么", "(小|低)(点|一点)声(音)?(说|讲)?")
NO_SHOUT = ("(别人|他|她|他们|楼上|邻居|孩子)[^，。！？]{0,6}(喊|吼|嚷|大声)",)
LEAST_MS = 800
"""Shorter is a cough or a 喂."""
BY_SOUND = 0.7
"""How sure level and pitch together are. Set, not measured: the sample calls' voices were made louder by hand."""


def shouting(call: Heard) -> tuple[Mark, ...]:
    """Return the caller's turns with a raised voice, and those to which the operator says not to shout."""
    if call.not_applicable(AGITATED):
        return ()
    found = {}
    loud = raised(call.ctx, Role.CALLER).voice
    for number, turn in enumerate(call.turns):
        voiced = [u for u in turn if u.index in loud and u.end_ms - u.start_ms >= LEAST_MS]
        if voiced:
            found[number] = mark_of(voiced, "来电人的响度和音高都明显高于自己平时", Scenario.SHOUTING, BY_SOUND)
    for number in _told(call):
        found.setdefault(number, mark_of(call.turns[number], "话务员请来电人不要喊", Scenario.SHOUTING, BY_SOUND))
    return tuple(found.values())


def _told(call: Heard) -> list[int]:
    """Return the caller's turns after which the operator speaks of shouting."""
    spoken: tuple[Utterance, ...] = call.ctx.transcript.of(Role.OPERATOR)
    places = [call.of_turn[hit.utterance.index] for hit in search(TOLD, spoken, NO_SHOUT)]
    return [place - 1 for place in places if place > 0 and call.turns[place - 1][0].role is Role.CALLER]
