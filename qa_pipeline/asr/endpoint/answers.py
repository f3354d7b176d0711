"""What a transcription server answers, and the words in it.

Servers differ: speaches gives words with their probability, vLLM segments with their mean log probability, FunASR
segments without, many no more than a text. Nothing that a server says is taken on trust.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from pydantic import BaseModel, ConfigDict, Field, FiniteFloat

from qa_pipeline.asr.spreading import NOT_SAID, spread, units
from qa_pipeline.asr.stretches import Stretch
from qa_pipeline.asr.utterances import clean
from qa_pipeline.models import Span, Word

# Words that hold less of the text than this were cut short by the server: the text is spread instead.
_WORDS_ENOUGH = 0.8
_LONGEST_CHARACTER_MS = 450
# A server that knows no probability fills the field with one of these; taken at its word, 1.0 would look certain.
_FILLERS = {0.0, 1.0}


class _Part(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class AnsweredWord(_Part):
    """A word with its seconds; ``probability`` is speaches' addition."""

    word: str
    start: FiniteFloat
    end: FiniteFloat
    probability: float | None = Field(default=None, ge=0, le=1)


class AnsweredSegment(_Part):
    """A sentence or so with its seconds."""

    text: str
    start: FiniteFloat
    end: FiniteFloat
    avg_logprob: FiniteFloat | None = None


class AnsweredToken(_Part):
    """A token's log probability, as OpenAI gives it with a plain text."""

    logprob: FiniteFloat


class Answer(_Part):
    """A transcription in any of its forms."""

    text: str
    words: tuple[AnsweredWord, ...] | None = None
    segments: tuple[AnsweredSegment, ...] | None = None
    logprobs: tuple[AnsweredToken, ...] | None = Field(default=None)

    @property
    def has_words(self) -> bool:
        """Whether its words carry their times (so also where nothing was said)."""
        said = "".join(units(self.text))
        timed = "".join(clean(word.word) for word in self.words or () if word.end > 0)
        return len(timed) >= _WORDS_ENOUGH * len(said)


def words_of(answer: Answer, stretch: Stretch) -> list[Word]:
    """Return the words of a stretch in order, timed in the channel.

    Args:
        answer: What the server said of the stretch.
        stretch: What it was sent.
    """
    if answer.words and answer.has_words:
        return _timed(answer, stretch)
    if answer.segments and _covers(answer):
        return [
            word
            for segment in sorted(answer.segments, key=lambda s: s.start)
            for word in spread(segment.text, _within(segment, stretch), _of_segment(segment))
        ]
    return spread(answer.text, stretch.speech, _of_text(answer))


def _timed(answer: Answer, stretch: Stretch) -> list[Word]:
    """Return the words with the times they came with, kept in order and inside the stretch."""
    words = sorted(answer.words or (), key=lambda word: word.start)
    made_up = {word.probability for word in words} <= {None, *_FILLERS}
    last_ms = stretch.length_ms - 1
    timed: list[Word] = []
    for word, after in zip(words, [w.word for w in words[1:]] + [""], strict=True):
        start, end = (min(max(seconds * 1000, 0), last_ms) for seconds in (word.start, word.end))
        start_ms, end_ms = stretch.original_ms(start), stretch.original_ms(max(start, end - 1)) + 1
        confidence = None if made_up else word.probability
        if confidence is None:
            confidence = _of_segment(_around(answer, word))
        text = clean(word.word, after)
        # Whisper lets a word begin in the pause before it, which here may be long cut out.
        start_ms = max(start_ms, end_ms - _LONGEST_CHARACTER_MS * max(1, len(text)))
        timed.append(Word(text, start_ms, end_ms, confidence))
    return _in_order([word for word in timed if word.text])


def _in_order(words: Sequence[Word]) -> list[Word]:
    """Let no word begin before the one before it ends."""
    placed: list[Word] = []
    after_ms = 0
    for word in words:
        start_ms = max(word.start_ms, after_ms)
        placed.append(replace(word, start_ms=start_ms, end_ms=max(word.end_ms, start_ms)))
        after_ms = placed[-1].end_ms
    return placed


def _around(answer: Answer, word: AnsweredWord) -> AnsweredSegment | None:
    middle = (word.start + word.end) / 2
    return next((s for s in answer.segments or () if s.start <= middle <= s.end), None)


def _covers(answer: Answer) -> bool:
    """Whether the segments have times and hold the whole text."""
    segments = answer.segments or ()
    held = sum(len("".join(units(segment.text))) for segment in segments)
    return any(s.end > 0 for s in segments) and held >= _WORDS_ENOUGH * len("".join(units(answer.text)))


def _within(segment: AnsweredSegment, stretch: Stretch) -> list[Span]:
    """Return the speech that a segment covers, all of the stretch's where it covers none."""
    last_ms = stretch.length_ms - 1
    start, end = (min(max(seconds * 1000, 0), last_ms) for seconds in (segment.start, segment.end))
    start_ms, end_ms = stretch.original_ms(start), stretch.original_ms(max(start, end - 1)) + 1
    covered = [replace(s, start_ms=max(s.start_ms, start_ms), end_ms=min(s.end_ms, end_ms)) for s in stretch.speech]
    return [span for span in covered if span.length_ms > 0] or list(stretch.speech)


def _of_segment(segment: AnsweredSegment | None) -> float:
    if segment is None or segment.avg_logprob is None or segment.avg_logprob >= 0:
        return NOT_SAID
    return math.exp(segment.avg_logprob)


def _of_text(answer: Answer) -> float:
    given = [token.logprob for token in answer.logprobs or () if token.logprob < 0]
    return math.exp(sum(given) / len(given)) if given else NOT_SAID
