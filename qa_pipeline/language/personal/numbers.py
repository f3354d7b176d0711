"""Which rows of digits are a phone, identity, card or QQ number, by length, check digit and the words before."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from qa_pipeline.language.personal.checksums import born, identity_check, luhn
from qa_pipeline.language.personal.cues import WITHIN, Cue, cue_of
from qa_pipeline.language.personal.finding import Kind, Personal
from qa_pipeline.language.personal.rows import Group, muttered, rows

_MOST_GROUPS = 24  # of digits in a number: a card has nineteen; a looping recogniser, thousands
_OFFICE = re.compile(
    r"(?:局|中心|派出所|大厅|热线|公司|窗口|医院|社区|街道办|办事处|委员会|居委会|村委会|学校|部门|前台|客服|银行|物业|车站|科室|管委会|管所|服务站|处)"
    r"(?:那边|这边)?(?:的|他们)?[，,]?(?:咨询|联系|办公|值班|服务|投诉|监督|报修|抢修|固定|对外)*(?:电话|座机|号码|热线)|"
    r"(?:咨询|办公|值班|服务|投诉|监督|报修|抢修|客服|举报)电话|拨打[^，。]{0,12}$"
)
_X = re.compile(r"[\s,，、.]{0,2}(?:[Xx×]|叉|[埃艾爱哎诶iI]\s?克斯|[EeIi]{1,2}[Xx])")
_AREA = re.compile(r"0(?:10|2\d)[2-8]\d{7}|0[3-9]\d\d[2-8]\d{6,7}")
_LOCAL = re.compile(r"[2-8]\d{6,7}")
_SERVICE = re.compile(r"[48]00\d{7}|1[0-2]\d{1,4}|9[56]\d{3,6}")
_MOBILE = re.compile(r"(?:86|086|0086)?(1[3-9]\d{9})")
_NEAR_LANDLINE = re.compile(r"0\d{8,12}")
_NEAR_MOBILE = re.compile(r"1[3-9]\d{8}|1[3-9]\d{10}")
_CORRECTS = re.compile(
    r"^[，。,\s]?(?:啊|哦|哎|不|呃|嗯)?[，,]?(?:不对|错了|说错了|不是)[^\d，。]{0,3}[，,]?(?:应该)?是?$"
)
_SLIP_COSTS = 0.08
_PASSPORT = re.compile(r"(?:护照|通行证)[^，。]{0,6}?(?P<letter>[A-Za-z鸡易吉]?)$")


@dataclass(frozen=True, slots=True)
class _Heard:
    """A number that may be one: how it is written, and what stands before and after it."""

    number: str
    before: str
    cue: Cue


def numbers(text: str, context: str = "", public: Collection[str] = ()) -> Iterator[Personal]:
    """Yield the personal numbers of a text.

    Args:
        text: What one speaker said.
        context: What the other one said before (您的身份证号是多少), which tells what a bare number is.
        public: Bare digits of numbers that anybody may know, such as the knowledge base's.
    """
    last: Personal | None = None
    for row in (*rows(text), *muttered(text)):
        if last is not None and row[0].start < last.end:
            continue  # read already, more plainly
        found = list(_in_row(text, row, context, public))
        if not found and last is not None and (more := _correction(text, row, last)):
            found = [more]
        yield from found
        last = found[-1] if found else last


def _in_row(text: str, row: Sequence[Group], context: str, public: Collection[str]) -> Iterator[Personal]:
    """Yield what of a row is a number: of all runs of neighbouring groups the likeliest (86 is none of a phone)."""
    read = (
        (found, first, stop)
        for first in range(len(row))
        for stop in range(first + 1, min(first + _MOST_GROUPS, len(row)) + 1)
        if (found := _read(text, row[first:stop], context, public)) is not None
    )
    best = max(read, key=lambda one: (_weight(one[0]), one[1] - one[2]), default=None)
    if best is None:
        return
    found, first, stop = best
    yield from _in_row(text, row[:first], context, public) if first else ()
    yield found
    yield from _in_row(text, row[stop:], context, public) if stop < len(row) else ()


def _weight(found: Personal) -> float:
    # In the nineteen digits of a card there is often a shorter number's shape, hardly ever the other way round.
    if found.kind is Kind.IDENTITY and identity_check(found.value):
        return 3.0
    if found.kind in {Kind.IDENTITY, Kind.BANK}:
        return 2.0 + len(found.value) / 100
    # A mobile that lost a digit (136 5091773) is no local number with three digits before it.
    return found.probability + len(found.value) / 20


def _read(text: str, groups: Sequence[Group], context: str, public: Collection[str]) -> Personal | None:
    start, end = groups[0].start, groups[-1].end
    number = "".join(group.digits for group in groups)
    if len(number) < 5 or _is_public(number, public):
        return None
    before = f"{context}。{text[:start]}"
    heard = _Heard(number, before, cue_of(before))
    slips = sum(group.slips for group in groups)
    if slips * 3 > len(number) and heard.cue in {Cue.NONE, Cue.OTHER}:
        return None
    tail = _X.match(text, end)
    if tail and len(number) in {16, 17, 18} and (heard.cue is Cue.IDENTITY or born(number)):
        end, heard = tail.end(), replace(heard, number=number + "X")
    if (letter := _PASSPORT.search(text[:start])) and len(number) in {7, 8, 9}:
        begun = letter.start("letter")
        return Personal(Kind.IDENTITY, begun, end, text[begun:end], f"E{number}", 0.9)
    kind, probability = _identity(heard) or _bank(heard) or _phone(heard) or _qq(heard) or (None, 0.0)
    if kind is None:
        return None
    value = found[1] if (found := _MOBILE.fullmatch(heard.number)) else heard.number
    sure = max(0.5, probability - _SLIP_COSTS * slips)
    return Personal(kind, start, end, text[start:end], value, round(min(probability, sure), 3))


def _is_public(number: str, public: Collection[str]) -> bool:
    return number in public or (len(number) >= 7 and any(known.endswith(number) for known in public))


def _identity(heard: _Heard) -> tuple[Kind, float] | None:
    number = heard.number
    if identity_check(number) and born(number):
        return Kind.IDENTITY, 0.99
    if heard.cue in {Cue.OTHER, Cue.BANK}:
        return None
    if len(number) in {17, 18, 19} and number[0] in "1234568" and born(number):
        return Kind.IDENTITY, 0.9 if len(number) == 18 else 0.8
    if heard.cue is Cue.IDENTITY and 12 <= len(number) <= 21:
        return Kind.IDENTITY, 0.8
    return None


def _bank(heard: _Heard) -> tuple[Kind, float] | None:
    number = heard.number
    if not 14 <= len(number) <= 21 or number[-1] == "X" or heard.cue in {Cue.OTHER, Cue.IDENTITY}:
        return None
    if heard.cue is Cue.BANK:
        return Kind.BANK, 0.97 if luhn(number) else 0.85
    if len(number) in {16, 19} and number[0] in "456":
        return Kind.BANK, 0.9 if luhn(number) else 0.55
    return None


def _phone(heard: _Heard) -> tuple[Kind, float] | None:
    number, cue = heard.number, heard.cue
    if cue is Cue.OTHER or _SERVICE.fullmatch(number):
        return None
    if _MOBILE.fullmatch(number):
        return (Kind.QQ, 0.6) if cue is Cue.QQ else (Kind.MOBILE, 0.98)
    if _NEAR_MOBILE.fullmatch(number) and cue is Cue.PHONE:
        return Kind.MOBILE, 0.7
    office = bool(_OFFICE.search(heard.before[-WITHIN:]))
    if _AREA.fullmatch(number):
        return (Kind.LANDLINE, 0.3 if office else 0.93) if cue not in {Cue.QQ, Cue.BANK, Cue.IDENTITY} else None
    if cue is not Cue.PHONE:
        return None
    if _LOCAL.fullmatch(number):
        return Kind.LANDLINE, 0.25 if office else 0.8
    # The recogniser drops and doubles digits: what is nearly as long as a phone and called one is likely one.
    if _NEAR_LANDLINE.fullmatch(number):
        return Kind.LANDLINE, 0.25 if office else 0.6
    return (Kind.MOBILE, 0.25 if office else 0.55) if 9 <= len(number) <= 13 else None


def _qq(heard: _Heard) -> tuple[Kind, float] | None:
    return (Kind.QQ, 0.95) if heard.cue is Cue.QQ and 5 <= len(heard.number) <= 11 else None


def _correction(text: str, row: Sequence[Group], last: Personal) -> Personal | None:
    """Return the digits that follow 不对，是: a part of the number before, read again."""
    start, end = row[0].start, row[-1].end
    number = "".join(group.digits for group in row)
    if not 3 <= len(number) <= 11 or not _CORRECTS.match(text[last.end : start]):
        return None
    return Personal(last.kind, start, end, text[start:end], number, 0.75)
