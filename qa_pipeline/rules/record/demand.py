"""RD04, item D4: what the caller wants done."""

from __future__ import annotations

import re

from pydantic import Field

from qa_pipeline.language.script import simplify
from qa_pipeline.language.words import content_words
from qa_pipeline.models import CallContext, Evidence, Standing
from qa_pipeline.rules.base import Finding, Params, failed, not_applicable, passed, rule, undetermined
from qa_pipeline.rules.evidence import field_value, said
from qa_pipeline.rules.record.orders import by_caller, filled, heard, is_consultation, without_order

_WANTS = re.compile(r"希望|要求|必须|赶紧|快点|尽快|请(?:你们|帮)|帮我|给我|让他们|想让|能不能|你们要|你们得|快来|派人")
_FORMAL = frozenset(
    {"希望", "要求", "诉求", "来电人", "市民", "尽快", "处理", "解决", "相关", "部门", "有关", "请求", "反映"}
)


class DemandParams(Params):
    """How much of the demand must be heard."""

    share: float = Field(default=0.25, ge=0, le=1, description="具体诉求里的词至少有几成在通话里听到")
    distance: float = Field(default=0.25, ge=0, le=0.6, description="读音相差多少以内算听到")


@rule(code="RD04", item="D4", name="具体诉求", params=DemandParams, standing=Standing.DEDUCT, needs_roles=False)
def demand(ctx: CallContext, params: DemandParams) -> Finding:
    """Whether the order says what the caller wants, and whether the call supports it.

    What: 工单的具体诉求是否填写，其中的词按读音在通话里能否听到。
    Why: 没有诉求的工单无从办理，也无从回访。
    Passes: 填写了，与通话相符。
    Fails: 空着。
    Undetermined: 填写的内容在通话里几乎听不到。
    Not applicable: 咨询、表扬类工单；没有工单而当场作了解答。
    Source: 默认评分标准D4。
    """
    if (finding := without_order(ctx, "具体诉求")) is not None:
        return finding
    order = ctx.work_order
    assert order is not None  # noqa: S101  # without_order has seen to it
    if is_consultation(order):
        return not_applicable("咨询、表扬类工单没有具体诉求")
    if not filled(order, "具体诉求"):
        evidence = [field_value(ctx, "具体诉求", "", "没有填写"), *_wishes(ctx)]
        return failed("工单没有填写具体诉求", evidence, confidence=0.95)
    text = simplify(order.get("具体诉求"))
    parts = [word for word in content_words(text) if word not in _FORMAL]
    found = [part for part in parts if _said(ctx, part, params.distance)]
    if parts and len(found) < params.share * len(parts):
        evidence = [field_value(ctx, "具体诉求", text, "通话里没有听到"), *_wishes(ctx)]
        return undetermined("工单上的具体诉求与通话内容相差较大，请人工复核", evidence)
    return passed("具体诉求填写了，与通话相符", [field_value(ctx, "具体诉求", text, "工单所记")])


def _said(ctx: CallContext, word: str, distance: float) -> bool:
    """Whether a word was heard, or half of its characters: 退款 where the caller said 不让我退."""
    text = "".join(simplify(u.text) for u in ctx.transcript.utterances)
    known = sum(character in text for character in word)
    return known * 2 >= len(word) or heard(word, ctx.transcript.utterances, distance) is not None


def _wishes(ctx: CallContext) -> list[Evidence]:
    return [said(u, "来电人的要求") for u in by_caller(ctx) if _WANTS.search(simplify(u.text))][-2:]
