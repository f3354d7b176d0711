"""RD05, item D5: category, urgency and responsible unit."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import Field

from qa_pipeline.language.pinyin import sound_distance
from qa_pipeline.language.script import simplify
from qa_pipeline.models import CallContext, Evidence, EvidenceKind, Standing, Utterance, WorkOrder
from qa_pipeline.models.beside import FieldMark, Stands, field_details
from qa_pipeline.rules.answer.consultations import certainty
from qa_pipeline.rules.base import Finding, Params, failed, passed, rule, undetermined
from qa_pipeline.rules.evidence import field_value, said
from qa_pipeline.rules.record.discrepancies import marked
from qa_pipeline.rules.record.orders import by_operator, filled, heard, without_order
from qa_pipeline.rules.record.precedents import unlike_precedents
from qa_pipeline.rules.record.text import text_of
from qa_pipeline.rules.record.topics import (
    other_district,
    other_office,
    other_topic,
    other_type,
    unlike_office,
    within_its_field,
)

_FIELDS = ("问题分类", "紧急程度", "承办单位")
_UNIT_SAID = re.compile(
    r"(?:转(?:到|给|交给?|派|往)?|派(?:到|给|发给?)?|交(?:给|由)|由|反馈给)"
    r"(?P<unit>[\u4e00-\u9fff]{2,20}?(?:局|委员会|委|集团|公司|大队|支队|街道办(?:事处)?|镇政府|乡政府|中心|管委会))"
)
# An entry of the hotline's own (保密, 回访) is of how calls are taken, not of who sees to a matter.
_OURSELVES = re.compile(r"热线|12345")
_VAGUE = re.compile(r"相关|有关|承办|职能|对应|主管|属地|下面|各个")
_URGENT = re.compile(r"(?:按|走|作为|列为|标为)?紧急(?:工单|件|处理|程度)|加急")
_ORDINARY = frozenset({"普通", "一般", "不紧急"})
_REGION = re.compile(r"^[\u4e00-\u9fff]{2,4}?[省市区县旗]")


class RoutingParams(Params):
    """How alike names of units must sound."""

    same: float = Field(default=0.25, ge=0, le=0.6, description="单位名称读音相差多少以内算同一个")
    other: float = Field(default=0.45, ge=0, le=1, description="单位名称读音相差多少以上算不同的单位")


@dataclass(frozen=True, slots=True)
class _Conflict:
    reason: str
    evidence: tuple[Evidence, ...]
    confidence: float


@rule(
    code="RD05",
    item="D5",
    name="分类、紧急程度、承办单位",
    params=RoutingParams,
    standing=Standing.DEDUCT,
    needs_roles=False,
)
def routing(ctx: CallContext, params: RoutingParams) -> Finding:
    """Whether category, urgency and unit are filled in and are what the operator said.

    What: 问题分类、紧急程度、承办单位是否填写；承办单位、紧急程度与话务员告知来电人的是否一致，
        承办单位与知识条目的是否一致；三样与本中心以往相似工单的是否一致（只作提示）；
        诉求类型与标题、通话是否相称，承办单位与事发地点是否同一区县、与标题诉求分类是否相称（只作提示）。
    Why: 派错单位，工单要退回重派。
    Passes: 三样都填了，与话务员说的一致。
    Fails: 空着；话务员说转甲单位而工单派给乙单位；话务员说按紧急办而工单是普通。每样计一次。
    Undetermined: 只与知识条目的单位不同；单位名称没有听清；本中心以往相似的工单大多用另一个分类、紧急程度或承办单位；
        工单像是另一通电话的。
    Not applicable: 没有工单而当场作了解答。
    Source: 默认评分标准D5。
    """
    if (finding := without_order(ctx, "分类、紧急程度、承办单位")) is not None:
        return finding
    order = ctx.work_order
    assert order is not None  # noqa: S101  # without_order has seen to it
    empty = [
        _Conflict(f"没有填写{name}", (field_value(ctx, name, "", "没有填写"),), 0.95)
        for name in _FIELDS
        if not filled(order, name)
    ]
    conflicts: list[_Conflict] = [c for c in (_urgency(ctx, order), _unit(ctx, order, params)) if c is not None]
    faults = [*empty, *conflicts]
    if faults:
        evidence = [piece for fault in faults for piece in fault.evidence]
        sure = min(fault.confidence for fault in faults)
        told, stand = "；".join(f.reason for f in faults), _stand([c.evidence for c in conflicts], empty)
        return failed(told, evidence, faults=len(faults), parts=3, confidence=sure, details=stand)
    doubts = [one for one in (_unlike_entry(ctx, order, params),) if one is not None]
    # What a unit sees to is wide: it is only doubted where the category is of another matter too.
    if (other := other_type(ctx, order)) is not None:
        doubts.append(_Conflict(*other, 0.5))
    if (unlike := unlike_office(ctx, order)) is not None and not doubts:
        doubts.append(_Conflict(*unlike, 0.5))
    if (district := other_district(order, ctx)) is not None:
        doubts.append(_Conflict(*district, 0.5))
    if (topic := other_topic(ctx, order)) is not None:
        office = None if doubts else other_office(ctx, order)
        doubts += [_Conflict(*one, 0.5) for one in (topic, office) if one is not None]
    advice = [(one.reason, one.evidence) for one in doubts] + unlike_precedents(ctx, order)
    details = _stand([pieces for _, pieces in advice])
    if advice:
        evidence = [piece for _, pieces in advice for piece in pieces]
        why = "；".join(reason for reason, _ in advice)
        return undetermined(f"{why}，请人工复核", evidence, parts=3, details=details)
    return passed("分类、紧急程度、承办单位都填写了，与通话一致", parts=3, details=details)


def _stand(differing: Sequence[Sequence[Evidence]], empty: Sequence[_Conflict] = ()) -> dict[str, str]:
    """Return how each field stands; evidence begins with the field that it is of."""
    missing = [(one.evidence, Stands.MISSING) for one in empty]
    found = [
        marked(pieces[0].text.partition("：")[0], stands, pieces)
        for pieces, stands in (*missing, *((pieces, Stands.DIFFERS) for pieces in differing))
        if pieces and pieces[0].kind is EvidenceKind.FIELD
    ]
    return field_details([*found, *(FieldMark(name, Stands.AGREES) for name in _FIELDS)])


def _urgency(ctx: CallContext, order: WorkOrder) -> _Conflict | None:
    urgent = next((u for u in by_operator(ctx) if _URGENT.search(simplify(u.text))), None)
    level = text_of(order, "紧急程度")
    if urgent is None or level not in _ORDINARY or not filled(order, "紧急程度"):
        return None
    evidence = (field_value(ctx, "紧急程度", level, "工单所填"), said(urgent, "话务员说按紧急办"))
    return _Conflict(f"话务员说按紧急办理，工单填的是{level}", evidence, urgent.confidence)


def _unit(ctx: CallContext, order: WorkOrder, params: RoutingParams) -> _Conflict | None:
    unit = text_of(order, "承办单位")
    spoken = by_operator(ctx)
    if (region := _other_region(spoken, unit)) is not None:
        return _told_otherwise(ctx, unit, *region)
    if not unit or heard(unit, spoken, params.same) is not None or heard(_core(unit), spoken, params.same) is not None:
        return None
    for utterance, named in _named_units(spoken):
        if _within(named, unit):
            continue
        if sound_distance(_core(named), _core(unit)) >= params.other:
            return _told_otherwise(ctx, unit, utterance, named)
    return None


def _told_otherwise(ctx: CallContext, unit: str, utterance: Utterance, named: str) -> _Conflict:
    evidence = (field_value(ctx, "承办单位", unit, "工单派给"), said(utterance, f"话务员说转{named}"))
    return _Conflict(f"话务员告知转{named}，工单派给{unit}", evidence, utterance.confidence)


def _other_region(spoken: tuple[Utterance, ...], unit: str) -> tuple[Utterance, str] | None:
    """Return where the same office of another district was named: 河东区公安分局 where the order has 青石区公安分局."""
    mine = _REGION.match(unit)
    named = [(u, name) for u, name in _named_units(spoken) if _REGION.match(name)]
    if mine is None or any(sound_distance(_region(name), mine[0]) <= 0.34 for _, name in named):
        return None
    return next(((u, name) for u, name in named if sound_distance(_core(name), _core(unit)) <= 0.25), None)


def _region(name: str) -> str:
    found = _REGION.match(name)
    return found[0] if found else ""


def _within(named: str, unit: str) -> bool:
    """Whether the unit that was named is part of the order's, or its short name: 交警大队 of 交警支队河东大队."""
    rest = iter(unit)
    short = _core(named)
    return all(character in rest for character in short) or _core(unit) in named


def _named_units(spoken: tuple[Utterance, ...]) -> list[tuple[Utterance, str]]:
    return [
        (utterance, found["unit"])
        for utterance in spoken
        for found in _UNIT_SAID.finditer(simplify(utterance.text))
        if not _VAGUE.search(found["unit"])
    ]


def _unlike_entry(ctx: CallContext, order: WorkOrder, params: RoutingParams) -> _Conflict | None:
    """Hold the unit against the department of the entry that the matter surely belongs to."""
    unit = text_of(order, "承办单位")
    sure = [e.entry for e in ctx.exchanges if e.entry is not None and certainty(e) >= 0.7]
    departments = [
        simplify(entry.owner_department) for entry in sure if not _OURSELVES.search(entry.owner_department or "热线")
    ]
    if heard(_core(unit), by_operator(ctx), params.same) is not None:
        return None  # the caller was told, and the centre knows its units better than the base
    if within_its_field(ctx, order):
        return None  # an entry that comes near is no reason against a unit that sees to such matters
    if not departments or any(sound_distance(_core(name), _core(unit)) < params.other for name in departments):
        return None
    evidence = (field_value(ctx, "承办单位", unit, f"知识条目《{sure[0].title}》归{departments[0]}"),)
    return _Conflict(f"工单派给{unit}，同类知识条目归{departments[0]}", evidence, 0.5)


def _core(unit: str) -> str:
    """Return a unit's name without its region: 城市管理局 for 临江区城市管理局."""
    return _REGION.sub("", unit) or unit
