"""TN04, item B4: dead air that the caller was not told of."""

from __future__ import annotations

from pydantic import Field

from qa_pipeline.models import CallContext, DeadAir, Role, Standing
from qa_pipeline.rules.base import Finding, Params, failed, passed, rule, undetermined
from qa_pipeline.rules.evidence import sound
from qa_pipeline.rules.matching import Phrase, like
from qa_pipeline.rules.shipped import shipped
from qa_pipeline.rules.silences import Turns, announced, before, operator_silences, span
from qa_pipeline.rules.windows import by_index, unclear


class DeadAirParams(Params):
    """What counts as dead air and what excuses it."""

    longer_than_ms: int = Field(default=10_000, ge=3_000, le=120_000, description="超过多少毫秒算冷场")
    hold: tuple[Phrase, ...] = Field(default_factory=shipped("PH03", "hold"), description="请来电人稍候的说法")
    busy: tuple[Phrase, ...] = Field(
        default_factory=shipped("PH03", "busy"), description="来电人自己要找东西、要等一下的说法，其后的静默不算"
    )
    awaited: tuple[Phrase, ...] = Field(
        default_factory=shipped("PH03", "awaited"), description="话务员让来电人找东西、说情况的话，其后的静默不算"
    )


@rule(code="TN04", item="B4", name="没有冷场", params=DeadAirParams, standing=Standing.DEDUCT)
def dead_air(ctx: CallContext, params: DeadAirParams) -> Finding:
    """Whether the caller was left in silence without being told.

    What: 话务员该说话而双方都没有出声超过十秒，且事先没有请来电人稍候的次数。
    Why: 语气适当。来电人不知道电话是不是断了。
    Passes: 没有这样的静默，或者事先说过“请稍候”。来电人自己不说话、在找东西的静默不算。
    Fails: 有这样的静默，每次计一次。
    Undetermined: 静默前有听不清的话，可能说过“请稍候”；静默前后的话识别把握不足，分不清该谁说话。
    Source: 默认评分标准B4；语气适当见安行审发〔2022〕7号第四条第一项。
    """
    silent = [
        air
        for air in operator_silences(ctx, params.longer_than_ms + 1, Turns(params.hold, params.busy, params.awaited))
        if not announced(ctx, air, params.hold)
    ]
    sure = [air for air in silent if not _perhaps_announced(ctx, air, params)]
    evidence = [sound(span(air), f"冷场{_seconds(air)}秒", utterance=air.after) for air in sure or silent]
    if sure:
        lengths = "、".join(f"{_seconds(air)}秒" for air in sure)
        return failed(f"冷场{len(sure)}次（{lengths}），没有告知来电人", evidence, faults=len(sure), confidence=0.9)
    if silent:
        return undetermined("有较长的静默，之前的话没有听清，可能已请来电人稍候，请人工复核", evidence)
    return passed("没有未告知的冷场")


def _perhaps_announced(ctx: CallContext, air: DeadAir, params: DeadAirParams) -> bool:
    unheard = unclear(ctx, Role.OPERATOR, air.start_ms - 8_000, air.start_ms + 500)
    last = by_index(ctx, air.after)
    # Whose turn it was rests on the words before the silence.
    guessed = last is not None and last.confidence < params.min_confidence
    return unheard or guessed or like(params.hold, before(ctx, air))


def _seconds(air: DeadAir) -> int:
    return round((air.end_ms - air.start_ms) / 1000)
