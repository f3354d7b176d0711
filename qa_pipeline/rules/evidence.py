"""Makes evidence: the place in the recording (or the field) that a finding points at."""

from __future__ import annotations

from collections.abc import Sequence

from qa_pipeline.models import CallContext, Evidence, EvidenceKind, Role, Span, Utterance
from qa_pipeline.rules.matching.passages import Passage


def said(utterance: Utterance, note: str = "", confidence: float | None = None) -> Evidence:
    """Return a whole utterance as evidence."""
    return Evidence(
        EvidenceKind.WORDS,
        utterance.start_ms,
        utterance.end_ms,
        utterance.channel,
        utterance.role,
        utterance.index,
        utterance.text,
        note,
        utterance.confidence if confidence is None else confidence,
    )


def said_in(
    passage: Passage, first: int = 0, last: int | None = None, note: str = "", confidence: float | None = None
) -> Evidence:
    """Return spoken characters ``first`` to ``last`` of a passage as evidence; all of it unless told."""
    characters = passage.characters[first:last]
    if not characters:
        return said(passage.utterances[0], note, confidence)
    begins, ends = characters[0], characters[-1]
    start, end = passage.stretch(first, first + len(characters))
    return Evidence(
        EvidenceKind.WORDS,
        begins.start_ms,
        ends.end_ms,
        begins.utterance.channel,
        begins.utterance.role,
        begins.utterance.index,
        passage.text[start:end],
        note,
        min(one.confidence for one in characters) if confidence is None else confidence,
    )


def absent(window: Sequence[Utterance], note: str) -> Evidence:
    """Return the stretch of ``window`` (not empty) in which something was looked for and not found."""
    first, last = window[0], window[-1]
    text = " / ".join(u.text for u in window)
    return Evidence(
        EvidenceKind.ABSENCE,
        first.start_ms,
        max(u.end_ms for u in window),
        first.channel,
        first.role,
        last.index if len(window) == 1 else first.index,
        text,
        note,
        min(u.confidence for u in window),
    )


def sound(span: Span, note: str, text: str = "", utterance: int | None = None) -> Evidence:
    """Return a stretch of sound (a silence, a talk-over) as evidence."""
    return Evidence(EvidenceKind.SOUND, span.start_ms, span.end_ms, span.channel, span.role, utterance, text, note)


def field_value(ctx: CallContext, name: str, value: str, note: str) -> Evidence:
    """Return a field of the work order or call log as evidence; it spans the whole call."""
    text = f"{name}：{value or '（空）'}"
    return Evidence(EvidenceKind.FIELD, 0, ctx.recording.duration_ms, role=Role.UNKNOWN, text=text, note=note)
