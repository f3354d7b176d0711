"""FE01, fatal error V1: insult, sarcasm, threat."""

from __future__ import annotations

from pydantic import Field

from qa_pipeline.models import CallContext, Outcome, Standing
from qa_pipeline.rules.base import Finding, Params, rule, undetermined
from qa_pipeline.rules.matching import Phrase
from qa_pipeline.rules.saying import judge_words, listed, wrong_words
from qa_pipeline.rules.shipped import shipped


class InsultParams(Params):
    """The phrases, each with its exceptions."""

    insults: tuple[Phrase, ...] = Field(
        default_factory=shipped("FE01", "insults"), description="辱骂、讽刺、威胁的话及其例外"
    )
    mocking: tuple[Phrase, ...] = Field(
        default_factory=shipped("FE01", "mocking"), description="可能是挖苦、要看语气的话，只存疑"
    )


@rule(code="FE01", item="V1", name="疑似辱骂、讽刺、威胁", params=InsultParams, standing=Standing.ADVISE)
def insult(ctx: CallContext, params: InsultParams) -> Finding:
    """Whether the operator seems to have insulted, mocked or threatened the caller.

    What: 按文字和读音在话务员的话里找辱骂、讽刺、威胁的话。重复来电人的话、转述别人的话不算。
    Why: 一票否决项。机器只能提出疑似，须由两名互不知情的质检员认定。
    Passes: 没有这类话。
    Fails: 有这类话，标为疑似；只提示，不扣分。
    Undetermined: 只是读音相近，或者识别把握不足；听到可能是挖苦、要看语气的话。
    Source: 默认评分标准V1，及禁语表中注明的三句；语气适当见安行审发〔2022〕7号第四条第一项。
    """
    finding = judge_words(ctx, wrong_words(ctx, params.insults), params.min_confidence, "疑似辱骂、讽刺、威胁的话")
    mocking = wrong_words(ctx, params.mocking) if finding.outcome is Outcome.PASS else ()
    if not mocking:
        return finding
    reason = f"可能是挖苦的话：{listed(mocking)}，要听语气，请人工复核"
    return undetermined(reason, [hit.evidence("可能是挖苦") for hit in mocking])
