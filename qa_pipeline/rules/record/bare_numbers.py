"""Numbers that the caller said without their unit and that no field of the order has: sums, plates, accounts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from qa_pipeline.language.numbers_said import bare_money, numbers_of, rows_of
from qa_pipeline.language.personal.plates import plates
from qa_pipeline.language.script import simplify
from qa_pipeline.language.slips import mend
from qa_pipeline.models import CallContext, Role, SpokenFact, Utterance, WorkOrder
from qa_pipeline.rules.evidence import field_value, said
from qa_pipeline.rules.record.discrepancies import Discrepancy, Kind
from qa_pipeline.rules.record.passing import instead_of_it
from qa_pipeline.rules.record.standing import standing
from qa_pipeline.rules.record.text import text_of

FIELD = "主要内容"
COIN = re.compile(r"[块元钱毛角分]")
_SMALL = 100
_LEAST_PART = 10
_NUMBER_CUES = re.compile(
    r"(?P<cue>车号|车牌|牌号|户号|卡号|账号|编号|单号|订单号|尾号|工号|证号|表号)(?:是|为|尾号|后四位|：|，|"
    r"的)*(?P<row>[零〇一二三四五六七八九幺\dA-Za-z]{3,20})"
)
_HOW_MUCH = re.compile(r"多少(?:钱|费用)?|(?:费|金|款|价)[^，。]{0,4}(?:多少|几)")
_ASKS_NUMBER = re.compile(r"车牌|车号|户号|卡号|账号|编号|单号|表号")
_ROW = re.compile(r"[零〇一二三四五六七八九幺\d]{4,20}")
# Plates whose letter or province is only guessed by sound are left to be read by people.
_PLAIN_PLATE = 0.9
_SPOKEN = str.maketrans("零〇一二三四五六七八九幺", "001234567891")


def amounts_without_unit(
    ctx: CallContext, text: str, order: WorkOrder, known: Sequence[SpokenFact]
) -> Iterator[Discrepancy]:
    """Yield amounts that were said without 块 and that the order lacks; only ever doubts: the unit is guessed."""
    written = [n.quantity for n in numbers_of(text)]
    for utterance in _callers(ctx):
        for one in bare_money(utterance.text, asked=_asked_for_money(ctx, utterance)):
            in_order = any(q.low <= one.quantity.high and one.quantity.low <= q.high for q in written)
            # What was read with its unit has been looked for already.
            # 一只按二十八算: a small figure is a rate as often as a sum.
            in_order = in_order or (one.quantity.high < _SMALL and COIN.search(text) is not None)
            in_order = (
                in_order or instead_of_it(utterance.text, one.text, text) or part_of_sum(ctx, one.quantity.low, text)
            )
            if in_order or any(one.text in f.text for f in (*known, *ctx.facts) if f.unit == "yuan"):
                continue
            evidence = (
                said(utterance, f"说的是{one.text}"),
                field_value(ctx, FIELD, text_of(order, FIELD), "工单所记"),
            )
            where = _clause_of(utterance, one.text)
            reason = f"工单里没有找到来电人说的金额“{one.text}”" + (f"（“{where}”）" if where != one.text else "")
            yield Discrepancy(Kind.OMITTED, FIELD, reason, evidence)


def part_of_sum(ctx: CallContext, amount: Decimal, text: str) -> bool:
    """Whether an amount and another make one of the order's, which has neither (定金两千, 又付七千八; 总价9800元)."""
    totals = {n.quantity.low for n in numbers_of(text) if n.quantity.low == n.quantity.high}
    others = {n.quantity.low for each in standing(ctx) for n in numbers_of(each.text)} - totals
    return any(amount + other in totals for other in others if other >= _LEAST_PART)


def _clause_of(utterance: Utterance, words_said: str) -> str:
    return next(
        (one for one in re.split(r"[，。！？；,.!?;]", simplify(utterance.text)) if words_said in one), words_said
    )


def marks_left_out(ctx: CallContext, text: str, order: WorkOrder) -> Iterator[Discrepancy]:
    """Yield plates and numbers of accounts and orders that were read out and are not in the order."""
    contact = text_of(order, "联系方式") + ctx.call.caller_number
    plain = re.sub(r"[^0-9A-Z]", "", (text + contact).upper().translate(_SPOKEN))
    shown = field_value(ctx, FIELD, text_of(order, FIELD), "工单所记")
    for utterance in _callers(ctx):
        heard = mend(utterance.text).text
        marks = list(_answered(ctx, utterance, heard))
        marks += [("车牌", one.value) for one in plates(heard) if one.probability >= _PLAIN_PLATE]
        marks += [
            (m["cue"], m["row"]) for m in _NUMBER_CUES.finditer(heard) if not any(m["row"] in p for _, p in marks)
        ]
        for name, mark in marks:
            bare = re.sub(r"[^0-9A-Z]", "", mark.upper().translate(_SPOKEN))
            if len(bare) >= 3 and bare not in plain and bare not in rows_of(text):
                yield Discrepancy(
                    Kind.OMITTED,
                    FIELD,
                    f"来电人说的{name}“{mark}”工单里没有",
                    (said(utterance, f"{name}{mark}"), shown),
                )


def _asked_for_money(ctx: CallContext, utterance: Utterance) -> bool:
    """Whether the operator asked just before how much it was."""
    before = ctx.transcript.utterances[: utterance.index]
    return bool(before) and before[-1].role is Role.OPERATOR and bool(_HOW_MUCH.search(simplify(before[-1].text)))


def _answered(ctx: CallContext, utterance: Utterance, heard: str) -> Iterator[tuple[str, str]]:
    """Yield the number that answers the operator's question for one (户号能提供吗)."""
    before = next((u for u in reversed(ctx.transcript.utterances[: utterance.index]) if u.role is Role.OPERATOR), None)
    asked = _ASKS_NUMBER.search(simplify(before.text)) if before is not None else None
    row = _ROW.search(heard) if asked is not None else None
    if asked is not None and row is not None and not _NUMBER_CUES.search(heard):
        yield asked[0], row[0]


def _callers(ctx: CallContext) -> tuple[Utterance, ...]:
    return ctx.transcript.of(Role.CALLER)
