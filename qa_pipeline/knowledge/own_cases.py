"""Signs in a clause that its value is of the caller's own case, a sum paid for another measure, or another kind.

您交了五千 and 您五十五岁，还有三年 tell what happened to one caller; 一户补三千 is no 每部20万元; 科目三 is no 科目一.
"""

from __future__ import annotations

import re

_NUMBER = r"[\d一二两三四五六七八九十百千万半几]"
# What the caller has done, has been charged, or has left.
_DONE = re.compile(
    rf"[您你][^，。,]{{0,6}}(?<![到满过除为])了(?:有|大概|差不多|快)?{_NUMBER}|(?<![到满过除为不])(?:用|坐|住|欠|花|停|等|领|借|考|交)了(?:有|大概|差不多|快)?{_NUMBER}"
    rf"|[收扣退补][您你](?:了)?{_NUMBER}|[您你](?:才|只|也就|一共)?(?:贷|借|存|买|住)的?(?!够|满|到){_NUMBER}|还有(?:个)?{_NUMBER}|[您你](?:今年|现在|才|都|刚)?{_NUMBER}+周?岁(?!以|的|就|可|能|才)"
    rf"|再[交补缴付加收掏]{_NUMBER}|有{_NUMBER}+[块元]?的(?=$|[，。,])"
)
_NUMBERED = (
    re.compile(r"科目[一二三四]"),
    re.compile(r"[一二三四五六七八九]级"),
    re.compile(r"[甲乙丙丁]类"),
)
_PER = re.compile(
    r"(?:每|一)个?(?P<of>户|人|部|台|辆|张|本|次|年|月|天|吨|平|方|度|小时|钟头|学期|季度|亩|只|公里)(?![级份])"
)
_SAME_MEASURE = {"钟头": "小时"}
_SHORT_UNITS, _LONG_UNITS = frozenset({"minute", "hour"}), frozenset({"workday", "day", "month", "year"})


def of_own_case(clause: str, before: str) -> bool:
    """Whether a clause, or the one before it, tells what the caller has done, paid or has left."""
    return (
        _DONE.search(clause) is not None
        or re.search(rf"[您你][^，。,]{{0,6}}(?:(?<![到满过])了|[贷借存])(?:的)?{_NUMBER}", before) is not None
    )


def numbered_otherwise(clause: str, text: str) -> bool:
    """Whether a clause names a class by its number that an entry's text has under other numbers only."""
    named = {found[0] for pattern in _NUMBERED for found in pattern.finditer(clause) if pattern.search(text)}
    return any(name not in text for name in named)


def for_another_measure(clause: str, own: str) -> bool:
    """Whether a sum is for another measure (一户) than the entry's clause has it for (每部)."""
    said, written = _measures(clause), _measures(own)
    return bool(said and written) and not said & written


def of_another_scale(said_unit: str, unit: str) -> bool:
    """Whether minutes or hours were said where an entry has days: how long a visit takes is no time limit."""
    return said_unit in _SHORT_UNITS and unit in _LONG_UNITS


def _measures(text: str) -> frozenset[str]:
    return frozenset(_SAME_MEASURE.get(found["of"], found["of"]) for found in _PER.finditer(text))
