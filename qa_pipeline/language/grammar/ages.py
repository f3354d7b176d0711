"""Ages: 六十五周岁, 三岁半; and where 岁 is left out: 看岁数有七十了, 奔七十的人, 男的六十，女的五十五."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from qa_pipeline.language.grammar.reading import Reading
from qa_pipeline.language.quantities import QUANTITY, Quantity, read_quantity

_AGE = re.compile(rf"(?P<amount>{QUANTITY})(?:大几)?周?岁(?P<half>半)?")
# Of numbers of years without 岁 only such as people reach, with no word after them that measures something else.
_YEARS = r"(?:[二三四五六七八九]?十[一二三四五六七八九]?|[1-9]\d)"
_YEARS_ALONE = (
    rf"{_YEARS}(?![\d零〇一二两三四五六七八九十百千万亿多几来余]|"
    r"[个块元天号点米平年人户分份张斤公度次台辆间月日折%]|周?岁)"
)
_GAP = r"[^，。；？！,;?!\d零一二两三四五六七八九十百千万]{0,8}?"
_END = r"(?=了|吧|啦|呢|的|$|[，。？！,?!]|以[上下]|挂零|出头|开外|往上|整)"
_OLD = r"的?(?:老人|老年|老同志|孩子|小孩|未成年|男|女的|女职工|青年|居民|市民|职工)"
_AGING = re.compile(
    r"(?:岁数|年纪|年龄|高龄|高寿|老(?:人家?|爷子|太太|头|母亲|父亲|汉|两口|奶奶|爷爷))"
    rf"{_GAP}(?:八九不离十)?(?:有|是|都|到|过|快|满|得|够|奔|也|在|才|不足|[大小低高]于)+了?(?P<told>{_YEARS_ALONE}){_END}"
    rf"|[虚周实]岁(?:是|有|都|得|要|满|到)*(?P<counted>{_YEARS_ALONE})"
    rf"|(?<![一二三四五六七八九十])奔着?(?P<near>{_YEARS_ALONE})(?=了|的人|去|$|[，。,])"
    rf"|(?P<over>{_YEARS})(?=挂零|[郎啷]当)"
    rf"|(?:年?满|过了?|到了?|够|未满|不满|不到|超过)(?P<reached>{_YEARS})(?:以[上下])?(?={_OLD})"
    rf"|(?:年满|刚满|未满|没满)(?P<grown>{_YEARS_ALONE})(?=的|才|就|$|[，。,])"
    rf"|(?P<bounded>{_YEARS})以[上下](?=的?(?:老人|老年|老同志|孩子|小孩|未成年))"
    rf"|(?<=岁)[^，。；？！\d零一二三四五六七八九十]{{0,6}}[，,](?P<ranged>{_YEARS}[到至]{_YEARS})(?=的|免|半|打|[一二三四五六七八九]折|可|能|以|[，。,]|$)"
    rf"|(?:年龄|岁数|退休|周?岁)[^。；？！]{{0,16}}?(?:男|女)(?:的|性|方|职工|同志|干部|工人)?(?:是|满|到|得|要)?(?P<man>{_YEARS_ALONE})(?=$|[，。,])"
)
_OTHER_SEX = re.compile(
    rf"[，,]?(?:男|女)(?:的|性|方|职工|同志|干部|工人)?(?:是|满|到|得|要)?(?P<other>{_YEARS_ALONE})(?=$|[，。,])"
)
_YOUNGEST = 14


def read_ages(text: str) -> Iterator[Reading]:
    """Yield ages in years; where 岁 was left out, only after words that speak of age."""
    yield from _without_unit(text)
    for found in _AGE.finditer(text):
        if (quantity := read_quantity(found["amount"])) is not None:
            more = quantity.plus(Decimal("0.5")) if found["half"] else quantity
            yield Reading("age", more.text(), "year", *found.span())


def _without_unit(text: str) -> Iterator[Reading]:
    for found in _AGING.finditer(text):
        how = found.lastgroup or "told"
        yield from _reading(found, how, about=how == "over")
        if how == "man" and (other := _OTHER_SEX.match(text, found.end())) is not None:
            yield from _reading(other, "other")


def _reading(found: re.Match[str], group: str, *, about: bool = False) -> Iterator[Reading]:
    quantity = read_quantity(found[group])
    if quantity is not None and quantity.low >= _YOUNGEST:
        yield Reading("age", Quantity(quantity.low, quantity.high, about).text(), "year", *found.span(group))
