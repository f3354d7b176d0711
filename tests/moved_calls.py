"""The same call told otherwise: cut elsewhere by the recogniser, or begun later. No judgement may change by it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from qa_pipeline.models import AcousticProfile, CallContext, Span, Utterance


def cut(ctx: CallContext, cuts: Sequence[tuple[int, int]]) -> CallContext:
    """Cut utterances in two, each at one of its words: ``cuts`` holds (utterance, word), out of range means none."""
    at = dict(cuts)
    pieces: list[tuple[int, Utterance]] = []
    for utterance in ctx.transcript.utterances:
        place = at.get(utterance.index, 0)
        halves = _halves(utterance, place) if 0 < place < len(utterance.words) else (utterance,)
        pieces += [(utterance.index, half) for half in halves]
    pieces.sort(key=lambda one: one[1].start_ms)
    numbered = tuple(replace(half, index=number) for number, (_, half) in enumerate(pieces))
    first: dict[int, int] = {}
    for number, (old, _) in enumerate(pieces):
        first.setdefault(old, number)
    last = {old: number for number, (old, _) in enumerate(pieces)}
    return replace(
        ctx,
        transcript=replace(ctx.transcript, utterances=numbered),
        acoustics=_renumbered(ctx.acoustics, [old for old, _ in pieces], first, last),
    )


def _halves(utterance: Utterance, place: int) -> tuple[Utterance, Utterance]:
    words = utterance.words
    spoken = sum(len(word.text) for word in words[:place])
    end = next(n for n in range(len(utterance.text) + 1) if sum(c.isalnum() for c in utterance.text[:n]) == spoken)
    border = words[place].start_ms
    before = replace(utterance, text=utterance.text[:end], words=words[:place], end_ms=border)
    return before, replace(utterance, text=utterance.text[end:], words=words[place:], start_ms=border)


def _renumbered(
    acoustics: AcousticProfile, old_of: Sequence[int], first: dict[int, int], last: dict[int, int]
) -> AcousticProfile:
    measured = {m.index: m for m in acoustics.utterances}
    return replace(
        acoustics,
        utterances=tuple(replace(measured[old], index=n) for n, old in enumerate(old_of) if old in measured),
        talk_overs=tuple(
            replace(t, utterance=None if t.utterance is None else first[t.utterance]) for t in acoustics.talk_overs
        ),
        dead_airs=tuple(replace(a, after=None if a.after is None else last[a.after]) for a in acoustics.dead_airs),
    )


def later(ctx: CallContext, by_ms: int) -> CallContext:
    """Move all that was heard to a later time."""
    heard = ctx.transcript
    return replace(
        ctx,
        recording=replace(ctx.recording, duration_ms=ctx.recording.duration_ms + by_ms),
        transcript=replace(
            heard,
            duration_ms=heard.duration_ms + by_ms,
            utterances=tuple(_moved(u, by_ms) for u in heard.utterances),
            speech=tuple(_span(s, by_ms) for s in heard.speech),
            unintelligible=tuple(_span(s, by_ms) for s in heard.unintelligible),
        ),
        acoustics=replace(
            ctx.acoustics,
            talk_overs=tuple(
                replace(t, start_ms=t.start_ms + by_ms, end_ms=t.end_ms + by_ms) for t in ctx.acoustics.talk_overs
            ),
            dead_airs=tuple(
                replace(a, start_ms=a.start_ms + by_ms, end_ms=a.end_ms + by_ms) for a in ctx.acoustics.dead_airs
            ),
        ),
        facts=tuple(replace(f, start_ms=f.start_ms + by_ms, end_ms=f.end_ms + by_ms) for f in ctx.facts),
    )


def _moved(utterance: Utterance, by_ms: int) -> Utterance:
    words = tuple(replace(w, start_ms=w.start_ms + by_ms, end_ms=w.end_ms + by_ms) for w in utterance.words)
    return replace(utterance, start_ms=utterance.start_ms + by_ms, end_ms=utterance.end_ms + by_ms, words=words)


def _span(span: Span, by_ms: int) -> Span:
    return replace(span, start_ms=span.start_ms + by_ms, end_ms=span.end_ms + by_ms)
