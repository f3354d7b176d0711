"""Ages, ordinals, and numbers with a measure word: 六十五周岁, 第六年和第十年, 三号楼, 十八度."""

from __future__ import annotations

import re
from collections.abc import Iterator

from qa_pipeline.language.grammar.reading import Reading
from qa_pipeline.language.numerals import to_number
from qa_pipeline.language.quantities import NUMBER, QUANTITY, read_quantity

_AGE = re.compile(rf"(?P<amount>{QUANTITY})周?岁")
_MEASURE = re.compile(
    rf"(?P<below>零下)?(?P<amount>{QUANTITY})(?P<what>号楼|单元|号院|号|楼|层|栋|室|度|摄氏度|℃|平米|平方米?|平|路车?|个人|人|次|台|辆|户|名|张|件|份|公里|米|吨)"
)
_ORDINAL = re.compile(
    rf"第(?P<number>{NUMBER})个?(?P<what>年|月|次|胎|针|孩|套|天)(?<!第二天)(?!(?<=第二年)[一二三四五六七八九十\d]+月)"
)
_LINK = re.compile(r"[和、跟与及，,]|以及|还有|到")


def read_ages(text: str) -> Iterator[Reading]:
    """Yield ages in years."""
    for found in _AGE.finditer(text):
        if (quantity := read_quantity(found["amount"])) is not None:
            yield Reading("age", quantity.text(), "year", *found.span())


def read_measures(text: str) -> Iterator[Reading]:
    """Yield numbers with a measure word, which is the unit."""
    for found in _MEASURE.finditer(text):
        if (quantity := read_quantity(found["amount"])) is not None:
            value = f"-{quantity.text()}" if found["below"] else quantity.text()
            yield Reading("measure", value, found["what"], *found.span())


def read_ordinals(text: str) -> Iterator[Reading]:
    """Yield ordinals; those that are listed (第六年和第十年) are one value: ``6,10`` in years."""
    listed: list[re.Match[str]] = []
    for found in _ORDINAL.finditer(text):
        if listed and not (
            found["what"] == listed[-1]["what"] and _LINK.fullmatch(text[listed[-1].end() : found.start()])
        ):
            yield from _joined(listed)
            listed = []
        listed.append(found)
    yield from _joined(listed)


def _joined(listed: list[re.Match[str]]) -> Iterator[Reading]:
    numbers = [to_number(found["number"]) for found in listed]
    if listed and None not in numbers:
        yield Reading(
            "ordinal", ",".join(str(n) for n in numbers), listed[0]["what"], listed[0].start(), listed[-1].end()
        )
