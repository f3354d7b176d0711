"""Bring a script and what was heard to one form, so that only misheard words count as errors."""

from __future__ import annotations

import re
from dataclasses import dataclass

import jiwer

from qa_pipeline.language.numerals import digits, to_number
from qa_pipeline.language.script import bare, simplify

_NUMBER = re.compile("[0-9零〇一二三四五六七八九十百千万亿幺两.]+")


def spoken_form(text: str) -> str:
    """Return a text in simplified characters without punctuation, numbers as figures (幺二三四五 and 12345 are one)."""
    return bare(_NUMBER.sub(lambda match: _figure(match[0]), bare(text)))


def _figure(text: str) -> str:
    value = to_number(text)
    return str(value) if value is not None else digits(text) or text


@dataclass(frozen=True, slots=True)
class Errors:
    """What was misheard: characters said, and of them substituted and deleted, and what was put in besides."""

    characters: int = 0
    substitutions: int = 0
    deletions: int = 0
    insertions: int = 0

    def __add__(self, other: Errors) -> Errors:
        return Errors(
            self.characters + other.characters,
            self.substitutions + other.substitutions,
            self.deletions + other.deletions,
            self.insertions + other.insertions,
        )

    @property
    def wrong(self) -> int:
        """How many edits there are."""
        return self.substitutions + self.deletions + self.insertions

    def percent(self, count: int) -> float:
        """Return a count as a percentage of what was said."""
        return 100 * count / max(self.characters, 1)


def errors(reference: str, heard: str) -> Errors:
    """Count what was substituted, deleted and inserted."""
    said, got = spoken_form(reference), spoken_form(heard)
    if not said or not got:
        return Errors(len(said), 0, len(said), len(got))
    found = jiwer.process_characters(said, got)
    return Errors(len(said), int(found.substitutions), int(found.deletions), int(found.insertions))


def edits(reference: str, heard: str) -> int:
    """Return how many characters were substituted, deleted or inserted."""
    return errors(reference, heard).wrong


def traditional(text: str) -> int:
    """Count the Chinese characters that simplified script writes differently."""
    return sum("一" <= character <= "鿿" and simplify(character) != character for character in text)
