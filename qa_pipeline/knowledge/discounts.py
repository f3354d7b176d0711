"""A price that is reduced for some and waived for others: 六十五到六十九也是全免 for 65至69周岁享受5折."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from qa_pipeline.knowledge.answer import Answer
from qa_pipeline.language.quantities import QUANTITY, parse_value, read_quantity
from qa_pipeline.language.values import Value
from qa_pipeline.models import Fact, SpokenFact

_NUMBER = re.compile(QUANTITY)
_REDUCED = ("折", "半价", "半费", "减半")
_YOUNG = 5
"""Smaller numbers before a price are counts as often as ages."""
_CLAUSE = re.compile(r"[，。；！？,;!?]")


def otherwise_priced(
    fact: Fact, heard: Answer, own: Sequence[Value], written: Sequence[Value], text: str
) -> SpokenFact | None:
    """Return what waived a price that the entry only reduces, or reduced what it waives; None where nothing did.

    Args:
        fact: A share or a fee of the entry.
        heard: The operator's words.
        own: The values of the entry's text that are the fact.
        written: All of its values.
        text: The text itself, see `qa_pipeline.knowledge.written.written_text`.

    Where the entry has both, the ages named before them tell of which was spoken.
    """
    reduced = [v for v in own if v.kind == "percent" and v.text.endswith(_REDUCED)]
    free = [v for v in own if v.kind == "money" and v.value == "0"]
    if reduced:
        said = [one for one in heard.facts if one.unit == "yuan" and one.value == "0"]
        others = [v for v in written if v.kind == "money" and v.value == "0"]
    elif free and fact.slot == "fee":
        said = [one for one in heard.facts if one.slot == "percent" and one.text.endswith(_REDUCED)]
        others = [v for v in written if v.kind == "percent" and v.text.endswith(_REDUCED)]
    else:
        return None
    mine, theirs = _ages(text, reduced or free), _ages(text, others)
    for one in said:
        named = _numbers(heard.clause(one).partition(one.text)[0])
        if (named & mine and not named & theirs) or (not others and reduced):
            return one
    return None


def reduced_to(said: SpokenFact, written: Sequence[Value]) -> bool:
    """Whether a sum is one of the entry's after a reduction that it names: 二百五 where 500元 is halved for some."""
    sum_said = parse_value(said.value) if said.unit == "yuan" else None
    shares = [
        q.low for v in written if v.kind == "percent" and v.text.endswith(_REDUCED) and (q := parse_value(v.value))
    ]
    prices = [q.low for v in written if v.kind == "money" and (q := parse_value(v.value))]
    return sum_said is not None and any(sum_said.low * 100 == price * share for price in prices for share in shares)


def _ages(text: str, values: Sequence[Value]) -> frozenset[tuple[Decimal, Decimal]]:
    return frozenset().union(*(_numbers(_CLAUSE.split(text[: v.start])[-1]) for v in values))


def _numbers(text: str) -> frozenset[tuple[Decimal, Decimal]]:
    found = [read_quantity(one[0]) for one in _NUMBER.finditer(text)]
    return frozenset((one.low, one.high) for one in found if one is not None and one.high > _YOUNG)
