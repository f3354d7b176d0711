"""What the operator asked about the matter and the caller answered, and an order that is silent on both.

A question put while an order is taken (有没有找过项目部, 之前有没有咬过人) is asked because the order needs the answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from qa_pipeline.language.meaning import alike
from qa_pipeline.language.script import simplify
from qa_pipeline.language.words import content_words
from qa_pipeline.models import CallContext, Role, WorkOrder
from qa_pipeline.rules.evidence import field_value, said
from qa_pipeline.rules.record.coverage import covered, parts_of, sounds_in
from qa_pipeline.rules.record.discrepancies import Discrepancy, Kind
from qa_pipeline.rules.record.text import narrative, text_of
from qa_pipeline.rules.windows import turns

_FIELD = "主要内容"
_WHETHER = re.compile(r"吗|有没有|是不是|没有[？?]?$|了没|过没")
# Of the caller, of the place and of how to be reached: other checks hold these against their own fields.
_OF_ELSE = re.compile(
    r"称呼|姓|名|电话|号码|联系(?:方式|您)|保密|诉求|希望|要求|其他|别的|帮您|地址|住|几点|核对|对吧|对吗|是吧|现在打|这个吗|记得|知道|方便|"
    r"为了|受理|可以|能不能|行吗|好吗"
)
_NO = re.compile(r"^[嗯呃啊哦这那个，,]*(?:没|不|未|对$|对，|是的$)")
# What the caller does not want written, does not know, or only supposes.
_NOT_TO_BE_WRITTEN = re.compile(r"别写|别记|不写|不清楚|不知道|瞎猜|可能|大概是|好像|说不准|没看清|记不")
_NUMERAL = re.compile(r"[\d零〇一二两三四五六七八九十百千万幺几]")
_EMPTY = frozenset({"情况", "问题", "时候", "今天", "现在", "这个", "那个", "知道", "自己", "就是", "天天", "这样"})
_LEAST = 2
# Nothing of 180 such answers that an order has came below 0.45 where none of its words stands there.
_ALIKE = 0.45
_TOGETHER = 0.1
# Of answers that their orders lacked, planted faults, none came over 0.27; of those that stood there in other words,
# three of four came over 0.37.
_SHARED = 0.3
_SAME_DAY = re.compile(r"礼拜|星期")
_FUNCTION = frozenset(
    "的了是在有也都就还要得能可以不没无个这那您你我他它们自己本人由向对到去来上下里中时候后前给把被让用从和与及或其所之为于等样些么呢啊吧嘛"
    "哈再又很最更太只才便将会应须需嗯哎哦呃点"
)


def asked_and_left_out(ctx: CallContext, order: WorkOrder) -> Iterator[Discrepancy]:
    """Yield what was asked and affirmed and of which the order has neither a word nor anything like it; doubts."""
    text = narrative(order)
    for before, after in pairwise(turns(ctx)):
        if before[0].role is not Role.OPERATOR or after[0].role is not Role.CALLER:
            continue
        asked = simplify(before[-1].text)
        if not _WHETHER.search(asked) or _OF_ELSE.search(asked):
            continue
        answer = "，".join(simplify(u.text) for u in after)
        if _NO.search(answer) or _NOT_TO_BE_WRITTEN.search(answer):
            continue
        about, told = _words(asked), _words(answer)
        if len(told) < _LEAST or any(covered(word, text) for word in about):
            continue
        if sum(covered(word, text) for word in told) > _TOGETHER * len(told):
            continue
        if any(sounds_in(word, text) for word in (*about, *told)):
            continue
        if max(alike(answer, parts_of(text)), default=0.0) >= _ALIKE:
            continue
        if _shared(answer, text) > _SHARED:
            continue
        evidence = (
            *(said(u, "来电人答") for u in after[:2]),
            said(before[-1], "话务员问"),
            field_value(ctx, _FIELD, text_of(order, _FIELD), "工单所记"),
        )
        reason = f"话务员问“{asked[-20:]}”，来电人答“{answer[:40]}”，工单里没有"
        yield Discrepancy(Kind.OMITTED, _FIELD, reason, evidence, confidence=0.6)


def _shared(answer: str, text: str) -> float:
    """Return the share of an answer's characters that stand in the order: 周日 is 礼拜天, 留存 is 留着."""
    own = set(_SAME_DAY.sub("周", answer)) - _FUNCTION
    own = {c for c in own if "\u4e00" <= c <= "\u9fff" and not _NUMERAL.fullmatch(c)}
    return sum(c in text for c in own) / max(1, len(own))


def _words(text: str) -> list[str]:
    return [word for word in content_words(text) if word not in _EMPTY and not _NUMERAL.search(word)]
