"""A caller who is silent for long though the next word is the caller's."""

from __future__ import annotations

from qa_pipeline.models import DeadAir, Role, Utterance
from qa_pipeline.models.passages import Mark, Scenario
from qa_pipeline.rules.shipped import shipped
from qa_pipeline.rules.silences import Turns, announced, operator_silences
from qa_pipeline.training.finding.call import Heard
from qa_pipeline.training.finding.cues import cue

LONG_MS = 10_000
"""As long as what rules call dead air where the operator owes the next word (TN04)."""


def long_silence(call: Heard) -> tuple[Mark, ...]:
    """Return the silences of ten seconds and more in which the caller was awaited, or after which he is asked for."""
    return tuple(
        Mark(air.after, air.start_ms, air.end_ms, f"来电人沉默{_seconds(air)}秒", Scenario.LONG_SILENCE, 0.9)
        for air in call.ctx.acoustics.dead_airs
        if air.end_ms - air.start_ms >= LONG_MS and _is_callers(call, air)
    )


def _is_callers(call: Heard, air: DeadAir) -> bool:
    hold = shipped("PH03", "hold")()
    following = _next(call, air)
    if air.after is None or following is None or announced(call.ctx, air, hold):
        return False
    if following.role is Role.OPERATOR and cue("still_there").heard(_turn(call, following)):
        return True
    owed = operator_silences(call.ctx, LONG_MS, Turns(hold, shipped("PH03", "busy")(), shipped("PH03", "awaited")()))
    return air not in owed and following.role is Role.CALLER


def _next(call: Heard, air: DeadAir) -> Utterance | None:
    later = (u for u in call.ctx.transcript.utterances if u.start_ms >= air.end_ms - 500 and u.index != air.after)
    return next(later, None)


def _turn(call: Heard, utterance: Utterance) -> tuple[Utterance, ...]:
    return tuple(u for u in call.turns[call.of_turn[utterance.index]] if u.start_ms >= utterance.start_ms)


def _seconds(air: DeadAir) -> int:
    return round((air.end_ms - air.start_ms) / 1000)
