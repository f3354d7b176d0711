"""Days of an order's content that nobody said or meant."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal

from qa_pipeline.language.lasting import lasting_since
from qa_pipeline.language.moments import Days, days_of
from qa_pipeline.language.numbers_said import numbers_of
from qa_pipeline.language.numerals import to_number
from qa_pipeline.language.script import simplify
from qa_pipeline.models import CallContext, WorkOrder
from qa_pipeline.rules.evidence import field_value, said
from qa_pipeline.rules.record.discrepancies import Discrepancy, Kind
from qa_pipeline.rules.record.standing import Standing, standing
from qa_pipeline.rules.record.text import text_of

_MONTH = 31
_BY_CHANCE = 10
_NUMBER_OF_DAY = re.compile(
    r"(\d{1,2}|[一二三]?十[一二三四五六七八九]?|[一二三四五六七八九])(?:[号日]|(?<=月.)|(?<=月..)|(?<=月...))"
)


def days_unsaid(ctx: CallContext, order: WorkOrder, elsewhere: str) -> Iterator[Discrepancy]:
    """Yield days of the order's content that nobody said or meant, and that its own time field has not."""
    today: date = ctx.call.started_at.date()
    known = days_of(elsewhere, today)
    ends = {end for one in known for span in one.spans for end in span}
    text = text_of(order, "主要内容")
    texts = standing(ctx)
    heard = [(d, one) for one in texts for d in days_of(one.text, today)]
    for day in days_of(text, today):
        whole_month = all((last - first).days <= _MONTH for first, last in day.spans) and "月" in day.text
        # 2026-10-15至今 bears out its first day, not each day since.
        if not (day.exact or whole_month) or day.holds(today) or any(day.holds(end) for end in ends) or not heard:
            continue
        if any(day.meets(one) for one, _ in heard) or _near_lasting(ctx, day, texts):
            continue
        if day_number_said(day, texts) and not _of_another_month(day, known):
            continue
        named = [(d, one) for d, one in heard if d.exact] or heard
        evidence = (field_value(ctx, "主要内容", text, "工单所记"), said(named[0][1].utterance, "通话里说的日子"))
        reason = f"工单写“{day.text}”，通话里说的是“{named[0][0].text}”"
        yield Discrepancy(Kind.CONFLICT, "主要内容", reason, evidence, confidence=0.6)


def _of_another_month(day: Days, known: Sequence[Days]) -> bool:
    """Whether the order's own time is the same day of another month: only one of the two can be."""
    mine = [first for first, _ in day.spans]
    return any(one.exact and a.day == b.day and a.month != b.month for one in known for b, _ in one.spans for a in mine)


def day_number_said(day: Days, texts: Sequence[Standing]) -> bool:
    """Whether the number of a day was said (八号 of 8月8日), also of a day to come; it may have been a house's."""
    if not day.exact:
        return False
    numbers = {to_number(m[1]) for one in texts for m in _NUMBER_OF_DAY.finditer(one.text)}
    # From eleven on a number is seldom said by chance: 二十五到的 is the day of what came.
    numbers |= {n.quantity.low for one in texts for n in numbers_of(one.text) if n.quantity.low > _BY_CHANCE}
    return any(Decimal(first.day) in numbers for first, _ in day.spans)


def _near_lasting(ctx: CallContext, day: Days, texts: Sequence[Standing]) -> bool:
    spans = [span for one in texts for span in lasting_since(simplify(one.text), ctx.call.started_at)]
    return any(first <= d <= last for first, last in spans for d, _ in day.spans)
