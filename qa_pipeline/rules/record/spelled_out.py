"""What callers spell out when they are asked what they want, held clause by clause against the order's demand."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from qa_pipeline.language.meaning import alike
from qa_pipeline.language.script import simplify
from qa_pipeline.language.words import content_words
from qa_pipeline.models import CallContext, Role, Utterance, WorkOrder
from qa_pipeline.rules.evidence import field_value, said
from qa_pipeline.rules.record.coverage import covered, parts_of, sounds_in
from qa_pipeline.rules.record.discrepancies import Discrepancy, Kind
from qa_pipeline.rules.record.text import text_of
from qa_pipeline.rules.record.wishes import asks_for_wish, goes_on, kinds_said, kinds_written

_FIELD = "具体诉求"
_CLAUSE = re.compile(r"[，。！？；,.!?;]")
# A clause that directs what is to be done; what only tells why (我老婆药钱都不够) or how it is meant directs nothing.
_DIRECTS = re.compile(
    r"把|给(?:我|我们|大家|业主)?(?:个|一|出|重|先|划|装|建|留)|让(?!人|我)|派|划|留[个条一]|建[个一]|设[个一立]|加[个一]|公示|公开|"
    r"^(?:还有|另外|再|先|顺便)|^在|.{2,}(?<!能)别|得(?:给|按|有|把|他|她|你|物业|商家|店|承担|赔|出)|要求|希望|必须|应该|重新|以后"
)
# 别等出大事, 本来想让他…, 能…吗: a warning, what was wanted once, a question.
_NO_WISH = re.compile(
    r"^(?:也|可|千万)?别|^也?不是不|给个(?:准)?[话信]|^(?:本来|原来|算了|要是|如果|万一)|不用|不要求|吗$|我(?:姓|叫|妈|家|老)|字|上次"
)
_NUMERAL = re.compile(r"[\d零〇一二两三四五六七八九十百千万幺]")
_EMPTY = frozenset({
    "希望", "要求", "尽快", "处理", "解决", "部门", "还有", "另外", "再就是", "出来", "起来", "回来", "这个", "那个",
    "以后", "必须", "应该", "什么", "怎么", "最好", "赶紧", "一个", "第一个", "第二个", "第三个", "就行", "一下",
})  # fmt: skip
_LEAST = 3  # characters of words that the demand lacks
# What is in a demand in other words came to 0.37 and more, what is not to 0.31 and less (seven sets of invented calls).
_ALIKE = 0.35


def spelled_out(ctx: CallContext, order: WorkOrder, known: Sequence[str]) -> Iterator[Discrepancy]:
    """Yield clauses of what the caller wants of which the demand has no word and nothing like it; doubts.

    Args:
        ctx: The call.
        order: Its order.
        known: Clauses that have been told of already.
    """
    text = text_of(order, _FIELD)
    written = kinds_written(text)
    for clause, utterance in _answers(ctx):
        told = [w for w in content_words(clause) if w not in _EMPTY and not _NUMERAL.search(w)]
        if sum(map(len, told)) < _LEAST or any(clause in one or one in clause for one in known):
            continue
        if set(kinds_said(clause)) & written or any(covered(word, text) for word in told):
            continue
        if any(sounds_in(word, text) for word in told):
            continue
        if max(alike(clause, parts_of(text)), default=0.0) >= _ALIKE:
            continue
        evidence = (said(utterance, "来电人的要求"), field_value(ctx, _FIELD, text, "工单所记"))
        yield Discrepancy(Kind.OMITTED, _FIELD, f"来电人要求“{clause}”，工单的具体诉求里没有", evidence, confidence=0.6)


def _answers(ctx: CallContext) -> Iterator[tuple[str, Utterance]]:
    """Yield the directing clauses of the caller's answers to what is wanted, until the operator asks for else."""
    asked = False
    for utterance in ctx.transcript.utterances:
        text = simplify(utterance.text)
        if utterance.role is Role.OPERATOR:
            asked = asks_for_wish(text) or (asked and goes_on(text))
            continue
        for clause in _CLAUSE.split(text) if asked else ():
            if _DIRECTS.search(clause) and not _NO_WISH.search(clause):
                yield clause, utterance
