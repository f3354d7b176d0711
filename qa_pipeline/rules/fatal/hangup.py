"""FE03, fatal error V3: the operator hung up first without reason."""

from __future__ import annotations

from pydantic import Field

from qa_pipeline.models import CallContext, Role, Standing, Utterance
from qa_pipeline.rules.base import Finding, Params, failed, passed, rule, undetermined
from qa_pipeline.rules.evidence import said
from qa_pipeline.rules.hanging_up import cut_off, denied_by_sound, who_hung_up
from qa_pipeline.rules.matching import Phrase, heard
from qa_pipeline.rules.shipped import shipped
from qa_pipeline.rules.windows import heard_well, unclear

_WARNED_WITHIN_MS = 60_000


class HangUpParams(Params):
    """Ways to part, and where to look for them."""

    farewell: tuple[Phrase, ...] = Field(default_factory=shipped("PH05", "farewell"), description="话务员道别的说法")
    caller_ends: tuple[Phrase, ...] = Field(
        default_factory=shipped("FE03", "caller_ends"), description="来电人同意结束通话的说法"
    )
    no_voice: tuple[Phrase, ...] = Field(
        default_factory=shipped("FE03", "no_voice"), description="来电人没有声音时话务员的说法"
    )
    warned: tuple[Phrase, ...] = Field(
        default_factory=shipped("FE03", "warned"), description="话务员挂机前提醒来电人文明用语、将要挂机的说法"
    )
    last: int = Field(default=4, ge=1, le=20, description="看最后几句话")


@rule(code="FE03", item="V3", name="疑似无故率先挂机", params=HangUpParams, standing=Standing.ADVISE)
def hang_up(ctx: CallContext, params: HangUpParams) -> Finding:
    """Whether the operator seems to have hung up on the caller.

    What: 通话记录里是话务员挂的机，而最后几句话里话务员没有道别，来电人也没有表示结束。通话记录没有写谁挂机的，
        看录音末尾有没有忙音、哪一方的线路先断。
    Why: 一票否决项。机器只能提出疑似，须由两名互不知情的质检员认定。
    Passes: 来电人先挂机；或者话务员道别、来电人表示结束、来电人没有声音以后才挂机。
    Fails: 话务员没有道别就挂机，来电人还没有说完，标为疑似；只提示，不扣分。
    Undetermined: 通话记录没有写谁挂机、录音也听不出，而双方都没有道别；通话记录写来电人先挂机，录音却像是话务员先挂机，
        而双方都没有道别；结尾有听不清的话；道别过，但来电人的话没有说完就断了；挂机前提醒过来电人文明用语，不一定是无故。
    Source: 默认评分标准V3（参照GB/T 33358—2016《政府热线服务规范》）。
    """
    who, sign = who_hung_up(ctx)
    ending = sorted(ctx.transcript.utterances, key=lambda u: u.end_ms)[-params.last :]
    evidence = [said(u, "挂机前的话") for u in ending]
    hits = _parting(ending, params)
    if who is Role.CALLER:
        otherwise = "" if hits else denied_by_sound(ctx)
        if otherwise:
            reason = f"通话记录写来电人先挂机，录音却像是话务员先挂机（{otherwise}），没有听到道别，请人工复核"
            return undetermined(reason, evidence)
        return passed(f"来电人先挂机{f'（{sign}）' if sign else ''}")
    interrupted = cut_off(ctx) is Role.CALLER
    if hits:
        if interrupted and ctx.call.hang_up_by is Role.OPERATOR:
            return undetermined(f"话务员挂机时来电人还在说话（此前听到“{hits}”），请人工复核", evidence)
        return passed(f"通话正常结束：“{hits}”")
    if ctx.call.hang_up_by is Role.UNKNOWN:
        told = "来电人的话没有说完就断了" if interrupted else f"{sign}，像是话务员先挂机" if sign else "录音也听不出"
        return undetermined(f"没有听到道别，通话记录没有写谁先挂机，{told}，请人工复核", evidence)
    if unclear(ctx, Role.OPERATOR, ending[0].start_ms, ctx.recording.duration_ms):
        return undetermined("话务员挂机，结尾有没听清的话，可能道别过，请人工复核", evidence)
    if warned := heard(params.warned, [u for u in ctx.transcript.of(Role.OPERATOR) if u.start_ms >= _warned_from(ctx)]):
        reason = f"话务员没有道别就挂机，但此前提醒过来电人：“{warned[-1].text}”，是否无故请人工复核"
        return undetermined(reason, [warned[-1].evidence("挂机前的提醒"), *evidence])
    reason = "疑似话务员无故率先挂机：没有道别，来电人" + ("的话没有说完就断了" if interrupted else "也没有表示结束")
    return failed(reason, evidence, confidence=heard_well(ending))


def _warned_from(ctx: CallContext) -> int:
    return ctx.recording.duration_ms - _WARNED_WITHIN_MS


def _parting(ending: list[Utterance], params: HangUpParams) -> str | None:
    operator = [u for u in ending if u.role is Role.OPERATOR]
    caller = [u for u in ending if u.role is Role.CALLER]
    hits = heard((*params.farewell, *params.no_voice), operator) + heard(params.caller_ends, caller[-2:])
    return hits[0].text if hits else None
