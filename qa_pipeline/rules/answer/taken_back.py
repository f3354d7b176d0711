"""Where an operator said that something had been wrong, and gave another value of the same kind."""

from __future__ import annotations

from collections.abc import Sequence

from qa_pipeline.models import Agreement, CallContext, Exchange, FactCheck, Role, SpokenFact
from qa_pipeline.rules.answer.consultations import utterances
from qa_pipeline.rules.matching import Phrase, heard

_OTHERS = (r"[您你没](?:是不是|刚才|刚刚|有没有|有|是|好像)*(?:说|讲)错",)
_SAID_WRONG = (
    *(Phrase(text=text, unless=_OTHERS) for text in ("说错了", "讲错了", "我说错", "我讲错", "刚才说错", "刚才讲错")),
    *(Phrase(text=text) for text in ("更正一下", "纠正一下", "我更正", "刚才说的不对", "刚才讲的不对", "刚才有误")),
    Phrase(text="口误", exact=True),
)


def taken_back(ctx: CallContext, pairs: Sequence[tuple[Exchange, FactCheck]]) -> tuple[SpokenFact, ...]:
    """Return the last value before a correction of the operator's and the first other one of its slot after it.

    Args:
        ctx: The call.
        pairs: Checks that found nothing wrong; only their exchanges' answers are looked at, and their slots.

    Returns:
        Two values of one slot, or () where no correction stands between such values.
    """
    places = sorted({place for exchange, _ in pairs for place in exchange.answer})
    slots = {check.said.slot for _, check in pairs if check.said is not None and check.agreement is Agreement.AGREES}
    stated = [f for f in ctx.facts if f.role is Role.OPERATOR and f.utterance in places and f.slot in slots]
    for hit in heard(_SAID_WRONG, utterances(ctx, places)):
        for slot in sorted(slots):
            before = [f for f in stated if f.slot == slot and f.end_ms <= hit.start_ms]
            after = [f for f in stated if f.slot == slot and f.start_ms >= hit.end_ms]
            if before and after and (before[-1].value, before[-1].unit) != (after[0].value, after[0].unit):
                return before[-1], after[0]
    return ()
