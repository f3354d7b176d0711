"""Operators on how a call sounded: silence, rate, talk-over, loudness."""

from __future__ import annotations

from collections.abc import Sequence
from math import log2
from statistics import median

from pydantic import BaseModel, ConfigDict, Field, model_validator

from qa_pipeline.models import CallContext, DeadAir, Role, Span, Utterance
from qa_pipeline.rules.evidence import said, sound
from qa_pipeline.rules.matching import Phrase, find
from qa_pipeline.rules.operators.kleene import Answer, no, unsure, yes
from qa_pipeline.rules.windows import mixed


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Silence(_Strict):
    """Nobody speaks for longer than so many ms while ``awaited`` should; ``except``: words shortly before excuse it."""

    longer_than_ms: int = Field(ge=3_000, le=600_000)
    awaited: Role | None = None
    times: int = Field(default=1, ge=1, le=50)
    unless: tuple[Phrase, ...] = Field(default=(), alias="except")


class Rate(_Strict):
    """Characters a minute outside of ``below`` and ``above``."""

    above: int | None = Field(default=None, ge=50, le=1000)
    below: int | None = Field(default=None, ge=10, le=500)

    @model_validator(mode="after")
    def _has_a_bound(self) -> Rate:
        if self.above is None and self.below is None:
            raise ValueError("give above, below or both")
        return self


class Overlap(_Strict):
    """Talk-overs that ``by`` began ``into_ms`` or more after the other, longer than so many ms, so many times."""

    by: Role
    longer_than_ms: int = Field(default=1_000, ge=200, le=60_000)
    into_ms: int = Field(default=0, ge=0, le=60_000)
    times: int = Field(default=3, ge=1, le=50)


class PitchJump(_Strict):
    """An utterance so many semitones above the median of the speaker's own."""

    semitones: float = Field(ge=0.5, le=24)
    fewest: int = Field(default=3, ge=2, le=50, description="fewer utterances are not enough evidence")


class Jump(_Strict):
    """An utterance so many dB above the median of the speaker's own."""

    db: float = Field(ge=1, le=60)
    fewest: int = Field(default=3, ge=2, le=50, description="fewer utterances are not enough evidence")


def silence(ctx: CallContext, window: Sequence[Utterance], wanted: Silence) -> Answer:
    """Whether there were silences within the window's time that nothing excused."""
    del window
    long = [a for a in ctx.acoustics.dead_airs if a.end_ms - a.start_ms > wanted.longer_than_ms]
    found = [a for a in long if wanted.awaited in {None, a.awaited} and not _excused(ctx, a, wanted)]
    evidence = [sound(Span(a.start_ms, a.end_ms, 0, a.awaited), "静默", utterance=a.after) for a in found]
    if len(found) >= wanted.times:
        return yes(evidence)
    return unsure() if any(a.awaited is Role.UNKNOWN for a in long) and wanted.awaited else no()


def _excused(ctx: CallContext, air: DeadAir, wanted: Silence) -> bool:
    before = [u for u in ctx.transcript.utterances if air.start_ms - 15_000 <= u.end_ms <= air.start_ms + 500]
    return bool(find(wanted.unless, before))


def speech_rate(ctx: CallContext, window: Sequence[Utterance], wanted: Rate) -> Answer:
    """Whether the window's speaker is too fast or too slow over the call; unsure where it could not be measured."""
    roles = {u.role for u in window}
    rates = {Role.OPERATOR: ctx.acoustics.operator_rate_cpm, Role.CALLER: ctx.acoustics.caller_rate_cpm}
    rate = rates.get(next(iter(roles))) if len(roles) == 1 else None
    if rate is None:
        return unsure()
    outside = (wanted.above is not None and rate > wanted.above) or (wanted.below is not None and rate < wanted.below)
    return yes([said(u, f"{rate:.0f}字/分") for u in window[:3]]) if outside else no()


def talk_over(ctx: CallContext, window: Sequence[Utterance], wanted: Overlap) -> Answer:
    """Whether somebody talked over the other so many times; a mono recording does not tell."""
    del window
    if mixed(ctx):
        return unsure()
    begun = [t for t in ctx.acoustics.talk_overs if t.by is wanted.by and (t.into_ms or 0) >= wanted.into_ms]
    found = [t for t in begun if t.end_ms - t.start_ms > wanted.longer_than_ms]
    spans = [(Span(t.start_ms, t.end_ms, role=t.by), t.utterance) for t in found]
    return yes([sound(s, "抢话", utterance=u) for s, u in spans]) if len(found) >= wanted.times else no()


def loudness_jump(ctx: CallContext, window: Sequence[Utterance], wanted: Jump) -> Answer:
    """Whether an utterance of the window is much louder than the median of its speaker's."""
    loudness = {m.index: m.loudness_db for m in ctx.acoustics.utterances}
    return _jump(ctx, window, loudness, wanted.db, wanted.fewest, "音量突然提高")


def pitch_jump(ctx: CallContext, window: Sequence[Utterance], wanted: PitchJump) -> Answer:
    """Whether an utterance of the window is much higher than the median of its speaker's."""
    octaves = {m.index: 12 * log2(m.pitch_hz) for m in ctx.acoustics.utterances if m.pitch_hz}
    return _jump(ctx, window, octaves, wanted.semitones, wanted.fewest, "音高突然提高")


def _jump(
    ctx: CallContext, window: Sequence[Utterance], measured: dict[int, float], by: float, fewest: int, note: str
) -> Answer:
    """Whether a measure of an utterance (by index) leaves the median of its own speaker's by so much."""
    jumped: list[Utterance] = []
    known = False
    for role in {u.role for u in window}:
        own = [measured[u.index] for u in ctx.transcript.of(role) if u.index in measured]
        if len(own) >= fewest:
            known = True
            level = median(own)
            jumped += [u for u in window if u.role is role and measured.get(u.index, level) - level >= by]
    if not known:
        return unsure()
    return yes([said(u, note) for u in jumped], 0.7) if jumped else no()
