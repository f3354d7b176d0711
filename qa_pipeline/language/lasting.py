"""Since when something lasts that goes on (三天了, 四个多月了), as days of the calendar."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from decimal import Decimal

from qa_pipeline.language.quantities import Quantity, read_quantity
from qa_pipeline.language.script import simplify

_HALF = Decimal("0.5")
# 再有三天出院, 工期两个月, 提前一天: what is to come, or how long something is to be.
_AHEAD = re.compile(
    r"(?:再有?|还有|还[要得]|又得?|得|要|需要?|提前|延长|推迟|[工租质期]期|保修|保质|限|每|第|内)[^，。,]{0,2}$"
)
_LASTING = re.compile(
    r"(?:(?P<half>半)个?|(?P<count>\d{1,2}|[一二两三四五六七八九十]{1,3})(?P<more>来|多|几)?个?)多?(?P<unit>天|周|"
    r"星期|礼拜|(?<=个)月|(?<=个多)月|年)(?!前|级|代|\d)"
)


def lasting_since(text: str, at: datetime) -> tuple[tuple[date, date], ...]:
    """Return from when something lasts that goes on (三天了, 四个多月了, 半年多), give or take a third."""
    spans = []
    for found in _LASTING.finditer(simplify(text)):
        quantity = read_quantity(found["count"]) if found["count"] else Quantity(_HALF, _HALF)
        if quantity is None or not quantity.low or _AHEAD.search(found.string[: found.start()]):
            continue
        if found["unit"] in {"天", "日"} and quantity.high <= 1:  # 一天二百六 is a rate
            continue
        each = {"天": 1, "日": 1, "周": 7, "星期": 7, "礼拜": 7, "月": 30.4, "年": 365}[found["unit"]]
        most = float(quantity.high) * each * (1.2 if found["more"] else 1)
        least = float(quantity.low) * each
        early = at - timedelta(days=most + max(1.0, most / 3))
        late = at - timedelta(days=max(0.0, least - max(1.0, least / 3)))
        spans.append((early.date(), late.date()))
    return tuple(spans)
