"""Whose number it is: 他家是五零二，我家四零二, and an order that complains of 402."""

from __future__ import annotations

import re
from collections.abc import Iterator

from qa_pipeline.language.numbers_said import rows_of
from qa_pipeline.models import CallContext, Role, Utterance, WorkOrder
from qa_pipeline.rules.evidence import field_value, said
from qa_pipeline.rules.record.discrepancies import Discrepancy, Kind
from qa_pipeline.rules.record.standing import standing
from qa_pipeline.rules.record.text import text_of

_FIELD = "被反映对象"
_ROOM = re.compile(r"(?<!\d)(\d{3,4})(?!\d)(?=[号室]?(?:住户|业主|租户|房主|男|女|$))")
_OURS = re.compile(r"我们?家?(?:是|住|在|就)*$|我住(?:在|的是)?$")
_THEIRS = re.compile(r"(?:他|她|他们|人|对方|楼上|楼下|隔壁|对门)(?:家|那家|住|那户)?(?:是|住|在|就)*$")
_DIGITS = re.compile(r"[零〇一二两三四五六七八九幺\d]{3,4}")


def of_another(ctx: CallContext, order: WorkOrder) -> Iterator[Discrepancy]:
    """Yield a number of whom the order complains that is the caller's own, where the other's was said; a doubt."""
    text = text_of(order, _FIELD)
    ours, theirs = _held(ctx, _OURS), _held(ctx, _THEIRS)
    for room in _ROOM.findall(text):
        if room in ours and theirs and room not in theirs:
            other, utterance = next(iter(theirs.items()))
            evidence = (field_value(ctx, _FIELD, text, "工单所记"), said(utterance, f"说的是{other}"))
            reason = f"工单被反映对象写“{room}”，那是来电人自己家，通话里说对方是{other}"
            yield Discrepancy(Kind.CONFLICT, _FIELD, reason, evidence, confidence=0.7)


def _held(ctx: CallContext, whose: re.Pattern[str]) -> dict[str, Utterance]:
    """Return the numbers that stand right behind whose they are."""
    return {
        row: one.utterance
        for one in standing(ctx)
        if one.utterance.role is not Role.OPERATOR
        for found in _DIGITS.finditer(one.text)
        if whose.search(one.text[: found.start()])
        for row in rows_of(found[0]) or (found[0],)
    }
