"""RD04, item D4: what the caller wants done."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from pydantic import Field

from qa_pipeline.language.meaning import alike
from qa_pipeline.language.script import simplify
from qa_pipeline.language.words import content_words
from qa_pipeline.models import CallContext, Evidence, Standing, WorkOrder
from qa_pipeline.models.beside import Stands, field_details
from qa_pipeline.rules.base import Finding, Params, failed, not_applicable, roles_unclear, rule
from qa_pipeline.rules.evidence import absent, field_value, said
from qa_pipeline.rules.record.agreed import agreed_wishes
from qa_pipeline.rules.record.discrepancies import Discrepancy, Kind, judge, marked
from qa_pipeline.rules.record.official import said_plainly
from qa_pipeline.rules.record.orders import by_caller, filled, heard, is_consultation, without_order
from qa_pipeline.rules.record.spelled_out import spelled_out
from qa_pipeline.rules.record.text import half_said, spoken_text, text_of
from qa_pipeline.rules.record.wishes import (
    counted_off,
    kinds_said,
    kinds_written,
    sayings,
    strictly_written,
    wishes,
)

_FIELD = "具体诉求"
_WANTS = re.compile(r"希望|要求|必须|赶紧|快点|尽快|请(?:你们|帮)|帮我|给我|让他们|想让|能不能|你们要|你们得|快来|派人")
# What follows from any complaint, whether it was asked for or not (希望尽快维修, 要求查处), is no invention.
FORMAL = frozenset({
    "希望", "要求", "诉求", "来电人", "市民", "尽快", "处理", "解决", "相关", "部门", "有关", "请求", "反映",
    "维修", "查处", "核查", "核实", "调查", "整改", "修复", "恢复", "答复", "回复", "办理", "督促", "协调",
    "落实", "加强", "管理", "监管", "依法", "予以", "及时", "安排",
})  # fmt: skip
# Of kinds of wishes that an order names and nobody uttered only those are told that are said in few words.
_PLAIN = frozenset({"退款", "赔偿", "道歉", "拆除", "处罚", "停止"})
# A demand that says the same in other words comes to 0.45 and more, an unrelated one to 0.35 and less.
_ALIKE = 0.4
# 你们快来人, 说清楚为啥, 别搞错了 are how a call is made where nobody had asked what is wanted.
_MANNERS_OF_ASKING = frozenset({"上门", "答复"})
_WARNS = re.compile(r"(?:也|可|千万)?别")
_NO_MORE = re.compile(r"个?(?:说法|交代)$")
_PART = re.compile(r"[，。；、,.;]")


class DemandParams(Params):
    """How much of the demand must be heard."""

    share: float = Field(default=0.25, ge=0, le=1, description="具体诉求里的词至少有几成在通话里听到")
    distance: float = Field(default=0.25, ge=0, le=0.6, description="读音相差多少以内算听到")


@rule(code="RD04", item="D4", name="具体诉求", params=DemandParams, standing=Standing.DEDUCT, needs_roles=False)
def demand(ctx: CallContext, params: DemandParams) -> Finding:
    """Whether the order says what the caller wants, all of it, and whether the call supports it.

    What: 工单的具体诉求是否填写；来电人提出的每一样要求
        （退款、赔偿、维修、停止、处罚……，以及逐条列举的、问到诉求时答的每一句、话务员归纳而来电人认可的）
        工单里有没有；
        工单写的要求在通话里有没有说过，按读音、关键词和意思核对。
    Why: 没有诉求的工单无从办理，也无从回访；漏了一样，来电人只好再打一次。
    Passes: 填写了，与通话相符。
    Fails: 空着。
    Undetermined: 来电人提出的要求有一样工单里没有；填写的内容在通话里几乎听不到；工单像是另一通电话的。
    Not applicable: 咨询、表扬类工单；没有工单而当场作了解答。
    Source: 默认评分标准D4。
    """
    if (finding := without_order(ctx, "具体诉求", needs_speech=True)) is not None:
        return finding
    order = ctx.work_order
    assert order is not None  # noqa: S101  # without_order has seen to it
    if is_consultation(order):
        return not_applicable("咨询、表扬类工单没有具体诉求")
    if not filled(order, _FIELD):
        evidence = [field_value(ctx, _FIELD, "", "没有填写"), *_wishes(ctx)]
        missing = field_details([marked(_FIELD, Stands.MISSING, evidence)])
        return failed("工单没有填写具体诉求", evidence, confidence=0.95, details=missing)
    shown = [field_value(ctx, _FIELD, text_of(order, _FIELD), "工单所记")]
    return judge(compare_demand(ctx, params), "具体诉求填写了，与通话相符", None, shown, checked=(_FIELD,))


def compare_demand(ctx: CallContext, params: DemandParams) -> list[Discrepancy]:
    """Return how the order's demand differs from what the caller asked for; its order must be there."""
    order = ctx.work_order
    assert order is not None  # noqa: S101  # without_order has seen to it
    lacking = [] if roles_unclear(ctx) else _left_out(ctx, order)
    more = _unsaid(ctx, order, params) or _other_demand(ctx, order)
    return [*lacking, *more]


def _left_out(ctx: CallContext, order: WorkOrder) -> list[Discrepancy]:
    """Return the kinds of wishes that the caller uttered and neither the demand nor the title has."""
    text = text_of(order, _FIELD)
    known = kinds_written(text)
    shown = field_value(ctx, _FIELD, text, "工单所记")
    found: dict[str, Discrepancy] = {}
    for wish in wishes(ctx):
        # One clause may be read as several kinds: 上门来看看 is there where one of them is.
        others = [w for w in wishes(ctx) if w.clause == wish.clause and w.kind in known]
        # 给个说法 beside a plain demand asks for nothing more.
        if wish.kind in known or others or wish.clause in found or (known and _NO_MORE.search(wish.clause)):
            continue
        if not wish.asked and (wish.kind in _MANNERS_OF_ASKING or _WARNS.match(wish.clause)):
            continue
        if _refused(wish.clause, simplify(wish.utterance.text)):
            continue
        reason = f"来电人要求“{wish.clause}”（{wish.kind}），工单的具体诉求里没有"
        evidence = (said(wish.utterance, "来电人的要求"), shown)
        found[wish.clause] = Discrepancy(Kind.OMITTED, _FIELD, reason, evidence, confidence=0.7)
    told = [*found.values(), *_enumerated(ctx, order, found)]
    told += spelled_out(ctx, order, [*found, *(one.evidence[0].text for one in told)])
    return [*told, *agreed_wishes(ctx, order, [one.evidence[0].text for one in told])]


_TURNED_DOWN = re.compile(r"^[，,。]?(?:我)?(?:不要|没要|不答应|没答应|不同意|没同意|不接受|不干|哪能要)")


def _refused(clause: str, text: str) -> bool:
    """Whether the caller turned down what a clause tells of: 赔我两百块钱，我不要."""
    return _TURNED_DOWN.search(text.partition(clause)[2]) is not None


def _enumerated(ctx: CallContext, order: WorkOrder, known: Mapping[str, Discrepancy]) -> Iterator[Discrepancy]:
    """Yield what the caller counted off (第二…, 再就是…, 另外…) of which the demand has no word and nothing like it."""
    text = text_of(order, _FIELD)
    written = tuple(part for part in _PART.split(text) if part)
    for clause, utterance in counted_off(ctx):
        words = [word for word in content_words(clause) if word not in FORMAL]
        if not words or any(clause in one or one in clause for one in known):
            continue
        there = any(_stands(word, text) for word in words) or set(kinds_said(clause)) & set(kinds_written(text))
        if there or max(alike(clause, written), default=0.0) >= _ALIKE:
            continue
        evidence = (said(utterance, "来电人的要求"), field_value(ctx, _FIELD, text, "工单所记"))
        yield Discrepancy(Kind.OMITTED, _FIELD, f"来电人要求“{clause}”，工单的具体诉求里没有", evidence, confidence=0.6)


def _stands(word: str, text: str) -> bool:
    """Whether a word stands in a written text, or what it is officially; half of two characters is none."""
    return word in text or (len(word) > 2 and half_said(word, text)) or said_plainly(text, word)


def _other_demand(ctx: CallContext, order: WorkOrder) -> list[Discrepancy]:
    """Return a plain demand of the order (退款, 道歉) of which nothing was said."""
    text = text_of(order, _FIELD)
    spoken = [simplify(u.text) for u in ctx.transcript.utterances]
    unsaid = [kind for kind in strictly_written(text) if kind in _PLAIN and not sayings(spoken, kind)]
    if not unsaid:
        return []
    shown = field_value(ctx, _FIELD, text, f"通话里没有听到要求{unsaid[0]}")
    part = next((part for part in _PART.split(text) if unsaid[0] in strictly_written(part)), text)
    reason = f"工单要求{unsaid[0]}（“{part}”），通话里没有听到"
    return [Discrepancy(Kind.INVENTED, _FIELD, reason, (shown, *_heard_instead(ctx)))]


def _unsaid(ctx: CallContext, order: WorkOrder, params: DemandParams) -> list[Discrepancy]:
    """Return a demand of which hardly a word was heard and nothing like it was said."""
    text = text_of(order, _FIELD)
    spoken = [simplify(u.text) for u in ctx.transcript.utterances]
    wished = kinds_written(text) & {wish.kind for wish in wishes(ctx)}
    if wished or any(sayings(spoken, kind) for kind in strictly_written(text)):
        return []
    parts = [word for word in content_words(text) if word not in FORMAL]
    found = [part for part in parts if _said(ctx, part, params.distance)]
    if not parts or len(found) >= params.share * len(parts):
        return []
    if max(alike(text, [simplify(u.text) for u in by_caller(ctx)]), default=0.0) >= _ALIKE:
        return []
    shown = field_value(ctx, _FIELD, text, "通话里没有听到")
    reason = "工单上的具体诉求与通话内容相差较大"
    return [Discrepancy(Kind.INVENTED, _FIELD, reason, (shown, *_heard_instead(ctx)), confidence=0.6)]


def _heard_instead(ctx: CallContext) -> list[Evidence]:
    spoken = ctx.transcript.utterances
    return _wishes(ctx) or ([absent(spoken, "没有听到这样的要求")] if spoken else [])


def _said(ctx: CallContext, word: str, distance: float) -> bool:
    """Whether a word was heard, or half of its characters: 退款 where the caller said 不让我退."""
    return half_said(word, spoken_text(ctx)) or heard(word, ctx.transcript.utterances, distance) is not None


def _wishes(ctx: CallContext) -> list[Evidence]:
    found = [said(wish.utterance, "来电人的要求") for wish in wishes(ctx)]
    found = found or [said(u, "来电人的要求") for u in by_caller(ctx) if _WANTS.search(simplify(u.text))]
    return list(dict.fromkeys(found))[-2:]
