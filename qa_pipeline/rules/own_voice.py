"""Where the operator's voice left its own level: louder, higher, faster, and what of it is usual for the operator.

An utterance is held against the rest of its call, and what leaves that also against the operator's baseline where there
is one. Levels count above the channel's own floor, so that a loud microphone is not a loud person.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import exp, log, log2
from statistics import median

from pydantic import Field

from qa_pipeline.models import CallContext, Role, Usual, UtteranceAcoustics, VoiceBaseline
from qa_pipeline.rules.base import Params

QUIETEST_DB = -80.0
_SHORTEST = 3  # characters: a syllable is as loud as its vowel

# What must at least lie between somebody's usual voice and an unusual one, however alike the earlier calls were.
_BEYOND_DB = 3.0
_BEYOND_SEMITONES = 1.0
_BEYOND_RATE = 1.1


class VoiceParams(Params):
    """How far the voice must leave the operator's own level.

    Of 216 calm sentences of real read speech the loudest lay 3.1 dB, the highest 2.2 semitones and the fastest 1.35
    times above the median of their call, none in loudness and another measure at once (bench/RESULTS.md, Tone).
    """

    jump_db: float = Field(default=5.0, ge=2, le=30, description="比本人本次通话中位响度高多少分贝")
    jump_semitones: float = Field(default=2.0, ge=0.5, le=24, description="比本人本次通话中位音高高多少个半音")
    jump_rate: float = Field(default=1.3, ge=1.05, le=3, description="是本人本次通话中位语速的多少倍")
    usual_spreads: float = Field(
        default=1.0, ge=0, le=10, description="有本人以往通话的基线时，还须比基线高出几倍离散度"
    )
    min_utterances: int = Field(default=4, ge=3, le=50, description="少于这么多句不评")


@dataclass(frozen=True, slots=True)
class Risen:
    """An utterance that left the operator's level in this call.

    ``signs`` are the measures that also left the usual voice (or of which that is not known), ``usual`` those that did
    not: ``响度``, ``音高``, ``语速``, each with how far in ``words`` (Chinese).
    """

    index: int
    signs: tuple[str, ...]
    usual: tuple[str, ...]
    words: str


@dataclass(frozen=True, slots=True)
class _Measure:
    """One measure: on what ``scale`` differences of it count, how much is a jump, how much ``least`` is unusual.

    ``value`` compares utterances of one call; ``comparable`` is what calls can be compared by.
    """

    name: str
    said: Callable[[float], str]
    scale: Callable[[float], float]
    jump: float
    least: float
    value: Callable[[UtteranceAcoustics], float | None]
    comparable: Callable[[UtteranceAcoustics], float | None]
    usual: Usual | None

    def above(self, one: float, other: float) -> float:
        """Return how far one value lies above another, on the measure's scale."""
        return self.scale(one) - self.scale(other)


def risen(ctx: CallContext, params: VoiceParams) -> tuple[Risen, ...] | None:
    """Return the utterances whose voice left the operator's level in some measure; None where too few were measured."""
    own = measured(ctx)
    if len(own) < params.min_utterances:
        return None
    found = (_risen(one, own, _measures(ctx, params), params) for one in own)
    return tuple(one for one in found if one is not None)


def measured(ctx: CallContext) -> list[UtteranceAcoustics]:
    """Return the measures of the operator's utterances, single syllables and silence left out."""
    spoken = {u.index for u in ctx.transcript.of(Role.OPERATOR) if len(u.text) >= _SHORTEST}
    return [m for m in ctx.acoustics.utterances if m.index in spoken and m.loudness_db > QUIETEST_DB]


def raised_throughout(ctx: CallContext, params: VoiceParams) -> str:
    """Return how a whole call lies above the operator's usual level and pitch (Chinese); '' where it does not.

    Both must: a quiet room lifts the level above its floor, and no room lifts the pitch. A whole call has fewer chances
    to be an accident than an utterance, and must lie twice as far out.
    """
    voice = next((v for v in ctx.acoustics.voices if v.role is Role.OPERATOR), None)
    usual = ctx.baseline
    if voice is None or usual is None or usual.above_floor_db is None or usual.pitch_hz is None:
        return ""
    if voice.above_floor_db is None or voice.pitch_hz is None:
        return ""
    louder = voice.above_floor_db - usual.above_floor_db.median
    higher = _semitones(voice.pitch_hz) - _semitones(usual.pitch_hz.median)
    spread = _semitones(usual.pitch_hz.median + usual.pitch_hz.spread) - _semitones(usual.pitch_hz.median)
    if louder < max(params.jump_db, 2 * params.usual_spreads * usual.above_floor_db.spread):
        return ""
    if higher < max(params.jump_semitones, 2 * params.usual_spreads * spread):
        return ""
    return f"响度高{louder:.0f}分贝、音高高{higher:.1f}个半音"


def against(ctx: CallContext) -> str:
    """Return what the voice was held against (Chinese)."""
    if ctx.baseline is None:
        return "只与本次通话比较，本人以往的通话还不够建立基线"
    return f"与本次通话和本人以往{ctx.baseline.calls}次通话比较"


def _measures(ctx: CallContext, params: VoiceParams) -> tuple[_Measure, ...]:
    usual = ctx.baseline or VoiceBaseline(0)
    return (
        _Measure(
            name="响度",
            said=lambda db: f"响度高{db:.0f}分贝",
            scale=float,
            jump=params.jump_db,
            least=_BEYOND_DB,
            value=lambda m: m.loudness_db,
            comparable=lambda m: m.above_floor_db,
            usual=usual.above_floor_db,
        ),
        _Measure(
            name="音高",
            said=lambda semitones: f"音高高{semitones:.1f}个半音",
            scale=_semitones,
            jump=params.jump_semitones,
            least=_BEYOND_SEMITONES,
            value=lambda m: m.pitch_hz,
            comparable=lambda m: m.pitch_hz,
            usual=usual.pitch_hz,
        ),
        _Measure(
            name="语速",
            said=lambda faster: f"语速是本次通话的{exp(faster):.1f}倍",
            scale=log,
            jump=log(params.jump_rate),
            least=log(_BEYOND_RATE),
            value=lambda m: m.rate_cpm,
            comparable=lambda m: m.rate_cpm,
            usual=usual.rate_cpm,
        ),
    )


def _risen(
    one: UtteranceAcoustics, own: Sequence[UtteranceAcoustics], measures: Sequence[_Measure], params: VoiceParams
) -> Risen | None:
    signs: list[str] = []
    usual: list[str] = []
    words: list[str] = []
    for measure in measures:
        levels = [value for m in own if (value := measure.value(m))]
        value = measure.value(one)
        if not value or not levels or (far := measure.above(value, median(levels))) < measure.jump:
            continue
        words.append(measure.said(far))
        (usual if _is_usual(one, measure, params) else signs).append(measure.name)
    return Risen(one.index, tuple(signs), tuple(usual), "、".join(words)) if words else None


def _is_usual(one: UtteranceAcoustics, measure: _Measure, params: VoiceParams) -> bool:
    """Whether a value lies within what the operator's earlier calls had; unknown is not usual."""
    value, known = measure.comparable(one), measure.usual
    if known is None or not value:
        return False
    spread = measure.above(known.median + known.spread, known.median)
    return measure.above(value, known.median) < max(measure.least, params.usual_spreads * spread)


def _semitones(hz: float) -> float:
    return 12 * log2(hz)
