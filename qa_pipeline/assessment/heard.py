"""What the recogniser wrote where a piece of evidence reads otherwise."""

from __future__ import annotations

import re
from dataclasses import replace

from qa_pipeline.language.corrected import as_corrected
from qa_pipeline.language.punctuation import punctuated
from qa_pipeline.models import CallFile, Evidence, EvidenceKind, Span, Transcript

_SHOWN, _SHOWN_LAST = 40, 12
"""Characters of a long stretch that are shown of its beginning and of its end."""
_CORRECTED = re.compile(r"（按读音更正：.*）$", re.DOTALL)


def as_read(file: CallFile) -> Transcript | None:
    """Return a call's transcript for people to read: as its audit read it, with what was corrected, and punctuated."""
    if file.transcript is None:
        return None
    return punctuated(as_corrected(file.transcript, file.audit.corrections if file.audit is not None else ()))


def heard_as(evidence: Evidence, transcript: Transcript | None) -> str:
    """Return the transcript's own words in the span of evidence that quotes them otherwise, '' where it quotes them.

    Values are read through the recogniser's slips (1200人 as 1200元) and words of the trade are corrected; a reviewer
    must see what was mended.

    Args:
        evidence: Of a call.
        transcript: Of the same call, as it was recognised.
    """
    if evidence.kind is not EvidenceKind.WORDS or evidence.utterance is None or transcript is None:
        return ""
    said = next((u for u in transcript.utterances if u.index == evidence.utterance), None)
    if said is None or _letters(evidence.text) in _letters(said.text):
        return ""
    return "".join(w.text for w in said.words if w.start_ms < evidence.end_ms and w.end_ms > evidence.start_ms)


def brief(evidence: Evidence) -> Evidence:
    """Return where something was searched in vain with its words cut for reading; equal where there is nothing to cut.

    A whole answer and all that was corrected in it hide what it is there for; who wants all is given all.
    """
    if evidence.kind is not EvidenceKind.ABSENCE:
        return evidence
    text, made = evidence.text, _CORRECTED.search(evidence.note)
    if len(text) > _SHOWN + _SHOWN_LAST:
        text = f"{text[:_SHOWN].rstrip(' /')}…{text[-_SHOWN_LAST:].lstrip(' /')}"
    count = made[0].count("识别原文为") if made else 0
    note = _CORRECTED.sub(f"（按读音更正 {count} 处）", evidence.note) if count > 1 else evidence.note
    return replace(evidence, text=text, note=note)


def without_words(transcript: Transcript) -> tuple[Span, ...]:
    """Return the stretches where somebody spoke and not one word was recognised, by start."""
    words = [(u.channel, w.start_ms, w.end_ms) for u in transcript.utterances for w in u.words]
    bare = (
        span
        for span in transcript.unintelligible
        if not any(on == span.channel and start < span.end_ms and end > span.start_ms for on, start, end in words)
    )
    return tuple(sorted(bare, key=lambda span: (span.start_ms, span.channel)))


def _letters(text: str) -> str:
    return "".join(char for char in text if char.isalnum())
