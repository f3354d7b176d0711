"""TN03, item B3: interrupting the caller."""

from __future__ import annotations

from pydantic import Field

from qa_pipeline.models import CallContext, Evidence, Role, Span, Standing, TalkOver
from qa_pipeline.rules.base import Finding, Params, failed, passed, rule, undetermined
from qa_pipeline.rules.evidence import sound
from qa_pipeline.rules.windows import by_index, mixed

_WORDS_WITHIN_MS = 500  # voice activity begins before the first word and ends after the last


class TalkOverParams(Params):
    """What counts as interrupting."""

    longer_than_ms: int = Field(default=1_000, ge=200, le=10_000, description="重叠超过多少毫秒算一次抢话")
    times: int = Field(default=3, ge=1, le=20, description="多少次起算不通过")
    into_ms: int = Field(default=300, ge=0, le=10_000, description="来电人已经说了多少毫秒才算打断；同时开口不算")
    backchannel: int = Field(default=4, ge=0, le=10, description="不超过这么多个字的应答（嗯、好的、是的）不算抢话")


@rule(code="TN03", item="B3", name="不抢话、不打断", params=TalkOverParams, standing=Standing.DEDUCT)
def talk_over(ctx: CallContext, params: TalkOverParams) -> Finding:
    """Whether the operator began to speak over the caller again and again.

    What: 来电人正在说话时话务员开口、两人同时说话超过一秒的次数。“嗯、好的”一类的应答、两人同时开口不算。
    Why: 语气适当。打断来电人会漏掉诉求，也让人觉得不被尊重。
    Passes: 抢话少于三次。
    Fails: 抢话三次或更多。
    Undetermined: 单声道录音听不出谁在抢话；有的重叠没有听出话务员或者来电人的话（可能是咳嗽、电视声、杂音），
        不算它们就不到三次。
    Source: 默认评分标准B3；语气适当见安行审发〔2022〕7号第四条第一项。
    """
    if mixed(ctx):
        return undetermined("单声道录音，无法判断抢话")
    found = [t for t in ctx.acoustics.talk_overs if _interrupts(ctx, t, params)]
    sure = [t for t in found if _spoken(ctx, t) >= params.min_confidence and _over_words(ctx, t)]
    evidence = [_evidence(ctx, one) for one in sure]
    if len(sure) >= params.times:
        return failed(f"话务员抢话{len(sure)}次，每次超过{params.longer_than_ms / 1000:g}秒", evidence, confidence=0.9)
    if len(found) >= params.times:
        reason = f"疑似抢话{len(found)}次，其中{len(found) - len(sure)}次没有听清是否两人都在说话，请人工复核"
        return undetermined(reason, [_evidence(ctx, one) for one in found])
    return passed(f"话务员抢话{len(sure)}次", evidence)


def _interrupts(ctx: CallContext, one: TalkOver, params: TalkOverParams) -> bool:
    words = by_index(ctx, one.utterance)
    answer_only = words is not None and sum(c.isalnum() for c in words.text) <= params.backchannel
    together = one.into_ms is not None and one.into_ms < params.into_ms
    long = one.end_ms - one.start_ms > params.longer_than_ms
    return one.by is Role.OPERATOR and long and not answer_only and not together


def _spoken(ctx: CallContext, one: TalkOver) -> float:
    """Return how sure it is that words were spoken over the caller; 0 for a cough or a noise, which has none."""
    utterance = by_index(ctx, one.utterance)
    if utterance is None:
        return 0.0
    words = [w for w in utterance.words if w.start_ms < one.end_ms and one.start_ms < w.end_ms]
    characters = sum(len(w.text) for w in words)
    return sum(w.confidence * len(w.text) for w in words) / characters if characters else 0.0


def _over_words(ctx: CallContext, one: TalkOver) -> bool:
    """Whether the caller's words were heard where the operator began: a television is not interrupted."""
    return any(
        u.start_ms < one.start_ms + _WORDS_WITHIN_MS and one.start_ms < u.end_ms + _WORDS_WITHIN_MS
        for u in ctx.transcript.of(Role.CALLER)
    )


def _evidence(ctx: CallContext, one: TalkOver) -> Evidence:
    words = by_index(ctx, one.utterance)
    span = Span(one.start_ms, one.end_ms, words.channel if words else 0, Role.OPERATOR)
    length = (one.end_ms - one.start_ms) / 1000
    gave_way = {Role.CALLER: "，来电人停下不说了", Role.OPERATOR: "，来电人没有停"}.get(one.gave_way, "")
    return sound(span, f"抢话，重叠{length:.1f}秒{gave_way}", words.text if words else "", one.utterance)
