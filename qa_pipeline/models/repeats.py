"""Blind repeats: a reviewed call judged again by another person. They say how far reviewers agree, and cost nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class RepeatWord:
    """One finding: what the first person's word came to, and the second's (有差错、无差错、不适用)."""

    code: str
    item: str
    first: str
    said: str
    reason: str


@dataclass(frozen=True, slots=True)
class Repeat:
    """A call that was judged again."""

    call_id: str
    audit_id: int
    month: str
    first: str
    second: str
    judged_at: datetime
    words: tuple[RepeatWord, ...]
