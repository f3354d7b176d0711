"""Shares of a whole: 百分之七十, 八成五, 六七成, 千分之三, 报一半, 十个百分点, 三分之二."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from qa_pipeline.language.grammar.reading import Reading
from qa_pipeline.language.numerals import to_number
from qa_pipeline.language.quantities import NUMBER, QUANTITY, Quantity, read_quantity

_DIGIT = "[一二两三四五六七八九]"
_POINTS = re.compile(rf"(?P<amount>{NUMBER})个百分点")
_OF_HUNDRED = re.compile(
    rf"百分之(?P<of>{QUANTITY}|百)|(?P<sign>\d+(?:\.\d+)?(?:[-~—至到]\d+(?:\.\d+)?)?)\s*[%％](?P<to>[-~—至到](?P<high>\d+(?:\.\d+)?)[%％])?"
)
_SMALL = re.compile(rf"(?P<scale>[千万])分之(?P<of>{NUMBER})")
_TENTHS = re.compile(
    rf"(?P<tenths>{_DIGIT}|\d|{_DIGIT}{{2}}|{_DIGIT}到{_DIGIT})成(?P<more>[一二三四五六七八九\d])?(?!立|功|人|交|本|了|绩|年|为|都|员|套|是)"
)
_HALF = re.compile(r"(?:报销?|减免?|付|打|补贴?|退还?)(?:了|您|给您|的|大概|也就)*(?P<half>一半|半价)|(?P<halved>减半)")
_FRACTION = re.compile(
    rf"(?<!百)(?<!千)(?<!万)(?P<below>[一二两三四五六七八九十]{{1,2}}|\d{{1,2}})分之(?P<above>{NUMBER})|(?P<written>(?<!\d)\d/\d{{1,2}})(?!\d|/)"
)


def read_percentages(text: str) -> Iterator[Reading]:
    """Yield percentages in percent; percentage points have that unit too, for entries do not tell them apart."""
    for found in _POINTS.finditer(text):
        if (quantity := read_quantity(found["amount"])) is not None:
            yield Reading("percent", quantity.text(), "percent", *found.span())
    for found in _OF_HUNDRED.finditer(text):
        spoken = found["of"] or (f"{found['sign']}到{found['high']}" if found["to"] else found["sign"])
        quantity = Quantity(Decimal(100), Decimal(100)) if found["of"] == "百" else read_quantity(spoken)
        if quantity is not None:
            yield Reading("percent", quantity.text(), "percent", *found.span())
    for found in _SMALL.finditer(text):
        if (number := to_number(found["of"])) is not None:
            scale = Decimal(10) if found["scale"] == "千" else Decimal(100)
            yield Reading("percent", Quantity(number / scale, number / scale).text(), "percent", *found.span())


def read_tenths(text: str) -> Iterator[Reading]:
    """Yield 七成, 八成五, 六七成, 两到三成, 报一半 in percent."""
    for found in _TENTHS.finditer(text):
        tenths, more = read_quantity(found["tenths"]), to_number(found["more"] or "零")
        if tenths is not None and more is not None:
            yield Reading("percent", tenths.times(Decimal(10)).plus(more).text(), "percent", *found.span())
    for found in _HALF.finditer(text):
        yield Reading("percent", "50", "percent", *found.span("half" if found["half"] else 0))


def read_fractions(text: str) -> Iterator[Reading]:
    """Yield fractions as ``2/3``."""
    for found in _FRACTION.finditer(text):
        if found["written"]:
            yield Reading("fraction", found["written"], "", *found.span())
            continue
        below, above = to_number(found["below"]), to_number(found["above"])
        if below and above and above < below:
            yield Reading("fraction", f"{above}/{below}", "", *found.span())
