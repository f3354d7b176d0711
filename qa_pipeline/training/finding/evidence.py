"""Marks: places of a call that show something, made of hits and of utterances."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from qa_pipeline.models import Utterance
from qa_pipeline.models.passages import Mark, Scenario
from qa_pipeline.rules.matching import Hit


def marks_of(hits: Iterable[Hit], why: str, scenario: Scenario | None = None, least: float = 0.0) -> tuple[Mark, ...]:
    """Return a mark for each utterance that hits lie in, the surest of them; none that is less sure than ``least``."""
    best: dict[int, Hit] = {}
    for hit in hits:
        index = hit.utterance.index
        if hit.confidence >= least and (index not in best or hit.confidence > best[index].confidence):
            best[index] = hit
    return tuple(Mark(index, hit.start_ms, hit.end_ms, why, scenario, hit.confidence) for index, hit in best.items())


def mark_of(utterances: Sequence[Utterance], why: str, scenario: Scenario | None, confidence: float) -> Mark:
    """Return a mark over some utterances, at the first of them."""
    end_ms = max(u.end_ms for u in utterances)
    return Mark(utterances[0].index, utterances[0].start_ms, end_ms, why, scenario, round(confidence, 3))
