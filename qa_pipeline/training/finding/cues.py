"""What is listened for: the lists of ``cues.yaml``, found by characters, by sound and by pattern."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from qa_pipeline.models import Utterance
from qa_pipeline.rules.matching import Hit, Phrase, Phrases, find, search

FILE = Path(__file__).with_name("cues.yaml")
BY_SOUND = 0.6
"""Words that only sound so count from this probability on, as words of hostility do (rules.hostility.words)."""
_WIDTHS = (("，", ","), ("！", "!"), ("？", "?"))


@dataclass(frozen=True, slots=True)
class Cue:
    """One list: phrases by characters or sound, patterns by characters; ``unless`` excuses what it overlaps."""

    said: Phrases
    patterns: tuple[str, ...]
    unless: tuple[str, ...]

    def hits(self, utterances: Iterable[Utterance]) -> tuple[Hit, ...]:
        """Return what was said of it, in the order of time; the same words may be hit twice."""
        spoken = tuple(utterances)
        found = [*find(self.said, spoken, BY_SOUND), *search(self.patterns, spoken, self.unless)]
        return tuple(sorted(found, key=lambda hit: (hit.start_ms, hit.end_ms)))

    def heard(self, utterances: Iterable[Utterance]) -> bool:
        """Whether any of it was said."""
        return bool(self.hits(utterances))


@cache
def cue(name: str) -> Cue:
    """Return a list by its name in the file.

    Raises:
        KeyError: There is no such list: a mistake in the program.
    """
    entry = _document()[name]
    unless = tuple(map(either_width, entry.get("unless", ())))
    said = Phrases(Phrase(text=text, unless=unless) for text in entry.get("said", ()))
    return Cue(said, tuple(map(either_width, entry.get("patterns", ()))), unless)


def either_width(pattern: str) -> str:
    """Return a pattern whose full-width ，！？ stand for the half-width ones too: texts are searched with those."""
    inside = re.sub(r"\[[^\]]*\]", lambda m: m[0].translate({ord(a): a + b for a, b in _WIDTHS}), pattern)
    parts = re.split(r"(\[[^\]]*\])", inside)
    return "".join(p if p.startswith("[") else p.translate({ord(a): f"[{a}{b}]" for a, b in _WIDTHS}) for p in parts)


@cache
def cues_sha256() -> str:
    """Return the SHA-256 of the file: calls that were looked through with other lists are to be looked through anew."""
    return hashlib.sha256(FILE.read_bytes()).hexdigest()


@cache
def _document() -> dict[str, Any]:
    document: dict[str, Any] = YAML(typ="safe").load(FILE.read_text(encoding="utf-8"))
    return document
