"""By what a place is found (老供销社门口), told when it was asked for or repeated by the operator, and in no field."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from qa_pipeline.language.script import simplify
from qa_pipeline.language.words import content_words
from qa_pipeline.models import CallContext, Role, Utterance, WorkOrder
from qa_pipeline.rules.evidence import field_value, said
from qa_pipeline.rules.record.coverage import covered, sounds_in
from qa_pipeline.rules.record.discrepancies import Discrepancy, Kind
from qa_pipeline.rules.record.text import narrative, text_of

_FIELD = "事发地点"
_LANDMARK = re.compile(
    r"(?P<what>[\u4e00-\u9fff]{2,8}?)的?(?:门口|门前|旁边|边上|斜?对面|对过|后面|后头|隔壁|楼下|拐角|路口)"
)
_WHERE = re.compile(r"在哪|哪里|哪儿|位置|什么地方|地址|哪一段|哪个(?:路口|口|门)")
# Where the caller lives, and what is everywhere, finds no place; numbers are held against the call elsewhere.
_EVERYWHERE = re.compile(r"[家我们您你号栋楼]|小区|有人|[\d零一二三四五六七八九十两几]|自己|那个|这个")

_NOT_TO_BE_WRITTEN = re.compile(r"不用(?:你们?|您)?(?:管|写|记)|别(?:写|记)|(?:你|您)(?:们)?不用管")


def landmarks_left_out(ctx: CallContext, order: WorkOrder) -> Iterator[Discrepancy]:
    """Yield the first landmark that was asked for or repeated and that the order does not have; a doubt."""
    text, spoken = narrative(order), ctx.transcript.utterances
    for place, utterance in enumerate(spoken):
        if utterance.role is not Role.CALLER or _NOT_TO_BE_WRITTEN.search(simplify(utterance.text)):
            continue
        for found in _LANDMARK.finditer(simplify(utterance.text)):
            name = next(reversed(content_words(found["what"])), "")
            if not name or _EVERYWHERE.search(name) or covered(name, text) or sounds_in(name, text):
                continue
            if _called_for(spoken, place, name):
                shown = field_value(ctx, _FIELD, text_of(order, _FIELD), "工单上的地点")
                reason = f"来电人说的位置“{name}{found[0][len(found['what']) :]}”工单里没有"
                yield Discrepancy(Kind.OMITTED, _FIELD, reason, (shown, said(utterance, f"说到{name}")), confidence=0.6)
                return


def _called_for(spoken: Sequence[Utterance], place: int, name: str) -> bool:
    """Whether the operator's words before asked where it is, or those after repeat the name."""
    before = spoken[place - 1] if place else None
    after = spoken[place + 1] if place + 1 < len(spoken) else None
    asked = before is not None and before.role is Role.OPERATOR and _WHERE.search(simplify(before.text)) is not None
    return asked or (after is not None and after.role is Role.OPERATOR and name in simplify(after.text))
