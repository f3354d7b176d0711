"""What the recogniser wrote where a piece of evidence reads otherwise."""

from __future__ import annotations

from qa_pipeline.language.corrected import as_corrected
from qa_pipeline.language.punctuation import punctuated
from qa_pipeline.models import CallFile, Evidence, EvidenceKind, Span, Transcript


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
