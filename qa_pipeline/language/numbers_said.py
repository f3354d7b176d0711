"""Every number in a text, whatever it counts: what an order's figures may rest on (八十六, 三十六万八, 两千四)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from qa_pipeline.language.numerals import digits
from qa_pipeline.language.quantities import QUANTITY, Quantity, read_quantity
from qa_pipeline.language.slips import mend

_QUANTITY = re.compile(rf"{QUANTITY}")
# 2026-07 is no range from seven to 2026.
_DATE = re.compile(r"20\d\d[-/.年]\d{1,2}(?:[-/.月]\d{1,2}日?)?|\d{1,2}:\d{2}")
_ROW = re.compile(r"[零〇一二三四五六七八九幺\d]{2,}")
_BARE_MONEY = re.compile(
    r"(?:花了?|收了?|交了?|缴了?|充了?|付了?|退|欠|赔偿?|罚|涨到|涨了|降到|一共|总共|多收|少了|才|要价|卖|买了?|"
    r"定金|押金|工资|也就|剩下的?|每个?月)"
    rf"(?:我|我们|了|是|有|大概|差不多|将近)*(?P<amount>{QUANTITY})(?P<whole>万)?"
    r"(?=[，。,的]|$|吧|呢|啊|左右|"
    r"多?(?![零一二两三四五六七八九十百千万亿点\d个天号日月年人次台辆户名张件份公里米吨度斤度楼层栋单路分点小条盏岁位节包箱瓶遍回家只头袋斗半期平周礼星工元块毛]))"
)

_MONEY = re.compile(r"钱|金(?!属)|费|款|价|块|工资|补贴|退|花|赔")
_ALONE = re.compile(
    r"(?:^|[，。,])(?:一共|总共|有|是|"
    r"大概)?(?P<amount>[^，。,]*?[百千万][^，。,]*?)(?=[，。,吧呢啊]|$)"
)


_LEAST_TERM = 10


@dataclass(frozen=True, slots=True)
class SaidNumber:
    """A number at characters ``start`` to ``end`` of a text."""

    start: int
    end: int
    text: str
    quantity: Quantity


@lru_cache(maxsize=1024)
def numbers_of(text: str) -> tuple[SaidNumber, ...]:
    """Return every number of a text that can be read, in order."""
    plain = _DATE.sub(lambda date: "，" * len(date[0]), mend(text).text)
    return tuple(one for match in _QUANTITY.finditer(plain) if (one := _longest(match)) is not None)


def _longest(match: re.Match[str]) -> SaidNumber | None:
    """Read a number, or as much of it from its beginning as is one: 二百四 of 二百四一个月."""
    for end in range(len(match[0]), 0, -1):
        text = match[0][:end]
        if (quantity := read_quantity(text)) is not None:
            return SaidNumber(match.start(), match.start() + end, text, quantity)
    return None


@lru_cache(maxsize=1024)
def rows_of(text: str) -> tuple[str, ...]:
    """Return rows of digits that were read out (六六二零), as digits."""
    return tuple(digits(match[0]) for match in _ROW.finditer(mend(text).text))


def bare_money(text: str, *, asked: bool = False) -> tuple[SaidNumber, ...]:
    """Return amounts that were said without 块 or 元 (花了两万三千六, 押金不退，两千五).

    A clause that is nothing but a number is one where money is spoken of, or was ``asked`` for just before.
    """
    found = []
    for match in _BARE_MONEY.finditer(mend(text).text):
        quantity = read_quantity(match["amount"] + (match["whole"] or ""))
        if quantity is not None and quantity.low >= 10:
            found.append(SaidNumber(*match.span("amount"), match["amount"], quantity))
    if asked or _MONEY.search(text):
        known = {one.start for one in found}
        for match in _ALONE.finditer(mend(text).text):
            quantity = read_quantity(match["amount"])
            if quantity is not None and quantity.low >= 100 and match.start("amount") not in known:
                found.append(SaidNumber(*match.span("amount"), match["amount"], quantity))
    return tuple(found)


def borne_out(amount: Decimal, said: set[Decimal]) -> bool:
    """Whether a figure was said, or is the sum or difference of two that were (充五千用了八百: 4200)."""
    if amount in said:
        return True
    # Nobody adds three to 58: small numbers count things, by which an amount may be multiplied.
    if any(amount == a * b for a in said for b in said):
        return True
    sums = [n for n in said if n >= _LEAST_TERM]
    return any(amount in {a + b, abs(a - b)} for a in sums for b in sums)
