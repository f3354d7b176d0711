"""Either-or questions: 居民医保还是职工医保？职工医保, and an order that has the other one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from qa_pipeline.language.script import simplify
from qa_pipeline.models import CallContext, Role, Utterance, WorkOrder
from qa_pipeline.rules.evidence import field_value, said
from qa_pipeline.rules.record.discrepancies import Discrepancy, Kind
from qa_pipeline.rules.record.text import text_of
from qa_pipeline.rules.windows import turns

_FIELDS = ("主要内容", "具体诉求", "事发地点", "发生时间")
_OR = re.compile(r"(?P<first>[\u4e00-\u9fff]{1,14})[，,]?还是(?P<second>[\u4e00-\u9fff]{1,10})")
_TAIL = re.compile(r"(?:呢|吗|啊|的|呀)+$")
_SHORTEST = 2
_LONGEST = 8


def alternatives(ctx: CallContext, order: WorkOrder) -> Iterator[Discrepancy]:
    """Yield where the operator offered two, the caller chose one, and the order has only the other; all doubts."""
    for before, after in pairwise(turns(ctx)):
        if before[0].role is not Role.OPERATOR or after[0].role is not Role.CALLER:
            continue
        for first, second in _offered(simplify(before[-1].text)):
            reply = simplify(after[0].text)
            chosen = [(a, b) for a, b in ((first, second), (second, first)) if a in reply and b not in reply]
            if len(chosen) == 1:
                yield from _other_one(ctx, order, *chosen[0], after[0])


def _offered(question: str) -> Iterator[tuple[str, str]]:
    """Yield the two that a question offers, as far as they differ: 居民, 职工 of 交的是居民医保还是职工医保."""
    for found in _OR.finditer(question):
        second = _TAIL.sub("", found["second"])
        first = found["first"][-_LONGEST:]
        # What both end with tells where the first begins: 居民医保, 职工医保.
        shared = next((second[n:] for n in range(1, len(second)) if first.endswith(second[n:])), "")
        if shared:
            own = second[: len(second) - len(shared)]
            other = first[: len(first) - len(shared)][-len(own) :]
            if len(own + shared) >= _SHORTEST and other:
                yield other + shared, own + shared
        elif len(second) >= _SHORTEST:
            yield first[-len(second) :], second


def _other_one(
    ctx: CallContext, order: WorkOrder, chosen: str, other: str, utterance: Utterance
) -> Iterator[Discrepancy]:
    written = "。".join(text_of(order, name) for name in (*_FIELDS, "标题"))
    if chosen in written:
        return
    for name in _FIELDS:
        text = text_of(order, name)
        if other in text:
            evidence = (field_value(ctx, name, text, "工单所记"), said(utterance, f"说的是{chosen}"))
            reason = f"工单写“{other}”，通话里说的是“{chosen}”"
            yield Discrepancy(Kind.CONFLICT, name, reason, evidence, confidence=0.7)
            return
