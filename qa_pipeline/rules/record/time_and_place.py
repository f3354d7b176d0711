"""RD02, item D2: when and where it happened."""

from __future__ import annotations

import re
from itertools import pairwise

from pydantic import Field

from qa_pipeline.language.script import simplify
from qa_pipeline.language.values import values
from qa_pipeline.language.words import content_words
from qa_pipeline.models import CallContext, Evidence, Role, Standing, WorkOrder
from qa_pipeline.rules.answer.consultations import words
from qa_pipeline.rules.base import Finding, Params, failed, not_applicable, passed, roles_unclear, rule, undetermined
from qa_pipeline.rules.evidence import absent, field_value, said
from qa_pipeline.rules.record.orders import by_operator, filled, heard, is_consultation, without_order
from qa_pipeline.rules.windows import turns

_ASKED = {
    "发生时间": re.compile(r"什么时候|几点|哪天|多久了|什么时间|时间"),
    "事发地点": re.compile(r"在哪|哪里|哪个(?:小区|地方|位置|站)|什么位置|具体位置|什么地方|地址|位置"),
}
_UNITS = frozenset({"号", "楼", "栋", "单元", "层", "室", "号楼"})
_DECLINED = re.compile(r"不(?:知道|清楚|记得|方便)|记不|忘了|说不(?:上|清)|没(?:注意|看清)")


class TimeAndPlaceParams(Params):
    """How much of the place must be heard."""

    share: float = Field(default=0.5, ge=0, le=1, description="工单地点里的词至少有几成在通话里听到")
    distance: float = Field(default=0.25, ge=0, le=0.6, description="读音相差多少以内算听到")


@rule(code="RD02", item="D2", name="时间、地点", params=TimeAndPlaceParams, standing=Standing.DEDUCT, needs_roles=False)
def time_and_place(ctx: CallContext, params: TimeAndPlaceParams) -> Finding:
    """Whether the order says when and where, and whether the place is the one that was said.

    What: 工单的发生时间、事发地点是否填写；地点里的词和门牌、楼栋号按读音和数值与通话核对。
    Why: 缺时间地点的工单承办单位无法处理。
    Passes: 两样都填了，地点在通话里听得到。
    Fails: 空着（话务员没有问，或来电人说了没有记）；门牌、楼栋号与来电人说的、话务员复述的都不同；每样计一次。
    Undetermined: 话务员问了而来电人说不出；地点在通话里听不到相近的读音；只有一处听到不同的门牌号。
    Not applicable: 咨询、表扬类工单；没有工单而当场作了解答。
    Source: 默认评分标准D2。
    """
    if (finding := without_order(ctx, "时间、地点")) is not None:
        return finding
    order = ctx.work_order
    assert order is not None  # noqa: S101  # without_order has seen to it
    if is_consultation(order):
        return not_applicable("咨询、表扬类工单没有时间地点")
    empty = [name for name in _ASKED if not filled(order, name)]
    unknown = [name for name in empty if _could_not_say(ctx, name)]
    missing = [name for name in empty if name not in unknown]
    if missing:
        evidence = [piece for name in missing for piece in _gap(ctx, name)]
        return failed(f"工单没有填写{'、'.join(missing)}", evidence, faults=len(missing), parts=2, confidence=0.95)
    if unknown:
        evidence = [piece for name in unknown for piece in _gap(ctx, name)]
        return undetermined(f"{'、'.join(unknown)}空着，话务员问过而来电人没有说清，请人工复核", evidence, parts=2)
    return _supported(ctx, order, params)


def _could_not_say(ctx: CallContext, name: str) -> bool:
    """Whether the operator asked for it and the caller's next turn did not know."""
    if roles_unclear(ctx) is not None:
        return any(_DECLINED.search(simplify(u.text)) for u in ctx.transcript.utterances)
    for before, after in pairwise(turns(ctx)):
        asked = before[0].role is Role.OPERATOR and any(_ASKED[name].search(simplify(u.text)) for u in before)
        if asked and after[0].role is Role.CALLER and any(_DECLINED.search(simplify(u.text)) for u in after):
            return True
    return False


def _gap(ctx: CallContext, name: str) -> list[Evidence]:
    """Return the empty field and where the operator asked and the caller answered, or that nobody asked."""
    shown = field_value(ctx, name, "", "没有填写")
    said_turns = turns(ctx)
    for before, after in pairwise(said_turns):
        if before[0].role is Role.OPERATOR and any(_ASKED[name].search(simplify(u.text)) for u in before):
            return [shown, said(before[-1], "话务员问"), *[said(u, "来电人答") for u in after]]
    spoken = by_operator(ctx)
    return [shown, absent(spoken, f"没有听到话务员询问{name}")] if spoken else [shown]


def _supported(ctx: CallContext, order: WorkOrder, params: TimeAndPlaceParams) -> Finding:
    place = simplify(order.get("事发地点"))
    if (wrong := _other_numbers(ctx, place)) is not None:
        return wrong
    parts = content_words(re.sub(r"[\d零一二三四五六七八九十百]+(?:号楼|号|栋|单元|楼|层|室)", " ", place))
    said_parts = [part for part in parts if heard(part, ctx.transcript.utterances, params.distance) is not None]
    if parts and len(said_parts) < params.share * len(parts):
        evidence = [field_value(ctx, "事发地点", place, "通话里没有听到读音相近的地点")]
        return undetermined("工单上的地点在通话里没有听到，请人工复核", evidence, parts=2)
    return passed("时间、地点都填写了，地点与通话一致", parts=2)


def _other_numbers(ctx: CallContext, place: str) -> Finding | None:
    """Hold house and building numbers of the order against those that were said."""
    written = {(v.unit.replace("号楼", "栋"), v.value) for v in values(place) if v.unit in _UNITS}
    spoken = [f for f in ctx.facts if f.unit in _UNITS]
    for unit, value in sorted(written):
        same_unit = [f for f in spoken if f.unit.replace("号楼", "栋") == unit]
        if not same_unit or any(f.value == value for f in same_unit):
            continue
        evidence = [
            field_value(ctx, "事发地点", place, "工单上的地点"),
            *[words(f, ctx, f"说的是{f.value}{unit}") for f in same_unit],
        ]
        reason = f"工单地点写{value}{unit}，通话里说的是{same_unit[0].value}{unit}"
        agreed = {f.role for f in same_unit if f.value == same_unit[0].value}
        if len(agreed) > 1:
            return failed(reason, evidence, parts=2, confidence=min(f.confidence for f in same_unit))
        return undetermined(f"{reason}，请人工复核", evidence, parts=2)
    return None
