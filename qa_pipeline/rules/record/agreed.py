"""What the operator summed up, the caller agreed to, and no demand has: 要求退费，另外删除人脸信息，对吗？对."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from qa_pipeline.language.meaning import alike
from qa_pipeline.language.script import simplify
from qa_pipeline.language.words import content_words
from qa_pipeline.models import CallContext, Role, Utterance, WorkOrder
from qa_pipeline.rules.evidence import field_value, said
from qa_pipeline.rules.record.coverage import covered, parts_of, sounds_in
from qa_pipeline.rules.record.discrepancies import Discrepancy, Kind
from qa_pipeline.rules.record.text import text_of
from qa_pipeline.rules.record.wishes import kinds_said, kinds_written
from qa_pipeline.rules.windows import turns

_FIELD = "具体诉求"
_SUMS_UP = re.compile(
    r"(?:诉求|要求|希望|建议|想(?:要|请|让)?)(?:就是|是|的是)?(?P<wanted>.+?)[，,]?(?:对吗|是吗|对吧|是吧|对不对)[？?]?$"
)
_YES = re.compile(r"^(?:嗯|对|是|好|没错|行|就是|两样|都)")
_BUT = re.compile(r"^(?:嗯|对|是)*[，,]?(?:不对|不是|不用|也不)")
_PART = re.compile(r"[，。；、,;]|(?=另外|还有|以及|并且?|同时)")
_JOINED = re.compile(r"另外|还有|以及|并且?|同时")
_SAYS_NOTHING = frozenset({
    "希望", "要求", "诉求", "尽快", "处理", "解决", "部门", "相关", "核实", "查处", "一下", "问题", "情况", "方面",
    "反映", "协调", "督促", "落实", "您是", "您想", "了解", "进度",
})  # fmt: skip
# Numbers, names and places that are read back are no wishes.
_READ_BACK = re.compile(r"[\d零〇一二两三四五六七八九十百千万幺]|电话|号码|姓|先生|女士|地[址点]|[路街区村镇号栋楼]")
_LEAST = 2
_ALIKE = 0.35


def agreed_wishes(ctx: CallContext, order: WorkOrder, known: Sequence[str]) -> Iterator[Discrepancy]:
    """Yield parts of a summary that the caller said yes to of which the demand has no word; all doubts.

    Args:
        ctx: The call.
        order: Its order.
        known: Words that were told of already.
    """
    title, demand = text_of(order, "标题"), text_of(order, _FIELD)
    text = f"{title}。{demand}"
    for clause, summed_up, agreed in _summaries(ctx):
        if _READ_BACK.search(clause):
            continue
        words = [word for word in content_words(clause) if word not in _SAYS_NOTHING]
        if sum(map(len, words)) < _LEAST or any(word in one for one in known for word in words):
            continue
        if any(covered(word, text) or sounds_in(word, text) for word in words):
            continue
        if set(kinds_said(clause)) & kinds_written(demand) or max(alike(clause, parts_of(text)), default=0) >= _ALIKE:
            continue
        evidence = (
            said(summed_up, "话务员归纳的诉求"),
            said(agreed, "来电人认可"),
            field_value(ctx, _FIELD, demand, "工单所记"),
        )
        reason = f"话务员归纳的诉求“{clause}”来电人认可了，工单的具体诉求里没有"
        yield Discrepancy(Kind.OMITTED, _FIELD, reason, evidence, confidence=0.7)


def _summaries(ctx: CallContext) -> Iterator[tuple[str, Utterance, Utterance]]:
    """Yield each part of the operator's summaries that the caller's next words agreed to."""
    for before, after in pairwise(turns(ctx)):
        if before[0].role is not Role.OPERATOR or after[0].role is not Role.CALLER:
            continue
        reply, summary = simplify(after[0].text), _SUMS_UP.search(simplify(before[-1].text))
        if summary is None or not _YES.search(reply) or _BUT.search(reply):
            continue
        yield from ((clause, before[-1], after[0]) for clause in _wanted(summary["wanted"]))


def _wanted(summary: str) -> Iterator[str]:
    """Yield the parts of a summary that are wishes: its first, what is joined to it, and what asks itself."""
    parts = [part for part in _PART.split(summary) if part]
    for number, part in enumerate(parts):
        joined = _JOINED.match(part)
        if number == 0 or joined or kinds_said(part):
            yield part[joined.end() :] if joined else part
