"""Shares of a whole: 百分之七十, 八成五, 六七成, 五折, 千分之三, 报一半, 十个百分点, 三分之二, 过半数."""

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
    rf"百分之(?P<of>{QUANTITY}|百)|(?P<all>(?<![十百千万\d])百分百(?=的?报|的?退|的?免|的?补|的?返|[，。,]|$))|(?P<sign>\d+(?:\.\d+)?(?:[-~—至到]\d+(?:\.\d+)?)?)\s*[%％](?P<to>[-~—至到](?P<high>\d+(?:\.\d+)?)[%％])?"
)
_FROM_TO = re.compile(rf"百分之(?P<low>{NUMBER})(?:到|至|[-~—])百分之(?P<high>{NUMBER})")
_SMALL = re.compile(rf"(?P<scale>[千万])分之(?P<of>{NUMBER})")
_TENTHS = re.compile(
    rf"(?P<tenths>{_DIGIT}|\d|{_DIGIT}{{2}}|{_DIGIT}到{_DIGIT})成(?P<more>[一二三四五六七八九半\d])?(?!立|功|人|交|本|了|绩|年|为|都|员|套|是)"
)
# 八五折 and 打对折 are what is left to pay; 打折 alone is no number, and what folds is no price.
_DISCOUNT = re.compile(
    rf"(?<![{_DIGIT[1:-1]}十百千万几点\d第])(?P<tenths>{_DIGIT}|[1-9](?:\.\d)?)(?:点)?(?P<more>{_DIGIT}|(?<=\d)\d)?折"
    r"(?![叠旧算腾返回断页线纸磨痕子合扇])|(?P<even>对折)(?![叠起好后]|一下|过来)"
)
_HALF = re.compile(
    r"(?:报销?|减免?|付|打|补贴?|退还?|承担|负担|出|[交收缴扣返领拿给省掏])(?:了|您|给您|的|个|费用?|大概|也就|只|就|能)*(?P<half>一半)(?!以上|的?(?:业主|人|户|居民|时间))|"
    r"(?P<halved>减半(?!年)|(?<![不没])半价|(?<![不没])半费)"
)
# 一半以上的业主 is a part of them, no share of a price.
_MAJORITY = re.compile(
    r"(?:过|超过|超)(?:了|一)?半数?(?=的|业主|人|住户|居民|户|同意|通过|签|票|就|才|$|[，。,])|半数以上|一半以上|半数(?=的?(?:业主|人|住户|居民|户|成员|代表))|"
    r"一半的?(?=业主|住户|居民|户数|成员|代表)"
)
_FRACTION = re.compile(
    rf"(?<!百)(?<!千)(?<!万)(?P<below>[一二两三四五六七八九十]{{1,2}}|\d{{1,2}})分之(?P<above>{NUMBER})|(?P<written>(?<!\d)\d/\d{{1,2}})(?!\d|/)"
)


def read_percentages(text: str) -> Iterator[Reading]:
    """Yield percentages in percent; percentage points have that unit too, for entries do not tell them apart."""
    for found in _POINTS.finditer(text):
        if (quantity := read_quantity(found["amount"])) is not None:
            yield Reading("percent", quantity.text(), "percent", *found.span())
    for found in _FROM_TO.finditer(text):
        if (quantity := read_quantity(f"{found['low']}到{found['high']}")) is not None:
            yield Reading("percent", quantity.text(), "percent", *found.span())
    for found in _OF_HUNDRED.finditer(text):
        spoken = found["of"] or (f"{found['sign']}到{found['high']}" if found["to"] else found["sign"])
        whole = found["of"] == "百" or found["all"]
        quantity = Quantity(Decimal(100), Decimal(100)) if whole else read_quantity(spoken)
        if quantity is not None:
            yield Reading("percent", quantity.text(), "percent", *found.span())
    for found in _SMALL.finditer(text):
        if (number := to_number(found["of"])) is not None:
            scale = Decimal(10) if found["scale"] == "千" else Decimal(100)
            yield Reading("percent", Quantity(number / scale, number / scale).text(), "percent", *found.span())


def read_tenths(text: str) -> Iterator[Reading]:
    """Yield 七成, 八成五, 六七成, 两到三成, 打五折, 报一半 in percent."""
    for found in _TENTHS.finditer(text):
        tenths, more = read_quantity(found["tenths"]), _more(found["more"])
        if tenths is not None and more is not None:
            yield Reading("percent", tenths.times(Decimal(10)).plus(more).text(), "percent", *found.span())
    for found in _DISCOUNT.finditer(text):
        paid = Decimal(50) if found["even"] else _paid(found["tenths"], found["more"])
        yield Reading("percent", Quantity(paid, paid).text(), "percent", *found.span())
    for found in _HALF.finditer(text):
        yield Reading("percent", "50", "percent", *found.span("half" if found["half"] else 0))


def _more(text: str | None) -> Decimal | None:
    """八成五 and 八成半 have five hundredths more."""
    return Decimal(5) if text == "半" else to_number(text or "零")


def _paid(tenths: str, more: str | None) -> Decimal:
    return (to_number(tenths) or Decimal(0)) * 10 + (to_number(more or "零") or Decimal(0))


def read_fractions(text: str) -> Iterator[Reading]:
    """Yield fractions as ``2/3``, and what is more than half (过半数) as ``1/2``."""
    for found in _FRACTION.finditer(text):
        if found["written"]:
            yield Reading("fraction", found["written"], "", *found.span())
            continue
        below, above = to_number(found["below"]), to_number(found["above"])
        if below and above and above < below:
            yield Reading("fraction", f"{above}/{below}", "", *found.span())
    for found in _MAJORITY.finditer(text):
        if _FRACTION.search(text, found.end(), found.end() + 12):
            continue  # 过半数，也就是二分之一以上 is said once
        yield Reading("fraction", "1/2", "", *found.span())
