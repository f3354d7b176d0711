"""A raised voice: louder and higher than the caller's own calm, or than the operator's in anger, or spoken of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import log2

from qa_pipeline.models import Role, Utterance, UtteranceAcoustics
from qa_pipeline.models.passages import Mark, Scenario
from qa_pipeline.rules.hostility import doubts_of, moments
from qa_pipeline.rules.hostility.voice import RAISED_DB, RAISED_SEMITONES, middle_db, raised
from qa_pipeline.rules.matching import search
from qa_pipeline.training.finding.call import Heard
from qa_pipeline.training.finding.evidence import mark_of
from qa_pipeline.training.finding.scenarios.insult import AGITATED

TOLD = ("(您|你)?(别|不要|先别|冲我|跟我)(喊|吼|嚷|大声)", "(喊|吼|嚷)什么", "(小|低)(点|一点)声(音)?(说|讲)?")
NO_SHOUT = ("(别人|他|她|他们|楼上|邻居|孩子)[^，,。！!？?]{0,6}(喊|吼|嚷|大声)",)
LEAST_MS = 800
"""Shorter is a cough or a 喂."""
BY_SOUND, IN_ANGER, DOUBTED = 0.7, 0.6, 0.4
"""How sure level and pitch together are, level with words, and what rules only ask a person to listen to. Set, not
measured: the sample calls' voices were made louder by hand."""


def shouting(call: Heard) -> tuple[Mark, ...]:
    """Return the caller's turns with a raised voice, and those to which the operator says not to shout.

    Who shouts from the first word to the last has no calm to be compared with: then the operator's voice is, where the
    words are upset too, or another turn of the caller's is lower.
    """
    if call.not_applicable(AGITATED):
        return ()
    told = set(_told(call))
    doubted = {index for moment in doubts_of(call.ctx, Role.CALLER) for index in moment.utterances}
    loud, over, upset = raised(call.ctx, Role.CALLER).voice, _over_operator(call), _upset(call)
    found = []
    for number, turn in enumerate(call.turns):
        long = [u for u in turn if u.end_ms - u.start_ms >= LEAST_MS]
        above = [u for u in long if u.index in over]
        if voiced := [u for u in long if u.index in loud]:
            found.append(_mark(voiced, "来电人的响度和音高都明显高于自己平时", BY_SOUND))
        elif above and (upset & {u.index for u in turn} or _own_contrast(call, above)):
            found.append(_mark(above, "来电人比话务员明显大声", IN_ANGER))
        elif unsure := [u for u in long if u.index in doubted]:
            found.append(_mark(unsure, "来电人像是提高了嗓门（只凭声音）", DOUBTED))
        elif number in told:
            found.append(_mark(turn, "话务员请来电人不要喊", BY_SOUND))
    return tuple(found)


def _mark(utterances: Sequence[Utterance], why: str, confidence: float) -> Mark:
    return mark_of(utterances, why, Scenario.SHOUTING, confidence)


def _upset(call: Heard) -> frozenset[int]:
    """Return the caller's utterances of turns with words of anger or distress."""
    turns = {call.of_turn[index] for moment in moments(call.ctx, call.words) for index in moment.utterances}
    return frozenset(u.index for number in turns for u in call.turns[number])


def _over_operator(call: Heard) -> frozenset[int]:
    """Return the caller's utterances that are as much louder than the operator as a raised voice is than calm."""
    other = middle_db(call.ctx, Role.OPERATOR)
    if other is None:
        return frozenset()
    return frozenset(m.index for m in _measured(call) if m.loudness_db >= other + RAISED_DB)


def _own_contrast(call: Heard, above: Iterable[Utterance]) -> bool:
    """Whether another of the caller's utterances is lower in level and pitch: for calls of two turns."""
    levels = {m.index: m for m in _measured(call)}
    quiet = min(levels.values(), key=lambda m: m.loudness_db)
    loud = [levels[u.index] for u in above]
    return any(
        one.loudness_db >= quiet.loudness_db + RAISED_DB
        and one.pitch_hz is not None
        and quiet.pitch_hz is not None
        and 12 * log2(one.pitch_hz / quiet.pitch_hz) >= RAISED_SEMITONES
        for one in loud
    )


def _measured(call: Heard) -> list[UtteranceAcoustics]:
    callers = {u.index for u in call.ctx.transcript.of(Role.CALLER)}
    return [m for m in call.ctx.acoustics.utterances if m.index in callers]


def _told(call: Heard) -> list[int]:
    """Return the caller's turns after which the operator speaks of shouting."""
    places = [
        call.of_turn[hit.utterance.index] for hit in search(TOLD, call.ctx.transcript.of(Role.OPERATOR), NO_SHOUT)
    ]
    return [place - 1 for place in places if place > 0 and call.turns[place - 1][0].role is Role.CALLER]
