"""Rows of digits read out one by one: phone numbers (幺, groups with pauses, 转 extension) and identity numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator

from qa_pipeline.language.grammar.reading import Reading
from qa_pipeline.language.numerals import digits

ROW = r"[零〇一二三四五六七八九幺\d]"
# Emergency and short numbers (110, 12345, 95598), local numbers, with area code, mobile, 400; one digit may be lost.
_PHONE = re.compile(r"1[12]\d|1[02]\d{3,4}|9[56]\d{3,4}|[2-8]\d{6,7}|0\d{8,11}|1[3-9]\d{8,9}|[48]00\d{6,7}")
_PHONES = re.compile(
    rf"(?P<cue>拨打|打|电话是?|火警|急救|报警|匪警)?(?P<value>(?<!{ROW})(?:{ROW}{{2,8}}(?:[-\s,，、杠]{{1,2}}{ROW}{{2,8}}){{1,4}}|{ROW}{{5,20}}|"
    rf"(?<=[打警救])1[12]\d|(?<=[打警救])[一幺][一幺二][零〇九二])"
    rf"(?:[，,]?(?:转|分机号?是?|杠)(?P<extension>{ROW}{{2,6}})(?!号键))?)(?!{ROW}|[十百千万亿年块元点]|个工|工作日)"
)
_EXTENSION = re.compile(rf"分机号?码?(?:是|为)?(?P<value>{ROW}{{2,6}})(?!{ROW}|号楼)")
_IDENTITY = re.compile(rf"(?<!{ROW})(?P<value>{ROW}{{17}}(?:{ROW}|[xX叉])|{ROW}{{15}})(?!{ROW})")


def read_phones(text: str) -> Iterator[Reading]:
    """Yield phone numbers as bare digits; an extension is the ``unit`` (转802)."""
    for found in _PHONES.finditer(text):
        start, extension = found.start("value"), digits(found["extension"] or "")
        for said in _shorter(found["value"]):
            number = digits(said).removesuffix(extension) if extension else digits(said)
            if len(number) in {15, 18}:
                break  # an identity number
            if _PHONE.fullmatch(number) and (len(number) >= 5 or found["cue"]):
                yield Reading("phone", number, f"转{extension}" if extension else "", start, start + len(said))
                break
    for found in _EXTENSION.finditer(text):
        yield Reading("phone", digits(found["value"]), "", *found.span("value"))


def _shorter(said: str) -> Iterator[str]:
    """Yield a row and what is left of it without its last groups: 96333，30 is a number and thirty minutes."""
    yield said
    while (cut := max(said.rfind("，"), said.rfind(","))) > 0:
        said = said[:cut]
        yield said


def read_identities(text: str) -> Iterator[Reading]:
    """Yield identity numbers of 18 (the last may be X) or 15 digits, as they were said; nothing is checked."""
    for found in _IDENTITY.finditer(text):
        last = "X" if found["value"][-1] in "xX叉" else ""
        yield Reading("id", digits(found["value"]) + last, "", *found.span())
