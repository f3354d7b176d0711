"""What record rules share: orders that need not be, what was declined, and what of an order was heard in the call."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import pairwise

from qa_pipeline.language.pinyin import SoundMatch, nearest
from qa_pipeline.language.script import simplify
from qa_pipeline.models import TOGETHER, CallContext, Evidence, Role, Utterance, WorkOrder
from qa_pipeline.rules.answer.consultations import answered
from qa_pipeline.rules.base import Finding, not_applicable, roles_unclear, undetermined
from qa_pipeline.rules.evidence import field_value, said
from qa_pipeline.rules.record.belonging import foreign, too_long
from qa_pipeline.rules.record.text import text_of
from qa_pipeline.rules.windows import turns, unclear

_DEMANDS = re.compile(r"投诉|举报|反映|要求|希望|没人管|没有人管|管不管|赶紧|给个说法|解决|帮我找|派人")
_EMPTY = frozenset({"", "无", "暂无", "不详", "未知", "未提供", "空", "-", "—", "/", "none", "null", "nan"})
# 举报白沙河电鱼 filed as 表扬: the wrong type must not keep the order from being held against its call.
_COMPLAINS = re.compile(r"投诉|举报|反映")
_CONSULTATIONS = frozenset({"咨询", "表扬"})
_ASKED = {TOGETHER: "没有工单，也没有听到明确的解答：该不该建单？不该建的各项都不适用，该建而没有建的各项都判差错"}


def without_order(ctx: CallContext, what: str, *, needs_speech: bool = False) -> Finding | None:
    """Return the finding of a record rule where the order cannot be held against the call; None where it can.

    There is none, it is another call's, or longer than anybody writes, or (``needs_speech``) nothing was recognised.
    """
    if ctx.work_order is not None:
        if needs_speech and not ctx.transcript.utterances:
            return undetermined(f"没有识别到任何语句，无法核对{what}，请人工听录音")
        if (why := too_long(ctx)) is not None:
            return undetermined(f"{why}（{what}），请人工复核")
        if (why := foreign(ctx)) is not None:
            order = ctx.work_order
            shown = [field_value(ctx, name, text_of(order, name), why) for name in ("来电号码", "来电时间", "标题")]
            return undetermined(f"工单像是另一通电话的（{why}），没有核对{what}，请人工核实", shown)
        return None
    if (why := roles_unclear(ctx)) is not None:
        return undetermined(why)
    demand = next((u for u in ctx.transcript.of(Role.CALLER) if _DEMANDS.search(simplify(u.text))), None)
    if answered(ctx) or (demand is None and not ctx.exchanges):
        return not_applicable(f"当场解答或没有诉求，没有工单，不查{what}")
    asked = demand or next((u for u in ctx.transcript.of(Role.CALLER)), None)
    evidence = [said(asked, "来电人的诉求")] if asked is not None else []
    return undetermined(f"没有工单，也没有听到明确的解答，是否应当建单请人工判断（{what}）", evidence, details=_ASKED)


def may_be_unheard(ctx: CallContext) -> bool:
    """Whether words of the call were not understood, so that what seems not to have been said may have been."""
    end_ms = ctx.recording.duration_ms
    return not ctx.transcript.utterances or any(unclear(ctx, role, 0, end_ms) for role in (Role.CALLER, Role.OPERATOR))


def by_caller(ctx: CallContext) -> tuple[Utterance, ...]:
    """Return the caller's utterances; all of them where nobody can tell who spoke."""
    return tuple(u for u in ctx.transcript.utterances if u.role is not Role.OPERATOR)


def by_operator(ctx: CallContext) -> tuple[Utterance, ...]:
    """Return the operator's utterances; all of them where nobody can tell who spoke."""
    return tuple(u for u in ctx.transcript.utterances if u.role is not Role.CALLER)


def is_consultation(order: WorkOrder) -> bool:
    """Whether an order only records a question or praise: it has no time, place or demand of its own."""
    return text_of(order, "诉求类型") in _CONSULTATIONS and not _COMPLAINS.match(text_of(order, "标题"))


def filled(order: WorkOrder, name: str) -> bool:
    """Whether a field holds more than a stand-in for nothing (无, 不详)."""
    return text_of(order, name).lower() not in _EMPTY


def held(order: WorkOrder | None, names: Iterable[str]) -> tuple[str, ...]:
    """Return those of an order's fields that hold something."""
    return () if order is None else tuple(name for name in names if filled(order, name))


def heard(name: str, spoken: Iterable[Utterance], distance: float) -> tuple[Utterance, SoundMatch] | None:
    """Return where a name sounds in what was said, the best place first; None where nothing is near enough."""
    hits = [(u, match) for u in spoken if (match := nearest(name, u.text)) is not None]
    best = min(hits, key=lambda hit: hit[1].distance, default=None)
    return best if best is not None and best[1].distance <= distance else None


_DECLINES = re.compile(
    r"不(?:太)?方便|不想(?:留|说|透露|告诉)|不用(?:留|登记|记)|不留|匿名|不愿意|不(?:能)?(?:说|告诉)了?吧|别(?:问|"
    r"记|留)|保密|就不(?:说|留|报)|(?:姓名|名字|名儿?|姓啥)我?就?不(?:说|留|报|讲)"
)
_GIVES_NAME = re.compile(r"(?:^|我|，)(?:就)?(?:免贵)?(?:姓|叫)[\u4e00-\u9fff]")
_ANONYMOUS = re.compile(
    r"匿名|(?:不想|不用|不愿意?|不方便|不)(?:留|说|透露|报|登记)(?:我的?)?(?:姓名|名字|名|姓)|(?:姓名|名字)就(?:不|算)"
)


def declined(ctx: CallContext, asked: re.Pattern[str]) -> Evidence | None:
    """Return where the caller would not give something: asked for it and answering so, or asking to be anonymous."""
    for before, after in pairwise(turns(ctx)):
        if after[0].role is Role.OPERATOR or not any(asked.search(simplify(u.text)) for u in before):
            continue
        for utterance in after:
            text = simplify(utterance.text)
            if _DECLINES.search(text) and not _GIVES_NAME.search(text):
                return said(utterance, "来电人不愿提供")
    hit = next((u for u in by_caller(ctx) if _ANONYMOUS.search(simplify(u.text))), None)
    return said(hit, "来电人不愿提供") if hit is not None else None
