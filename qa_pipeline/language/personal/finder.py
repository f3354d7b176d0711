"""All personal data of a text, none overlapping another."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from qa_pipeline.language.personal.accounts import accounts
from qa_pipeline.language.personal.addresses import addresses
from qa_pipeline.language.personal.finding import Personal
from qa_pipeline.language.personal.numbers import numbers
from qa_pipeline.language.personal.people import people
from qa_pipeline.language.personal.plates import plates

LIKELY = 0.5
"""Below it a finding is more likely none: an office's number, a shop's name."""


def find(text: str, context: str = "", public: Collection[str] = (), floor: float = LIKELY) -> tuple[Personal, ...]:
    """Return the personal data of a text in order.

    Args:
        text: What one speaker said, recognised or written.
        context: What the other one said before: it tells what a bare number or place is.
        public: Bare digits of numbers, and places in words, that anybody may know (the knowledge base's).
        floor: Findings less probable than this are left out.
    """
    phones = frozenset(known for known in public if known.isdigit())
    places = tuple(known for known in public if len(known) > 3 and not known.isdigit())
    found: Iterable[Personal] = (
        *accounts(text),
        *plates(text),
        *numbers(text, context, phones),
        *(one for one in addresses(text, context) if not _public_place(one.text, places)),
        *people(text),
    )
    return _apart(one for one in found if one.probability >= floor)


def find_numbers(text: str) -> tuple[Personal, ...]:
    """Return the personal numbers, plates and accounts of a text, without the model that names need (for logs)."""
    return _apart((*accounts(text), *plates(text), *numbers(text)))


def _public_place(address: str, places: Collection[str]) -> bool:
    return any(place in address or address in place for place in places)


def _apart(found: Iterable[Personal]) -> tuple[Personal, ...]:
    """Return findings in order; of those that overlap the first kind in `find` stays."""
    taken: set[int] = set()
    kept: list[Personal] = []
    for one in found:
        span = range(one.start, one.end)
        if taken.isdisjoint(span):
            taken.update(span)
            kept.append(one)
    return tuple(sorted(kept, key=lambda one: one.start))
