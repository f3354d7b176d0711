"""Further numbers and times at which the caller can be reached, and that the order has nowhere."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from qa_pipeline.language.numerals import digits
from qa_pipeline.language.script import simplify
from qa_pipeline.models import CallContext, Role, WorkOrder
from qa_pipeline.rules.evidence import field_value, said
from qa_pipeline.rules.record.discrepancies import Discrepancy, Kind
from qa_pipeline.rules.record.phones import SaidNumber, plausible, same_number
from qa_pipeline.rules.record.text import text_of

_FIELD = "联系方式"
_MOBILE = 11
# 打不通就打我爱人的, 再留一个: a number beside the first one.
_BESIDE = re.compile(
    r"打不通|接不到|接不着|接不了|联系不上|不在|备用|另外|另一个|再(?:留|记|给)|还有(?:个|一个)|两个(?:号|电话)|要不|要么|或者|不行就|"
    r"也(?:可以|行|能)打"
)
_WHEN = re.compile(
    r"(?:以后|之后|[点天]后|以前|之前|[点天]前|再)[^，。,]{0,4}(?:打给|打我|打电话|给我打|联系|回电|来电话)|"
    r"[点天](?:以后|之后|以前|之前|后|前)(?:再)?打|(?:白天|上班|上午|下午|平时)[^，。,]{0,6}(?:打不着|打不通|接不了|接不到|接不着|接不上)|"
    r"(?:不方便|没法|不能|没办法)接(?:电话|听)?|(?:发|回)(?:个)?短信|加(?:我|个)?微信|(?:别|不要)(?:给我)?打电话"
)
_KNOWN = re.compile(r"[时点]|短信|微信|上午|下午|晚|白天|方便|工作日|周末|前|后|勿")


def further_contacts(ctx: CallContext, order: WorkOrder, numbers: Sequence[SaidNumber]) -> Iterator[Discrepancy]:
    """Yield what the caller gave beside the number that the order has; all of them doubts."""
    fields = {name: text_of(order, name) for name in order.fields if name != "来电号码"}
    rows = [digits(text) for text in fields.values()] + [digits(ctx.call.caller_number)]
    shown = field_value(ctx, _FIELD, fields.get(_FIELD, ""), "工单所填")
    spoken = {u.index: u for u in ctx.transcript.utterances}
    further = []
    for one in numbers:
        text = _around(ctx, one.fact.utterance)
        own = one.fact.role is Role.CALLER and not one.superseded and plausible(one.value) and len(one.value) == _MOBILE
        if (
            own
            and _BESIDE.search(text)
            and not any(one.value in row or same_number(one.value, row) for row in rows if row)
        ):
            further.append(one)
            where = said(spoken[one.fact.utterance], f"另留{one.value}")
            yield Discrepancy(
                Kind.OMITTED, _FIELD, f"来电人另留的电话{one.value}工单里没有", (shown, where), confidence=0.7
            )
    written = "。".join(text for name, text in fields.items() if name in {_FIELD, "主要内容", "具体诉求", "备注"})
    given = {one.fact.utterance for one in numbers if one.fact.role is Role.CALLER}
    for utterance in ctx.transcript.of(Role.CALLER):
        found = _WHEN.search(simplify(utterance.text))
        # Who gives another number instead has settled when to call.
        if found is None or given & {utterance.index, utterance.index + 1, utterance.index + 2}:
            continue
        contact = re.sub(r"[\d-]{7,}", "", fields.get(_FIELD, ""))
        if not _KNOWN.search(contact) and not re.search(
            r"短信|微信|方便接|联系时间|来电时段|致电|回电|后联系", written
        ):
            where = said(utterance, f"说的是{found[0]}")
            reason = f"来电人说了联系的时间或方式（“{_clause(simplify(utterance.text), found)}”），工单里没有"
            yield Discrepancy(Kind.OMITTED, _FIELD, reason, (shown, where), confidence=0.6)
            return


def _around(ctx: CallContext, index: int) -> str:
    """Return what the caller said in an utterance and the one of theirs before it."""
    mine = [u for u in ctx.transcript.of(Role.CALLER) if u.index <= index]
    return "，".join(simplify(u.text) for u in mine[-2:] if index - u.index <= 2)


def _clause(text: str, found: re.Match[str]) -> str:
    start = max(text.rfind(mark, 0, found.start()) for mark in "，。,；") + 1
    return text[start : found.end()]
