"""RD06, item D6: the record read back to the caller, and submitted on the day."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from pydantic import Field

from qa_pipeline.language.script import simplify
from qa_pipeline.models import CallContext, Evidence, Role, Standing, Utterance
from qa_pipeline.rules.base import Finding, Params, failed, passed, roles_unclear, rule, undetermined
from qa_pipeline.rules.evidence import absent, field_value, said
from qa_pipeline.rules.matching import Phrase, heard, passage_text, passages, stand
from qa_pipeline.rules.record.orders import by_operator, is_consultation, without_order
from qa_pipeline.rules.shipped import shipped
from qa_pipeline.rules.windows import heard_well, unclear

# 对吗 is often written 对嘛, 对马; only at the end does it ask back what was read.
_RIGHT = re.compile(r"(?:对[吗嘛马麻妈吧不码]|是[吗嘛吧]|没错吧|正确[吗嘛])[^\u4e00-\u9fff]*$")
_LONG = 25
_REPEATED = 2  # facts of the caller's in one breath of the operator's

_BY_CLOCK = 0.95  # how sure it is that an order is late: two clocks, nothing that was heard


@dataclass(frozen=True, slots=True)
class _Fault:
    reason: str
    evidence: Evidence
    confidence: float


class ReadBackParams(Params):
    """What introduces a read-back, and when the order may be submitted."""

    cues: tuple[Phrase, ...] = Field(default_factory=shipped("RD06", "cues"), description="引出复述核对的说法")
    asking_back: tuple[Phrase, ...] = Field(
        default_factory=shipped("RD06", "asking_back"), description="说完以后求证的话，在一段话的末尾才算"
    )
    perhaps: tuple[Phrase, ...] = Field(
        default_factory=shipped("RD06", "perhaps"), description="可能是复述核对、不能确定的话"
    )
    grace_minutes: int = Field(default=60, ge=0, le=1440, description="跨零点的通话，挂机后多少分钟内提交算当日")


@rule(
    code="RD06",
    item="D6",
    name="复述核对、当日成单",
    params=ReadBackParams,
    standing=Standing.DEDUCT,
    needs_roles=False,
)
def read_back(ctx: CallContext, params: ReadBackParams) -> Finding:
    """Whether the operator read the record back and submitted the order on the day of the call.

    What: 话务员有没有复述核对（按读音找“跟您核对一下”一类的话，或复述来电人的号码、内容并求证）；
        工单提交时间与通话是否同一天。
    Why: 复述能当场发现记错；当日成单是时限要求。
    Passes: 两样都做到。
    Fails: 没有复述核对；次日才提交。每样计一次；没有把握的一样不计。
    Undetermined: 话务员有听不清的话；有像复述、像求证的话，或一口气里重复了来电人说过的两样事实；没有提交时间。
    Not applicable: 没有工单而当场作了解答。
    Source: 默认评分标准D6。
    """
    if (finding := without_order(ctx, "复述核对、当日成单")) is not None:
        return finding
    order = ctx.work_order
    assert order is not None  # noqa: S101  # without_order has seen to it
    spoken = by_operator(ctx)
    confirmed = None if is_consultation(order) else _read_back(ctx, spoken, params)
    faults: list[_Fault] = []
    doubts: list[str] = []
    if confirmed is None and not is_consultation(order):
        unheard = unclear(ctx, Role.OPERATOR, 0, ctx.recording.duration_ms)
        if roles_unclear(ctx) is not None or unheard or _perhaps(ctx, spoken, params):
            doubts.append("没有听到完整的复述核对")
        else:
            faults.append(_Fault("没有复述核对", absent(spoken, "没有复述核对"), heard_well(spoken)))
    if order.submitted_at is None:
        doubts.append("工单没有提交时间")
    elif not _same_day(ctx, params):
        late = field_value(ctx, "提交时间", f"{order.submitted_at:%Y-%m-%d %H:%M:%S}", "不是通话当日")
        faults.append(_Fault("工单没有当日提交", late, _BY_CLOCK))
    sure = [fault for fault in faults if fault.confidence >= params.min_confidence]
    unsure = [fault for fault in faults if fault.confidence < params.min_confidence]
    doubts += [f"疑似{fault.reason}（把握{fault.confidence:.0%}）" for fault in unsure]
    return _judge(sure, doubts, confirmed, [fault.evidence for fault in unsure])


def _judge(faults: list[_Fault], doubts: list[str], confirmed: Utterance | None, looked_at: list[Evidence]) -> Finding:
    if faults:
        reason = "；".join([*(fault.reason for fault in faults), *(f"{doubt}（未计）" for doubt in doubts)])
        sureness = min(fault.confidence for fault in faults)
        return failed(reason, [f.evidence for f in faults], faults=len(faults), parts=2, confidence=sureness)
    if doubts:
        return undetermined(f"{'；'.join(doubts)}，请人工复核", looked_at, parts=2)
    return passed("作了复述核对，当日成单", [said(confirmed, "复述核对")] if confirmed else (), parts=2)


def _read_back(ctx: CallContext, spoken: tuple[Utterance, ...], params: ReadBackParams) -> Utterance | None:
    # Who spoke does not matter here: a read-back is one whoever is taken to have said it.
    if hits := heard(params.cues, spoken):
        return max(hits, key=lambda hit: hit.confidence).utterance
    numbers = {f.value for f in ctx.facts if f.role is not Role.OPERATOR and len(f.value) >= 7 and f.value.isdigit()}
    repeated = {f.utterance for f in ctx.facts if f.role is Role.OPERATOR and f.value in numbers}
    for passage in passages(spoken):
        text = passage_text(passage)
        enough = len(text) >= _LONG or _repeats(ctx, passage) >= _REPEATED
        if (_asks_back(text, params.asking_back) and enough) or any(u.index in repeated for u in passage):
            return passage[0]
    return None


def _asks_back(text: str, asking_back: Sequence[Phrase]) -> bool:
    """Whether a text ends by asking whether it is right; 对不对 was heard as 对部队."""
    bare = text.rstrip("，。！？,.!?、 ")
    return bool(_RIGHT.search(bare)) or any(end == len(bare) for _, _, end, _ in stand(asking_back, bare))


def _repeats(ctx: CallContext, passage: Sequence[Utterance]) -> int:
    """Return how many typed facts of the caller's a passage of the operator's says again."""
    told = {(f.unit, f.value) for f in ctx.facts if f.role is Role.CALLER and f.end_ms <= passage[0].start_ms}
    indices = {u.index for u in passage}
    return len({(f.unit, f.value) for f in ctx.facts if f.role is Role.OPERATOR and f.utterance in indices} & told)


def _perhaps(ctx: CallContext, spoken: tuple[Utterance, ...], params: ReadBackParams) -> bool:
    """Whether something may be a read-back, or the end of one that the recogniser cut."""
    if heard(params.perhaps, spoken) or any(_repeats(ctx, passage) >= _REPEATED for passage in passages(spoken)):
        return True
    return any(_asks_back(simplify(u.text), params.asking_back) and len(u.text) >= 4 for u in spoken)


def _same_day(ctx: CallContext, params: ReadBackParams) -> bool:
    order = ctx.work_order
    if order is None or order.submitted_at is None:
        return False
    ended = ctx.call.started_at + timedelta(seconds=ctx.call.duration_s)
    within_grace = order.submitted_at - ended <= timedelta(minutes=params.grace_minutes)
    return order.submitted_at.date() in {ctx.call.started_at.date(), ended.date()} or within_grace
