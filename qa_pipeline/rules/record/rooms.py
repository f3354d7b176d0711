"""Numbers of rooms that were read out digit by digit: another one in the order's place, or none."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from qa_pipeline.language.numbers_said import numbers_of, rows_of
from qa_pipeline.language.numerals import digits
from qa_pipeline.language.script import simplify
from qa_pipeline.models import CallContext, Role, WorkOrder
from qa_pipeline.rules.evidence import field_value, said
from qa_pipeline.rules.record.discrepancies import Discrepancy, Kind
from qa_pipeline.rules.record.standing import standing
from qa_pipeline.rules.record.text import narrative, text_of

_FIELD = "事发地点"
_ROOM = re.compile(r"(?<![\d.:])\d{3,4}(?![\d.:年])")
# Behind a building (四号楼，六零一) a row of digits numbers a room; 二零二四年 is none.
_ROW = r"(?P<room>[一二三四五六七八九幺\d][零〇一二三四五六七八九幺\d]{2,3})"
_SAID_ROOM = re.compile(
    rf"(?:楼|栋|幢|座|单元|院)[，,、 的嗯呃]*{_ROW}(?![年块元多来月点零〇一二三四五六七八九幺十百千万\d])"
)
_ASKED = re.compile(r"几零几|房号|门牌|几单元|几室|哪一?[户栋家]|几号楼|几楼|楼号")
_ANSWER = re.compile(rf"^(?:嗯|呃|是|就是|，)*{_ROW}(?=[，。,]|$|室|的)")
# A neighbour who will not be known, or whose home is not the place.
_OWN = re.compile(r"我家|我住|我们家|别写|不写|别说")


def rooms_otherwise(ctx: CallContext, place: str) -> list[Discrepancy]:
    """Hold room numbers of the order (1804) against rows of as many digits that were read out (幺八零四)."""
    said_rows = [(row, one.utterance) for one in standing(ctx) for row in rows_of(one.text)]
    numbers = {n.quantity.low for one in standing(ctx) for n in numbers_of(one.text)}
    for room in _ROOM.findall(place):
        others = [(row, u) for row, u in said_rows if len(row) == len(room)]
        if any(row == room for row, _ in others) or Decimal(room) in numbers or not others:
            continue
        # A row that shares no digit in its place is a price or a year, not this room misheard.
        near = [(row, u) for row, u in others if sum(a == b for a, b in zip(row, room, strict=True)) * 2 >= len(room)]
        if near:
            row, utterance = near[0]
            evidence = (field_value(ctx, _FIELD, place, "工单上的地点"), said(utterance, f"说的是{row}"))
            reason = f"工单地点写{room}，通话里说的是{row}"
            return [Discrepancy(Kind.CONFLICT, _FIELD, reason, evidence, confidence=utterance.confidence)]
    return []


def rooms_left_out(ctx: CallContext, order: WorkOrder) -> Iterator[Discrepancy]:
    """Yield the room that the caller told behind a building where no field of the order has it; a doubt."""
    written = digits(narrative(order) + text_of(order, "联系方式"))
    place = text_of(order, _FIELD)
    if _ROOM.search(place):
        return
    before = ""
    for one in standing(ctx):
        text = simplify(one.text)
        if one.utterance.role is Role.OPERATOR:
            before = text
            continue
        found = _SAID_ROOM.search(text) or (_ANSWER.search(text) if _ASKED.search(before) else None)
        if found is None or _OWN.search(text):
            continue
        room = "".join(rows_of(found["room"])) or found["room"]
        if room not in written:
            evidence = (field_value(ctx, _FIELD, place, "工单上的地点"), said(one.utterance, f"说的是{room}"))
            yield Discrepancy(Kind.OMITTED, _FIELD, f"来电人说的门牌“{found['room']}”（{room}）工单里没有", evidence)
            return
