"""Typed values in spoken or written text: the grammar's readings put together, each with the part it plays."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from qa_pipeline.language.branches import Branch, branches, condition_text
from qa_pipeline.language.grammar.ages import read_ages
from qa_pipeline.language.grammar.bounds import bound_of
from qa_pipeline.language.grammar.channels import read_channels
from qa_pipeline.language.grammar.clock import read_spans, read_times
from qa_pipeline.language.grammar.counts import read_measures, read_ordinals
from qa_pipeline.language.grammar.dates import read_dates
from qa_pipeline.language.grammar.documents import read_documents
from qa_pipeline.language.grammar.durations import read_durations
from qa_pipeline.language.grammar.money import read_bare, read_between, read_coined, read_elliptic, read_free
from qa_pipeline.language.grammar.places import read_places
from qa_pipeline.language.grammar.reading import Reader, Reading
from qa_pipeline.language.grammar.rows import read_identities, read_phones
from qa_pipeline.language.grammar.shares import read_fractions, read_percentages, read_tenths
from qa_pipeline.language.grammar.weekdays import read_weekdays
from qa_pipeline.language.number_sounds import perhaps_longer
from qa_pipeline.language.slips import Heard, mend
from qa_pipeline.language.speech_roles import slot_of

_ENDLESS = re.compile(r"[\d零〇一二两三四五六七八九十百千万亿幺]{33,}")


@dataclass(frozen=True, slots=True)
class Value:
    """A typed value at characters ``start`` to ``end`` (exclusive) of a text.

    Args:
        kind: duration, money, percent, phone, hours, age, date, measure; of `things` also materials, address, channel,
            weekday, ordinal, fraction, id.
        value: As the modules of `qa_pipeline.language.grammar` write it: ``20``, ``2-3``, ``~10``, ``08:30-17:30``.
        unit: workday, day, month, year, hour, minute, yuan, percent, a measure word, the number of copies, or ''.
        slot: The part it plays, see `qa_pipeline.language.speech_roles`.
        mended: A number word had to be mended by sound, or what stands beside the number sounds like more of it.
        bound: ``at_most``, ``at_least``, ``about`` or ''.
        condition: The branch that it is said of (本地、三级), '' where none was named before it in its sentence.
    """

    kind: str
    value: str
    unit: str
    slot: str
    start: int
    end: int
    text: str
    mended: bool = False
    bound: str = ""
    condition: str = ""


# The first that reads a stretch keeps it.
_AMOUNTS: tuple[Reader, ...] = (
    read_free, read_phones, read_percentages, read_tenths, read_spans, read_times, read_dates, read_ages, read_between,
    read_coined, read_durations, read_measures, read_bare, read_elliptic,
)  # fmt: skip
_NAMES: tuple[Reader, ...] = (read_identities, read_fractions, read_ordinals, read_weekdays, read_documents)
_NUMBERS = frozenset({"money", "duration", "percent", "age", "measure"})
_PAID_FOR = re.compile(
    r"(?:是|能|可以|领|补|发|给|交|要|收|大概|最多|最高){1,3}[一二三四五六七八九\d][零一二三四五六七八九\d]*[百千万]"
)
_RATE_GAP = 6
"""Characters between 一年 and the amount that is paid for it: 一年最多能领四百."""


def values(text: str) -> tuple[Value, ...]:
    """Return the amounts, numbers and times of a text, in order, none overlapping another.

    Args:
        text: Recognised or written text, numbers as Chinese words or Arabic digits.

    Source: spoken answers of hotline calls; measured by ``bench/facts.py``.
    """
    heard = mend(_readable(text))
    return _valued(heard, _without_rates(heard.text, _first_come(heard.text, _AMOUNTS)))


def things(text: str) -> tuple[Value, ...]:
    """Return what else a text states: documents, places, channels, weekdays, ordinals, fractions, identity numbers.

    They may overlap what `values` returns: the numbers of an address are numbers too.
    """
    heard = mend(_readable(text))
    named = _first_come(heard.text, _NAMES, together=True)
    found = [*named, *_first_come(heard.text, (read_places,)), *_first_come(heard.text, (read_channels,))]
    return _valued(heard, found)


def _readable(text: str) -> str:
    """Blank out rows of numerals that are longer than any number: a looping recogniser, a filled field."""
    return _ENDLESS.sub(lambda row: "，" * len(row[0]), text)


def stated(text: str) -> tuple[Value, ...]:
    """Return both, in order of where they begin."""
    return tuple(sorted((*values(text), *things(text)), key=lambda value: (value.start, value.end)))


def _first_come(text: str, readers: Sequence[Reader], *, together: bool = False) -> list[Reading]:
    """Return the readings of which none overlaps an earlier one; ``together``: but those of one stretch."""
    taken: dict[int, tuple[int, int]] = {}
    kept = []
    for reader in readers:
        for reading in reader(text):
            span = (reading.start, reading.end)
            holders = {taken[place] for place in range(*span) if place in taken}
            if holders and not (together and holders == {span}):
                continue
            taken.update(dict.fromkeys(range(*span), span))
            kept.append(reading)
    return kept


def _without_rates(text: str, found: list[Reading]) -> list[Reading]:
    """Leave out 一年 and 一个月 beside an amount: those say what it is paid for, not how long something takes."""
    money = [(one.start, one.end) for one in found if one.kind == "money"]

    def is_rate(one: Reading) -> bool:
        if (
            one.kind not in {"duration", "measure"}
            or one.value != "1"
            or text[one.start : one.end].endswith(("内", "左右"))
        ):
            return False
        if _PAID_FOR.match(text, one.end):
            return True
        gaps = [text[one.end : start] for start, _ in money if one.end <= start <= one.end + _RATE_GAP]
        gaps += [text[end : one.start] for _, end in money if end <= one.start <= end + 1]
        return any(not set(gap) & set("，。；,;内") for gap in gaps)

    return [one for one in found if not is_rate(one)]


def _valued(heard: Heard, found: Iterable[Reading]) -> tuple[Value, ...]:
    named = branches(heard.text)
    return tuple(_value(heard, named, one) for one in sorted(found, key=lambda reading: (reading.start, reading.end)))


def _cut_short(text: str, one: Reading) -> bool:
    return one.kind in _NUMBERS and perhaps_longer(text, one.start, one.end)


def _value(heard: Heard, named: tuple[Branch, ...], one: Reading) -> Value:
    text = heard.text
    return Value(
        one.kind,
        one.value,
        one.unit,
        one.slot or slot_of(text, one.kind, one.start, one.end, one.value),
        one.start,
        one.end,
        text[one.start : one.end],
        mended=any(one.start <= place < one.end for place in heard.mended) or _cut_short(text, one),
        bound=bound_of(text, one.start, one.end, one.kind),
        condition=condition_text(text, one.start, named),
    )
