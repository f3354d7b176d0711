"""Whether something that was said stands in a written text: by its word, by half of it, or by what it is officially."""

from __future__ import annotations

import re

from qa_pipeline.rules.record.official import said_plainly
from qa_pipeline.rules.record.text import half_said

_PART = re.compile(r"[，。；！？、,.;!?]")
_SHORTEST = 3


def covered(word: str, text: str) -> bool:
    """Whether a spoken word stands in a written text, plainly or officially; of two characters both must."""
    return word in text or (len(word) > 2 and half_said(word, text)) or said_plainly(text, word)


def parts_of(text: str) -> tuple[str, ...]:
    """Return the stretches of a written text between its punctuation marks that are long enough to mean something."""
    return tuple(part for part in _PART.split(text) if len(part) >= _SHORTEST)
