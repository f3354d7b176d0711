"""TN05, item B5: impatience, rhetorical questions, arguing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from pydantic import Field

from qa_pipeline.models import CallContext, Evidence, Outcome, Role, Standing
from qa_pipeline.rules.base import Finding, rule, undetermined
from qa_pipeline.rules.evidence import said
from qa_pipeline.rules.matching import Phrase, find
from qa_pipeline.rules.own_voice import Risen, VoiceParams, risen
from qa_pipeline.rules.saying import judge_words, wrong_words
from qa_pipeline.rules.shipped import shipped

TONE_ADDS = 0.3
"""How much of the doubt a raised voice takes from words. Set, not measured: the item goes to a person in any case, and
the confidence only says which to listen to first."""

_SIGNS = 2  # of loudness, pitch and rate: of 216 calm sentences of real speech none had two (bench/RESULTS.md, Tone)


class ImpatienceParams(VoiceParams):
    """The phrases, each with its exceptions, and how far the voice must rise."""

    impatient: tuple[Phrase, ...] = Field(
        default_factory=shipped("TN05", "impatient"), description="不耐烦、反问、质问、争辩的话及其例外"
    )
    asking: tuple[Phrase, ...] = Field(
        default_factory=shipped("TN05", "asking"), description="问话的字眼：声音突升时可能是反问、质问"
    )


@rule(
    code="TN05",
    item="B5",
    name="不急躁、不反问、不争辩",
    params=ImpatienceParams,
    standing=Standing.ADVISE,
    person_only=True,
)
def impatience(ctx: CallContext, params: ImpatienceParams) -> Finding:
    """Whether the operator sounded impatient, asked rhetorical questions or argued.

    What: 按文字和读音找催促、反问、质问、争辩的话，再听说这些话时的声音：响度、音高、语速至少两样突升，作为佐证。
        重复来电人的话、转述别人的话不算。
    Why: 语气适当。同一句话换一种语气意思会变，所以一律由人工听录音认定。
    Passes: 没有这类话，问话时声音也平稳。
    Fails: 说了这类话，一口气里说的几句计一次，声音突升的另行注明；只提示，不直接扣分。
    Undetermined: 只是读音相近，或者识别把握不足；没有这类话，但有一句问话的声音突升（只凭声音从不认定）；
        话务员有不少话没有听清。
    Source: 默认评分标准B5；语气适当见安行审发〔2022〕7号第四条第一项。
    """
    found = risen(ctx, params)
    raised = {one.index: one for one in found or () if len(one.signs) >= _SIGNS}
    finding = judge_words(ctx, wrong_words(ctx, params.impatient), params.min_confidence, "不耐烦、反问或争辩的话")
    if finding.outcome is not Outcome.PASS:
        return _with_tone(finding, raised, told=found is not None)
    asked = _asked_loudly(ctx, raised, params)
    if not asked:
        return finding
    return undetermined("没有听到不耐烦的话，但有问话的声音突然提高，可能是反问或质问，请人工听语气", asked)


def _with_tone(finding: Finding, raised: Mapping[int, Risen], *, told: bool) -> Finding:
    """Say with each piece of evidence how the voice rose; words in a flat voice stay as they are."""
    evidence = tuple(_noted(piece, raised) for piece in finding.evidence)
    rose = evidence != finding.evidence
    tone = "声音突升" if rose else "声音平稳" if told else "能测量的句子太少"
    confidence = finding.confidence
    if rose and finding.outcome is Outcome.FAIL:
        confidence = round(confidence + (1 - confidence) * TONE_ADDS, 3)
    details = {**finding.details, "tone": tone}
    return replace(finding, evidence=evidence, confidence=confidence, details=details)


def _noted(piece: Evidence, raised: Mapping[int, Risen]) -> Evidence:
    one = raised.get(piece.utterance) if piece.utterance is not None else None
    return piece if one is None else replace(piece, note=f"{piece.note}，{one.words}")


def _asked_loudly(ctx: CallContext, raised: Mapping[int, Risen], params: ImpatienceParams) -> list[Evidence]:
    questions = {hit.utterance.index for hit in find(params.asking, ctx.transcript.of(Role.OPERATOR))}
    spoken = [u for u in ctx.transcript.of(Role.OPERATOR) if u.index in raised and u.index in questions]
    return [said(u, raised[u.index].words) for u in spoken]
