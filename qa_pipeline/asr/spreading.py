"""Text whose words have no time of their own: spread it over the speech it was heard in."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from itertools import accumulate, pairwise

from qa_pipeline.asr.utterances import clean
from qa_pipeline.models import Span, Word

NOT_SAID = math.nan
"""The confidence of a word of which the engine does not say how sure it is; calibrating it makes it one to doubt."""
# Tags that models write into their text: <|zh|>, <|NEUTRAL|>, <|0.00|>.
_TAG = re.compile(r"<\|[^|<>]*\|>")
# A number or a Latin word stays whole; every other character is a word.
_UNIT = re.compile(r"[0-9]+(?:[.:-][0-9]+)*%?|[A-Za-z]+(?:'[a-z]+)?|\S")
_LETTERS_A_SYLLABLE = 3


def units(text: str) -> list[str]:
    """Return the words of a text, tags and punctuation left out, in simplified Chinese."""
    found = _UNIT.findall(_TAG.sub(" ", text))
    cleaned = (clean(word, after) for word, after in pairwise([*found, ""]))
    return [word for word in cleaned if word]


def spread(text: str, speech: Sequence[Span], confidence: float) -> list[Word]:
    """Give each word of a text its share of the time that was spoken; no word lies in two stretches of speech.

    Args:
        text: What was recognised, as it came.
        speech: The stretches it was heard in, in order.
        confidence: Of each of the words; `NOT_SAID` where the engine gives none.
    """
    words = units(text)
    spoken_ms = sum(span.length_ms for span in speech)
    if not words or spoken_ms <= 0:
        return []
    bounds = [0, *accumulate(_syllables(word) for word in words)]
    scale = spoken_ms / bounds[-1]
    return [
        _placed(word, start * scale, end * scale, speech, confidence)
        for word, (start, end) in zip(words, pairwise(bounds), strict=True)
    ]


def _syllables(word: str) -> int:
    latin = word.isascii() and word.isalpha()
    return max(1, len(word) // _LETTERS_A_SYLLABLE) if latin else len(word)


def _placed(word: str, start: float, end: float, speech: Sequence[Span], confidence: float) -> Word:
    """Return a word that fills ``start`` to ``end`` of the spoken time, in the span that holds its middle."""
    before = 0.0
    middle = (start + end) / 2
    for span in speech:
        if middle < before + span.length_ms or span is speech[-1]:
            break
        before += span.length_ms
    shift = span.start_ms - before
    first = max(span.start_ms, round(start + shift))
    return Word(word, first, max(first + 1, min(span.end_ms, round(end + shift))), confidence)
