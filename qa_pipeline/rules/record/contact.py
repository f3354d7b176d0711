"""RD01, item D1: the caller's name and phone number in the order."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from pydantic import Field

from qa_pipeline.language.numerals import digits
from qa_pipeline.language.script import simplify
from qa_pipeline.models import CallContext, Evidence, Role, Standing, Utterance, WorkOrder
from qa_pipeline.rules.answer.consultations import words
from qa_pipeline.rules.base import Finding, Params, rule
from qa_pipeline.rules.evidence import absent, field_value, said
from qa_pipeline.rules.record.discrepancies import Discrepancy, Kind, judge
from qa_pipeline.rules.record.further_contacts import further_contacts
from qa_pipeline.rules.record.names import compare_name
from qa_pipeline.rules.record.orders import (
    by_caller,
    by_operator,
    declined,
    filled,
    held,
    may_be_unheard,
    without_order,
)
from qa_pipeline.rules.record.phones import (
    SaidNumber,
    differing,
    may_be_part,
    plausible,
    said_numbers,
    said_tails,
    same_number,
    uses_shown_number,
    written_numbers,
)
from qa_pipeline.rules.record.text import text_of
from qa_pipeline.rules.windows import turns

_FIELD = "联系方式"
_FIELDS = ("姓名或称谓", _FIELD)
_ONLY_A_NUMBER = re.compile(r"[\d\s()（）—–.-]+")
_ASKED = re.compile(r"电话|号码|联系(?:您|方式)|手机")
_SECRET = re.compile(
    r"(?<!给您)(?<!不用)(?<!不需要)(?<!无需)(?<!不必)(?<!没必要)保密|(?:别|不要)写我的?(?:全?名|名字|姓名)|(?:别|不要|不能|不许|千万别|不想|不愿意?|不希望)[^，。]{0,6}(?:告诉|透露|泄露|让|被|跟|和|"
    r"给)[^，。]{0,8}(?:知道|我说的|我打的|我举报|是我|他们?|她|店里|对方|单位|物业|信息)"
    r"|匿名|别说是我|别说出去|(?:别|不要|不能|不许|千万别)(?:跟|和|对|给)[^，。]{1,8}(?:讲|说|透露|提)(?!价|前)"
)
_PROMISES_SECRECY = re.compile(r"(?:给您|为您|帮您|替您)保密|不(?:会)?(?:透露|泄露)")
_FEARS = re.compile(r"怕|报复|穿小鞋|别|不想|不愿|不要")
_NOT_SECRET = frozenset({"否", "不保密", "公开", "n", "no", "0", ""})


class ContactParams(Params):
    """How sure a phone number must be heard."""

    sure: float = Field(default=0.7, ge=0, le=1, description="只有一处听到的号码，识别把握低于此值不据以判错")


@rule(code="RD01", item="D1", name="姓名、联系电话", params=ContactParams, standing=Standing.DEDUCT, needs_roles=False)
def contact(ctx: CallContext, params: ContactParams) -> Finding:
    """Whether the order holds the caller's name and the phone number that was said.

    What: 工单的姓名或称谓、联系方式是否填写；通话里逐位念出的号码（来电人念的、改正过的、话务员复述的、来电显示）
        与工单是否一致；另留的电话、约定的联系时间、先生女士的称呼工单里有没有、对不对；姓名按读音在通话里查找，“立早章”“黎明的黎”一类的说明按字核对；来电人要求保密、匿名的，是否保密有没有照填。
    Why: 记错一位号码，承办单位就联系不上来电人。
    Passes: 两样都填了，号码与念出的或来电显示一致；来电人不愿意留的可以空着。
    Fails: 姓名或号码空着，号码不可能存在，或与念出的号码不同（至少两处听到同一个号码，或一处听得很清楚）；每样计一次。
    Undetermined: 号码没有念全、识别把握不足；联系方式里看不出号码；姓名在通话里听不到相近的读音，
        或名字相同而姓氏读音不同；
        来电人要求保密而工单填了否；工单像是另一通电话的。
    Not applicable: 没有工单而当场作了解答。
    Source: 默认评分标准D1。
    """
    if (finding := without_order(ctx, "姓名、联系电话", needs_speech=True)) is not None:
        return finding
    return judge(compare_contact(ctx, params), "姓名和联系电话与通话一致", 2, checked=held(ctx.work_order, _FIELDS))


def compare_contact(ctx: CallContext, params: ContactParams) -> list[Discrepancy]:
    """Return how name, number and secrecy of the order differ from the call; its order must be there."""
    order = ctx.work_order
    assert order is not None  # noqa: S101  # without_order has seen to it
    phone = _phone(ctx, order, params)
    # Where the number itself is in doubt, what else was given is seen beside it.
    further = [] if phone else further_contacts(ctx, order, said_numbers(ctx))
    return [*compare_name(ctx, order), *phone, *further, *_secrecy(ctx, order)]


def _secrecy(ctx: CallContext, order: WorkOrder) -> list[Discrepancy]:
    """Return that a caller asked to be kept secret and the order does not say so; no deduction, D1 is of contacts."""
    wish = next((u for u in by_caller(ctx) if _SECRET.search(simplify(u.text))), None) or _promised(ctx)
    if wish is None or text_of(order, "是否保密").lower() not in _NOT_SECRET or "是否保密" not in order.fields:
        return []
    evidence = (field_value(ctx, "是否保密", text_of(order, "是否保密"), "工单所填"), said(wish, "来电人要求保密"))
    return [Discrepancy(Kind.CONFLICT, "是否保密", "来电人要求保密，工单的是否保密没有填“是”", evidence)]


def _promised(ctx: CallContext) -> Utterance | None:
    """Return what the caller feared or would not have, where the operator answered it with secrecy."""
    for before, after in pairwise(turns(ctx)):
        promised = after[0].role is Role.OPERATOR and _PROMISES_SECRECY.search(simplify(after[0].text))
        if promised and before[0].role is Role.CALLER:
            wish = next((u for u in before if _FEARS.search(simplify(u.text))), None)
            if wish is not None:
                return wish
    return None


def _phone(ctx: CallContext, order: WorkOrder, params: ContactParams) -> list[Discrepancy]:
    numbers_said = said_numbers(ctx)
    value = text_of(order, _FIELD)
    if not filled(order, _FIELD):
        return _without(ctx, numbers_said)
    field = field_value(ctx, _FIELD, value, "工单上的号码")
    numbers = written_numbers(value, ctx.call.caller_number)
    if not numbers:
        sure = _ONLY_A_NUMBER.fullmatch(value) is not None
        reason = f"联系方式“{value}”不是可以拨打的号码"
        return [Discrepancy(Kind.IMPLAUSIBLE, _FIELD, reason, (field, *_played(ctx, numbers_said)), fault=sure)]
    standing = [one for one in numbers_said if not one.superseded]
    if any(same_number(one.value, number) for one in standing for number in numbers):
        return []
    return _other_number(ctx, numbers, numbers_said, field, params)


def _without(ctx: CallContext, numbers_said: Sequence[SaidNumber]) -> list[Discrepancy]:
    if declined(ctx, _ASKED) is not None:
        return []
    shown, spoken = field_value(ctx, _FIELD, "", "没有填写"), by_operator(ctx)
    where = _played(ctx, numbers_said) or ([absent(spoken, "没有听到来电人的号码")] if spoken else [])
    kind = Kind.OMITTED if numbers_said else Kind.EMPTY
    sure = bool(numbers_said) or not may_be_unheard(ctx)
    return [Discrepancy(kind, _FIELD, "工单没有填写联系方式", (shown, *where), fault=sure)]


def _other_number(
    ctx: CallContext,
    numbers: Sequence[str],
    numbers_said: Sequence[SaidNumber],
    field: Evidence,
    params: ContactParams,
) -> list[Discrepancy]:
    """Tell a number that was certainly another from one that may have been misheard."""
    number, shown = "、".join(numbers), digits(ctx.call.caller_number)
    as_shown = any(same_number(shown, one) for one in numbers if shown)
    standing = [one for one in numbers_said if not one.superseded]
    whole = [one for one in standing if plausible(one.value) and len(one.value) in {len(n) for n in numbers}]
    evidence = (field, *_played(ctx, numbers_said))
    for one in whole:
        agreeing = sum(other.value == one.value for other in whole) + (shown == one.value)
        clear = one.fact.confidence >= params.sure
        # Where the order has the number that rang, another may be the one that is complained of.
        if not as_shown and (agreeing >= 2 or clear):
            where = differing(number, one.value)
            reason = f"工单联系方式是{number}，通话里念的是{one.value}" + (f"（{where}不同）" if where else "")
            sure = 0.95 if agreeing >= 2 else one.fact.confidence
            return [Discrepancy(Kind.CONFLICT, _FIELD, reason, evidence, fault=True, confidence=sure)]
        if as_shown and (agreeing >= 2 or (clear and one.mine)):
            reason = f"来电人另报了联系电话{one.value}，工单填的是来电号码{number}"
            return [Discrepancy(Kind.CONFLICT, _FIELD, reason, evidence)]
    return _perhaps(ctx, numbers, standing, evidence, as_shown=as_shown)


def _perhaps(
    ctx: CallContext,
    numbers: Sequence[str],
    standing: Sequence[SaidNumber],
    evidence: tuple[Evidence, ...],
    *,
    as_shown: bool,
) -> list[Discrepancy]:
    number, shown = "、".join(numbers), digits(ctx.call.caller_number)
    if (tail := next((t for t in said_tails(ctx) if not any(n.endswith(t[0]) for n in numbers)), None)) is not None:
        reason = f"来电人说尾号{tail[0]}，工单是{number}"
        return [Discrepancy(Kind.CONFLICT, _FIELD, reason, (*evidence, said(tail[1], "来电人说的尾号")))]
    if as_shown:
        return []
    if any(may_be_part(one.value, n) for one in standing for n in numbers):
        reason = f"通话里的号码没有听全，无法核对工单上的{number}"
        return [Discrepancy(Kind.CONFLICT, _FIELD, reason, evidence, confidence=0.5)]
    if uses_shown_number(ctx) and shown:
        reason = f"来电人说用来电号码{shown}，工单是{number}"
        return [Discrepancy(Kind.CONFLICT, _FIELD, reason, evidence, confidence=0.8)]
    reason = f"通话里没有听全联系电话，无法核对工单上的{number}"
    return [Discrepancy(Kind.INVENTED, _FIELD, reason, evidence, confidence=0.5)]


def _played(ctx: CallContext, numbers: Sequence[SaidNumber]) -> list[Evidence]:
    notes = [(one, "后来改正" if one.superseded else f"念的是{one.value}") for one in numbers]
    return [words(one.fact, ctx, note) for one, note in notes]
