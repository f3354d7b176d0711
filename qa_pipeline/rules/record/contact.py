"""RD01, item D1: the caller's name and phone number in the order."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import Field

from qa_pipeline.language.numerals import digits
from qa_pipeline.language.script import simplify
from qa_pipeline.models import CallContext, Evidence, Role, SpokenFact, Standing, WorkOrder
from qa_pipeline.rules.answer.consultations import words
from qa_pipeline.rules.base import Finding, Params, failed, passed, rule, undetermined
from qa_pipeline.rules.evidence import field_value, said
from qa_pipeline.rules.record.orders import by_caller, declined, filled, heard, without_order

_PLAUSIBLE = re.compile(r"1[3-9]\d{9}|0\d{9,11}|[2-8]\d{6,7}|[48]00\d{7}|9[56]\d{3,6}")
_AS_CALLED = re.compile(r"来电|本机|呼入|主叫|同上|同前")
_EXTENSION = re.compile(r"(?:转|分机|ext\.?|#)[号:：]?\d{1,6}(?!\d)", re.IGNORECASE)
_ONLY_A_NUMBER = re.compile(r"[\d\s()（）—–.-]+")
_THIS_NUMBER = re.compile(
    r"这个(?:号码|电话|手机)|就是(?:打|这)|本机|来电(?:的)?(?:这个)?(?:号码|电话)|现在(?:打|用)的"
)
_CALLS_ITSELF = re.compile(
    r"(?:我(?:的名字)?叫|我是|免贵姓|我姓|姓名(?:是|叫)?)(?P<name>[\u4e00-\u9fff]{1,4}?)(?=[，。,]|$|电话|手机|幺|一三|1|的)"
)
_NAME_DISTANCE = 0.35


class ContactParams(Params):
    """How sure a phone number must be heard."""

    sure: float = Field(default=0.7, ge=0, le=1, description="只有一处听到的号码，识别把握低于此值不据以判错")


@dataclass(frozen=True, slots=True)
class _Doubt:
    """A part of the contact that is at fault, or that a person should look at."""

    reason: str
    evidence: tuple[Evidence, ...]
    fault: bool
    confidence: float = 0.9


@rule(code="RD01", item="D1", name="姓名、联系电话", params=ContactParams, standing=Standing.DEDUCT, needs_roles=False)
def contact(ctx: CallContext, params: ContactParams) -> Finding:
    """Whether the order holds the caller's name and the phone number that was said.

    What: 工单的姓名或称谓、联系方式是否填写；通话里逐位念出的号码（来电人念的、话务员复述的、来电显示）与工单是否一致；
        姓名按读音在通话里查找。
    Why: 记错一位号码，承办单位就联系不上来电人。
    Passes: 两样都填了，号码与念出的或来电显示一致。
    Fails: 姓名或号码空着，号码不可能存在，或与念出的号码不同（至少两处听到同一个号码，或一处听得很清楚）；每样计一次。
    Undetermined: 号码没有念全、识别把握不足；联系方式里看不出号码；姓名在通话里听不到相近的读音。
    Not applicable: 没有工单而当场作了解答。
    Source: 默认评分标准D1。
    """
    if (finding := without_order(ctx, "姓名、联系电话")) is not None:
        return finding
    order = ctx.work_order
    assert order is not None  # noqa: S101  # without_order has seen to it
    doubts = [doubt for doubt in (_name(ctx, order), _phone(ctx, order, params)) if doubt is not None]
    faults = [doubt for doubt in doubts if doubt.fault]
    evidence = [piece for doubt in doubts for piece in doubt.evidence]
    reason = "；".join(doubt.reason for doubt in (faults or doubts))
    if faults:
        return failed(reason, evidence, faults=len(faults), parts=2, confidence=min(d.confidence for d in faults))
    if doubts:
        return undetermined(f"{reason}，请人工复核", evidence, parts=2)
    return passed("姓名和联系电话与通话一致", parts=2)


def _name(ctx: CallContext, order: WorkOrder) -> _Doubt | None:
    name = simplify(order.get("姓名或称谓")).strip()
    if not filled(order, "姓名或称谓"):
        refusal = declined(ctx.transcript.utterances, "姓名|名字")
        note = field_value(ctx, "姓名或称谓", "", "没有填写")
        if refusal is not None:
            return None
        return _Doubt("工单没有填写姓名或称谓", (note, *_introductions(ctx)), fault=True)
    bare = re.sub(r"先生|女士|小姐|同志|大爷|阿姨|师傅$", "", name)
    if not bare or heard(bare, ctx.transcript.utterances, _NAME_DISTANCE) is not None:
        return None
    title = f"{bare[0]}先生", f"{bare[0]}女士"
    if any(heard(form, ctx.transcript.utterances, 0.05) is not None for form in title):
        return None
    evidence = (field_value(ctx, "姓名或称谓", name, "通话里没有听到读音相近的姓名"), *_introductions(ctx))
    return _Doubt(f"通话里没有听到工单上的姓名“{name}”", evidence, fault=False)


def _introductions(ctx: CallContext) -> list[Evidence]:
    return [said(u, "来电人自报姓名") for u in by_caller(ctx) if _CALLS_ITSELF.search(simplify(u.text))][:1]


def _phone(ctx: CallContext, order: WorkOrder, params: ContactParams) -> _Doubt | None:
    heard_numbers = _numbers(ctx)
    if not filled(order, "联系方式"):
        if declined(ctx.transcript.utterances, "电话|号码") is not None:
            return None
        shown = field_value(ctx, "联系方式", "", "没有填写")
        return _Doubt("工单没有填写联系方式", (shown, *_played(ctx, heard_numbers)), fault=True)
    field = field_value(ctx, "联系方式", order.get("联系方式"), "工单上的号码")
    numbers = written_numbers(order.get("联系方式"), ctx.call.caller_number)
    if not numbers:
        sure = _ONLY_A_NUMBER.fullmatch(simplify(order.get("联系方式"))) is not None
        return _Doubt(f"联系方式“{order.get('联系方式')}”不是可以拨打的号码", (field,), fault=sure)
    if any(_same(fact.value, number) for fact in heard_numbers for number in numbers):
        return None
    return _other_number(ctx, numbers, heard_numbers, field, params)


def written_numbers(value: str, caller_number: str) -> tuple[str, ...]:
    """Return the numbers that an order's field may mean, the longest first; empty where it holds none.

    Reads several numbers (13900002146/13800001111), remarks and extensions (029-87654321转801), and 同来电, 本机, 同上
    as the number that rang.
    """
    text = _EXTENSION.sub(" ", simplify(value))
    shown = digits(caller_number)
    found: list[str] = []
    for run in re.findall(r"[\d\s()（）+—–.-]+", text):
        pieces = re.findall(r"\d+", run)
        joined = ("".join(pieces[i:j]) for i in range(len(pieces)) for j in range(i + 1, len(pieces) + 1))
        bare = (re.sub(r"^(?:00)?86(?=1[3-9]\d{9}$)", "", number) for number in joined)
        found.extend(number for number in bare if _PLAUSIBLE.fullmatch(number))
    if not found and shown and _AS_CALLED.search(text):
        return (shown,)
    longest = sorted(dict.fromkeys(found), key=len, reverse=True)
    return tuple(one for one in longest if not any(other != one and other.endswith(one) for other in longest))


def _other_number(
    ctx: CallContext,
    numbers: Sequence[str],
    heard_numbers: Sequence[SpokenFact],
    field: Evidence,
    params: ContactParams,
) -> _Doubt | None:
    number = "、".join(numbers)
    shown = digits(ctx.call.caller_number)
    as_shown = any(_same(shown, one) for one in numbers if shown)
    lengths = {len(one) for one in numbers}
    whole = [fact for fact in heard_numbers if len(fact.value) in lengths and _PLAUSIBLE.fullmatch(fact.value)]
    evidence = (field, *_played(ctx, heard_numbers))
    for fact in whole:
        agreeing = sum(other.value == fact.value for other in whole) + (shown == fact.value)
        if agreeing >= 2 or (fact.confidence >= params.sure and not as_shown):
            reason = f"工单联系方式是{number}，通话里念的是{fact.value}"
            return _Doubt(reason, evidence, fault=True, confidence=0.95 if agreeing >= 2 else fact.confidence)
    if as_shown:
        return None
    own_phone = any(_THIS_NUMBER.search(simplify(u.text)) for u in ctx.transcript.utterances)
    if own_phone and shown:
        return _Doubt(f"来电人说用来电号码{shown}，工单是{number}", evidence, fault=True, confidence=0.8)
    return _Doubt(f"通话里没有听全联系电话，无法核对工单上的{number}", evidence, fault=False)


def _numbers(ctx: CallContext) -> list[SpokenFact]:
    """Return the numbers that may be the caller's: what the caller said, and mobiles that the operator read back."""
    return [
        fact
        for fact in ctx.facts
        if (fact.slot == "phone" or fact.value.isdigit())
        and fact.unit == ""
        and len(fact.value) >= 7
        and (fact.role is not Role.OPERATOR or fact.value.startswith("1"))
    ]


def _played(ctx: CallContext, facts: Sequence[SpokenFact]) -> list[Evidence]:
    return [words(fact, ctx, f"念的是{fact.value}") for fact in facts]


def _same(said_number: str, number: str) -> bool:
    shorter, longer = sorted((said_number, number), key=len)
    return said_number == number or (len(shorter) >= 7 and longer.endswith(shorter))
