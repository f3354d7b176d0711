"""Silences that the caller had to bear: the operator owed the next word."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from qa_pipeline.models import CallContext, DeadAir, Role, Span, Utterance
from qa_pipeline.rules.matching import Phrase, heard
from qa_pipeline.rules.windows import by_index

_ASKS = ("吗", "呢", "什么", "多少", "哪", "几", "谁", "啥", "？", "?")
_LOOK_BACK_MS = 15_000
_LAST_WORDS = 8  # characters after which 我看一下 is no longer what the silence is for


@dataclass(frozen=True, slots=True)
class Turns:
    """Words that tell whose turn a silence is.

    ``hold``: the operator asks for patience. ``busy``: the caller does. ``awaited``: the operator leaves the caller to
    look for something or to speak.
    """

    hold: Sequence[Phrase]
    busy: Sequence[Phrase] = ()
    awaited: Sequence[Phrase] = ()


def operator_silences(ctx: CallContext, at_least_ms: int, turns: Turns) -> tuple[DeadAir, ...]:
    """Return the silences of some length in which the operator was awaited, leading and trailing ones left out.

    After an announced wait the operator is awaited whoever speaks next. The caller is after the operator's own
    question, where the operator left the caller to look for something, where the caller asked for a moment, or where
    the caller spoke next after the operator.
    """
    airs = (air for air in ctx.acoustics.dead_airs if air.end_ms - air.start_ms >= at_least_ms)
    return tuple(air for air in airs if _operator_owes(ctx, air, turns))


def _operator_owes(ctx: CallContext, air: DeadAir, turns: Turns) -> bool:
    last, after = by_index(ctx, air.after), _next(ctx, air)
    if last is None or after is None:
        return False
    if announced(ctx, air, turns.hold):
        return True
    if last.role is Role.CALLER:
        busy = _ends_with(turns.busy, last)
        return not busy and (air.awaited is Role.OPERATOR or after.role is Role.OPERATOR)
    asked = any(sign in last.text[-6:] for sign in _ASKS) or _ends_with(turns.awaited, last)
    return air.awaited is Role.OPERATOR and not asked


def _ends_with(wanted: Sequence[Phrase], last: Utterance) -> bool:
    return any(len(hit.after) <= _LAST_WORDS for hit in heard(wanted, [last]))


def announced(ctx: CallContext, air: DeadAir, hold: Sequence[Phrase]) -> bool:
    """Whether the operator asked the caller to wait shortly before the silence."""
    return bool(heard(hold, before(ctx, air)))


def before(ctx: CallContext, air: DeadAir) -> tuple[Utterance, ...]:
    """Return the operator's utterances shortly before a silence."""
    spoken = ctx.transcript.of(Role.OPERATOR)
    return tuple(u for u in spoken if air.start_ms - _LOOK_BACK_MS <= u.end_ms <= air.start_ms + 500)


def _next(ctx: CallContext, air: DeadAir) -> Utterance | None:
    return next((u for u in ctx.transcript.utterances if u.start_ms >= air.end_ms - 500 and u.index != air.after), None)


def span(air: DeadAir) -> Span:
    """Return a silence as a stretch of sound on the operator's side."""
    return Span(air.start_ms, air.end_ms, 0, Role.OPERATOR)
