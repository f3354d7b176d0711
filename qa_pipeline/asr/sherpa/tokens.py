"""From a model's tokens to words with their times."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Protocol

from qa_pipeline.asr.spreading import NOT_SAID, spread, units
from qa_pipeline.asr.stretches import Stretch
from qa_pipeline.asr.utterances import clean
from qa_pipeline.models import Word

# A token's time is when it begins; without a next one it ends after this, and none lasts longer than the other.
_USUAL_MS, _LONGEST_MS = 200, 450
_WORD_BEGINS = "▁"
_WORD_GOES_ON = "@@"


class Result(Protocol):
    """What is read of sherpa-onnx's result; ``timestamps`` are seconds."""

    text: str
    tokens: Sequence[str]
    timestamps: Sequence[float]
    ys_log_probs: Sequence[float]


@dataclass(slots=True)
class _Growing:
    text: str
    start_ms: float
    last_ms: float
    confidence: float


def words_of(result: Result, stretch: Stretch) -> list[Word]:
    """Return the words of a stretch in order, timed in the channel; a text without times is spread over the speech."""
    text = "".join(units(result.text))
    tokens = list(result.tokens)
    if len(result.timestamps) != len(tokens) or "".join(clean(_bare(token)) for token in tokens) != text:
        return spread(result.text, stretch.speech, NOT_SAID)
    said = len(result.ys_log_probs) == len(tokens)
    sure = [min(1.0, math.exp(p)) for p in result.ys_log_probs] if said else [NOT_SAID] * len(tokens)
    grown = _grown(tokens, [seconds * 1000 for seconds in result.timestamps], sure)
    ends = [*(after.start_ms for after in grown[1:]), math.inf]
    words = [_word(word, end, stretch) for word, end in zip(grown, ends, strict=True)]
    cleaned = [(clean(word.text, after.text), word) for word, after in pairwise([*words, Word("", 0, 0, 0.0)])]
    return [Word(said, word.start_ms, word.end_ms, word.confidence) for said, word in cleaned if said]


def _bare(token: str) -> str:
    return token.removeprefix(_WORD_BEGINS).removesuffix(_WORD_GOES_ON)


def _grown(tokens: Sequence[str], at_ms: Sequence[float], sure: Sequence[float]) -> list[_Growing]:
    """Put the pieces of Latin words together; a Chinese character is a word."""
    marked = any(token.startswith(_WORD_BEGINS) for token in tokens)
    grown: list[_Growing] = []
    before = ""
    for token, start_ms, confidence in zip(tokens, at_ms, sure, strict=True):
        piece = _bare(token)
        latin = piece.isascii() and piece.isalpha() and _bare(before).isascii()
        goes_on = before.endswith(_WORD_GOES_ON) or (marked and latin and not token.startswith(_WORD_BEGINS))
        if grown and goes_on:
            word = grown[-1]
            word.text, word.last_ms, word.confidence = word.text + piece, start_ms, min(word.confidence, confidence)
        else:
            grown.append(_Growing(piece, start_ms, start_ms, confidence))
        before = token
    return grown


def _word(word: _Growing, next_ms: float, stretch: Stretch) -> Word:
    last = stretch.length_ms - 1
    longest = _LONGEST_MS if next_ms < math.inf else _USUAL_MS
    end = min(next_ms, word.last_ms + longest, last)
    start_ms = stretch.original_ms(min(word.start_ms, last))
    return Word(word.text, start_ms, max(start_ms, stretch.original_ms(max(0, end - 1)) + 1), word.confidence)
