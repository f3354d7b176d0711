"""Plates and numbers of accounts and orders that a caller read out and no field of the order has."""

from __future__ import annotations

import re
from collections.abc import Iterator

from qa_pipeline.language.numbers_said import rows_of
from qa_pipeline.language.personal.plates import plates
from qa_pipeline.language.script import simplify
from qa_pipeline.language.slips import mend
from qa_pipeline.models import CallContext, Role, Utterance, WorkOrder
from qa_pipeline.rules.evidence import field_value, said
from qa_pipeline.rules.record.discrepancies import Discrepancy, Kind
from qa_pipeline.rules.record.text import text_of

_FIELD = "主要内容"
_NUMBER_CUES = re.compile(
    r"(?P<cue>车号|车牌|牌号|户号|卡号|账号|编号|单号|订单号|尾号|工号|证号|表号)(?:是|为|尾号|后四位|：|，|"
    r"的)*(?P<row>[零〇一二三四五六七八九幺\dA-Za-z]{3,20})"
)
_ASKS_NUMBER = re.compile(r"车牌|车号|户号|卡号|账号|编号|单号|表号")
_ROW = re.compile(r"[零〇一二三四五六七八九幺\d]{4,20}")
# Plates whose letter or province is only guessed by sound are left to be read by people.
_PLAIN_PLATE = 0.9
_SPOKEN = str.maketrans("零〇一二三四五六七八九幺", "001234567891")


def marks_left_out(ctx: CallContext, text: str, order: WorkOrder) -> Iterator[Discrepancy]:
    """Yield plates and numbers of accounts and orders that were read out and are not in the order."""
    contact = text_of(order, "联系方式") + ctx.call.caller_number
    plain = re.sub(r"[^0-9A-Z]", "", (text + contact).upper().translate(_SPOKEN))
    shown = field_value(ctx, _FIELD, text_of(order, _FIELD), "工单所记")
    for utterance in ctx.transcript.of(Role.CALLER):
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
                    _FIELD,
                    f"来电人说的{name}“{mark}”工单里没有",
                    (said(utterance, f"{name}{mark}"), shown),
                )


def _answered(ctx: CallContext, utterance: Utterance, heard: str) -> Iterator[tuple[str, str]]:
    """Yield the number that answers the operator's question for one (户号能提供吗)."""
    before = next((u for u in reversed(ctx.transcript.utterances[: utterance.index]) if u.role is Role.OPERATOR), None)
    asked = _ASKS_NUMBER.search(simplify(before.text)) if before is not None else None
    row = _ROW.search(heard) if asked is not None else None
    if asked is not None and row is not None and not _NUMBER_CUES.search(heard):
        yield asked[0], row[0]
