"""Texts as if they were said: words spread over their time, so that rules can look at them."""

from __future__ import annotations

from collections.abc import Sequence

from qa_pipeline.models.speech import Role, Utterance, Word
from qa_pipeline.rules.matching import Phrase, heard

_MS_A_CHARACTER = 240
"""250 characters a minute, an ordinary rate."""
CALLER_CHANNEL = 1
_SURE = 0.95
"""How sure words of a clip are: somebody has listened to it and approved its text."""


def as_said(index: int, role: Role, text: str, start_ms: int, end_ms: int) -> Utterance:
    """Return a text as an utterance, its words of up to two characters spread evenly over its time."""
    spoken = "".join(c for c in text if c.isalnum())
    step = (end_ms - start_ms) / max(1, len(spoken))
    words = tuple(
        Word(spoken[i : i + 2], start_ms + round(i * step), start_ms + round(min(i + 2, len(spoken)) * step), _SURE)
        for i in range(0, len(spoken), 2)
    )
    channel = CALLER_CHANNEL if role is Role.CALLER else 0
    return Utterance(index, role, channel, start_ms, end_ms, text, words, _SURE)


def heard_in(wanted: Sequence[Phrase], text: str) -> bool:
    """Whether one of some phrases would be taken for said if an operator said a text."""
    return bool(heard(wanted, [as_said(0, Role.OPERATOR, text, 0, _MS_A_CHARACTER * max(1, len(text)))]))
