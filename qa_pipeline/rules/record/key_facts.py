"""RD03, item D3: facts that the caller stated and the order leaves out."""

from __future__ import annotations

import re
from collections.abc import Iterable

from pydantic import Field

from qa_pipeline.language.quantities import parse_value
from qa_pipeline.language.values import Value, values
from qa_pipeline.models import CallContext, Role, SpokenFact, Standing
from qa_pipeline.rules.answer.consultations import words
from qa_pipeline.rules.base import Finding, Params, failed, not_applicable, passed, roles_unclear, rule, undetermined
from qa_pipeline.rules.evidence import field_value
from qa_pipeline.rules.record.orders import filled, is_consultation, narrative, without_order

_DURATIONS = frozenset({"workday", "day", "month", "year", "hour", "minute"})
_NAMES = {"yuan": "金额", "percent": "比例"}
_HALF_DAY_MIN = 12 * 60
_NUMBERED = re.compile(r"\d")


class KeyFactsParams(Params):
    """Which facts cost points at once."""

    sure: float = Field(default=0.6, ge=0, le=1, description="识别把握低于此值的事实只提示复核")
    at_once: tuple[str, ...] = Field(
        default=("金额",), description="漏记即计的事实；其余要话务员复述过才计，否则提示复核"
    )


@rule(code="RD03", item="D3", name="事实经过", params=KeyFactsParams, standing=Standing.DEDUCT, needs_roles=False)
def key_facts(ctx: CallContext, params: KeyFactsParams) -> Finding:
    """Whether amounts, dates, times, counts and addresses that the caller stated stand in the order.

    What: 取来电人说出的金额、日期、钟点、时长、数量、门牌，与工单的标题、主要内容、诉求、时间、地点核对。
    Why: 工单漏了关键事实，承办单位要重新找来电人问。
    Passes: 说出的关键事实工单里都有（写法不限，“四五天”即“4至5天”）。
    Fails: 主要内容空着；来电人说的金额工单里没有；其他事实经话务员复述而工单里没有。每项计一次。
    Undetermined: 其他事实工单里没有；识别把握不足。事件经过写得是否完整要人判断。
    Not applicable: 咨询、表扬类工单；没有工单而当场作了解答。
    Source: 默认评分标准D3。
    """
    if (finding := without_order(ctx, "事实经过")) is not None:
        return finding
    order = ctx.work_order
    assert order is not None  # noqa: S101  # without_order has seen to it
    if is_consultation(order):
        return not_applicable("咨询、表扬类工单不查事实经过")
    if not filled(order, "主要内容"):
        return failed("工单主要内容空着", [field_value(ctx, "主要内容", "", "没有填写")], confidence=0.95)
    # Where nobody can tell who spoke, the operator's "within five working days" is among what was said.
    text = narrative(order) + (f"。{order.get('处理时限')}" if roles_unclear(ctx) else "")
    written = values(text)
    left_out = [f for f in _stated(ctx) if not any(_same(f, value) for value in written) and f.text not in text]
    return _judge(ctx, _unique(left_out), params)


def _judge(ctx: CallContext, left_out: list[SpokenFact], params: KeyFactsParams) -> Finding:
    if not left_out:
        return passed("来电人说出的金额、时间、数量、门牌工单里都有")
    certain = [
        fact
        for fact in left_out
        if roles_unclear(ctx) is None
        and fact.confidence >= params.sure
        and (_name(fact) in params.at_once or _read_back(ctx, fact))
    ]
    evidence = [words(fact, ctx, f"工单里没有这项{_name(fact)}") for fact in (certain or left_out)]
    evidence.append(field_value(ctx, "主要内容", ctx.work_order.get("主要内容") if ctx.work_order else "", "工单所记"))
    listed = "、".join(f"{_name(fact)}“{fact.text}”" for fact in (certain or left_out))
    if certain:
        return failed(
            f"工单漏记：{listed}", evidence, faults=len(certain), confidence=min(f.confidence for f in certain)
        )
    return undetermined(f"工单里没有找到来电人说的{listed}，是否关键请人工判断", evidence)


def _stated(ctx: CallContext) -> list[SpokenFact]:
    """Return the caller's facts that can be looked for: not phones, and not 昨天 or 上个月, which an order resolves."""
    return [
        fact
        for fact in ctx.facts
        if fact.role is not Role.OPERATOR
        and fact.slot not in {"phone", "quoted", "hypothetical", "negated"}
        and (fact.slot != "date" or _NUMBERED.search(fact.value))
        and not (fact.unit == "yuan" and fact.value == "0")
    ]


def _read_back(ctx: CallContext, fact: SpokenFact) -> bool:
    return any(
        other.role is Role.OPERATOR
        and other.unit == fact.unit
        and other.value == fact.value
        and other.start_ms > fact.end_ms
        for other in ctx.facts
    )


def _unique(facts: Iterable[SpokenFact]) -> list[SpokenFact]:
    return list({(fact.unit, fact.value): fact for fact in facts}.values())


def _name(fact: SpokenFact) -> str:
    if fact.unit in _DURATIONS:
        return "年龄" if fact.slot == "age" else "时长"
    return _NAMES.get(fact.unit) or {"hours": "时间", "date": "日期"}.get(fact.slot, "数量")


def _same(fact: SpokenFact, value: Value) -> bool:
    """Whether a written value is the spoken one: the same number of the same kind, or a range that holds it."""
    if fact.slot == "hours" or value.kind == "hours":
        return fact.slot == value.kind and bool(_clocks(fact.value) & _clocks(value.value))
    if fact.unit == "号" and value.kind == "date":
        return value.value.endswith(f"-{fact.value.zfill(2)}")
    if fact.slot == "date" or value.kind == "date":
        return value.kind == "date" and (fact.value == value.value or value.value.startswith(f"{fact.value}-"))
    spoken, written = parse_value(fact.value), parse_value(value.value)
    if spoken is None or written is None:
        return fact.value == value.value
    return spoken.low <= written.high and written.low <= spoken.high and (fact.unit == value.unit or spoken == written)


def _clocks(value: str) -> set[int]:
    """Return the times of day of ``20:30`` or ``08:30-17:30`` in minutes, morning and afternoon not told apart."""
    clocks = [clock.split(":") for clock in value.split("-") if ":" in clock]
    return {(int(hour) * 60 + int(minute)) % _HALF_DAY_MIN for hour, minute in clocks}
