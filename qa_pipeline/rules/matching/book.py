"""All phrases of a ruleset in two automata, one over sound keys and one over characters: a passage is read once.

So what a call costs hardly grows with the phrases that are looked for (bench/RESULTS.md, Rules).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

import ahocorasick

from qa_pipeline.language.pinyin import keys
from qa_pipeline.rules.matching.passages import Passage
from qa_pipeline.rules.matching.phrases import Phrase, Phrases

Spans = tuple[tuple[int, int], ...]


class Book:
    """Phrases that are looked for together. Phrases that are spelt alike share a number."""

    def __init__(self, wanted: Iterable[Phrase]) -> None:
        self._numbers: dict[str, int] = {}
        by_sound: dict[str, list[int]] = {}
        sounded: set[int] = set()
        for phrase in wanted:
            number = self._numbers.setdefault(phrase.spoken, len(self._numbers))
            if not phrase.exact and number not in sounded:
                sounded.add(number)
                by_sound.setdefault(keys(phrase.text), []).append(number)
        self._by_sound = _automaton((key, tuple(numbers)) for key, numbers in by_sound.items())
        self._by_characters = _automaton((spoken, (number,)) for spoken, number in self._numbers.items())
        self._listed: dict[int, tuple[Phrases, Mapping[int, tuple[Phrase, ...]] | None]] = {}

    def scan(self, passage: Passage) -> Mapping[int, Spans]:
        """Return where the phrases stand in a passage, as spoken characters, by their number."""
        found: dict[int, dict[tuple[int, int], None]] = {}
        # The end that an automaton gives is inclusive.
        for last, (length, numbers) in _walk(self._by_sound, passage.sound):
            for number in numbers:
                found.setdefault(number, {})[last - length + 1, last + 1] = None
        # A character with two readings may be keyed otherwise in its sentence than in the phrase alone.
        for last, (length, numbers) in _walk(self._by_characters, passage.spoken):
            for number in numbers:
                found.setdefault(number, {})[last - length + 1, last + 1] = None
        return {number: tuple(spans) for number, spans in found.items()}

    def numbered(self, wanted: Phrases) -> Mapping[int, tuple[Phrase, ...]] | None:
        """Return a list's phrases by their number; None where the book does not hold them all."""
        known = self._listed.get(id(wanted))
        if known is None or known[0] is not wanted:
            known = self._listed[id(wanted)] = (wanted, self._numbered(wanted))
        return known[1]

    def _numbered(self, wanted: Phrases) -> Mapping[int, tuple[Phrase, ...]] | None:
        numbered: dict[int, list[Phrase]] = {}
        for phrase, spoken in zip(wanted, wanted.spoken, strict=True):
            if spoken not in self._numbers:
                return None
            numbered.setdefault(self._numbers[spoken], []).append(phrase)
        return {number: tuple(same) for number, same in numbered.items()}


@lru_cache(maxsize=256)
def book_of(wanted: Phrases) -> Book:
    """Return the book of one list, for what is looked up outside of a ruleset's book."""
    return Book(wanted)


def _automaton(keyed: Iterable[tuple[str, tuple[int, ...]]]) -> Any:
    automaton = ahocorasick.Automaton()
    for key, numbers in keyed:
        automaton.add_word(key, (len(key), numbers))
    automaton.make_automaton()
    return automaton


def _walk(automaton: Any, text: str) -> Iterable[tuple[int, tuple[int, tuple[int, ...]]]]:
    # An automaton without words is none, and says so by an exception.
    return automaton.iter(text) if len(automaton) else ()
