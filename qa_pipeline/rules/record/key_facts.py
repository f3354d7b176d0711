"""RD03, item D3: facts that the caller stated and the order leaves out, and what it tells that nobody said."""

from __future__ import annotations

from pydantic import Field

from qa_pipeline.models import CallContext, Standing
from qa_pipeline.models.beside import FieldMark, Stands, field_details
from qa_pipeline.rules.base import Finding, Params, failed, not_applicable, rule
from qa_pipeline.rules.evidence import field_value
from qa_pipeline.rules.record.alternatives import alternatives
from qa_pipeline.rules.record.answered import answers_left_out
from qa_pipeline.rules.record.asked import asked_and_left_out
from qa_pipeline.rules.record.circumstances import circumstances_left_out
from qa_pipeline.rules.record.codes import codes_otherwise
from qa_pipeline.rules.record.contraries import contraries
from qa_pipeline.rules.record.days import days_unsaid
from qa_pipeline.rules.record.denied import denied
from qa_pipeline.rules.record.discrepancies import Discrepancy, Kind, judge
from qa_pipeline.rules.record.holders import of_another
from qa_pipeline.rules.record.hours_and_surnames import hours_unsaid, other_half, surnames_unsaid
from qa_pipeline.rules.record.invented import invented
from qa_pipeline.rules.record.left_out import left_out
from qa_pipeline.rules.record.orders import filled, is_consultation, without_order
from qa_pipeline.rules.record.polarity import done_or_not, turned_round
from qa_pipeline.rules.record.text import text_of


class KeyFactsParams(Params):
    """Which facts cost points at once."""

    sure: float = Field(default=0.6, ge=0, le=1, description="识别把握低于此值的事实只提示复核")
    at_once: tuple[str, ...] = Field(
        default=("金额",), description="漏记即计的事实；其余要话务员复述过才计，否则提示复核"
    )


@rule(code="RD03", item="D3", name="事实经过", params=KeyFactsParams, standing=Standing.DEDUCT, needs_roles=False)
def key_facts(ctx: CallContext, params: KeyFactsParams) -> Finding:
    """Whether the facts that the caller stated stand in the order, and the order tells no other.

    What: 取来电人说出的金额、日期、钟点、时长、数量、门牌、车牌、户号单号，以及凭证、合同、伤情、报警、找过哪个单位，
        与工单的标题、主要内容、诉求、时间、地点核对；反过来，工单里的数目、时长、次数、日期、钟点、号牌、整句内容、
        被反映对象在通话里找依据，话务员问到而来电人答有的情节、二选一的回答、房号是谁家的，工单里有没有、对不对，问到的是哪个人、在哪一段、付了多少、复述过的每周几、事发的钟点也是，亲属、左右、颜色、同意与否、办了没有与来电人说的相反的也提示；来电人当场改口、否认的不算数。
    Why: 工单漏了关键事实，承办单位要重新找来电人问；写了没说过的，就会查错方向。
    Passes: 说出的关键事实工单里都有（写法不限，“四五天”即“4至5天”，“上个月十五号”即那一天）；工单没有多写。
    Fails: 主要内容空着；来电人说的金额工单里没有；其他事实经话务员复述而工单里没有。每项计一次。
        门牌号不同由D2计，这里只提示，不重复扣分。
        不计分的漏记只提示话务员问过、复述过的，或工单另写了一个数的；来电人说的数多半本来就不必写。
    Undetermined: 其他事实工单里没有；识别把握不足；工单写了通话里没有听到的数目、情节、名称；工单像是另一通电话的。
        事件经过写得是否完整要人判断。
    Not applicable: 咨询、表扬类工单；没有工单而当场作了解答。
    Source: 默认评分标准D3。
    """
    if (finding := without_order(ctx, "事实经过", needs_speech=True)) is not None:
        return finding
    order = ctx.work_order
    assert order is not None  # noqa: S101  # without_order has seen to it
    if is_consultation(order):
        return not_applicable("咨询、表扬类工单不查事实经过")
    if not filled(order, "主要内容"):
        shown = [field_value(ctx, "主要内容", "", "没有填写")]
        missing = field_details([FieldMark("主要内容", Stands.MISSING)])
        return failed("工单主要内容空着", shown, confidence=0.95, details=missing)
    fine = "来电人说出的金额、时间、数量、门牌工单里都有，工单没有多写"
    return judge(compare_facts(ctx, params), fine, None, checked=("主要内容",))


def compare_facts(ctx: CallContext, params: KeyFactsParams) -> list[Discrepancy]:
    """Return how the facts of the order differ from those of the call; its order must be there."""
    order = ctx.work_order
    assert order is not None  # noqa: S101  # without_order has seen to it
    elsewhere = f"{text_of(order, '发生时间')}。{text_of(order, '标题')}"
    more = [
        *invented(ctx, order),
        *alternatives(ctx, order),
        *denied(ctx, order),
        *of_another(ctx, order),
        *contraries(ctx, order),
        *turned_round(ctx, order),
        *done_or_not(ctx, order),
        *codes_otherwise(ctx, order),
        *hours_unsaid(ctx, order),
        *other_half(ctx, order),
        *surnames_unsaid(ctx, order),
        *days_unsaid(ctx, order, elsewhere),
    ]
    lacking = left_out(ctx, order, params.sure, params.at_once)
    # An amount that is written otherwise is one difference, seen from both sides.
    if any(one.fault for one in lacking):
        more = [one for one in more if one.kind is not Kind.CONFLICT or one.field == "被反映对象"]
    elif (otherwise := [one for one in more if one.kind is Kind.CONFLICT]) and len(lacking) == 1:
        lacking = [
            one for one in lacking if not any(piece.text in o.reason for o in otherwise for piece in one.evidence[:1])
        ]
    return [
        *lacking,
        *circumstances_left_out(ctx, order),
        *asked_and_left_out(ctx, order),
        *answers_left_out(ctx, order),
        *more,
    ]
