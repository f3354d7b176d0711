"""Ordinals, and numbers with a measure word: 第六年和第十年, 第三批, 三号楼, 十八度, 一米二."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from qa_pipeline.language.grammar.reading import Reading
from qa_pipeline.language.numerals import digits, to_number
from qa_pipeline.language.quantities import NUMBER, QUANTITY, read_quantity

_MEASURE = re.compile(
    rf"(?P<below>零下)?(?P<amount>{QUANTITY})(?P<what>号楼|单元|号院|号|楼|层|栋|室|摄氏度|℃|°C|千瓦时|度电|度|平米|平方公里|平方米?|平|立方米?|方(?![面便法式案向])|册|本(?![人市地来身月周科区省县单期次校国])|倍|路车?|个人|人|次|台|辆|户|名|张|件|份|只(?![能要有是收需用限可办认在看会管限需])|"
    r"公里|千米|厘米|公分|毫米|毫升|米(?!粉|线|饭|面)|分贝|公斤|千克|毫克|[市]?斤|亩|公顷|吨|千瓦(?!时)|兆)"
    r"(?:(?<=[一二两三四五六七八九\d]米)(?P<tail>[一二三四五六七八九]{1,2}|\d{1,2})(?![十百千万\d个块元天年月层楼米])|(?<=公里|.亩|.吨|公斤)(?P<half>半)(?!个|年|价|天))?"
)
# Full-width forms are brought to plain ones before a text is read: ℃ is °C by then.
_DEGREES = {"℃": "摄氏度", "°C": "摄氏度"}
_ORDINAL = re.compile(
    rf"(?:第(?P<number>{NUMBER})|头(?P<first>一))个?(?P<what>年|月|次|回|胎|针|孩|套|天|批|位(?!数)|名|期|轮|[阶台]?[梯档]|排|周(?!岁|年|边|[一二三四五六日天末])|季度|学期|工作日|顺位|志愿|组|剂)(?<!第二天)(?<!头一[天位名次周排胎孩套])(?!(?<=第二年)[一二三四五六七八九十\d]+月)"
)
# The caller's own first call is nobody's rule.
_GREETED = re.compile(r"[您你]?(?:这)?是?(?:第[一1]|头一)[次回](?:打|来电|拨|咨询|联系|来|办)[^，。]{0,8}?[吧吗么]")
_LINK = re.compile(r"[和、跟与及，,]|以及|还有|到")


def read_measures(text: str) -> Iterator[Reading]:
    """Yield numbers with a measure word, which is the unit."""
    for found in _MEASURE.finditer(text):
        if (quantity := read_quantity(found["amount"])) is not None:
            if tail := found["tail"]:  # 一米二, 一米七五
                shown = tail if tail.isdigit() else digits(tail)
                quantity = quantity.plus(Decimal(f"0.{shown}"))
            elif found["half"]:
                quantity = quantity.plus(Decimal("0.5"))
            value = f"-{quantity.text()}" if found["below"] else quantity.text()
            yield Reading("measure", value, _DEGREES.get(found["what"], found["what"]), *found.span())


def read_ordinals(text: str) -> Iterator[Reading]:
    """Yield ordinals; those that are listed (第六年和第十年) are one value: ``6,10`` in years."""
    listed: list[re.Match[str]] = []
    for found in _ORDINAL.finditer(text):
        if found["what"] in "次回" and _GREETED.search(text, max(0, found.start() - 6), found.end() + 12):
            continue
        if listed and not (
            found["what"] == listed[-1]["what"] and _LINK.fullmatch(text[listed[-1].end() : found.start()])
        ):
            yield from _joined(listed)
            listed = []
        listed.append(found)
    yield from _joined(listed)


def _joined(listed: list[re.Match[str]]) -> Iterator[Reading]:
    numbers = [to_number(found["number"] or found["first"]) for found in listed]
    if listed and None not in numbers:
        yield Reading(
            "ordinal", ",".join(str(n) for n in numbers), listed[0]["what"], listed[0].start(), listed[-1].end()
        )
