"""FE01, fatal error V1: insult, sarcasm, threat."""

from __future__ import annotations

from pydantic import Field

from qa_pipeline.models import CallContext, Standing
from qa_pipeline.rules.base import Finding, Params, rule
from qa_pipeline.rules.matching import Phrase
from qa_pipeline.rules.saying import judge_words, wrong_words
from qa_pipeline.rules.shipped import shipped


class InsultParams(Params):
    """The phrases, each with its exceptions."""

    insults: tuple[Phrase, ...] = Field(
        default_factory=shipped("FE01", "insults"), description="辱骂、讽刺、威胁的话及其例外"
    )


@rule(code="FE01", item="V1", name="疑似辱骂、讽刺、威胁", params=InsultParams, standing=Standing.ADVISE)
def insult(ctx: CallContext, params: InsultParams) -> Finding:
    """Whether the operator seems to have insulted, mocked or threatened the caller.

    What: 按文字和读音在话务员的话里找辱骂、讽刺、威胁的话。重复来电人的话、转述别人的话不算。
    Why: 一票否决项。机器只能提出疑似，须由两名互不知情的质检员认定。
    Passes: 没有这类话。
    Fails: 有这类话，标为疑似；只提示，不扣分。
    Undetermined: 只是读音相近，或者识别把握不足。
    Source: 默认评分标准V1，及禁语表中注明的三句。
    """
    return judge_words(ctx, wrong_words(ctx, params.insults), params.min_confidence, "疑似辱骂、讽刺、威胁的话")
