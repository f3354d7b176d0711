"""RD02, item D2: when and where it happened."""

from __future__ import annotations

import re
from itertools import pairwise

from pydantic import Field

from qa_pipeline.language.clocks import clocks_of, speaks_of_now
from qa_pipeline.language.lasting import lasting_since
from qa_pipeline.language.moments import days_of
from qa_pipeline.language.pinyin import nearest
from qa_pipeline.language.places import formed, listed
from qa_pipeline.language.script import simplify
from qa_pipeline.models import CallContext, Evidence, Role, Standing, Utterance
from qa_pipeline.rules.base import Finding, Params, not_applicable, passed, roles_unclear, rule
from qa_pipeline.rules.evidence import absent, field_value, said
from qa_pipeline.rules.record.discrepancies import Discrepancy, Kind, judge
from qa_pipeline.rules.record.landmarks import landmarks_left_out
from qa_pipeline.rules.record.orders import (
    by_caller,
    by_operator,
    filled,
    held,
    is_consultation,
    may_be_unheard,
    without_order,
)
from qa_pipeline.rules.record.places import compare_place
from qa_pipeline.rules.record.rooms import rooms_left_out
from qa_pipeline.rules.record.times import compare_time
from qa_pipeline.rules.windows import heard_well, turns

_ASKED = {
    "发生时间": re.compile(r"什么时候|几点|哪天|多久了|什么时间|时间"),
    "事发地点": re.compile(r"在哪|哪里|哪个(?:小区|地方|位置|站)|什么位置|具体位置|什么地方|地址|位置"),
}
_QUESTIONS = {"发生时间": ("什么时候", "什么时间"), "事发地点": ("什么位置", "什么地方", "哪个小区", "具体位置")}
_DECLINED = re.compile(r"不(?:知道|清楚|记得|方便)|记不|忘了|说不(?:上|清|准)|没(?:注意|看清|留意)")


class TimeAndPlaceParams(Params):
    """How much of the place must be heard."""

    share: float = Field(default=0.5, ge=0, le=1, description="工单地点里的词至少有几成在通话里听到")
    distance: float = Field(default=0.25, ge=0, le=0.6, description="读音相差多少以内算听到")


@rule(code="RD02", item="D2", name="时间、地点", params=TimeAndPlaceParams, standing=Standing.DEDUCT, needs_roles=False)
def time_and_place(ctx: CallContext, params: TimeAndPlaceParams) -> Finding:
    """Whether the order says when and where, and whether these are the time and the place that were said.

    What: 工单的发生时间、事发地点是否填写；“昨天晚上”“上周三”按来电日期换算后与工单核对；
        地点里的地名、方位、门牌、楼栋号按读音和数值与通话核对，有地名库的按地名库核对（别名、所属区县）；
        来电人说的房号，话务员问到或重复过的标志物（老供销社门口），工单里有没有。
    Why: 缺时间地点的工单承办单位无法处理。
    Passes: 两样都填了，与通话一致；话务员问过而来电人说不出、不愿说的一样不计。
    Fails: 空着（话务员没有问，或来电人说了没有记）；门牌、楼栋号、方位、日期、钟点
        与来电人说的、话务员复述的都不同；每样计一次。
    Undetermined: 地点在通话里听不到相近的读音；只有一处听到不同的门牌号、地名、日期、钟点；
        地名库里没有或不在所写的区县；工单像是另一通电话的。
    Not applicable: 咨询、表扬类工单；没有工单而当场作了解答；两样都问了而来电人说不出。
    Source: 默认评分标准D2。
    """
    if (finding := without_order(ctx, "时间、地点", needs_speech=True)) is not None:
        return finding
    order = ctx.work_order
    assert order is not None  # noqa: S101  # without_order has seen to it
    if is_consultation(order):
        return not_applicable("咨询、表扬类工单没有时间地点")
    empty = [name for name in _ASKED if not filled(order, name)]
    unknown = [name for name in empty if _could_not_say(ctx, name)]
    if len(unknown) == len(_ASKED):
        return not_applicable("时间、地点都问过，来电人说不出")
    found = compare_time_and_place(ctx, params)
    if unknown and not found:
        shown = [piece for name in unknown for piece in _gap(ctx, name)]
        return passed(f"{unknown[0]}问过而来电人没有说清（不计），另一样与通话一致", shown, parts=2)
    return judge(found, "时间、地点都填写了，与通话一致", 2, checked=held(order, _ASKED))


def compare_time_and_place(ctx: CallContext, params: TimeAndPlaceParams) -> list[Discrepancy]:
    """Return how time and place of the order differ from the call; its order must be there."""
    order = ctx.work_order
    assert order is not None  # noqa: S101  # without_order has seen to it
    missing = [name for name in _ASKED if not filled(order, name) and not _could_not_say(ctx, name)]
    found = [_empty(ctx, name) for name in missing]
    if filled(order, "发生时间"):
        found += compare_time(ctx, order)
    if filled(order, "事发地点"):
        found += compare_place(ctx, order, params.distance)
        found += [] if found else rooms_left_out(ctx, order)
        found += [] if found else landmarks_left_out(ctx, order)
    return found


def _could_not_say(ctx: CallContext, name: str) -> bool:
    """Whether the operator asked for it and the caller's next turn did not know."""
    if roles_unclear(ctx) is not None:
        return any(_DECLINED.search(simplify(u.text)) for u in ctx.transcript.utterances)
    for before, after in pairwise(turns(ctx)):
        asked = before[0].role is Role.OPERATOR and any(_asks(u, name) for u in before)
        if asked and after[0].role is Role.CALLER and any(_DECLINED.search(simplify(u.text)) for u in after):
            return True
    return False


def _asks(utterance: Utterance, name: str) -> bool:
    """Whether the operator asks for it, by words or by their sound (什么时后)."""
    if utterance.role is Role.CALLER:
        return False
    hits = (nearest(question, utterance.text) for question in _QUESTIONS[name])
    return bool(_ASKED[name].search(simplify(utterance.text))) or any(
        h is not None and h.distance <= 0.05 for h in hits
    )


def _empty(ctx: CallContext, name: str) -> Discrepancy:
    """Return an empty field: a fault where it was said or nobody asked, a doubt where an answer tells nothing."""
    given = any(_TELLS[name](u.text, ctx) for u in by_caller(ctx))
    gap = tuple(_gap(ctx, name))
    asked = any(piece.note == "话务员问" for piece in gap)
    where = tuple(said(u, "来电人说的") for u in by_caller(ctx) if _TELLS[name](u.text, ctx))[:2]
    evidence = gap if asked else (*gap[:1], *where) if where else gap
    kind = Kind.OMITTED if given else Kind.EMPTY
    sure = given or not (asked or may_be_unheard(ctx))
    confidence = 0.95 if given else min(0.95, heard_well(by_operator(ctx)))
    return Discrepancy(kind, name, f"工单没有填写{name}", evidence, fault=sure, confidence=confidence)


def _tells_time(text: str, ctx: CallContext) -> bool:
    at = ctx.call.started_at
    return bool(days_of(text, at.date()) or clocks_of(text) or speaks_of_now(text) or lasting_since(text, at))


def _tells_place(text: str, ctx: CallContext) -> bool:
    return bool(formed(text) or listed(text, ctx.gazetteer))


_TELLS = {"发生时间": _tells_time, "事发地点": _tells_place}


def _gap(ctx: CallContext, name: str) -> list[Evidence]:
    """Return the empty field and where the operator asked and the caller answered, or that nobody asked."""
    shown = field_value(ctx, name, "", "没有填写")
    for before, after in pairwise(turns(ctx)):
        if before[0].role is Role.OPERATOR and any(_asks(u, name) for u in before):
            return [shown, said(before[-1], "话务员问"), *[said(u, "来电人答") for u in after]]
    spoken = by_operator(ctx)
    return [shown, absent(spoken, f"没有听到话务员询问{name}")] if spoken else [shown]
