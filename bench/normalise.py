"""Bring a script and what was heard to one form, so that only misheard words count as errors."""

from __future__ import annotations

import re

import jiwer

from qa_pipeline.language.numerals import digits, to_number
from qa_pipeline.language.script import bare

_NUMBER = re.compile("[0-9零〇一二三四五六七八九十百千万亿幺两.]+")


def spoken_form(text: str) -> str:
    """Return a text in simplified characters without punctuation, numbers as figures (幺二三四五 and 12345 are one)."""
    return bare(_NUMBER.sub(lambda match: _figure(match[0]), bare(text)))


def _figure(text: str) -> str:
    value = to_number(text)
    return str(value) if value is not None else digits(text) or text


def edits(reference: str, heard: str) -> int:
    """Return how many characters were substituted, deleted or inserted."""
    said, got = spoken_form(reference), spoken_form(heard)
    if not said or not got:
        return max(len(said), len(got))
    found = jiwer.process_characters(said, got)
    return int(found.substitutions + found.deletions + found.insertions)
