"""How likely a stretch of Chinese is, by the frequencies of jieba's dictionary."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from math import log

from qa_pipeline.language.pinyin import syllables
from qa_pipeline.language.words import tokenizer

_LONGEST = 12
# A character that is no word of the dictionary, in its units (of 60 million words).
_UNSEEN = 0.2
# A word of two characters that is heard in talk, not only in print.
_COMMON = 300.0
_PAIR = 2


@cache
def _total() -> float:
    return float(tokenizer().total)


def frequency(word: str) -> float:
    """Return how often jieba's dictionary has a word, of 60 million; 0 where it has it not."""
    return float(tokenizer().FREQ.get(word, 0))


@cache
def _by_sound() -> dict[tuple[str, ...], frozenset[str]]:
    """Return the common words of two characters by their toneless pinyin."""
    found: dict[tuple[str, ...], set[str]] = {}
    for word, often in tokenizer().FREQ.items():
        if len(word) == _PAIR and often >= _COMMON:
            found.setdefault(syllables(word), set()).add(word)
    return {sound: frozenset(words) for sound, words in found.items()}


def sounding_exactly(text: str) -> frozenset[str]:
    """Return the common words of two characters with just the toneless pinyin of a text: 住房, 驻防 of 驻房."""
    return _by_sound().get(syllables(text), frozenset())


def log_probability(text: str, more: Mapping[str, float] | None = None) -> float:
    """Return the natural logarithm of the likeliest way to read a text as a row of words, each for itself.

    Args:
        text: Simplified, without punctuation.
        more: Further words and how often they are to be expected, in the units of `frequency`.
    """
    extra = more or {}
    best = [0.0] + [float("-inf")] * len(text)
    for end in range(1, len(text) + 1):
        for start in range(max(0, end - _LONGEST), end):
            word = text[start:end]
            often = max(extra.get(word, 0.0), frequency(word)) or (_UNSEEN if end - start == 1 else 0.0)
            if often:
                best[end] = max(best[end], best[start] + log(often / _total()))
    return best[-1]
