"""Plates and numbers of things in an order that were read out otherwise (江B7K253 where 江B七K二三五 was said)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from qa_pipeline.models import CallContext, WorkOrder
from qa_pipeline.rules.evidence import field_value, said
from qa_pipeline.rules.record.discrepancies import Discrepancy, Kind
from qa_pipeline.rules.record.standing import standing
from qa_pipeline.rules.record.text import text_of

_FIELDS = ("标题", "主要内容", "被反映对象")
# Dates, times and sums of money are held against the call elsewhere.
_CODE = re.compile(
    r"(?<![A-Z0-9.:])(?:[A-Z0-9]{4,20}(?![A-Z0-9.:年元点时万])|[1-9]\d{2}(?=[室住窗房户被楼家，。,、(]|$))"
)
_PAUSE = re.compile(r"(?<=[A-Za-z])[\s,，、]+(?=[A-Za-z0-9])|(?<=\d)[\s]+(?=[A-Za-z])")
_SPOKEN = str.maketrans("零〇一二三四五六七八九幺", "001234567891")


def codes_otherwise(ctx: CallContext, order: WorkOrder) -> Iterator[Discrepancy]:
    """Yield a code of the order's that nobody read out while one of as many signs, most of them the same, was."""
    heard = [(code, one.utterance) for one in standing(ctx) for code in _codes(_read_out(one.text))]
    known = {code for code, _ in heard}
    everything = "，".join(_read_out(one.text) for one in standing(ctx)).upper()
    told: set[str] = set()
    for field in _FIELDS:
        for code in _codes(text_of(order, field)):
            if code in known or code in told or code in everything or any(code in one or one in code for one in known):
                continue
            near = [(one, u) for one, u in heard if _one_misread(one, code)]
            if near:
                told.add(code)
                evidence = (field_value(ctx, field, text_of(order, field), "工单所记"), said(near[0][1], "念的号"))
                reason = f"工单写“{code}”，通话里念的是“{near[0][0]}”"
                yield Discrepancy(Kind.CONFLICT, field, reason, evidence, confidence=near[0][1].confidence)


def _read_out(text: str) -> str:
    """Return a text with its signs as they are written, and without pauses between them: A，B七一六 is AB716."""
    return _PAUSE.sub("", text.translate(_SPOKEN))


def _codes(text: str) -> list[str]:
    return [code for code in _CODE.findall(text.upper()) if any(sign.isdigit() for sign in code)]


def _one_misread(one: str, other: str) -> bool:
    """Whether two codes are as long and differ in a place or two."""
    return len(one) == len(other) and 0 < sum(a != b for a, b in zip(one, other, strict=True)) <= 2
