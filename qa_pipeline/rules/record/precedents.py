"""Category, urgency and unit of an order against the centre's own earlier orders of like matters. Advice only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

from qa_pipeline.models import CallContext, Evidence, Precedent, WorkOrder
from qa_pipeline.rules.evidence import absent, field_value
from qa_pipeline.rules.record.text import text_of

# Four of the five likest, all of them near, settle a matter; fewer or farther ones are no custom of the centre.
_NEIGHBOURS = 5
_AGREE = 4
_NEAR = 0.5

Advice = tuple[str, tuple[Evidence, ...]]


def unlike_precedents(ctx: CallContext, order: WorkOrder) -> list[Advice]:
    """Return for which fields the likest earlier orders nearly all have another value than this one."""
    near = [one for one in ctx.precedents if one.likeness >= _NEAR][:_NEIGHBOURS]
    if len(near) < _AGREE:
        return []
    checks: tuple[tuple[str, Callable[[Precedent], str]], ...] = (
        ("问题分类", lambda one: _head(one.category)),
        ("紧急程度", lambda one: one.urgency),
        ("承办单位", lambda one: _office(one.unit)),
    )
    return [found for name, read in checks if (found := _unlike(ctx, order, name, read, near)) is not None]


def _unlike(
    ctx: CallContext, order: WorkOrder, name: str, read: Callable[[Precedent], str], near: Sequence[Precedent]
) -> Advice | None:
    own = text_of(order, name)
    mine = {"问题分类": _head, "承办单位": _office}.get(name, str)(own)
    usual, count = (
        Counter(read(one) for one in near if read(one)).most_common(1)[0] if any(map(read, near)) else ("", 0)
    )
    if not mine or count < _AGREE or any(read(one) == mine for one in near):
        return None
    examples = "、".join(f"{one.order_id}《{one.title}》" for one in near if read(one) == usual)
    shown = field_value(ctx, name, own, f"以往相似工单：{examples}")
    spoken = ctx.transcript.utterances
    matter = (absent(spoken, "通话所说的事"),) if spoken else ()
    return f"{name}填“{own}”，以往{len(near)}件相似工单里{count}件是“{usual}”", (shown, *matter)


def _head(category: str) -> str:
    """Return the first level of a category: 生态环境 of 生态环境/噪声污染."""
    return category.split("/", maxsplit=1)[0].strip()


def _office(unit: str) -> str:
    """Return a unit without the district, since like matters lie in all of them."""
    for mark in ("区", "县", "市"):
        place = unit.find(mark)
        if 1 <= place <= 4 and len(unit) - place > 3:
            return unit[place + 1 :]
    return unit
