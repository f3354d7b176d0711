"""Phone numbers of an order and of a call, digit by digit."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest

from qa_pipeline.language.numerals import digits
from qa_pipeline.language.script import simplify
from qa_pipeline.language.slips import mend
from qa_pipeline.models import CallContext, Role, SpokenFact, Utterance
from qa_pipeline.rules.record.standing import put_right
from qa_pipeline.rules.record.text import plain

_PLAUSIBLE = re.compile(r"1[3-9]\d{9}|0\d{9,11}|[2-8]\d{6,7}|[48]00\d{7}|9[56]\d{3,6}")
_AS_CALLED = re.compile(r"来电|本机|呼入|主叫|同上|同前")
_EXTENSION = re.compile(r"(?:转|分机|ext\.?|#)[号:：]?\d{1,6}(?!\d)", re.IGNORECASE)
_LOCAL = 7
_CORRECTED_WITHIN_MS = 30_000
_ROW = r"[零〇一二三四五六七八九幺\d]"
# 不对，是七; 错了，后四位是四八二七; 最后一位是七不是六
_CORRECTION = re.compile(
    rf"(?:不对|错了|说错|不是|应该是|更正|(?:最后|后面|后|尾号)(?:[一二两三四1-4]位|"
    rf"几位)?(?:数)?)[，, 。是应该]{{0,5}}(?P<tail>{_ROW}{{1,4}})(?!{_ROW})(?![个块点月天号年岁元])"
)
_TAIL = re.compile(rf"(?:尾号|后四位|最后四位)(?:数)?(?:是|为)?(?P<tail>{_ROW}{{4}})(?!{_ROW})")
_THIS_NUMBER = re.compile(
    r"(?:就|打|用|留|是)(?:打|用|是|留|我)?(?:我)?(?:这个|现在)|这个(?:号码|电话|手机|号)|本机|"
    r"来电(?:的)?(?:这个)?(?:号码|电话)|现在(?:打|用)的"
)
_MINE = re.compile(
    r"(?:我(?:的)?|记|留|换|打|联系)(?:一?个|我|一下)?(?:的)?(?:手机|电话|号码|另外|新)|(?:记|留|打)(?:我|这个)|"
    r"手机(?:号)?(?:是)?"
)
_THEIRS = re.compile(
    r"(?:他们?|她|店(?:里|家)?|对方|单位|公司|物业|老板|商家|司机|中介)(?:的|留的)?(?:手机|电话|号码|联系方式)"
)


@dataclass(frozen=True, slots=True)
class SaidNumber:
    """A number that was said; ``superseded`` where the speaker took it back; ``mine`` where it is the caller's own."""

    value: str
    fact: SpokenFact
    superseded: bool = False
    mine: bool = False


def plausible(number: str) -> bool:
    """Whether a number can be dialled."""
    return _PLAUSIBLE.fullmatch(number) is not None


def written_numbers(value: str, caller_number: str) -> tuple[str, ...]:
    """Return the numbers that an order's field may mean, the longest first; empty where it holds none.

    Reads several numbers (13900002146/13800001111), remarks and extensions (029-87654321转801), and 同来电, 本机, 同上
    as the number that rang.
    """
    text = _EXTENSION.sub(" ", plain(value))
    shown = digits(caller_number)
    found: list[str] = []
    for run in re.findall(r"[\d\s()（）+—–.-]+", text):
        pieces = re.findall(r"\d+", run)
        joined = ("".join(pieces[i:j]) for i in range(len(pieces)) for j in range(i + 1, len(pieces) + 1))
        bare = (re.sub(r"^(?:00)?86(?=1[3-9]\d{9}$)", "", number) for number in joined)
        found.extend(number for number in bare if plausible(number))
    if not found and shown and _AS_CALLED.search(text):
        return (shown,)
    longest = sorted(dict.fromkeys(found), key=len, reverse=True)
    return tuple(one for one in longest if not any(other != one and other.endswith(one) for other in longest))


def said_numbers(ctx: CallContext) -> tuple[SaidNumber, ...]:
    """Return the numbers that may be the caller's, in order: the caller's, and mobiles that the operator read back.

    A digit that is put right after (不对，最后一位是七) makes another number, and takes the one before back.
    """
    found: list[SaidNumber] = []
    denied = {before.index for before, _ in put_right(ctx)}
    for fact in ctx.facts:
        if not _may_be_callers(fact):
            continue
        text = _text(ctx, fact.utterance)
        if _THEIRS.search(text):
            continue
        mine = _MINE.search(text) is not None
        found.append(SaidNumber(fact.value, fact, superseded=fact.utterance in denied, mine=mine))
        if (mended := _mended(ctx, fact)) is not None:
            found[-1] = replace(found[-1], superseded=True)
            found.append(SaidNumber(mended, fact, mine=found[-1].mine))
    return tuple(_take_back(found))


def _take_back(found: Sequence[SaidNumber]) -> Iterable[SaidNumber]:
    """Of two whole numbers of the caller's of which the later was introduced by 不对, the earlier does not count."""
    for one, after in zip_longest(found, found[1:]):
        redone = (
            after is not None
            and after.fact.role is one.fact.role is Role.CALLER
            and after.fact.start_ms - one.fact.end_ms <= _CORRECTED_WITHIN_MS
            and after.value != one.value
            and abs(len(after.value) - len(one.value)) <= 4
            and sum(a == b for a, b in zip(after.value, one.value, strict=False)) >= 5
        )
        yield replace(one, superseded=True) if redone else one


def _may_be_callers(fact: SpokenFact) -> bool:
    return (
        (fact.slot == "phone" or fact.value.isdigit())
        and fact.unit == ""
        and len(fact.value) >= _LOCAL
        and (fact.role is not Role.OPERATOR or fact.value.startswith("1"))
    )


def _mended(ctx: CallContext, fact: SpokenFact) -> str | None:
    """Return a number as the digits said right after it put it right; None where none were."""
    for utterance in ctx.transcript.utterances:
        after = fact.start_ms <= utterance.start_ms <= fact.end_ms + _CORRECTED_WITHIN_MS
        later = after or utterance.index == fact.utterance
        if not later or utterance.role is not fact.role:
            continue
        text = mend(utterance.text).text
        if utterance.index == fact.utterance:
            text = text[text.find(fact.text) + len(fact.text) :] if fact.text in text else ""
        if (found := _CORRECTION.search(text)) is not None:
            tail = digits(found["tail"])
            mended = fact.value[: -len(tail)] + tail
            return mended if mended != fact.value else None
    return None


def said_tails(ctx: CallContext) -> tuple[tuple[str, Utterance], ...]:
    """Return the last four digits that callers gave instead of the whole number (尾号四八二七)."""
    return tuple(
        (digits(found["tail"]), u)
        for u in ctx.transcript.utterances
        if (found := _TAIL.search(mend(u.text).text)) is not None
        and re.search(r"手机|电话|号码|我(?:的)?尾号", mend(u.text).text)
        and "订单" not in u.text
        and "卡" not in u.text
    )


def uses_shown_number(ctx: CallContext) -> bool:
    """Whether somebody said that the number that rang is the one to call."""
    return any(_THIS_NUMBER.search(simplify(u.text)) for u in ctx.transcript.utterances)


def same_number(said: str, number: str) -> bool:
    """Whether two numbers are one, the area code left out in one of them or not."""
    shorter, longer = sorted((said, number), key=len)
    return said == number or (len(shorter) >= _LOCAL and longer.endswith(shorter))


def may_be_part(said: str, number: str) -> bool:
    """Whether what was heard may be a number of which the recogniser lost or doubled a digit or two."""
    shorter, longer = sorted((said, number), key=len)
    if not 0 < len(longer) - len(shorter) <= 3:
        return False
    rest = iter(longer)
    return all(digit in rest for digit in shorter)


def differing(a: str, b: str) -> str:
    """Say in which places two numbers of one length differ (Chinese): 第8至9位."""
    places = [place for place, (x, y) in enumerate(zip(a, b, strict=False), 1) if x != y]
    if not places or len(a) != len(b):
        return ""
    return f"第{places[0]}位" if len(places) == 1 else f"第{places[0]}至{places[-1]}位"


def _text(ctx: CallContext, index: int) -> str:
    return next((simplify(u.text) for u in ctx.transcript.utterances if u.index == index), "")
