"""Opening hours that were said, held against an entry's."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date

from qa_pipeline.knowledge.answer import Answer
from qa_pipeline.knowledge.written import written_values
from qa_pipeline.language.calendar import resolve
from qa_pipeline.language.script import simplify
from qa_pipeline.language.values import values
from qa_pipeline.models import Agreement, Fact, FactCheck, KnowledgeEntry, SpokenFact, Utterance

# Of a time that was misheard, 点 with something like a number or 半 about it is often left.
_CLOCK = re.compile(r"(?:早上|上午|中午|下午|晚上|夜间|到|至)[^，。]{0,4}点|点半|点到")
_MONTHLY = re.compile(r"(?:每月)?(?P<day>\d{1,2})日")
# 早上九点才开门, 晚上九点才关门: a lone time that tells which end of the hours it is.
_OPENS = re.compile(r"(?:开门|开馆|算起|起算|开放|上班|营业|开始(?:办|受理|营业|上班)?|[以之]后才)")
_SHUTS = re.compile(r"(?:关门|闭馆|打烊|下班|停止(?:办|受理|营业|入场)?|结束营业)")
_WEEKDAY = re.compile(r"(?:周|星期|礼拜)[一二三四五六日天末]|节假日|双休|寒假|暑假|夏[季天]|冬[季天]")
# 每月二十号发 for 每月10日前发放.
_PAID_OUT = re.compile(r"发|到账|打卡|打到")
_HALF_DAY = 12 * 60
# Of spoken values whose words are all that sure nine in ten are right, below 0.4 the half (bench/RESULTS.md).
_MIN_CONFIDENCE = 0.5


def check(
    entry: KnowledgeEntry, fact: Fact, facts: Sequence[SpokenFact], answer: Sequence[Utterance] = ()
) -> FactCheck:
    """Return how the times that the operator said stand to an entry's hours.

    Morning and afternoon are often left out (两点到五点半), so times are held against each other within half a day.
    Only a span with one end right and the other wrong is a contradiction; a lone other time may be of something else.
    """
    wanted = [span for value in values(fact.value) if value.kind == "hours" for span in [_span(value.value)]]
    said = [(one, _span(one.value)) for one in facts if one.slot == "hours"]
    ends = {end for span in wanted for end in span}
    # What is closed from eight to half past seven is open from half past seven to eight.
    right = [one for one, span in said if set(span) <= ends and (len(span) == 1 or _both(span, wanted))]
    if right:
        return _result(fact, Agreement.AGREES, right[-1])
    others = [_span(value.value) for value in written_values(entry) if value.kind == "hours"]
    others += [
        _span(v.value)
        for other in entry.facts
        if other.slot == "hours"
        for v in values(other.value)
        if v.kind == "hours"
    ]
    said = [(one, span) for one, span in said if not any(set(span) <= set(other) for other in others)]
    half_right = [one for one, span in said if len(span) == 2 and len(set(span) & ends) == 1]
    if half_right and half_right[0].confidence >= _MIN_CONFIDENCE:
        return _result(fact, Agreement.CONTRADICTS, half_right[0])
    if (other := _other_end(said, wanted, answer)) is not None and fact.confirmed:
        return _result(fact, Agreement.CONTRADICTS, other)
    if said and wanted:
        return _result(fact, Agreement.UNSURE, said[0][0])
    perhaps = not wanted or any(_CLOCK.search(simplify(u.text)) for u in answer)
    return _result(fact, Agreement.UNSURE if perhaps else Agreement.MISSING, None)


def _other_end(
    said: Sequence[tuple[SpokenFact, tuple[int, ...]]], wanted: Sequence[tuple[int, ...]], answer: Sequence[Utterance]
) -> SpokenFact | None:
    """Return a time at which it was said to open or to close, where the entry has one span and that at another."""
    if len(wanted) != 1 or len(wanted[0]) != 2:
        return None
    texts = {u.index: simplify(u.text) for u in answer}
    for one, span in said:
        _, place, after = texts.get(one.utterance, "").partition(one.text)
        if not place or len(span) != 1 or _WEEKDAY.search(texts[one.utterance]) or one.confidence < _MIN_CONFIDENCE:
            continue
        ends = [
            (end, cue)
            for end, cue in zip(wanted[0], (_OPENS, _SHUTS), strict=True)
            if cue.match(after.lstrip("就才再都准时"))
        ]
        if ends and all(end != span[0] for end, _ in ends):
            return one
    return None


def _both(span: tuple[int, ...], wanted: Sequence[tuple[int, ...]]) -> bool:
    return any(set(span) == set(other) for other in wanted)


def dates(value: str) -> tuple[str, ...]:
    """Return the dates of a fact's value, as ``MM-DD``."""
    return tuple(found.value for found in values(value) if found.kind == "date")


def check_date(entry: KnowledgeEntry, fact: Fact, wanted: Sequence[str], heard: Answer) -> FactCheck:
    """Return how the dates that the operator said stand to an entry's.

    Another day contradicts where it was said to begin or to end something of which the entry knows one beginning or
    end; any other date may be of something else.
    """
    said = [one for one in heard.facts if one.slot == "date"]
    if (monthly := _day_of_month(wanted)) is not None:
        return _check_monthly(entry, fact, monthly, heard)
    expected = [span for value in wanted if (span := resolve(value, heard.day)) is not None]
    right = [one for one in said if one.value in wanted or _of_year(_day(one, heard)) in map(_of_year, expected)]
    if right:
        return _result(fact, Agreement.AGREES, right[-1])
    ends = [value for value in written_values(entry) if value.kind == "date" and value.bound]
    own = {value.bound for value in ends if value.value in wanted}
    stated = [span for value in ends if (span := resolve(value.value, heard.day)) is not None]
    for one in said:
        rivals = {value.value for value in ends if value.bound == one.bound}
        day = _day(one, heard)
        if one.bound in own and len(rivals) == 1 and day is not None and not _among(day, stated):
            return _result(fact, Agreement.CONTRADICTS, one)
    return _result(fact, Agreement.UNSURE, said[0]) if said else _result(fact, Agreement.MISSING, None)


def _day_of_month(values: Sequence[str]) -> int | None:
    """Return the day of 每月15日, or of a day whose month was not named (15日); None for any other date."""
    found = [_MONTHLY.fullmatch(value) for value in values]
    return int(found[0]["day"]) if len(found) == 1 and found[0] is not None else None


def _check_monthly(entry: KnowledgeEntry, fact: Fact, wanted: int, heard: Answer) -> FactCheck:
    """Hold 二十号之前 against 每月15日前: another day by which something is due every month contradicts it."""
    said = [(one, _day_of_month([one.value])) for one in heard.facts if one.slot == "date"]
    right = [one for one, day in said if day == wanted]
    if right:
        return _result(fact, Agreement.AGREES, right[-1])
    ends = [value for value in written_values(entry) if value.kind == "date"]
    own = {value.bound for value in ends if _day_of_month([value.value]) == wanted}
    alike = [value for value in ends if value.bound in own]
    for one, day in said:
        late = day is not None and day > wanted and "at_most" in own and _PAID_OUT.search(heard.clause(one))
        if day is not None and len(alike) == 1 and (late or (one.bound and one.bound in own)):
            return _result(fact, Agreement.CONTRADICTS, one)
    return _result(fact, Agreement.UNSURE, said[0][0]) if said else _result(fact, Agreement.MISSING, None)


def _day(said: SpokenFact, heard: Answer) -> tuple[date, date] | None:
    return resolve(said.value, heard.day)


def _of_year(span: tuple[date, date] | None) -> tuple[int, ...]:
    """Return a span without its years: entries say 3月15日 of every year."""
    return () if span is None else (span[0].month, span[0].day, span[1].month, span[1].day)


def _among(day: tuple[date, date], stated: Sequence[tuple[date, date]]) -> bool:
    """Whether a day or month may be one of the entry's, its year left aside: 十二月 is within 12月31日."""
    return any(
        (first.month, first.day) <= (one.month, one.day) <= (last.month, last.day)
        for first, last in (day,)
        for span in stated
        for one in span
    )


def _span(value: str) -> tuple[int, ...]:
    return tuple(_minutes(value))


def _minutes(value: str) -> Iterator[int]:
    for clock in value.split("-"):
        hour, _, minute = clock.partition(":")
        yield (int(hour) * 60 + int(minute)) % _HALF_DAY


def _result(fact: Fact, agreement: Agreement, said: SpokenFact | None) -> FactCheck:
    return FactCheck(fact.slot, fact.value, fact.unit, fact.must_say, agreement, said)
