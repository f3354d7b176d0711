"""Whether two amounts are the same: durations, money, percentages, ages."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from enum import StrEnum

from qa_pipeline.language.pinyin import nearest, sound_distance
from qa_pipeline.language.quantities import Quantity, in_words, parse_value
from qa_pipeline.language.script import simplify
from qa_pipeline.language.written_facts import UNIT_NAMES
from qa_pipeline.models import Fact, SpokenFact, Utterance

_HOURS = {
    "minute": Decimal(1) / 60,
    "hour": Decimal(1),
    "day": Decimal(24),
    "month": Decimal("730.5"),
    "year": Decimal(8766),
}
_FREE = {"免费", "不收费", "不收取费用", "无", "0"}
# 三十天 for 一个月: calendar units differ by that much.
_CALENDAR_SLACK = Decimal("0.04")
# 四 and 十, 一 and 七: a number that differs by such sounds alone may have been misheard.
# Measured (bench/RESULTS.md, Confidence): of spoken values whose least sure word is at 0.85 or more 19 of 20 are right,
# below 0.4 the half.
_SURE_OF_HALF_ALIKE = 0.85
_SURE = 0.4
_LIKE_IT = 0.26
_SAME_SOUND = 0.05
_NOTHING = ("免费", "不收费", "不收钱", "不花钱", "不要钱", "不用钱")
_TELLING = 10
_ROUGH, _NEARLY = 2, Decimal("1.03")
"""Figures of a sum said roughly, and how much of it they leave out at most."""
# 百分之 is said before its number, and nothing after it.
_UNIT_WORDS = {unit: name for unit, name in UNIT_NAMES.items() if unit != "percent"}


class Standing(StrEnum):
    """How one amount stands to another: the same, another, or too close to tell."""

    SAME = "same"
    CLOSE = "close"
    OTHER = "other"


def kind_of(said: SpokenFact) -> str | None:
    """Return the kind of a spoken amount: duration, money, percent, age; None for what is no amount."""
    return _kind(said.slot, said.unit)


def unit_kind(fact: Fact) -> str | None:
    """Return the kind of an entry's amount; None where its value is in words or its unit is none of ours."""
    if fact.slot == "fee" and fact.value.strip() in _FREE:
        return "money"
    return _kind(fact.slot, fact.unit) if parse_value(fact.value) is not None else None


def _kind(slot: str, unit: str) -> str | None:
    if slot == "age":
        return "age"
    if unit == "workday" or unit in _HOURS:
        return "duration"
    return {"yuan": "money", "percent": "percent"}.get(unit)


def stands(said: SpokenFact, fact: Fact) -> Standing:
    """Return how a spoken amount stands to an entry's amount of the same kind."""
    heard, expected = parse_value(said.value), _expected(fact)
    if heard is None or expected is None:
        return Standing.CLOSE
    if kind_of(said) == "duration" and said.unit != fact.unit:
        return _across_units(heard, said.unit, expected, fact.unit)
    standing = _range(heard, expected, fact.tolerance)
    if standing is Standing.OTHER and kind_of(said) == "money" and _rounded(heard, expected):
        return Standing.CLOSE
    if standing is Standing.OTHER and _perhaps_misheard(heard, expected, said.confidence):
        return Standing.CLOSE
    return standing


def less(said: SpokenFact, fact: Fact) -> bool:
    """Whether a spoken amount is surely under an entry's, both brought to hours where they are durations."""
    heard, expected = parse_value(said.value), _expected(fact)
    if heard is None or expected is None:
        return False
    if kind_of(said) == "duration" and said.unit != fact.unit:
        units = {**_HOURS, "workday": _HOURS["day"]}
        if said.unit not in units or fact.unit not in units:
            return False
        return heard.high * units[said.unit] < expected.low * units[fact.unit]
    return heard.high < expected.low


def _expected(fact: Fact) -> Quantity | None:
    return Quantity(Decimal(0), Decimal(0)) if fact.value.strip() in _FREE else parse_value(fact.value)


def _range(heard: Quantity, expected: Quantity, tolerance: Decimal) -> Standing:
    if expected.low - tolerance <= heard.low and heard.high <= expected.high + tolerance:
        return Standing.SAME
    slack = Decimal("0.3") if heard.about or expected.about else Decimal(0)
    if heard.low * (1 - slack) <= expected.high and expected.low <= heard.high * (1 + slack):
        return Standing.CLOSE
    return Standing.OTHER


def _rounded(heard: Quantity, expected: Quantity) -> bool:
    """Whether a sum is the expected one without its last digits: 一百六 for 163."""
    figures = str(heard.low.normalize()).partition("E")[0].replace(".", "")
    return heard.low == heard.high and len(figures) == _ROUGH and heard.low < expected.low <= heard.low * _NEARLY


def _across_units(heard: Quantity, said_unit: str, expected: Quantity, unit: str) -> Standing:
    if "workday" in {said_unit, unit}:
        return _workdays(heard, said_unit, expected, unit)
    if said_unit not in _HOURS or unit not in _HOURS:
        return Standing.CLOSE
    hours, wanted = heard.times(_HOURS[said_unit]), expected.times(_HOURS[unit])
    return _range(hours, wanted, wanted.high * _CALENDAR_SLACK)


def _workdays(heard: Quantity, said_unit: str, expected: Quantity, unit: str) -> Standing:
    """Hold working days against days: the same number is another time; 一周 for five working days is near enough."""
    if {said_unit, unit} == {"workday", "day"} and heard.high == expected.high:
        return Standing.OTHER if heard.high > 1 else Standing.CLOSE
    working, calendar, calendar_unit = (
        (heard, expected, unit) if said_unit == "workday" else (expected, heard, said_unit)
    )
    days = calendar.times(_HOURS.get(calendar_unit, Decimal(24)) / 24)
    near = working.low <= days.high and days.low <= working.high * Decimal("1.4") + 3
    return Standing.CLOSE if near else Standing.OTHER


def _perhaps_misheard(heard: Quantity, expected: Quantity, confidence: float) -> bool:
    """Whether the said number may be the expected one, misheard.

    Of 60 amounts that Whisper base heard in the sample calls none was another number; what it misses it drops or writes
    as another word. So a number of wholly other sounds is another number, unless its words are no better than guesses.
    """
    said, wanted = in_words(heard.high), in_words(expected.high)
    if len(said) != len(wanted):
        dropped = _within(said, wanted) or _within(wanted, said)
        return confidence < (_SURE_OF_HALF_ALIKE if dropped else _SURE)
    costs = [sound_distance(a, b) for a, b in zip(said, wanted, strict=True)]
    furthest = max(costs, default=0.0)
    return furthest <= 0.1 or confidence < (_SURE_OF_HALF_ALIKE if furthest <= 0.5 else _SURE)


def _within(shorter: str, longer: str) -> bool:
    """Whether a number is another with words dropped: 六十 for 六十五."""
    rest = iter(longer)
    return len(shorter) < len(longer) and all(any(sound_distance(c, d) <= 0.1 for d in rest) for c in shorter)


def perhaps_said(
    fact: Fact, facts: Sequence[SpokenFact], answer: Sequence[Utterance], but: Sequence[SpokenFact] = ()
) -> bool:
    """Whether an amount that was not heard may have been said: its number with another unit, or what sounds like it.

    四百元 becomes 400人, 十个工作日 becomes 是个工作日. Values ``but`` are surely others: 二十天 for 20 working days.
    """
    expected = _expected(fact)
    if expected is None:
        return False
    # Small numbers coincide: 三天 is no 三个月.
    if expected.high >= _TELLING and any(
        said.unit not in {"", fact.unit} and parse_value(said.value) == expected for said in facts if said not in but
    ):
        return True
    texts = [_unread(utterance, facts) for utterance in answer]
    # 七十 alone sounds like 例是 of 报销比例是.
    before = "百分之" if fact.unit == "percent" else ""
    phrase = before + in_words(expected.high) + ("周岁" if fact.slot == "age" else _UNIT_WORDS.get(fact.unit, ""))
    return _sounds(phrase, texts, _LIKE_IT) or any(_sounds(form, texts, _SAME_SOUND) for form in _short(expected))


def _sounds(phrase: str, texts: Sequence[str], distance: float) -> bool:
    """Whether something in one of the texts sounds so much like a phrase."""
    return any(hit is not None and hit.distance <= distance for hit in (nearest(phrase, text) for text in texts))


def _short(expected: Quantity) -> tuple[str, ...]:
    """Return what an amount is called without its unit: 一百一 for 110元, 不花钱 for nothing."""
    if expected.high == 0:
        return _NOTHING
    words = in_words(expected.high)
    return (words[:-1],) if len(words) > 3 and words[-1] in "十百千" else ()


def _unread(utterance: Utterance, facts: Sequence[SpokenFact]) -> str:
    """Return an utterance's text without the values that were read in it: those were heard as what they are."""
    text = simplify(utterance.text)
    for fact in facts:
        if fact.utterance == utterance.index:
            text = text.replace(fact.text, "。")
    return text
