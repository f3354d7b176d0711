"""What a language model thinks of an answer, held against what its facts say.

The model never takes a point: where it and the facts disagree a person decides, and where facts cannot tell it can
only let an answer pass or point a person to it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from qa_pipeline.models import CallContext, Evidence, Opinion, OpinionVerdict, Outcome
from qa_pipeline.rules.answer.consultations import covered
from qa_pipeline.rules.base import Finding, passed, undetermined
from qa_pipeline.rules.evidence import said_in
from qa_pipeline.rules.matching.passages import Passage

_AGAINST = {
    OpinionVerdict.CONTRADICTS: "与条目不一致",
    OpinionVerdict.BEYOND: "说了条目里没有的内容",
}


def weighed(facts: Finding, ctx: CallContext, sure: float) -> Finding:
    """Return the finding of the facts, as far as the model's opinions bear it out.

    Args:
        facts: What comparing facts found (C2).
        ctx: The call; without opinions the finding stays as it is.
        sure: How sure an entry must be for its opinion to count.
    """
    held = covered(ctx, sure)
    counted = [opinion for opinion in ctx.opinions if ctx.exchanges[opinion.exchange] in held]
    against = [opinion for opinion in counted if opinion.verdict in _AGAINST]
    agreeing = [opinion for opinion in counted if opinion.verdict is OpinionVerdict.AGREES]
    by = {"opinion_by": ctx.opinions[0].by} if ctx.opinions else {}
    if facts.outcome is Outcome.FAIL:
        if agreeing and not against:
            reason = f"事实比较与语言模型意见不一，请人工复核：{facts.reason}；模型认为一致：{_told(agreeing)}"
            return undetermined(reason, [*facts.evidence, *_evidence(ctx, agreeing)], details={**facts.details, **by})
        return replace(facts, details={**facts.details, **by})
    if against:
        reason = f"语言模型认为解答有误，请人工复核：{_told(against)}"
        return undetermined(reason, [*_evidence(ctx, against), *facts.evidence], details={**facts.details, **by})
    if facts.outcome is Outcome.NOT_APPLICABLE and agreeing:
        reason = f"没有可比较的事实；语言模型认为与条目一致：{_told(agreeing)}"
        return passed(reason, _evidence(ctx, agreeing), confidence=facts.confidence, details=by)
    return replace(facts, details={**facts.details, **by}) if by else facts


def _told(opinions: Sequence[Opinion]) -> str:
    return "；".join(
        f"话务员说“{o.said}”"
        + (f"，条目写“{o.written}”" if o.written else "")
        + (f"（{o.reason}）" if o.reason else "")
        for o in opinions
    )


def _evidence(ctx: CallContext, opinions: Sequence[Opinion]) -> list[Evidence]:
    return [place for opinion in opinions if (place := _place(ctx, opinion)) is not None]


def _place(ctx: CallContext, opinion: Opinion) -> Evidence | None:
    """Return the quoted words as evidence that can be played."""
    utterance = next(u for u in ctx.transcript.utterances if u.index == opinion.utterance)
    passage = Passage((utterance,))
    at = passage.text.find(opinion.said)
    if at < 0 or not passage.places:
        return None
    note = f"语言模型：{_AGAINST.get(opinion.verdict, '与条目一致')}"
    return said_in(passage, *passage.spoken_at(at, at + len(opinion.said)), note)
