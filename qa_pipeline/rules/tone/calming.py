"""TN06, item B6: soothe an agitated caller first, then handle the matter."""

from __future__ import annotations

from pydantic import Field

from qa_pipeline.models import CallContext, Role, Standing
from qa_pipeline.rules.base import Finding, failed, not_applicable, passed, rule, undetermined
from qa_pipeline.rules.evidence import said
from qa_pipeline.rules.hostility import HostilityParams, calm, doubts_of, mix_of, moments
from qa_pipeline.rules.hostility.training import first_answer
from qa_pipeline.rules.matching import Phrase, heard, like
from qa_pipeline.rules.saying import listed
from qa_pipeline.rules.shipped import shipped
from qa_pipeline.rules.windows import heard_well, mumbled, unclear


class CalmingParams(HostilityParams):
    """Ways to soothe, and what leaves the caller the floor."""

    soothing: tuple[Phrase, ...] = Field(default_factory=shipped("PH04", "soothing"), description="致歉、安抚的说法")
    listening: tuple[Phrase, ...] = Field(
        default_factory=shipped("TN06", "listening"), description="请来电人继续说的话，不算开始办理"
    )
    level: int = Field(default=2, ge=1, le=3, description="来电人情绪达到几级起适用")


@rule(code="TN06", item="B6", name="激动来电先安抚后办理", params=CalmingParams, standing=Standing.DEDUCT)
def calming(ctx: CallContext, params: CalmingParams) -> Finding:
    """Whether an agitated caller was soothed before the matter was handled.

    What: 来电人第一次明显激动以后，话务员开口的第一段话里有没有致歉或安抚。愤怒、指责、辱骂、威胁的话算激动；
        难过、着急的话，嗓门和音调都高于本人平时才算。来电人情绪的级别、类别、次数、时长记入明细，供案情构成统计。
    Why: 语气适当。先处理心情，再处理事情。
    Passes: 第一段话里就有“抱歉、您的心情我理解、别着急”一类的话。
    Fails: 先追问、办理或者顶撞，后来才安抚或者没有安抚。
    Undetermined: 那一段话有听不清的；来电人只是大声再三要求；没有听到激动的话，但来电人的话识别把握不足，
        或者比自己平时和话务员都明显大声。
    Not applicable: 来电人没有明显激动，或者激动以后话务员没有机会说话。
    Source: 默认评分标准B6。
    """
    heard_moments = moments(ctx, params)
    details = mix_of(heard_moments, doubts_of(ctx, Role.CALLER, heard_moments)).details()
    agitated = [m for m in heard_moments if m.level >= params.level]
    answer = first_answer(ctx, agitated[0], params.listening) if agitated else ()
    if not agitated:
        return _calm(ctx, details)
    if not answer:
        return not_applicable("来电人激动以后，话务员没有机会说话", confidence=agitated[0].confidence, details=details)
    if hits := heard(params.soothing, answer):
        return passed(f"先安抚了来电人：{listed(hits[:1])}", [hits[0].evidence("安抚")], details=details)
    anchor = agitated[0]
    evidence = [*(said(u, "没有先安抚") for u in answer[:2]), *anchor.shown(ctx, "来电人激动")]
    reason = f"来电人{anchor.told()}后，没有先安抚就接着办理或回应"
    unheard = unclear(ctx, Role.OPERATOR, anchor.start_ms, answer[-1].end_ms)
    if unheard or like(params.soothing, answer) or mumbled(answer):
        return undetermined(f"{reason}；这一段有没听清的话，请人工复核", evidence, details=details)
    if not anchor.spoken_emotion:
        return undetermined(f"{reason}；来电人没有说出激动的话，请人工复核", evidence, details=details)
    return failed(reason, evidence, confidence=min(anchor.confidence, heard_well(answer)), details=details)


def _calm(ctx: CallContext, details: dict[str, str]) -> Finding:
    """Nothing agitated was heard: not applicable where the caller was heard well and did not raise his voice."""
    heard_calm = calm(ctx)
    if not heard_calm.doubt:
        return not_applicable("来电人没有明显激动", confidence=heard_calm.confidence, details=details)
    reason = f"没有听到来电人明显激动的话，但{heard_calm.doubt}，请人工复核"
    return undetermined(reason, heard_calm.evidence, confidence=1 - heard_calm.confidence, details=details)
