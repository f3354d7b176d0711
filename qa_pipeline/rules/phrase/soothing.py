"""PH04, item A4: an apology or soothing words for a caller in distress."""

from __future__ import annotations

from pydantic import Field

from qa_pipeline.models import CallContext, Role, Standing
from qa_pipeline.rules.base import Finding, failed, not_applicable, passed, rule, undetermined
from qa_pipeline.rules.evidence import absent
from qa_pipeline.rules.hostility import HostilityParams, Moment, calm, moments
from qa_pipeline.rules.matching import Phrase, heard, like
from qa_pipeline.rules.saying import listed
from qa_pipeline.rules.shipped import shipped
from qa_pipeline.rules.windows import after, heard_well, mumbled, unclear


class SoothingParams(HostilityParams):
    """Ways to apologise and to soothe."""

    soothing: tuple[Phrase, ...] = Field(default_factory=shipped("PH04", "soothing"), description="致歉、安抚的说法")


@rule(code="PH04", item="A4", name="致歉、安抚", params=SoothingParams, standing=Standing.DEDUCT)
def soothing(ctx: CallContext, params: SoothingParams) -> Finding:
    """Whether a caller in distress was given an apology or soothing words.

    What: 来电人说出难过、着急、愤怒、辱骂、威胁的话，或者再三要求，看话务员其后有没有致歉或者安抚。
        嗓门和音调都高于本人平时会提高程度，只凭声音或者模型不算；来电人转述别人骂人的话不算。
    Why: 服务用语标准；对情绪激动的来电人，先要让人感到被听见。
    Passes: 其后任何时候说过“抱歉、别着急、您的心情我理解”一类的话。
    Fails: 来电人明显激动或难过，其后到通话结束都没有致歉和安抚。
    Undetermined: 只有一处轻微的情绪或者只是再三要求，或者其后有听不清的话；
        来电人的话没有听清或者明显大声，也没有听到安抚。
    Not applicable: 来电人没有说出激动或难过的话。
    Source: 默认评分标准A4。
    """
    upset = moments(ctx, params)
    if not upset:
        return _nothing_heard(ctx, params)
    answers = after(ctx, Role.OPERATOR, upset[0].start_ms)
    if not answers:
        return not_applicable("来电人说出情绪以后，话务员没有机会说话", confidence=upset[0].confidence)
    if hits := heard(params.soothing, answers):
        return passed(f"有致歉或安抚：{listed(hits[:2])}", [hit.evidence("致歉、安抚") for hit in hits[:2]])
    words = "，".join(dict.fromkeys(moment.told() for moment in upset[:2]))
    evidence = [absent(answers, "没有致歉、安抚"), *(e for m in upset for e in m.shown(ctx, "来电人情绪"))]
    reason = f"来电人{words}，其后没有致歉和安抚"
    unheard = unclear(ctx, Role.OPERATOR, answers[0].start_ms - 1_000, answers[-1].end_ms)
    unheard = unheard or like(params.soothing, answers, 0.2) or mumbled(answers)
    if unheard or not _clear(upset):
        return undetermined(f"{reason}，但情绪较轻或有没听清的话，请人工复核", evidence)
    sure = max(m.confidence for m in upset)
    return failed(reason, evidence, confidence=min(sure, heard_well(answers)))


def _nothing_heard(ctx: CallContext, params: SoothingParams) -> Finding:
    """No distress was heard: not applicable, unless the caller was heard poorly or loud, and nobody soothed."""
    heard_calm = calm(ctx)
    if not heard_calm.doubt or heard(params.soothing, ctx.transcript.of(Role.OPERATOR)):
        return not_applicable("来电人情绪平稳，不需要致歉或安抚", confidence=heard_calm.confidence)
    reason = f"没有听到来电人激动或难过的话，但{heard_calm.doubt}，也没有听到致歉和安抚，请人工复核"
    return undetermined(reason, heard_calm.evidence, confidence=1 - heard_calm.confidence)


def _clear(upset: tuple[Moment, ...]) -> bool:
    """Whether the caller said that he was angry, or spoke of distress more than once."""
    angry = any(m.level >= 2 and m.spoken_emotion for m in upset)
    return angry or len({hit.phrase for m in upset for hit in m.hits}) >= 2
