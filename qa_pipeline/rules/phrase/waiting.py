"""PH03, item A3: asking to wait, and thanks for having waited."""

from __future__ import annotations

from pydantic import Field

from qa_pipeline.models import CallContext, DeadAir, Evidence, Role, Standing, Utterance
from qa_pipeline.rules.base import Finding, Params, failed, not_applicable, passed, rule, undetermined
from qa_pipeline.rules.evidence import absent, sound
from qa_pipeline.rules.matching import Phrase, heard, like, passages
from qa_pipeline.rules.shipped import shipped
from qa_pipeline.rules.silences import Turns, announced, before, operator_silences, span
from qa_pipeline.rules.windows import after, heard_well, unclear


class WaitingParams(Params):
    """Ways to announce a wait and to thank for it, and what counts as a wait."""

    hold: tuple[Phrase, ...] = Field(default_factory=shipped("PH03", "hold"), description="请来电人稍候的说法")
    thanks: tuple[Phrase, ...] = Field(default_factory=shipped("PH03", "thanks"), description="等待后致谢的说法")
    busy: tuple[Phrase, ...] = Field(
        default_factory=shipped("PH03", "busy"), description="来电人自己要找东西、要等一下的说法，其后的静默不算"
    )
    awaited: tuple[Phrase, ...] = Field(
        default_factory=shipped("PH03", "awaited"), description="话务员让来电人找东西、说情况的话，其后的静默不算"
    )
    min_silence_ms: int = Field(default=6_000, ge=2_000, le=60_000, description="话务员一方静默多少毫秒算等待")
    thanks_within_ms: int = Field(default=8_000, ge=1_000, le=60_000, description="静默后多少毫秒内致谢")


@rule(code="PH03", item="A3", name="等待前告知、等待后致谢", params=WaitingParams, standing=Standing.DEDUCT)
def waiting(ctx: CallContext, params: WaitingParams) -> Finding:
    """Whether the caller was asked to wait before a silence of the operator's, and thanked after it.

    What: 以话务员一方较长的静默为锚点，看静默前是否说过“请稍候”一类的话，静默后头几秒是否致谢或说“让您久等了”。
    Why: 服务用语标准。来电人听不到声音，不知道话务员在做什么。
    Passes: 每次等待前都告知、等待后都致谢或致歉。
    Fails: 没有事先告知计一次，没有事后致谢计一次。
    Undetermined: 静默前后有听不清的话，或者有读音相近而不能确定的话。
    Not applicable: 通话中没有需要来电人等待的静默；来电人自己在找东西、想事情的静默不算。
    Source: 默认评分标准A3；用语标准见安行审发〔2022〕7号第四条第一项。
    """
    airs = operator_silences(ctx, params.min_silence_ms, Turns(params.hold, params.busy, params.awaited))
    if not airs:
        return not_applicable("通话中没有需要来电人等待的静默")
    missing: list[tuple[DeadAir, str]] = []
    doubtful: list[tuple[DeadAir, str]] = []
    for air in airs:
        for what, sure in _lacking(ctx, air, params):
            (missing if sure else doubtful).append((air, what))
    if missing:
        words = "；".join(f"{_at(air)}等待{_seconds(air)}秒，{what}" for air, what in missing)
        return failed(words, _evidence(ctx, missing), faults=len(missing), confidence=heard_well(_around(ctx, airs)))
    if doubtful:
        words = "；".join(f"{_at(air)}等待{_seconds(air)}秒，似乎{what}" for air, what in doubtful)
        return undetermined(f"{words}，前后有没听清的话，请人工复核", _evidence(ctx, doubtful))
    return passed("等待前告知了来电人，等待后致谢", [sound(span(air), "等待") for air in airs])


def _lacking(ctx: CallContext, air: DeadAir, params: WaitingParams) -> list[tuple[str, bool]]:
    """Return what was not said around one silence, and whether that is sure."""
    lacking = []
    if not announced(ctx, air, params.hold):
        words = before(ctx, air)
        murky = unclear(ctx, Role.OPERATOR, air.start_ms - 8_000, air.start_ms + 500)
        lacking.append(("没有事先请来电人稍候", not murky and not like(params.hold, words)))
    thanked = after_wait(ctx, air, params.thanks_within_ms)
    if not heard(params.thanks, thanked):
        murky = unclear(ctx, Role.OPERATOR, air.end_ms - 500, air.end_ms + params.thanks_within_ms)
        lacking.append(("没有事后致谢", bool(thanked) and not murky and not like(params.thanks, thanked)))
    return lacking


def after_wait(ctx: CallContext, air: DeadAir, within_ms: int) -> tuple[Utterance, ...]:
    """Return the operator's first passage after a silence, and what else begins within some time."""
    later = after(ctx, Role.OPERATOR, air.end_ms - 500)
    first = passages(later)[:1]
    return tuple(u for u in later if u.start_ms <= air.end_ms + within_ms or (first and u in first[0][:2]))


def _around(ctx: CallContext, airs: tuple[DeadAir, ...]) -> tuple[Utterance, ...]:
    return tuple(u for air in airs for u in (*before(ctx, air)[-1:], *after_wait(ctx, air, 0)))


def _evidence(ctx: CallContext, lacking: list[tuple[DeadAir, str]]) -> list[Evidence]:
    evidence = []
    for air, what in lacking:
        evidence.append(sound(span(air), what, f"静默{_seconds(air)}秒", air.after))
        if "事后" in what and (window := after_wait(ctx, air, 0)):
            evidence.append(absent(window, what))
    return evidence


def _at(air: DeadAir) -> str:
    return f"{air.start_ms // 60_000}分{air.start_ms // 1000 % 60:02d}秒处"


def _seconds(air: DeadAir) -> int:
    return round((air.end_ms - air.start_ms) / 1000)
