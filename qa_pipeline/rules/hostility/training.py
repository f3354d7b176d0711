"""Hostile moments as material for training: what was said, how the operator answered, the clearest examples first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from qa_pipeline.models import CallContext, Role, Utterance
from qa_pipeline.rules.hostility.kinds import Moment
from qa_pipeline.rules.hostility.moments import moments
from qa_pipeline.rules.hostility.params import HostilityParams
from qa_pipeline.rules.matching import Phrase, heard, like, passage_text, passages
from qa_pipeline.rules.windows import after, mumbled, unclear

_FEWEST_SPOKEN = 3
_LEAVE_TO_SPEAK = 8  # characters: 您说 is no answer yet, 您说您叫什么名字 is one


class Answered(StrEnum):
    """How the operator answered a hostile moment, as far as words tell."""

    AT_ONCE = "soothed_at_once"
    NEVER = "not_soothed"
    LATER = "soothed_later"
    UNCLEAR = "unclear"

    @property
    def name_zh(self) -> str:
        """It in Chinese."""
        return _NAMES[self]


_NAMES = {
    Answered.AT_ONCE: "当即安抚",
    Answered.NEVER: "没有安抚",
    Answered.LATER: "后来才安抚",
    Answered.UNCLEAR: "听不出",
}


@dataclass(frozen=True, slots=True)
class Example:
    """One hostile moment of a call, the turn in which it was, and the operator's answer to it."""

    call_id: str
    moment: Moment
    turn: str
    answer: str
    answered: Answered


def examples_of(
    ctx: CallContext, params: HostilityParams, soothing: Sequence[Phrase], listening: Sequence[Phrase]
) -> tuple[Example, ...]:
    """Return a call's hostile moments with how each was answered, in the order of the call."""
    turns = passages(ctx.transcript.of(Role.CALLER))
    return tuple(_example(ctx, moment, turns, soothing, listening) for moment in moments(ctx, params))


def clearest_first(examples: Iterable[Example]) -> tuple[Example, ...]:
    """Return the good examples, then the bad ones, then the others; each by how grave and how sure they are."""
    rank = {answered: place for place, answered in enumerate(Answered)}

    def key(example: Example) -> tuple[int, int, float, str, int]:
        moment = example.moment
        return (rank[example.answered], -moment.level, -moment.confidence, example.call_id, moment.start_ms)

    return tuple(sorted(examples, key=key))


def first_answer(ctx: CallContext, moment: Moment, listening: Sequence[Phrase]) -> tuple[Utterance, ...]:
    """Return the operator's first passage after a moment that is more than leave to go on speaking."""
    for passage in passages(after(ctx, Role.OPERATOR, moment.start_ms)):
        text = passage_text(passage)
        listens = heard(listening, passage) and len(text) <= _LEAVE_TO_SPEAK
        if not listens and sum(c.isalnum() for c in text) >= _FEWEST_SPOKEN:
            return passage
    return ()


def _example(
    ctx: CallContext,
    moment: Moment,
    turns: Sequence[tuple[Utterance, ...]],
    soothing: Sequence[Phrase],
    listening: Sequence[Phrase],
) -> Example:
    turn = next(turn for turn in turns if moment.utterances[0] in {u.index for u in turn})
    answer = first_answer(ctx, moment, listening)
    answered = _answered(ctx, moment, answer, soothing)
    return Example(ctx.call.call_id, moment, passage_text(turn), passage_text(answer), answered)


def _answered(ctx: CallContext, moment: Moment, answer: Sequence[Utterance], soothing: Sequence[Phrase]) -> Answered:
    if heard(soothing, answer):
        return Answered.AT_ONCE
    if not answer or unclear(ctx, Role.OPERATOR, moment.start_ms, answer[-1].end_ms):
        return Answered.UNCLEAR
    if like(soothing, answer) or mumbled(answer):
        return Answered.UNCLEAR
    later = after(ctx, Role.OPERATOR, answer[-1].start_ms)
    return Answered.LATER if heard(soothing, later) else Answered.NEVER
