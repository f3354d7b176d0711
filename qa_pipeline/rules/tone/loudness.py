"""TN02, item B2: a sudden rise of the voice."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import Field

from qa_pipeline.models import CallContext, Evidence, Standing
from qa_pipeline.rules.base import Finding, failed, passed, rule, undetermined
from qa_pipeline.rules.evidence import said
from qa_pipeline.rules.matching import Phrase
from qa_pipeline.rules.own_voice import Risen, VoiceParams, against, measured, raised_throughout, risen
from qa_pipeline.rules.saying import wrong_words
from qa_pipeline.rules.shipped import shipped
from qa_pipeline.rules.windows import by_index

LOUD = "响度"
HARSH = "说了不耐烦或争辩的话"


class LoudnessParams(VoiceParams):
    """How far the voice must leave the operator's own level, and what must go with it."""

    harsh: tuple[Phrase, ...] = Field(
        default_factory=shipped("TN05", "impatient"), description="与音量同时出现即算突变的话"
    )


@rule(
    code="TN02", item="B2", name="音量没有突然提高", params=LoudnessParams, standing=Standing.ADVISE, person_only=True
)
def loudness(ctx: CallContext, params: LoudnessParams) -> Finding:
    """Whether the operator's voice rose suddenly above the operator's own level.

    What: 话务员每句话的响度，与本人在这次通话里的中位数相比；话筒响不等于人大声。有本人以往通话的基线的，还要超出
        本人平时的响度（按高出线路底噪的分贝数）。同一句的音高、语速也突升，或者说了不耐烦的话，才算。
    Why: 语气适当。音量突然提高、语气生硬，来电人会觉得被训斥。
    Passes: 没有这样的话；只有一个数突升，没有第二个迹象；或者比本次通话其他话大声，但都没有超出本人平时。
    Fails: 有一句响度突升，同时音高或语速突升，或者说的是不耐烦、争辩的话。从不只凭一个数，一律由人工认定。
    Undetermined: 能测量的句子太少；响度突升而没有超出本人平时，但音高、语速超出了，或者说了不耐烦的话；
        整通电话的响度和音高都明显高于本人平时。
    Source: 默认评分标准B2；语气适当见安行审发〔2022〕7号第四条第一项；响度按高出本声道底噪的分贝数比较。
    """
    found = risen(ctx, params)
    if found is None:
        return undetermined("话务员能测量响度的句子太少")
    harsh = {hit.utterance.index for hit in wrong_words(ctx, params.harsh)}
    jumps = [(one, sign) for one in found if LOUD in one.signs and (sign := _second_sign(one, harsh))]
    details = {"compared": against(ctx)}
    if jumps:
        reason = f"有{len(jumps)}句音量突然提高（{against(ctx)}），请人工听语气是否生硬"
        return failed(reason, _evidence(ctx, jumps), confidence=0.7, details=details)
    if usual := [(one, sign) for one in found if LOUD in one.usual and (sign := _second_sign(one, harsh))]:
        reason = f"有{len(usual)}句比本次通话其他话大声，但没有超出本人平时的响度，请人工听语气"
        return undetermined(reason, _evidence(ctx, usual), details=details)
    if far := raised_throughout(ctx, params):
        reason = f"整通电话的声音都高于本人平时（{far}），请人工听语气"
        return undetermined(reason, _loudest(ctx), details=details)
    return passed("音量没有突然提高", details=details)


def _second_sign(one: Risen, harsh: set[int]) -> str:
    """Return what besides loudness left the operator's own level (Chinese), '' where nothing did."""
    if [name for name in one.signs if name != LOUD]:
        return one.words
    return f"{one.words}，{HARSH}" if one.index in harsh else ""


def _evidence(ctx: CallContext, jumps: Sequence[tuple[Risen, str]]) -> list[Evidence]:
    found = ((by_index(ctx, one.index), sign) for one, sign in jumps)
    return [said(utterance, sign) for utterance, sign in found if utterance is not None]


def _loudest(ctx: CallContext, count: int = 2) -> list[Evidence]:
    loudest = sorted(measured(ctx), key=lambda m: -m.loudness_db)[:count]
    found = (by_index(ctx, m.index) for m in loudest)
    return [said(utterance, "声音高于本人平时") for utterance in found if utterance is not None]
