"""How a passage sounds: each speaker beside their own calm in the call, so that no voice is told by it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import log2
from statistics import fmean, median

from qa_pipeline.models import Role, Utterance, UtteranceAcoustics
from qa_pipeline.models.passages import SoundProfile
from qa_pipeline.training.finding.call import Heard

_CALM = 0.25


def sound_profile(call: Heard, within: Sequence[Utterance]) -> SoundProfile:
    """Return the profile of a passage."""
    start_ms, end_ms = within[0].start_ms, max(u.end_ms for u in within)
    length_ms = max(1, end_ms - start_ms)
    spoken_ms = _covered((u.start_ms, u.end_ms) for u in within)
    overs = ((max(o.start_ms, start_ms), min(o.end_ms, end_ms)) for o in call.ctx.acoustics.talk_overs)
    callers = sum(len(u.text) for u in within if u.role is Role.CALLER)
    caller, operator = _beside(call, within, Role.CALLER), _beside(call, within, Role.OPERATOR)
    return SoundProfile(
        *caller,
        *operator,
        silent=round(1 - spoken_ms / length_ms, 3),
        both=round(_covered((a, b) for a, b in overs if a < b) / length_ms, 3),
        caller_share=round(callers / max(1, sum(len(u.text) for u in within)), 3),
    )


def _beside(call: Heard, within: Sequence[Utterance], role: Role) -> tuple[float | None, float | None, float | None]:
    """Return a speaker's loudness (dB) and pitch (semitones) above calm, and the rate."""
    measured = {m.index: m for m in call.ctx.acoustics.utterances}
    whole = [measured[u.index] for u in call.ctx.transcript.of(role) if u.index in measured]
    part = [measured[u.index] for u in within if u.role is role and u.index in measured]
    if not part:
        return None, None, None
    rates = [m.rate_cpm for m in part if m.rate_cpm is not None]
    loudness = median(m.loudness_db for m in part) - _calm([m.loudness_db for m in whole])
    return round(loudness, 2), _pitch(part, whole), round(fmean(rates), 1) if rates else None


def _pitch(part: Sequence[UtteranceAcoustics], whole: Sequence[UtteranceAcoustics]) -> float | None:
    here, usual = ([m.pitch_hz for m in some if m.pitch_hz] for some in (part, whole))
    return round(12 * log2(median(here) / _calm(usual)), 2) if here and usual else None


def _calm(values: Sequence[float]) -> float:
    return sorted(values)[int(_CALM * (len(values) - 1))]


def _covered(stretches: Iterable[tuple[int, int]]) -> int:
    """Return how many milliseconds some stretches cover, which may overlap."""
    covered = reached = 0
    for start, end in sorted(stretches):
        covered += max(0, end - max(start, reached))
        reached = max(reached, end)
    return covered
