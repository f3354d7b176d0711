"""TN02, item B2: a sudden rise of the voice."""

from __future__ import annotations

from math import log2
from statistics import median

from pydantic import Field

from qa_pipeline.models import CallContext, Role, Standing, UtteranceAcoustics
from qa_pipeline.rules.base import Finding, Params, failed, passed, rule, undetermined
from qa_pipeline.rules.evidence import said
from qa_pipeline.rules.windows import by_index


class LoudnessParams(Params):
    """How far the voice must leave the operator's own level."""

    jump_db: float = Field(default=6.0, ge=2, le=30, description="比本人本次通话中位响度高多少分贝")
    jump_semitones: float = Field(default=2.0, ge=0.5, le=24, description="比本人本次通话中位音高高多少个半音")
    alone_db: float = Field(default=8.0, ge=3, le=40, description="两处以上高出这么多分贝时，不看音高")
    min_utterances: int = Field(default=4, ge=3, le=50, description="少于这么多句不评")


@rule(code="TN02", item="B2", name="音量没有突然提高", params=LoudnessParams, standing=Standing.ADVISE)
def loudness(ctx: CallContext, params: LoudnessParams) -> Finding:
    """Whether the operator's voice rose suddenly above the operator's own level.

    What: 话务员每句话的响度和音高，与本人在这次通话里的中位数相比；话筒响不等于人大声。
    Why: 语气适当。音量突然提高、语气生硬，来电人会觉得被训斥。
    Passes: 没有响度和音高同时突升的话。
    Fails: 有一句响度和音高都明显高于本人中位数，或者两句以上响度远高于本人中位数。从不只凭一个数；一律由人工认定。
    Undetermined: 能测量的句子太少。
    Source: 默认评分标准B2。
    """
    measured = _operator(ctx)
    if len(measured) < params.min_utterances:
        return undetermined("话务员能测量响度的句子太少")
    level = median(m.loudness_db for m in measured)
    pitches = [m.pitch_hz for m in measured if m.pitch_hz]
    pitch = median(pitches) if pitches else None
    both = [m for m in measured if m.loudness_db - level >= params.jump_db and _rise(m, pitch) >= params.jump_semitones]
    loud = [m for m in measured if m.loudness_db - level >= params.alone_db]
    jumps = both or (loud if len(loud) >= 2 else [])
    if not jumps:
        return passed("音量没有突然提高")
    evidence = [
        said(utterance, f"响度高{m.loudness_db - level:.0f}分贝，音高高{_rise(m, pitch):.1f}个半音")
        for m in jumps
        if (utterance := by_index(ctx, m.index)) is not None
    ]
    reason = f"有{len(jumps)}句音量突然提高，请人工听语气是否生硬"
    return failed(reason, evidence, confidence=0.7 if both else 0.65)


def _operator(ctx: CallContext) -> list[UtteranceAcoustics]:
    """Return measures of the operator's utterances, single syllables left out."""
    spoken = {u.index for u in ctx.transcript.of(Role.OPERATOR) if len(u.text) >= 3}
    return [m for m in ctx.acoustics.utterances if m.index in spoken and m.loudness_db > -80]


def _rise(measured: UtteranceAcoustics, pitch_hz: float | None) -> float:
    """Return semitones above a pitch; 0 where either is not known."""
    return 12 * log2(measured.pitch_hz / pitch_hz) if measured.pitch_hz and pitch_hz else 0.0
