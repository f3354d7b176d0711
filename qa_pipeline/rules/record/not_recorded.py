"""FE06, fatal error V6: a record forged, altered or left out on purpose. Only ever a suspicion."""

from __future__ import annotations

import re

from pydantic import Field

from qa_pipeline.language.script import simplify
from qa_pipeline.models import CallContext, Role, Standing
from qa_pipeline.rules.answer.consultations import answered
from qa_pipeline.rules.base import Finding, Params, failed, not_applicable, passed, roles_unclear, rule, undetermined
from qa_pipeline.rules.evidence import field_value, said
from qa_pipeline.rules.record.belonging import foreign, other_matter, too_long
from qa_pipeline.rules.record.text import text_of
from qa_pipeline.rules.windows import heard_well

_PROMISED = re.compile(
    r"(?:已经|帮您|给您|为您|我来|我)(?:记录|登记|记下|生成工单|建(?:一个|个)?工单|下(?:一个|个)?工单|派单)|"
    r"工单(?:已经)?(?:生成|转|派)|转(?:到|给|交).{2,20}(?:局|委|部门|单位|公司|集团)"
)


class NotRecordedParams(Params):
    """How unlike an order and a call must be."""

    share: float = Field(default=0.12, ge=0, le=1, description="工单里的词在通话里听到的不足此数，疑为与通话不符")
    distance: float = Field(default=0.2, ge=0, le=0.6, description="读音相差多少以内算听到")


@rule(
    code="FE06",
    item="V6",
    name="伪造、篡改、故意不录",
    params=NotRecordedParams,
    standing=Standing.ADVISE,
    needs_roles=False,
)
def not_recorded(ctx: CallContext, params: NotRecordedParams) -> Finding:
    """Whether an order that was promised is missing, or an order tells of another matter than the call.

    What: 话务员说了要记录、转办而没有工单；或者工单的内容在通话里几乎听不到。
    Why: 伪造、篡改、故意不录是一票否决；机器只能提出疑似，由两人背对背复核确认。
    Passes: 工单内容与通话相符。
    Fails: 说了转办而没有工单；工单内容与通话不符。
    Undetermined: 来电人有诉求，没有工单，也没有听到解答；工单的号码、时间、内容都属于另一通电话。
    Not applicable: 没有工单，当场作了解答。
    Source: 默认评分标准V6。
    """
    order = ctx.work_order
    if order is None:
        why = roles_unclear(ctx)
        return _missing(ctx) if why is None else undetermined(why)
    if (why := too_long(ctx)) is not None:
        return undetermined(f"{why}，请人工复核")
    if (why := foreign(ctx)) is not None:
        shown = [field_value(ctx, name, text_of(order, name), why) for name in ("来电号码", "来电时间", "主要内容")]
        return undetermined(f"工单像是另一通电话的：{why}，请人工核实是否关联错了", shown)
    if other_matter(ctx, params.share, params.distance, least=8):
        shown = [field_value(ctx, "主要内容", text_of(order, "主要内容"), "通话里几乎听不到工单所记的内容")]
        sure = min(0.7, heard_well(ctx.transcript.utterances))
        return failed("工单内容与通话不符，疑似伪造或张冠李戴", shown, confidence=sure)
    return passed("工单内容与通话相符")


def _missing(ctx: CallContext) -> Finding:
    promise = next((u for u in ctx.transcript.of(Role.OPERATOR) if _PROMISED.search(simplify(u.text))), None)
    if promise is not None:
        return failed(
            "话务员说已记录或转办，但没有工单", [said(promise, "承诺记录、转办")], confidence=promise.confidence * 0.8
        )
    if answered(ctx) or not ctx.exchanges:
        return not_applicable("没有工单，当场作了解答或没有诉求")
    asked = next((u for u in ctx.transcript.of(Role.CALLER)), None)
    return undetermined(
        "来电人有诉求，没有工单，也没有听到明确的解答，请人工复核", [said(asked, "来电人的话")] if asked else ()
    )
