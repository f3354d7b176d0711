"""What an entry's values come to: 两门二百四 at 120 each, 五千的补一千 at 20 %, 一年两回 for 每半年1次.

What can be reckoned from the entry's value and from numbers said in the same utterance contradicts nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from qa_pipeline.language.numerals import to_number
from qa_pipeline.language.quantities import QUANTITY, parse_value, read_quantity
from qa_pipeline.language.values import Value
from qa_pipeline.models import Fact, SpokenFact

_NUMBER = re.compile(QUANTITY)
_MOST_NUMBERS = 12
"""Numbers of an utterance that are tried: more are a row of digits, and of so many some product fits anything."""
_OFTEN = re.compile(r"(?P<number>[一二两三四五六七八九十\d]{1,2})(?:次|回|趟|遍)")
_HOURS = {"hour": Decimal(1), "day": Decimal(24), "month": Decimal(730), "year": Decimal(8760)}
_CALENDAR_SLACK = Decimal("0.05")


def reckoned(said: SpokenFact, text: str, written: Sequence[Value]) -> bool:
    """Whether a said sum of money is what values of the entry come to with other numbers of its utterance.

    Args:
        said: The sum.
        text: The utterance in which it was said, simplified.
        written: The values of the entry.
    """
    total = _single(said.value)
    if said.unit != "yuan" or total is None or total == 0:
        return False
    place = text.find(said.text)
    rest = f"{text[:place]}，{text[place + len(said.text) :]}" if place >= 0 else text
    numbers = list(dict.fromkeys(_numbers(rest)))[:_MOST_NUMBERS]
    prices = [number for value in written if value.unit == "yuan" and (number := _single(value.value))]
    shares = [number for value in written if value.unit == "percent" and (number := _single(value.value))]
    if any(price * number == total for price in prices for number in numbers if number > 1):
        return True
    parts = [part for share in shares for part in (share, 100 - share) if part]
    return any(total * 100 == number * part or total * part == number * 100 for number in numbers for part in parts)


def is_rate(said: SpokenFact, clause: str) -> bool:
    """Whether a length of time only tells how often something is done in it: 一年洗两回."""
    after = clause.partition(said.text)[2]
    found = _OFTEN.search(after)
    return found is not None and found.start() <= 4


def another_rate(said: SpokenFact, clause: str, fact: Fact, own: Iterable[str]) -> bool | None:
    """Return whether how often was said differs from how often an entry has it; None where either is not known.

    Args:
        said: A length of time.
        clause: The clause in which it was said.
        fact: The time of the entry after which something is done again.
        own: What stands in the entry right after that time (清洗1次).
    """
    often = _rate(said.value, said.unit, clause.partition(said.text)[2])
    wanted = [rate for after in own if (rate := _rate(fact.value, fact.unit, after)) is not None]
    if often is None or not wanted:
        return None
    return all(abs(often - rate) > rate * _CALENDAR_SLACK for rate in wanted)


def _rate(value: str, unit: str, after: str) -> Decimal | None:
    """Return how often in an hour something is done."""
    length, found = _single(value), _OFTEN.search(after)
    if not length or unit not in _HOURS or found is None:
        return None
    times = to_number(found["number"])
    return None if times is None else times / (length * _HOURS[unit])


def _single(value: str) -> Decimal | None:
    quantity = parse_value(value)
    return quantity.low if quantity is not None and quantity.low == quantity.high else None


def _numbers(text: str) -> Iterator[Decimal]:
    for found in _NUMBER.finditer(text):
        quantity = read_quantity(found[0])
        if quantity is not None and quantity.low == quantity.high:
            yield quantity.low * (Decimal(10000) if text[found.end() : found.end() + 1] == "万" else 1)
