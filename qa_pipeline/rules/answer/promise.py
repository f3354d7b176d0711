"""AN05, item C5: promises beyond the operator's power."""

from __future__ import annotations

from pydantic import Field

from qa_pipeline.models import CallContext, Standing
from qa_pipeline.rules.base import Finding, Params, rule
from qa_pipeline.rules.matching import Phrase
from qa_pipeline.rules.saying import judge_words, wrong_words
from qa_pipeline.rules.shipped import shipped


class PromiseParams(Params):
    """The phrases, each with its exceptions."""

    promising: tuple[Phrase, ...] = Field(
        default_factory=shipped("AN05", "promising"), description="越权承诺的话及其例外"
    )


@rule(code="AN05", item="C5", name="不越权承诺", params=PromiseParams, standing=Standing.DEDUCT)
def promise(ctx: CallContext, params: PromiseParams) -> Finding:
    """Whether the operator promised an outcome that only the handling unit can decide.

    What: 按文字和读音在话务员的话里找“我保证、一定给您办成”一类的话。“不能保证”、保证金、低保证明一类不算。
    Why: 热线只受理转办，结果由承办单位决定；承诺落空会失信于民。
    Passes: 没有承诺结果；承诺记录、转办、尽快反馈不算越权。
    Fails: 承诺了办理结果，一口气里说的几句计一次。
    Undetermined: 只是读音相近，或者识别把握不足；话务员有不少话没有听清。
    Source: 默认评分标准C5。
    """
    return judge_words(ctx, wrong_words(ctx, params.promising), params.min_confidence, "越权承诺的话")
