"""PH06, item A6: forbidden phrases."""

from __future__ import annotations

from pydantic import Field

from qa_pipeline.models import CallContext, Standing
from qa_pipeline.rules.base import Finding, Params, rule
from qa_pipeline.rules.matching import Phrase
from qa_pipeline.rules.saying import judge_words, wrong_words
from qa_pipeline.rules.shipped import shipped


class ForbiddenParams(Params):
    """The phrases, each with its exceptions."""

    forbidden: tuple[Phrase, ...] = Field(default_factory=shipped("PH06", "forbidden"), description="一般禁语及其例外")


@rule(code="PH06", item="A6", name="不说一般禁语", params=ForbiddenParams, standing=Standing.DEDUCT)
def forbidden(ctx: CallContext, params: ForbiddenParams) -> Finding:
    """Whether the operator said a forbidden phrase.

    What: 按文字和读音在话务员的话里找禁语。重复来电人刚说过的话、转述别人的话、规则集里写明的例外不算。
    Why: 服务用语标准；禁语让来电人觉得被推开。
    Passes: 没有禁语。“这个情况我不清楚，我帮您查一下”是例外，不算禁语。
    Fails: 说了禁语，一口气里说的几句计一次。
    Undetermined: 只是读音相近，或者识别对这几个字把握不足；话务员有不少话没有听清。
    Source: 默认评分标准A6及所附禁语表；用语标准见安行审发〔2022〕7号第四条第一项。
    """
    return judge_words(ctx, wrong_words(ctx, params.forbidden), params.min_confidence, "禁语")
