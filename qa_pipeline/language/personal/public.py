"""What anybody may know: numbers and places that stand in the knowledge base are nobody's personal data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from qa_pipeline.language.personal.rows import rows
from qa_pipeline.models import KnowledgeEntry

_SHORTEST = 5  # digits: 12345


def public_words(entries: Iterable[KnowledgeEntry]) -> frozenset[str]:
    """Return the numbers (bare digits) and places of entries in all their versions (see `find`)."""
    return frozenset(word for entry in entries for word in _of(entry))


def _of(entry: KnowledgeEntry) -> Iterator[str]:
    texts = (entry.answer, entry.question, *(f.value for f in entry.facts), *entry.details.values())
    for text in texts:
        for row in rows(text):
            yield from (group.digits for group in row if len(group.digits) >= _SHORTEST)
            if len(number := "".join(group.digits for group in row)) >= _SHORTEST:
                yield number
    yield from (fact.value for fact in entry.facts if fact.slot == "place" and len(fact.value) > 3)
