"""Mends utterances that were cut without a pause, so that no rule depends on where a recogniser cuts.

The product's own recognisers cut at pauses of 250 ms and more (`qa_pipeline.asr.utterances`), so that there is nothing
to mend. What another program or a person has cut between two words is one utterance to every rule.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from qa_pipeline.models import AcousticProfile, CallContext, Evidence, Utterance, UtteranceAcoustics

NO_PAUSE_MS = 250


@dataclass(frozen=True, slots=True)
class Uncut:
    """A call without cuts, and the pieces of each of its utterances as they were."""

    ctx: CallContext
    pieces: tuple[tuple[Utterance, ...], ...]

    def as_cut(self, evidence: Evidence) -> Evidence:
        """Return evidence with the number of the piece in which it begins."""
        if evidence.utterance is None or evidence.utterance >= len(self.pieces):
            return evidence
        pieces = self.pieces[evidence.utterance]
        begun = [piece for piece in pieces if piece.start_ms <= evidence.start_ms] or [pieces[0]]
        return replace(evidence, utterance=begun[-1].index)


def uncut(ctx: CallContext) -> Uncut | None:
    """Return a call with its cuts mended; None where there are none, as in all that the product itself has heard."""
    pieces = _pieces(ctx.transcript.utterances)
    if len(pieces) == len(ctx.transcript.utterances):
        return None
    number = {piece.index: place for place, group in enumerate(pieces) for piece in group}
    heard = replace(ctx.transcript, utterances=tuple(_whole(group, place) for place, group in enumerate(pieces)))
    whole = replace(
        ctx,
        transcript=heard,
        acoustics=_acoustics(ctx.acoustics, pieces, number),
        exchanges=tuple(
            replace(
                e,
                question=_numbers(e.question, number),
                answer=_numbers(e.answer, number),
                clarified=_numbers(e.clarified, number),
            )
            for e in ctx.exchanges
        ),
        facts=tuple(replace(fact, utterance=number[fact.utterance]) for fact in ctx.facts),
        corrections=tuple(replace(one, utterance=number[one.utterance]) for one in ctx.corrections),
    )
    return Uncut(whole, pieces)


def _pieces(utterances: Sequence[Utterance]) -> tuple[tuple[Utterance, ...], ...]:
    grouped: list[list[Utterance]] = []
    latest: dict[tuple[str, int], list[Utterance]] = {}
    for one in utterances:
        before = latest.get((one.role, one.channel))
        if before is not None and one.start_ms - before[-1].end_ms < NO_PAUSE_MS:
            before.append(one)
        else:
            grouped.append([one])
            latest[one.role, one.channel] = grouped[-1]
    return tuple(map(tuple, grouped))


def _whole(pieces: Sequence[Utterance], index: int) -> Utterance:
    if len(pieces) == 1:
        return replace(pieces[0], index=index)
    characters = [max(1, len(piece.text)) for piece in pieces]
    return replace(
        pieces[0],
        index=index,
        end_ms=max(piece.end_ms for piece in pieces),
        text="".join(piece.text for piece in pieces),
        words=tuple(word for piece in pieces for word in piece.words),
        confidence=_mean([piece.confidence for piece in pieces], characters),
        role_confidence=_mean([piece.role_confidence for piece in pieces], characters),
    )


def _acoustics(
    acoustics: AcousticProfile, pieces: Sequence[Sequence[Utterance]], number: dict[int, int]
) -> AcousticProfile:
    measured = {m.index: m for m in acoustics.utterances}
    groups = [[(measured[p.index], p.end_ms - p.start_ms) for p in group if p.index in measured] for group in pieces]

    def renumbered(index: int | None) -> int | None:
        return None if index is None else number[index]

    return replace(
        acoustics,
        utterances=tuple(_measures(group, place) for place, group in enumerate(groups) if group),
        talk_overs=tuple(replace(one, utterance=renumbered(one.utterance)) for one in acoustics.talk_overs),
        dead_airs=tuple(replace(one, after=renumbered(one.after)) for one in acoustics.dead_airs),
        responses=tuple(replace(one, utterance=renumbered(one.utterance)) for one in acoustics.responses),
    )


def _measures(group: Sequence[tuple[UtteranceAcoustics, int]], index: int) -> UtteranceAcoustics:
    """Return the measures of the pieces of one utterance, each by its length."""

    def of(measure: Callable[[UtteranceAcoustics], float | None]) -> float | None:
        known = [(value, length) for one, length in group if (value := measure(one)) is not None]
        return _mean([value for value, _ in known], [length for _, length in known]) if known else None

    return UtteranceAcoustics(
        index,
        of(lambda one: one.loudness_db) or 0.0,
        of(lambda one: one.pitch_hz),
        of(lambda one: one.rate_cpm),
        of(lambda one: one.loudness_lufs),
        of(lambda one: one.above_floor_db),
        of(lambda one: one.pitch_range_semitones),
    )


def _mean(values: Sequence[float], weights: Sequence[int]) -> float:
    if len(set(values)) == 1:
        return values[0]
    return sum(value * weight for value, weight in zip(values, weights, strict=True)) / max(1, sum(weights))


def _numbers(indices: Sequence[int], number: dict[int, int]) -> tuple[int, ...]:
    return tuple(dict.fromkeys(number[index] for index in indices))
