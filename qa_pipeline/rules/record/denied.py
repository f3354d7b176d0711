"""What an order tells as done and the caller, speaking of the same thing, says was not: 已签署声明, 让我签声明，我没签.

The order's clause and the caller's utterance are brought together by the words that both have; within it a verb that
is only ever denied contradicts one that the order only ever affirms. What is said of it elsewhere is of another thing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from qa_pipeline.language.words import content_words
from qa_pipeline.models import CallContext, Role, WorkOrder
from qa_pipeline.rules.evidence import field_value, said
from qa_pipeline.rules.record.discrepancies import Discrepancy, Kind
from qa_pipeline.rules.record.standing import standing
from qa_pipeline.rules.record.text import text_of

_FIELD = "主要内容"
_CLAUSE = re.compile(r"[，。；！？,.;!?]")
_DONE = re.compile(r"(?:已经?|均已|并已)(?P<what>[\u4e00-\u9fff]{1,3})")
_NOT_DONE = re.compile(
    r"(?:没|没有|还没|从没)(?P<verb>[签交领收拿给退修买付报办还来去用拆停换赔搬发盖挂装])(?!意思|得)"
)
_SHARED = 2  # words that clause and utterance have in common besides the verb


def denied(ctx: CallContext, order: WorkOrder) -> Iterator[Discrepancy]:
    """Yield deeds that the order affirms and the caller denied of the same thing; all doubts, the first only."""
    text = text_of(order, _FIELD)
    callers = [one for one in standing(ctx) if one.utterance.role is not Role.OPERATOR]
    for clause in _CLAUSE.split(text):
        if (done := _DONE.search(clause)) is None:
            continue
        for one in callers:
            for found in _NOT_DONE.finditer(one.text):
                verb = found["verb"]
                affirmed = re.search(rf"(?<![没不未有得要让别]){verb}(?:了|过|完|好)", one.text)
                if verb not in done["what"] or affirmed or _in_common(clause, one.text) < _SHARED:
                    continue
                evidence = (field_value(ctx, _FIELD, text, "工单所记"), said(one.utterance, f"说的是{found[0]}"))
                reason = f"工单写“{clause}”，通话里说的是“{_around(one.text, found)}”"
                yield Discrepancy(Kind.CONFLICT, _FIELD, reason, evidence, confidence=0.6)
                return


def _in_common(clause: str, spoken: str) -> int:
    return sum(word in spoken for word in content_words(clause))


def _around(text: str, found: re.Match[str]) -> str:
    """Return the clause that a match stands in."""
    before, after = text[: found.start()], text[found.end() :]
    return _CLAUSE.split(before)[-1] + found[0] + _CLAUSE.split(after)[0]
