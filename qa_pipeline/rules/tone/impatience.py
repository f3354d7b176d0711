"""TN05, item B5: impatience, rhetorical questions, arguing."""

from __future__ import annotations

from pydantic import Field

from qa_pipeline.models import CallContext, Standing
from qa_pipeline.rules.base import Finding, Params, rule
from qa_pipeline.rules.matching import Phrase
from qa_pipeline.rules.saying import judge_words, wrong_words
from qa_pipeline.rules.shipped import shipped


class ImpatienceParams(Params):
    """The phrases, each with its exceptions."""

    impatient: tuple[Phrase, ...] = Field(
        default_factory=shipped("TN05", "impatient"), description="不耐烦、反问、质问、争辩的话及其例外"
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

    What: 按文字和读音找催促、反问、质问、争辩的话。重复来电人的话、转述别人的话不算。
    Why: 语气适当。同一句话换一种语气意思会变，所以一律由人工听录音认定。
    Passes: 没有这类话。
    Fails: 说了这类话，一口气里说的几句计一次；只提示，不直接扣分。
    Undetermined: 只是读音相近，或者识别把握不足。
    Source: 默认评分标准B5。
    """
    return judge_words(ctx, wrong_words(ctx, params.impatient), params.min_confidence, "不耐烦、反问或争辩的话")
