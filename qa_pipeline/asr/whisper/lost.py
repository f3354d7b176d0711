"""Speech that came back without words, or with too few."""

from __future__ import annotations

from collections.abc import Sequence

from qa_pipeline.asr.utterances import sparse, wordless
from qa_pipeline.models import Span, Word


def lost_spans(speech: Sequence[Span], words: Sequence[Word]) -> list[Span]:
    """Return the stretches of speech that have no words, or far too few for their length.

    Args:
        speech: Stretches of voice activity, in order.
        words: Words placed in them.
    """
    without = set(wordless(speech, words))
    return [span for span in speech if span in without or sparse(span, words)]


def better(words: Sequence[Word], again: Sequence[Word], speech: Sequence[Span]) -> list[Word]:
    """Return the words of a channel with those of some stretches as heard again, where that is more of them.

    Args:
        words: All words so far.
        again: What was heard of the stretches when they were decoded again, placed in them.
        speech: The stretches.
    """
    kept = list(words)
    for span in speech:
        before, now = _inside(span, kept), _inside(span, again)
        if _characters(now) > _characters(before):
            kept = [word for word in kept if word not in before] + now
    return kept


def _inside(span: Span, words: Sequence[Word]) -> list[Word]:
    return [word for word in words if span.start_ms <= (word.start_ms + word.end_ms) // 2 < span.end_ms]


def _characters(words: Sequence[Word]) -> int:
    return sum(len(word.text) for word in words)
