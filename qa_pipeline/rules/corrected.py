"""What evidence owes to words that were corrected: it says so, and what was found is the less sure for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from qa_pipeline.models import CallContext, Evidence, EvidenceKind, TermCorrection

_OF_WORDS = frozenset({EvidenceKind.WORDS, EvidenceKind.ABSENCE})


def naming_corrections(evidence: Sequence[Evidence], ctx: CallContext) -> tuple[Evidence, ...]:
    """Return evidence with the corrected words that it rests on in its notes; equal where it rests on none."""
    if not ctx.corrections:
        return tuple(evidence)
    channels = {u.index: u.channel for u in ctx.transcript.utterances}
    return tuple(
        _noted(piece, [c for c in ctx.corrections if _under(piece, c, channels[c.utterance])]) for piece in evidence
    )


def _under(piece: Evidence, one: TermCorrection, channel: int) -> bool:
    at_once = one.start_ms < piece.end_ms and one.end_ms > piece.start_ms
    return piece.kind in _OF_WORDS and piece.channel == channel and at_once


def _noted(piece: Evidence, corrections: Sequence[TermCorrection]) -> Evidence:
    if not corrections:
        return piece
    said = "、".join(f"“{one.written}”识别原文为“{one.heard}”" for one in corrections)
    return replace(piece, note=f"{piece.note}（按读音更正：{said}）")
