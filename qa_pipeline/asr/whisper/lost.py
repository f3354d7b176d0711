"""Speech that came back without words."""

from __future__ import annotations

from collections.abc import Sequence

from qa_pipeline.models import Span, Word

# Shorter sounds are breaths and fillers that no rule needs to have understood.
_SHORTEST_MS = 400
# Nobody on a hotline speaks slower than this for so long: words are missing.
_LONG_MS = 3_000
_SLOWEST_CPM = 60


def lost_spans(speech: Sequence[Span], words: Sequence[Word]) -> list[Span]:
    """Return the stretches of speech that have no words, or far too few for their length.

    Args:
        speech: Stretches of voice activity, in order.
        words: Words placed in them.
    """
    return [span for span in speech if _is_lost(span, words)]


def _is_lost(span: Span, words: Sequence[Word]) -> bool:
    inside = [word for word in words if word.start_ms < span.end_ms and word.end_ms > span.start_ms]
    if not inside:
        return span.length_ms >= _SHORTEST_MS
    return False
