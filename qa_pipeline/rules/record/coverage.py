"""Whether something that was said stands in a written text: by its word, by half of it, or by what it is officially."""

from __future__ import annotations

import re

from qa_pipeline.language.pinyin import nearest
from qa_pipeline.rules.record.official import said_plainly
from qa_pipeline.rules.record.text import half_said

_PART = re.compile(r"[，。；！？、,.;!?]")
_SHORTEST = 3
_SAME_SOUND = 0.1


def covered(word: str, text: str) -> bool:
    """Whether a spoken word stands in a written text, plainly or officially; of two characters both must."""
    return word in text or (len(word) > 2 and half_said(word, text)) or said_plainly(text, word)


def sounds_in(word: str, text: str) -> bool:
    """Whether a spoken word stands in a written text by sound, as where it was misheard (义趟 for 一趟)."""
    match = nearest(word, text)
    return match is not None and match.distance <= _SAME_SOUND


def parts_of(text: str) -> tuple[str, ...]:
    """Return the stretches of a written text between its punctuation marks that are long enough to mean something."""
    return tuple(part for part in _PART.split(text) if len(part) >= _SHORTEST)
