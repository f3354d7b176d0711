"""Facts that the caller stated and no field of the order has."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import timedelta
from decimal import Decimal

from qa_pipeline.language.clocks import clocks_of
from qa_pipeline.language.lasting import lasting_since
from qa_pipeline.language.moments import Days, days_of
from qa_pipeline.language.numbers_said import bare_money, numbers_of
from qa_pipeline.language.quantities import in_words, parse_value
from qa_pipeline.language.script import simplify
from qa_pipeline.language.spoken_forms import amount_forms, clock_forms, date_forms, misheard_in
from qa_pipeline.language.values import Value, values
from qa_pipeline.models import CallContext, Role, SpokenFact, Utterance, WorkOrder
from qa_pipeline.rules.answer.consultations import words
from qa_pipeline.rules.base import roles_unclear
from qa_pipeline.rules.evidence import field_value, said
from qa_pipeline.rules.record.called_for import called_for
from qa_pipeline.rules.record.discrepancies import Discrepancy, Kind
from qa_pipeline.rules.record.marks import marks_left_out
from qa_pipeline.rules.record.passing import DURATIONS, in_passing, instead_of_it, of_the_matter
from qa_pipeline.rules.record.places import UNITS
from qa_pipeline.rules.record.standing import standing, stands
from qa_pipeline.rules.record.text import narrative, text_of

_FIELD = "主要内容"
_NAMES = {"yuan": "金额", "percent": "比例"}
_HALF_DAY_MIN = 12 * 60
_CLOCK = re.compile(r"\d{2}:\d{2}(?:-\d{2}:\d{2})?")
_DAY_AFTER = re.compile(r"次日|翌日|第二天|隔日")
_SMALL = 100
_LEAST_PART = 10
_BUILDINGS = frozenset({"单元", "栋", "号楼"})
_BUILDING = re.compile(r"(\d{1,4})(?=号?楼|[栋幢座号]|单元|-\d|门)")
_ROOM = re.compile(r"(?<!\d)\d{3,4}(?!\d)")
_ABOUT_LOW, _ABOUT_HIGH = Decimal("0.9"), Decimal("1.1")
_NUMBERED = re.compile(r"\d")
_NOT_STATED = frozenset({"phone", "quoted", "hypothetical", "negated", "reply_time"})
_COIN = re.compile(r"[块元钱毛角分]")
_HOW_MUCH = re.compile(r"多少(?:钱|费用)?|(?:费|金|款|价)[^，。]{0,4}(?:多少|几)")
# What was paid, owed or taken is of the matter; a wage, hearsay or what a lawsuit would cost need not be.
_PAID = re.compile(r"[收扣交付欠骗退赔缴罚]|花了|转了|转走|充了|押金|定金|报价|要价")
_HEARSAY = re.compile(
    r"听说|听人|别人|人家|打官司|律师|等了[^，。]{0,6}(?:分钟|小时|半天)|才打通|对吗|是吗|对不对|工资才|一个月才"
)


def left_out(ctx: CallContext, order: WorkOrder, sure: float, at_once: Sequence[str]) -> list[Discrepancy]:
    """Return what the caller stated and the order lacks: amounts, days, times, counts, plates and numbers of accounts.

    An amount (``at_once``), and what the operator read back, is a fault where it was heard well; else a doubt.
    """
    # Where nobody can tell who spoke, the operator's "within five working days" is among what was said.
    # When somebody can be reached stands beside the number (19时后).
    reached = re.sub(r"[\d-]{7,}", "，", text_of(order, "联系方式"))
    text = f"{narrative(order)}。{reached}" + (f"。{text_of(order, '处理时限')}" if roles_unclear(ctx) else "")
    written = values(text)
    lacking = [
        f
        for f in _stated(ctx)
        if not _written(ctx, f, written, text) and not _part_of_misheard(ctx, f, text) and of_the_matter(ctx, f, text)
    ]
    unique = list({(fact.unit, fact.value): fact for fact in lacking}.values())
    found = [(fact, _fact(ctx, fact, sure, at_once, order)) for fact in unique]
    # What costs nothing is shown only where the order should have it: most figures of a call are left out rightly.
    told = [one for fact, one in found if one.fault or called_for(ctx, fact, written)]
    return [*told, *_amounts_without_unit(ctx, text, order, unique), *marks_left_out(ctx, text, order)]


def _fact(ctx: CallContext, fact: SpokenFact, sure: float, at_once: Sequence[str], order: WorkOrder) -> Discrepancy:
    name = _name(fact)
    # 收了八十六 is an amount only by guess: what has no 块 or 元 is never a fault at once.
    named = fact.unit != "yuan" or _COIN.search(fact.text) is not None
    # A house number that the order has otherwise costs points as its place (D2), and not a second time here.
    certain = (
        named
        and not _is_house_number(fact)
        and roles_unclear(ctx) is None
        and fact.confidence >= sure
        and not _HEARSAY.search(_text(ctx, fact.utterance))
        and (_read_back(ctx, fact) or (name in at_once and _PAID.search(_text(ctx, fact.utterance)) is not None))
    )
    evidence = (
        words(fact, ctx, f"工单里没有这项{name}"),
        field_value(ctx, _FIELD, text_of(order, _FIELD), "工单所记"),
    )
    reason = f"工单漏记：{name}“{fact.text}”" if certain else f"工单里没有找到来电人说的{name}“{fact.text}”"
    return Discrepancy(Kind.OMITTED, _FIELD, reason, evidence, fault=certain, confidence=fact.confidence)


def _stated(ctx: CallContext) -> list[SpokenFact]:
    """Return the caller's facts that can be looked for; 今天 and 刚才 are the order's own date."""
    texts = standing(ctx)
    return [
        fact
        for fact in ctx.facts
        if fact.role is not Role.OPERATOR
        and stands(fact, texts)
        and fact.slot not in _NOT_STATED
        and (fact.slot != "date" or _NUMBERED.search(fact.value))
        and not (fact.unit == "yuan" and fact.value == "0")
        and not in_passing(ctx, fact, _text(ctx, fact.utterance))
        and not _is_a_number_said(fact)
    ]


def _is_a_number_said(fact: SpokenFact) -> bool:
    """Whether a measure is only the beginning of a spoken phone or account number."""
    return fact.value.isdigit() and len(fact.value) >= 7


def _written(ctx: CallContext, fact: SpokenFact, written: Sequence[Value], text: str) -> bool:
    if fact.text.removeprefix("一") in text or any(_same(fact, value) for value in written):
        return True
    if fact.slot in {"date", "hours"} or _CLOCK.fullmatch(fact.value):
        return _moment_written(ctx, fact, text)
    quantity = parse_value(fact.value)
    if quantity is None:
        return False
    low, high = quantity.low, quantity.high
    if fact.unit in _BUILDINGS:  # 2 of 2人 is no 二单元
        return any(low <= Decimal(number) <= high for number in _BUILDING.findall(text))
    if quantity.about:  # 四百来块 may be 419
        low, high = low * _ABOUT_LOW, high * _ABOUT_HIGH
    if fact.unit == "yuan" and _part_of_sum(ctx, quantity.low, text):
        return True
    if any(n.quantity.low <= high and low <= n.quantity.high for n in numbers_of(text)):
        return True
    later = {0, 1} if _DAY_AFTER.search(text) else {0}  # 次日 of the eighth is 九号
    days = [day + timedelta(days=n) for d in _days(ctx, text) for day, _ in d.spans for n in later]
    if fact.unit == "号" and any(low <= day.day <= high for day in days):
        return True
    if fact.unit in {"楼", "层"} and any(low <= int(room[:-2]) <= high for room in _ROOM.findall(text)):
        return True  # 102 is on the first floor
    return fact.unit in DURATIONS and _follows_from_dates(ctx, fact, text)


def _days(ctx: CallContext, text: str) -> tuple[Days, ...]:
    return days_of(text, ctx.call.started_at.date())


def _moment_written(ctx: CallContext, fact: SpokenFact, text: str) -> bool:
    today = ctx.call.started_at.date()
    utterance_days = days_of(_text(ctx, fact.utterance), today)
    mine = [d for d in utterance_days if d.text in fact.text or fact.text in d.text] or list(days_of(fact.text, today))
    if fact.slot == "date":
        return not mine or any(a.meets(b) for a in mine for b in days_of(text, today)) or mine[0].holds(today)
    clocks = clocks_of(fact.text)
    return not clocks or any(a.near(b, 20) for a in clocks for b in clocks_of(text))


def _follows_from_dates(ctx: CallContext, fact: SpokenFact, text: str) -> bool:
    """Whether how long it has lasted follows from the day on which the order lets it begin."""
    at = ctx.call.started_at
    spans = lasting_since(fact.text, at) or lasting_since(_text(ctx, fact.utterance), at)
    slack = timedelta(days=1)
    days = [span for one in days_of(text, at.date()) for span in one.spans]
    return any(a - slack <= d and c <= b + slack for a, b in spans for c, d in days)


def _part_of_misheard(ctx: CallContext, fact: SpokenFact, text: str) -> bool:
    """Whether a fact is what is left of one of the order's that was misheard: 一月三号 of 是一月三号."""
    days = [day for one in days_of(text, ctx.call.started_at.date()) for day, _ in one.spans]
    forms = [form for day in days for form in date_forms(day)]
    forms += [form for one in clocks_of(text) for form in clock_forms(one.minutes)]
    forms += [f"{form}{fact.unit}" for n in numbers_of(text) for form in (in_words(n.quantity.low),) if len(form) > 1]
    forms += [form for n in numbers_of(text) if n.quantity.low >= 100 for form in amount_forms(n.quantity.low)]
    return any(fact.text in stretch for stretch in misheard_in(forms, (_text(ctx, fact.utterance),)))


def _read_back(ctx: CallContext, fact: SpokenFact) -> bool:
    return any(
        other.role is Role.OPERATOR
        and other.unit == fact.unit
        and other.value == fact.value
        and other.start_ms > fact.end_ms
        for other in ctx.facts
    )


def _is_house_number(fact: SpokenFact) -> bool:
    return fact.slot == "measure" and fact.unit in UNITS


def _name(fact: SpokenFact) -> str:
    if _is_house_number(fact):
        return "门牌或号数"
    if fact.unit in DURATIONS:
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


def _amounts_without_unit(
    ctx: CallContext, text: str, order: WorkOrder, known: Sequence[SpokenFact]
) -> Iterator[Discrepancy]:
    """Yield amounts that were said without 块 and that the order lacks; only ever doubts: the unit is guessed."""
    written = [n.quantity for n in numbers_of(text)]
    for utterance in _callers(ctx):
        for one in bare_money(utterance.text, asked=_asked_for_money(ctx, utterance)):
            in_order = any(q.low <= one.quantity.high and one.quantity.low <= q.high for q in written)
            # What was read with its unit has been looked for already.
            # 一只按二十八算: a small figure is a rate as often as a sum.
            in_order = in_order or (one.quantity.high < _SMALL and _COIN.search(text) is not None)
            in_order = (
                in_order or instead_of_it(utterance.text, one.text, text) or _part_of_sum(ctx, one.quantity.low, text)
            )
            if in_order or any(one.text in f.text for f in (*known, *ctx.facts) if f.unit == "yuan"):
                continue
            evidence = (
                said(utterance, f"说的是{one.text}"),
                field_value(ctx, _FIELD, text_of(order, _FIELD), "工单所记"),
            )
            where = _clause_of(utterance, one.text)
            reason = f"工单里没有找到来电人说的金额“{one.text}”" + (f"（“{where}”）" if where != one.text else "")
            yield Discrepancy(Kind.OMITTED, _FIELD, reason, evidence)


def _part_of_sum(ctx: CallContext, amount: Decimal, text: str) -> bool:
    """Whether an amount and another make one of the order's, which has neither (定金两千, 又付七千八; 总价9800元)."""
    totals = {n.quantity.low for n in numbers_of(text) if n.quantity.low == n.quantity.high}
    others = {n.quantity.low for each in standing(ctx) for n in numbers_of(each.text)} - totals
    return any(amount + other in totals for other in others if other >= _LEAST_PART)


def _clause_of(utterance: Utterance, words_said: str) -> str:
    return next(
        (one for one in re.split(r"[，。！？；,.!?;]", simplify(utterance.text)) if words_said in one), words_said
    )


def _asked_for_money(ctx: CallContext, utterance: Utterance) -> bool:
    """Whether the operator asked just before how much it was."""
    before = ctx.transcript.utterances[: utterance.index]
    return bool(before) and before[-1].role is Role.OPERATOR and bool(_HOW_MUCH.search(simplify(before[-1].text)))


def _callers(ctx: CallContext) -> tuple[Utterance, ...]:
    return ctx.transcript.of(Role.CALLER)


def _text(ctx: CallContext, index: int) -> str:
    return next((simplify(u.text) for u in ctx.transcript.utterances if u.index == index), "")
