"""Draws phrases to look for from what was really said: seeded, balanced by length, the same on every machine.

Candidates are stretches of whole words (jieba) of two to eight characters without numerals, which are compared by their
values elsewhere and written in figures as often as not. They are put in order by the SHA-256 of seed and phrase and
taken in turns from each length; one that overlaps a phrase already taken, anywhere in what was said, is passed over, so
that no phrase's hit can stand in another's way.
"""

from __future__ import annotations

import hashlib
import logging
import re
from collections.abc import Iterator, Sequence

import jieba

LENGTHS = range(2, 9)
_NUMERALS = re.compile("[0-9零〇一二三四五六七八九十百千万亿两]")
_CHINESE = re.compile("[\u4e00-\u9fff]+")
Place = tuple[int, int, int]


def draw(said: Sequence[str], count: int, seed: str) -> list[str]:
    """Return so many phrases, each said in at least one of the texts, sorted.

    Raises:
        ValueError: The texts do not hold so many phrases of even lengths.
    """
    waiting = {length: _in_order(_candidates(said, length), seed) for length in LENGTHS}
    taken: list[str] = []
    occupied: list[list[tuple[int, int]]] = [[] for _ in said]
    while len(taken) < count:
        before = len(taken)
        for length in LENGTHS:
            phrase = next((p for p in waiting[length] if _free(p, said, occupied)), None)
            if phrase is not None and len(taken) < count:
                taken.append(phrase)
                for text, start, end in _places(phrase, said):
                    occupied[text].append((start, end))
        if len(taken) == before:
            raise ValueError(f"the texts hold {before} phrases that do not overlap, {count} are wanted")
    return sorted(taken)


def _candidates(said: Sequence[str], length: int) -> set[str]:
    return {phrase for text in said for phrase in _stretches(text) if len(phrase) == length}


def _stretches(text: str) -> Iterator[str]:
    """Yield whole words and what follows them without a gap."""
    jieba.setLogLevel(logging.WARNING)
    words = jieba.lcut(text, HMM=False)
    for first in range(len(words)):
        for last in range(first + 1, len(words) + 1):
            phrase = "".join(words[first:last])
            if len(phrase) > LENGTHS[-1]:
                break
            if len(phrase) >= LENGTHS[0] and _CHINESE.fullmatch(phrase) and not _NUMERALS.search(phrase):
                yield phrase


def _in_order(phrases: set[str], seed: str) -> Iterator[str]:
    return iter(sorted(phrases, key=lambda phrase: hashlib.sha256(f"{seed}/{phrase}".encode()).hexdigest()))


def _free(phrase: str, said: Sequence[str], occupied: Sequence[Sequence[tuple[int, int]]]) -> bool:
    return all(
        end <= other_start or other_end <= start
        for text, start, end in _places(phrase, said)
        for other_start, other_end in occupied[text]
    )


def _places(phrase: str, said: Sequence[str]) -> Iterator[Place]:
    for number, text in enumerate(said):
        start = text.find(phrase)
        while start >= 0:
            yield number, start, start + len(phrase)
            start = text.find(phrase, start + 1)
