"""TN02, item B2: a sudden rise of the voice."""

from __future__ import annotations

from math import log2
from statistics import median

from pydantic import Field

from qa_pipeline.models import CallContext, Role, Standing, UtteranceAcoustics
from qa_pipeline.rules.base import Finding, Params, failed, passed, rule, undetermined
from qa_pipeline.rules.evidence import said
from qa_pipeline.rules.matching import Phrase
from qa_pipeline.rules.saying import wrong_words
from qa_pipeline.rules.shipped import shipped
from qa_pipeline.rules.windows import by_index


class LoudnessParams(Params):
    """How far the voice must leave the operator's own level, and what must go with it."""

    jump_db: float = Field(default=6.0, ge=2, le=30, description="比本人本次通话中位响度高多少分贝")
    jump_semitones: float = Field(default=2.0, ge=0.5, le=24, description="比本人本次通话中位音高高多少个半音")
    jump_rate: float = Field(default=1.3, ge=1.05, le=3, description="是本人本次通话中位语速的多少倍")
    harsh: tuple[Phrase, ...] = Field(
        default_factory=shipped("TN05", "impatient"), description="与音量同时出现即算突变的话"
    )
    min_utterances: int = Field(default=4, ge=3, le=50, description="少于这么多句不评")


@rule(
    code="TN02", item="B2", name="音量没有突然提高", params=LoudnessParams, standing=Standing.ADVISE, person_only=True
)
def loudness(ctx: CallContext, params: LoudnessParams) -> Finding:
    """Whether the operator's voice rose suddenly above the operator's own level.

    What: 话务员每句话的响度，与本人在这次通话里的中位数相比；话筒响不等于人大声。同一句的音高、语速也突升，
        或者说了不耐烦的话，才算。
    Why: 语气适当。音量突然提高、语气生硬，来电人会觉得被训斥。
    Passes: 没有这样的话。
    Fails: 有一句响度突升，同时音高或语速突升，或者说的是不耐烦、争辩的话。从不只凭一个数，一律由人工认定。
    Undetermined: 能测量的句子太少。
    Source: 默认评分标准B2。
    """
    measured = _operator(ctx)
    if len(measured) < params.min_utterances:
        return undetermined("话务员能测量响度的句子太少")
    level = median(m.loudness_db for m in measured)
    harsh = {hit.utterance.index for hit in wrong_words(ctx, params.harsh)}
    loud = [m for m in measured if m.loudness_db - level >= params.jump_db]
    jumps = [(m, sign) for m in loud if (sign := _second_sign(m, measured, harsh, params))]
    if not jumps:
        return passed("音量没有突然提高")
    evidence = [
        said(utterance, f"响度高{m.loudness_db - level:.0f}分贝，{sign}")
        for m, sign in jumps
        if (utterance := by_index(ctx, m.index)) is not None
    ]
    return failed(f"有{len(jumps)}句音量突然提高，请人工听语气是否生硬", evidence, confidence=0.7)


def _operator(ctx: CallContext) -> list[UtteranceAcoustics]:
    """Return measures of the operator's utterances, single syllables left out."""
    spoken = {u.index for u in ctx.transcript.of(Role.OPERATOR) if len(u.text) >= 3}
    return [m for m in ctx.acoustics.utterances if m.index in spoken and m.loudness_db > -80]


def _second_sign(
    one: UtteranceAcoustics, measured: list[UtteranceAcoustics], harsh: set[int], params: LoudnessParams
) -> str:
    """Return what besides loudness left the operator's own level (Chinese), '' where nothing did."""
    pitches = [m.pitch_hz for m in measured if m.pitch_hz]
    if one.pitch_hz and pitches:
        semitones = 12 * log2(one.pitch_hz / median(pitches))
        if semitones >= params.jump_semitones:
            return f"音高高{semitones:.1f}个半音"
    rates = [m.rate_cpm for m in measured if m.rate_cpm]
    if one.rate_cpm and rates and one.rate_cpm >= params.jump_rate * median(rates):
        return f"语速{one.rate_cpm:.0f}字/分"
    return "说了不耐烦或争辩的话" if one.index in harsh else ""
