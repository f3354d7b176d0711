"""What is read once of a call while its rules look at it: passages, where phrases stand in them, what sounds like them.

Nothing here changes what is found. Outside of `reading` every question is answered anew.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from operator import is_
from typing import TypeVar, cast

from qa_pipeline.models import Utterance
from qa_pipeline.rules.matching.book import Book, Spans, book_of
from qa_pipeline.rules.matching.passages import Passage, passages
from qa_pipeline.rules.matching.phrases import Phrase, Phrases

_Key = tuple[int, ...]
Scan = Mapping[int, Sequence[tuple[int, int, int]]]
"""By a phrase's number: which passage, first and last spoken character."""
T = TypeVar("T")


class Reading:
    """One call under the eyes of one ruleset's phrases."""

    def __init__(self, book: Book | None) -> None:
        self._book = book
        self._grouped: dict[_Key, tuple[Passage, ...]] = {}
        self._passages: dict[_Key, Passage] = {}
        self._scans: dict[tuple[int, int], tuple[tuple[Passage, ...], Scan]] = {}
        self._single: dict[tuple[int, int], tuple[Passage, Mapping[int, Spans]]] = {}
        self._answers: dict[tuple[str, int], tuple[object, object]] = {}

    def passages(self, utterances: Sequence[Utterance]) -> tuple[Passage, ...]:
        """Return the passages of some utterances."""
        key = tuple(u.index for u in utterances)
        known = self._grouped.get(key)
        if known is None or not _same([u for passage in known for u in passage.utterances], utterances):
            known = self._grouped[key] = tuple(self._passage(group) for group in passages(utterances))
        return known

    def _passage(self, group: tuple[Utterance, ...]) -> Passage:
        key = tuple(u.index for u in group)
        known = self._passages.get(key)
        if known is None or not _same(known.utterances, group):
            known = self._passages[key] = Passage(group)
        return known

    def places(self, read: tuple[Passage, ...], wanted: Phrases) -> dict[int, list[tuple[Phrase, int, int]]]:
        """Return where phrases of a list stand in passages, by sound or by characters, as spoken characters.

        Passages are named by their place in ``read``; those in which nothing stands are left out.
        """
        numbered = self._book.numbered(wanted) if self._book is not None else None
        book = self._book if self._book is not None and numbered is not None else book_of(wanted)
        own = numbered if numbered is not None else book.numbered(wanted) or {}
        scan = self._scan(read, book)
        found: dict[int, list[tuple[Phrase, int, int]]] = {}
        for number in own.keys() & scan.keys() if len(own) < len(scan) else scan.keys() & own.keys():
            for passage, first, last in scan[number]:
                found.setdefault(passage, []).extend((phrase, first, last) for phrase in own[number])
        return found

    def _scan(self, read: tuple[Passage, ...], book: Book) -> Scan:
        """Return where all phrases of a book stand in passages, by the phrase's number."""
        key = (id(read), id(book))
        known = self._scans.get(key)
        if known is None or known[0] is not read:
            merged: dict[int, list[tuple[int, int, int]]] = {}
            for place, passage in enumerate(read):
                for number, spans in self._scan_one(passage, book).items():
                    merged.setdefault(number, []).extend((place, *span) for span in spans)
            known = self._scans[key] = (read, merged)
        return known[1]

    def _scan_one(self, passage: Passage, book: Book) -> Mapping[int, Spans]:
        key = (id(passage), id(book))
        known = self._single.get(key)
        if known is None or known[0] is not passage:
            known = self._single[key] = (passage, book.scan(passage))
        return known[1]

    def once(self, name: str, about: object, answer: Callable[[], T]) -> T:
        """Return the answer to a question about one object, asked once while the reading is open."""
        key = (name, id(about))
        known = self._answers.get(key)
        if known is None or known[0] is not about:
            known = self._answers[key] = (about, answer())
        return cast("T", known[1])


_CURRENT: ContextVar[Reading | None] = ContextVar("reading", default=None)


@contextmanager
def reading(book: Book | None) -> Iterator[None]:
    """Read a call once for all that is asked of it inside; a reading that is open already goes on."""
    if _CURRENT.get() is not None:
        yield
        return
    token = _CURRENT.set(Reading(book))
    try:
        yield
    finally:
        _CURRENT.reset(token)


def current() -> Reading:
    """Return the reading that is open, or one for this question alone."""
    return _CURRENT.get() or Reading(None)


def _same(known: Sequence[Utterance], given: Sequence[Utterance]) -> bool:
    """Whether these are the very utterances: another call's have the same numbers."""
    return len(known) == len(given) and all(map(is_, sorted(known, key=_index), sorted(given, key=_index)))


def _index(one: Utterance) -> int:
    return one.index
