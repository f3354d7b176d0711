"""A raised voice: level above the speaker's own calm and the line's floor, and pitch; never one number alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import log2

from qa_pipeline.models import CallContext, Role, Utterance, UtteranceAcoustics
from qa_pipeline.rules.matching import passages

RAISED_DB = 5.0
"""Above the calm of the speaker's own. The turns of the sample calls' 20 calm callers stay within 2.7 dB of theirs."""

RAISED_SEMITONES = 1.5
"""A voice that is raised by 5 dB rises by 1 to 3 semitones with it (Gramming and others, Journal of Voice 2, 1988:
0.2 to 0.6 semitones a dB); a microphone that is turned up does not."""

ABOVE_FLOOR_DB = 12.0
"""Less above the channel's noise is as likely a lorry as a voice."""

_FEWEST_TURNS = 3
_LEAST_CHARACTERS = 4
_CALM_SHARE = 0.1  # who is angry is often so from the first word to the last but one; calm is his quietest tenth


@dataclass(frozen=True, slots=True)
class Raised:
    """Utterances that were louder than the speaker's own calm, by index, and those of them that were higher too."""

    louder: frozenset[int]
    higher: frozenset[int]

    @property
    def voice(self) -> frozenset[int]:
        """Where level and pitch both say so."""
        return self.louder & self.higher


def raised(ctx: CallContext, role: Role) -> Raised:
    """Return where a role raised its voice; nowhere if it spoke fewer than three turns, so that its calm is not known.

    Everything is weighed by time, so that it does not matter where the recogniser cut a turn.
    """
    measured = {m.index: m for m in ctx.acoustics.utterances}
    turns = [turn for turn in passages(ctx.transcript.of(role)) if _spoken(turn) >= _LEAST_CHARACTERS]
    spoken = [u for turn in turns for u in turn if u.index in measured]
    if sum(any(u.index in measured for u in turn) for turn in turns) < _FEWEST_TURNS:
        return Raised(frozenset(), frozenset())
    calm = _quantile(((measured[u.index].loudness_db, u) for u in spoken), _CALM_SHARE)
    louder = (u for u in spoken if measured[u.index].loudness_db >= calm + RAISED_DB)
    voiced = frozenset(u.index for u in louder if _clear(ctx, u, measured[u.index]))
    return Raised(voiced, _higher(spoken, measured, calm))


def middle_db(ctx: CallContext, role: Role) -> float | None:
    """Return the level that half of a role's time is quieter than; None where it said nothing."""
    measured = {m.index: m.loudness_db for m in ctx.acoustics.utterances}
    spoken = [(measured[u.index], u) for u in ctx.transcript.of(role) if u.index in measured]
    return _quantile(spoken, 0.5) if spoken else None


def _higher(spoken: Iterable[Utterance], measured: Mapping[int, UtteranceAcoustics], calm: float) -> frozenset[int]:
    """Return utterances whose pitch lies clearly above that of what the speaker said calmly."""
    pitched = [(12 * log2(hz), u) for u in spoken if (hz := measured[u.index].pitch_hz)]
    calmly = [(tone, u) for tone, u in pitched if measured[u.index].loudness_db < calm + RAISED_DB]
    if not calmly:
        return frozenset()
    line = _quantile(calmly, 0.5) + RAISED_SEMITONES
    return frozenset(u.index for tone, u in pitched if tone >= line)


def _clear(ctx: CallContext, utterance: Utterance, measure: UtteranceAcoustics) -> bool:
    """Whether an utterance stands well above its channel's noise, as far as that is known."""
    above, floors = measure.above_floor_db, ctx.acoustics.noise_floor_db
    if above is None and utterance.channel < len(floors):
        above = measure.loudness_db - floors[utterance.channel]
    return above is not None and above >= ABOVE_FLOOR_DB


def _quantile(values: Iterable[tuple[float, Utterance]], share: float) -> float:
    """Return the value that ``share`` of the time lies at or below."""
    ranked = sorted((value, max(1, u.end_ms - u.start_ms)) for value, u in values)
    wanted = share * sum(length for _, length in ranked)
    passed = 0
    for value, length in ranked:
        passed += length
        if passed >= wanted:
            return value
    return ranked[-1][0]


def _spoken(turn: Iterable[Utterance]) -> int:
    return sum(c.isalnum() for u in turn for c in u.text)
