"""Operators on how a call sounded: silence, rate, talk-over, loudness."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

from pydantic import BaseModel, ConfigDict, Field, model_validator

from qa_pipeline.models import CallContext, DeadAir, Role, Span, Utterance
from qa_pipeline.rules.evidence import said, sound
from qa_pipeline.rules.matching import Phrase, find
from qa_pipeline.rules.operators.kleene import Answer, no, unsure, yes
from qa_pipeline.rules.windows import by_index


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
    """Talk-overs that ``by`` began, longer than so many ms, so many times."""

    by: Role
    longer_than_ms: int = Field(default=1_000, ge=200, le=60_000)
    times: int = Field(default=3, ge=1, le=50)


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
    if ctx.recording.channels < 2:
        return unsure()
    found = [t for t in ctx.acoustics.talk_overs if t.by is wanted.by and t.end_ms - t.start_ms > wanted.longer_than_ms]
    spans = [(Span(t.start_ms, t.end_ms, role=t.by), t.utterance) for t in found]
    return yes([sound(s, "抢话", utterance=u) for s, u in spans]) if len(found) >= wanted.times else no()


def loudness_jump(ctx: CallContext, window: Sequence[Utterance], wanted: Jump) -> Answer:
    """Whether an utterance of the window is much louder than the median of its speaker's."""
    own = {u.index for role in {u.role for u in window} for u in ctx.transcript.of(role)}
    loudness = {m.index: m.loudness_db for m in ctx.acoustics.utterances if m.index in own}
    if len(loudness) < wanted.fewest:
        return unsure()
    level = median(loudness.values())
    asked = {u.index for u in window}
    loud = [by_index(ctx, i) for i, db in loudness.items() if i in asked and db - level >= wanted.db]
    return yes([said(u, "音量突然提高") for u in loud if u is not None], 0.7) if loud else no()
