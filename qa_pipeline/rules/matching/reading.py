"""What is read once of a call while its rules look at it: passages, where phrases stand in them, what sounds like them.

Nothing here changes what is found. Outside of `reading` every question is answered anew.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from operator import is_

from qa_pipeline.models import Utterance
from qa_pipeline.rules.matching.book import Book, Spans, book_of
from qa_pipeline.rules.matching.passages import Passage, passages
from qa_pipeline.rules.matching.phrases import Phrase, Phrases

_Key = tuple[int, ...]


class Reading:
    """One call under the eyes of one ruleset's phrases."""

    def __init__(self, book: Book | None) -> None:
        self._book = book
        self._grouped: dict[_Key, tuple[Passage, ...]] = {}
        self._passages: dict[_Key, Passage] = {}
        self._scans: dict[tuple[int, int], tuple[Passage, Mapping[int, Spans]]] = {}

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

    def places(self, passage: Passage, wanted: Phrases) -> list[tuple[Phrase, int, int]]:
        """Return where phrases of a list stand in a passage, by sound or by characters, as spoken characters."""
        numbered = self._book.numbered(wanted) if self._book is not None else None
        book = self._book if self._book is not None and numbered is not None else book_of(wanted)
        own = numbered if numbered is not None else book.numbered(wanted) or {}
        scan = self._scan(passage, book)
        shared = own.keys() & scan.keys() if len(own) < len(scan) else scan.keys() & own.keys()
        return [(phrase, *span) for number in shared for phrase in own[number] for span in scan[number]]

    def _scan(self, passage: Passage, book: Book) -> Mapping[int, Spans]:
        key = (id(passage), id(book))
        known = self._scans.get(key)
        if known is None or known[0] is not passage:
            known = self._scans[key] = (passage, book.scan(passage))
        return known[1]


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
