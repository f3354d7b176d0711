"""PH05, item A5: the closing."""

from __future__ import annotations

from pydantic import Field

from qa_pipeline.models import CallContext, Outcome, Role, Standing
from qa_pipeline.rules.base import Finding, Params, not_applicable, rule, undetermined
from qa_pipeline.rules.hanging_up import cut_off, who_hung_up
from qa_pipeline.rules.matching import Phrase, heard
from qa_pipeline.rules.phrase.parts import Part, judge
from qa_pipeline.rules.shipped import shipped
from qa_pipeline.rules.windows import last_of


class ClosingParams(Params):
    """Ways to ask for other needs, to thank and to part, and where to look for them."""

    other_needs: tuple[Phrase, ...] = Field(
        default_factory=shipped("PH05", "other_needs"), description="询问其他需求的说法"
    )
    other_needs_doubtful: tuple[Phrase, ...] = Field(
        default_factory=shipped("PH05", "other_needs_doubtful"), description="可能是询问其他需求、不能确定的话"
    )
    thanks: tuple[Phrase, ...] = Field(default_factory=shipped("PH05", "thanks"), description="致谢的说法")
    thanks_doubtful: tuple[Phrase, ...] = Field(
        default_factory=shipped("PH05", "thanks_doubtful"), description="可能是致谢、不能确定的话"
    )
    farewell: tuple[Phrase, ...] = Field(default_factory=shipped("PH05", "farewell"), description="道别的说法")
    farewell_doubtful: tuple[Phrase, ...] = Field(
        default_factory=shipped("PH05", "farewell_doubtful"), description="可能是道别、不能确定的话"
    )
    no_voice: tuple[Phrase, ...] = Field(
        default_factory=shipped("FE03", "no_voice"), description="来电人没有声音时话务员的说法"
    )
    turns: int = Field(default=4, ge=1, le=8, description="看话务员最后的几轮话")
    within_ms: int = Field(default=60_000, ge=5_000, le=180_000, description="到话务员最后一句话为止的多少毫秒内")
    had_time_ms: int = Field(
        default=2_000, ge=500, le=30_000, description="来电人先挂机时，来电人说完到挂机不足此数，算话务员来不及说结束语"
    )


@rule(code="PH05", item="A5", name="结束语完整", params=ClosingParams, standing=Standing.DEDUCT)
def closing(ctx: CallContext, params: ClosingParams) -> Finding:
    """Whether the closing asks for other needs, thanks and says goodbye.

    What: 在话务员最后几轮话里，按文字和读音找询问其他需求、致谢、道别三部分的各种说法。
    Why: 服务用语标准。
    Passes: 三部分都说了，次序不限。
    Fails: 缺一部分计一次；三部分全缺按全缺扣分。
    Undetermined: 结尾有听不清的话；不知道谁先挂机；来电人先挂机，而话务员已经道别，或者看来有时间说；
        话务员说听不到来电人的声音。
    Not applicable: 来电人先挂机（通话记录没有写的，看录音末尾有没有忙音、线路是不是先断），话务员还没有来得及说结束语，
        或者话没说完就断了。
    Source: 默认评分标准A5（参照GB/T 33358—2016《政府热线服务规范》）及所附规范用语；
        用语标准见安行审发〔2022〕7号第四条第一项。
    """
    window = last_of(ctx, Role.OPERATOR, params.turns, params.within_ms)
    parts = (
        Part("询问其他需求", params.other_needs, params.other_needs_doubtful),
        Part("致谢", params.thanks, params.thanks_doubtful),
        Part("道别", params.farewell, params.farewell_doubtful),
    )
    finding = judge(ctx, parts, window, window[-3:], (window[-3:][0].start_ms, ctx.recording.duration_ms), "结束语")
    if finding.outcome is Outcome.FAIL and (lost := heard(params.no_voice, window)):
        reason = f"{finding.reason}；话务员说“{lost[0].text}”，可能听不到来电人，请人工复核"
        return undetermined(reason, [*finding.evidence, lost[0].evidence("听不到来电人")], parts=3)
    if finding.outcome is Outcome.PASS or ctx.call.hang_up_by is Role.OPERATOR:
        return finding
    who, sign = who_hung_up(ctx)
    by_sound = f"（{sign}）" if sign else ""
    if who is Role.CALLER and not heard(params.farewell, window) and _had_no_time(ctx, params):
        return not_applicable(f"来电人先挂机{by_sound}，话务员来不及说结束语")
    if finding.outcome is not Outcome.FAIL:
        return finding
    told = {Role.CALLER: "来电人先挂机", Role.OPERATOR: "录音像是话务员先挂机"}.get(who, "不知道谁先挂机")
    return undetermined(f"{finding.reason}；{told}{by_sound}，请人工复核", finding.evidence, parts=3)


def _had_no_time(ctx: CallContext, params: ClosingParams) -> bool:
    """Whether the caller spoke until (nearly) the end, or the operator's own words were cut off by it."""
    if cut_off(ctx) is Role.OPERATOR:
        return True
    caller_to_ms = max((u.end_ms for u in ctx.transcript.of(Role.CALLER)), default=0)
    return ctx.recording.duration_ms - caller_to_ms < params.had_time_ms
