"""AN04, item C4: whether the caller was told where the order goes and by when."""

from __future__ import annotations

import re

from pydantic import Field

from qa_pipeline.language.pinyin import nearest
from qa_pipeline.language.script import simplify
from qa_pipeline.models import CallContext, Evidence, Role, Standing, Utterance
from qa_pipeline.rules.base import Finding, Params, failed, not_applicable, passed, roles_unclear, rule, undetermined
from qa_pipeline.rules.evidence import absent, said
from qa_pipeline.rules.matching import Phrase, heard, like, phrases
from qa_pipeline.rules.shipped import shipped
from qa_pipeline.rules.windows import heard_well, unclear

_DEADLINES = phrases("个工作日内", "工作日之内", "小时之内", "个工作日", "小时以内")
_UNIT = r"(?:局|委|办|厅|处|集团|公司|大队|支队|中队|街道|镇|乡|区|县|部门|单位|中心|社区|政府|物业|医院|学校)"
_SENT = re.compile(
    rf"(?:转|派|交由?|反馈|移交|提交|上报|下派|推送).{{0,24}}?{_UNIT}|由.{{2,20}}?{_UNIT}.{{0,4}}(?:处理|办理|联系|负责|答复|核实)"
)
_BY_WHEN = re.compile(r"答复|回复|办结|办理|处理|联系|反馈|解决|回电|回访|核实|到现场|上门|修复")
_READ_BACK = re.compile(r"核对|对吗|对吧|是吗|是不是")
_DAY_WORDS = re.compile(r"(?:今天|今晚|当天|明天|后天|本周|这周|下周|下班前|月底)[^，。]{0,4}(?:之?前|内|会|就|给)")
_DURATIONS = frozenset({"workday", "day", "hour", "month", "minute"})


class WhereAndWhenParams(Params):
    """How alike the unit's name must sound, and words that leave it in doubt."""

    distance: float = Field(default=0.34, ge=0, le=0.6, description="承办单位名称读音相差多少以内算说到了")
    perhaps: float = Field(default=0.5, ge=0, le=0.8, description="承办单位名称读音相差多少以内存疑")
    where_doubtful: tuple[Phrase, ...] = Field(
        default_factory=shipped("AN04", "where_doubtful"), description="可能是说去向、不能确定的话"
    )
    when_doubtful: tuple[Phrase, ...] = Field(
        default_factory=shipped("AN04", "when_doubtful"), description="可能是说时限、不能确定的话"
    )


@rule(
    code="AN04",
    item="C4",
    name="告知去向与时限",
    params=WhereAndWhenParams,
    standing=Standing.DEDUCT,
    needs_roles=False,
)
def where_and_when(ctx: CallContext, params: WhereAndWhenParams) -> Finding:
    """Whether the operator said which unit gets the order and by when there is an answer.

    What: 生成工单的通话里，话务员是否说了转给哪个单位（按读音比对承办单位，或“转相关部门”一类的话）和办理、答复的时限。
    Why: 来电人应当知道找谁、等多久。
    Passes: 两样都说了。如“转到城市管理局办理，五个工作日内给您答复”。
    Fails: 每缺一样计一次；“尽快”不是时限。
    Undetermined: 话务员后半段有听不清的话；没有听到的一样有相近的话（“转给”“小时之内”，或读音像承办单位的）。
    Not applicable: 没有生成工单。
    Source: 默认评分标准C4。
    """
    order = ctx.work_order
    if order is None:
        return not_applicable("没有生成工单")
    if not ctx.transcript.utterances:
        return undetermined("没有识别到任何语句，请人工听录音", parts=2)
    # Whoever is taken to have said it, the caller was told.
    spoken = tuple(u for u in ctx.transcript.utterances if u.role is not Role.CALLER)
    where = _where(spoken, order.get("承办单位"), params.distance)
    when = _when(ctx, spoken)
    found = [said(u, note) for u, note in ((where, "去向"), (when, "时限")) if u is not None]
    missing = [name for name, u in (("去向", where), ("时限", when)) if u is None]
    if not missing:
        return passed("告知了去向和时限", found, parts=2)
    return _missing(ctx, spoken, missing, found, params)


def _missing(
    ctx: CallContext,
    spoken: tuple[Utterance, ...],
    missing: list[str],
    found: list[Evidence],
    params: WhereAndWhenParams,
) -> Finding:
    reason = f"没有告知{'和'.join(missing)}"
    evidence = [*([absent(spoken[1:] or spoken, reason)] if spoken else []), *found]
    if (why := roles_unclear(ctx)) is not None:
        return undetermined(f"{reason}；{why}", evidence, parts=2)
    if unclear(ctx, Role.OPERATOR, spoken[0].end_ms, ctx.recording.duration_ms):
        return undetermined(f"{reason}，但话务员有听不清的话，请人工复核", evidence, parts=2)
    perhaps = [name for name in missing if _perhaps(ctx, spoken, name, params)]
    sure = [name for name in missing if name not in perhaps]
    if not sure:
        return undetermined(f"有读音像{'、'.join(perhaps)}的话，没有听清，请人工复核", evidence, parts=2)
    reason = f"没有告知{'和'.join(sure)}" + (f"（{'、'.join(perhaps)}没有听清，未计）" if perhaps else "")
    return failed(reason, evidence, faults=len(sure), parts=2, confidence=heard_well(spoken))


def _perhaps(ctx: CallContext, spoken: tuple[Utterance, ...], name: str, params: WhereAndWhenParams) -> bool:
    """Whether something close to ``name`` was heard, which is then not surely missing."""
    if name == "时限":
        return like(_DEADLINES, spoken) or bool(heard(params.when_doubtful, spoken))
    unit = ctx.work_order.get("承办单位") if ctx.work_order else ""
    return _where(spoken, unit, params.perhaps) is not None or bool(heard(params.where_doubtful, spoken))


def _where(spoken: tuple[Utterance, ...], unit: str, distance: float) -> Utterance | None:
    for utterance in spoken:
        match = nearest(unit, utterance.text) if len(unit) >= 4 else None
        if _SENT.search(simplify(utterance.text)) or (match is not None and match.distance <= distance):
            return utterance
    return None


def _when(ctx: CallContext, spoken: tuple[Utterance, ...]) -> Utterance | None:
    """Return the utterance that promises a time: a duration with what is to happen, not one that is read back."""
    told = {
        f.utterance: f.unit
        for f in ctx.facts
        if f.role is not Role.CALLER and f.unit in _DURATIONS and f.slot != "quoted"
    }
    for place, utterance in enumerate(spoken):
        text = simplify(utterance.text)
        # 五个工作日内 | 给您答复: the recogniser cuts at a pause.
        following = spoken[place + 1 : place + 2]
        onward = text + "".join(u.text for u in following if u.index == utterance.index + 1)
        promised = told.get(utterance.index)
        # Nobody reads back working days; a stretch of other time may be the caller's matter.
        if promised == "workday" or (promised and _BY_WHEN.search(onward) and not _READ_BACK.search(text)):
            return utterance
        if _DAY_WORDS.search(text):
            return utterance
    return None
