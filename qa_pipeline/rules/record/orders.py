"""What record rules share: orders that need not be, what was declined, and what of an order was heard in the call."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from qa_pipeline.language.pinyin import SoundMatch, nearest
from qa_pipeline.language.script import simplify
from qa_pipeline.models import CallContext, Evidence, Role, Utterance, WorkOrder
from qa_pipeline.rules.answer.consultations import answered
from qa_pipeline.rules.base import Finding, not_applicable, roles_unclear, undetermined
from qa_pipeline.rules.evidence import said

_DEMANDS = re.compile(r"投诉|举报|反映|要求|希望|没人管|没有人管|管不管|赶紧|给个说法|解决|帮我找|派人")
_EMPTY = frozenset({"", "无", "暂无", "不详", "未知", "未提供", "空", "-", "—", "/", "none", "null", "nan"})
_CONSULTATIONS = frozenset({"咨询", "表扬"})
_NARRATIVE = ("标题", "主要内容", "具体诉求", "发生时间", "事发地点", "被反映对象")


def without_order(ctx: CallContext, what: str) -> Finding | None:
    """Return the finding of a record rule for a call without a work order; None where there is one."""
    if ctx.work_order is not None:
        return None
    if (why := roles_unclear(ctx)) is not None:
        return undetermined(why)
    demand = next((u for u in ctx.transcript.of(Role.CALLER) if _DEMANDS.search(simplify(u.text))), None)
    if answered(ctx) or (demand is None and not ctx.exchanges):
        return not_applicable(f"当场解答或没有诉求，没有工单，不查{what}")
    asked = demand or next((u for u in ctx.transcript.of(Role.CALLER)), None)
    evidence = [said(asked, "来电人的诉求")] if asked is not None else []
    return undetermined(f"没有工单，也没有听到明确的解答，是否应当建单请人工判断（{what}）", evidence)


def by_caller(ctx: CallContext) -> tuple[Utterance, ...]:
    """Return the caller's utterances; all of them where nobody can tell who spoke."""
    return tuple(u for u in ctx.transcript.utterances if u.role is not Role.OPERATOR)


def by_operator(ctx: CallContext) -> tuple[Utterance, ...]:
    """Return the operator's utterances; all of them where nobody can tell who spoke."""
    return tuple(u for u in ctx.transcript.utterances if u.role is not Role.CALLER)


def is_consultation(order: WorkOrder) -> bool:
    """Whether an order only records a question or praise: it has no time, place or demand of its own."""
    return order.get("诉求类型").strip() in _CONSULTATIONS


def filled(order: WorkOrder, name: str) -> bool:
    """Whether a field holds more than a stand-in for nothing (无, 不详)."""
    return simplify(order.get(name)).strip().lower() not in _EMPTY


def narrative(order: WorkOrder) -> str:
    """Return everything that the order tells of the matter."""
    return "。".join(simplify(order.get(name)) for name in _NARRATIVE)


def heard(name: str, spoken: Iterable[Utterance], distance: float) -> tuple[Utterance, SoundMatch] | None:
    """Return where a name sounds in what was said, the best place first; None where nothing is near enough."""
    hits = [(u, match) for u in spoken if (match := nearest(name, u.text)) is not None]
    best = min(hits, key=lambda hit: hit[1].distance, default=None)
    return best if best is not None and best[1].distance <= distance else None


def declined(spoken: Sequence[Utterance], what: str) -> Evidence | None:
    """Return where the caller would not give something (不方便留, 不想说, 匿名)."""
    pattern = re.compile(rf"不方便|不想(?:留|说|透露)|不用(?:留|登记)|不留|匿名|保密|不愿意|(?:{what})就不")
    hit = next((u for u in spoken if u.role is not Role.OPERATOR and pattern.search(simplify(u.text))), None)
    return said(hit, "来电人不愿提供") if hit is not None else None
