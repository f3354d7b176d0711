"""Floors and windows that a caller was sent to, against those of an entry: 在三楼办 for 政务大厅二楼.

A wrong place is shown to a person; nothing is deducted for it, since a hall may have more windows than its entry says.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from qa_pipeline.knowledge.facts import said_words
from qa_pipeline.knowledge.written import text_of
from qa_pipeline.language.numerals import to_number
from qa_pipeline.language.quantities import NUMBER
from qa_pipeline.language.script import simplify
from qa_pipeline.models import Agreement, FactCheck, KnowledgeEntry, Utterance

PLACE_SLOT = "place"
_WHERE = re.compile(
    rf"(?<![到至\-~—第{'零一二三四五六七八九十'}\d])(?P<number>{NUMBER})(?:号(?P<window>窗口?)|(?P<floor>[楼层])(?![上下以]))"
)
_THERE = re.compile(r"[在去到上来]|办|窗口|大厅|中心")


def check_floors(entry: KnowledgeEntry, own: Sequence[Utterance]) -> tuple[FactCheck, ...]:
    """Return a check for the first floor and the first window that is none of those the entry names."""
    written = list(_places(simplify(text_of(entry))))
    found = {check.expected_value: check for u in reversed(own) for check in _checks(written, u)} if written else {}
    return tuple(found.values())


def _checks(written: Sequence[tuple[str, str, int, int]], utterance: Utterance) -> Iterator[FactCheck]:
    for kind, number, start, end in _places(simplify(utterance.text)):
        named = [other for of, other, _, _ in written if of == kind]
        if named and number not in named:
            said = said_words(utterance, start, end, PLACE_SLOT)
            yield FactCheck(PLACE_SLOT, f"{named[0]}{kind}", "", False, Agreement.CONTRADICTS, said)


def _places(text: str) -> Iterator[tuple[str, str, int, int]]:
    """Yield kind (楼, 号窗口), number, and place of each floor and window that somebody is sent to."""
    for found in _WHERE.finditer(text):
        number = to_number(found["number"])
        around = text[max(0, found.start() - 12) : found.end() + 6]
        if number is not None and _THERE.search(around):
            yield "号窗口" if found["window"] else "楼", str(number), *found.span()
