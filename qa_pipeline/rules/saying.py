"""Judges words that an operator should not have said: exceptions, quotations, and how sure it is."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from itertools import takewhile

from qa_pipeline.models import CallContext, Role, Utterance
from qa_pipeline.rules.base import Finding, failed, passed, undetermined
from qa_pipeline.rules.matching import Hit, Phrase, find, heard
from qa_pipeline.rules.windows import heard_well, murky

_QUOTE_WITHIN_MS = 25_000
_LOOK_BACK_MS = 300_000
"""What began earlier has ended before: nobody speaks for five minutes without a pause."""
_REPORTED = re.compile(
    r"(?:(?:您|你)(?:是|刚才|刚刚|前面|之前)?(?:说|反映|提到)(?!完|清楚|话|一遍|是|不|什么|啥|够)"
    r"|(?:他|她|他们|对方|物业|单位|窗口|人家|客服|师傅|领导|社区|公司|老板|那边|村里|学校|医院).{0,6}(?:说|答复|回复|告诉|表示|讲))"
    r"[^。！？!?]{0,12}$"
)
# 我们不会跟您说不归我管: words that are said not to be said.
_DENIED = re.compile(
    r"(?:不会|(?<!能)不能|不敢|不可能|没有|没)(?:跟|对|给|向)?(?:您|你|群众|市民|来电人)?(?:说|讲)(?!了|过|什么|啥|吗)[^，。！？!?]{0,4}$"
)
# Who speaks of himself does not repeat the caller.
_OF_HIMSELF = re.compile(r"我们?(?:也|是|真的?|确实|这边|这里|可|又)?$")


def wrong_words(ctx: CallContext, wanted: Sequence[Phrase]) -> tuple[Hit, ...]:
    """Return the operator's hits, without those that repeat or report what somebody else said."""
    hits = find(wanted, ctx.transcript.of(Role.OPERATOR))
    caller = ctx.transcript.of(Role.CALLER) if hits else ()
    return tuple(hit for hit in hits if not _quoted(caller, hit))


def quoted(ctx: CallContext, hit: Hit) -> bool:
    """Whether the operator reports another's words, or the caller said the same shortly before."""
    return _quoted(ctx.transcript.of(Role.CALLER), hit)


def _quoted(caller: Sequence[Utterance], hit: Hit) -> bool:
    if _REPORTED.search(hit.before) or _DENIED.search(hit.before):
        return True
    if _OF_HIMSELF.search(hit.before):
        return False
    # Sorted by start: only those just before are looked at, also in a call of ten thousand utterances.
    before = caller[: bisect_left(caller, hit.start_ms, key=_start)]
    near = takewhile(lambda u: u.start_ms >= hit.start_ms - _LOOK_BACK_MS, reversed(before))
    earlier = [u for u in near if u.end_ms >= hit.start_ms - _QUOTE_WITHIN_MS][::-1]
    return bool(heard((hit.phrase,), earlier))


def _start(utterance: Utterance) -> int:
    return utterance.start_ms


def split_by_confidence(hits: Sequence[Hit], min_confidence: float) -> tuple[list[Hit], list[Hit]]:
    """Return the hits that are sure enough and the others."""
    sure = [hit for hit in hits if hit.confidence >= min_confidence]
    return sure, [hit for hit in hits if hit.confidence < min_confidence]


def listed(hits: Sequence[Hit]) -> str:
    """Return hits as Chinese quotations, each once."""
    return "、".join(f"“{text}”" for text in dict.fromkeys(hit.text for hit in hits))


def judge_words(ctx: CallContext, hits: Sequence[Hit], min_confidence: float, what: str) -> Finding:
    """Say whether any of ``what`` was said; hits in one breath count as one fault."""
    sure, unsure = split_by_confidence(hits, min_confidence)
    evidence = [hit.evidence(what) for hit in (*sure, *unsure)]
    if sure:
        faults = len({hit.passage for hit in sure})
        # The finding is right if any of the hits is.
        return failed(f"{what}：{listed(sure)}", evidence, faults=faults, confidence=max(h.confidence for h in sure))
    if unsure:
        best = max(hit.confidence for hit in unsure)
        return undetermined(f"疑似{what}：{listed(unsure)}，识别把握不足，请人工复核", evidence, confidence=best)
    if murky(ctx, Role.OPERATOR):
        return undetermined(f"没有发现{what}，但话务员有不少话没有听清，请人工复核")
    return passed(f"没有发现{what}", confidence=heard_well(ctx.transcript.of(Role.OPERATOR)))
