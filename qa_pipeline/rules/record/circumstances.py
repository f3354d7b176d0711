"""Evidence, injuries and earlier attempts that a caller tells of: what who handles the order will ask for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from qa_pipeline.language.pinyin import nearest
from qa_pipeline.language.script import simplify
from qa_pipeline.models import CallContext, Role, Utterance, WorkOrder
from qa_pipeline.rules.evidence import field_value, said
from qa_pipeline.rules.record.discrepancies import Discrepancy, Kind
from qa_pipeline.rules.record.text import narrative, text_of
from qa_pipeline.rules.windows import turns

_FIELD = "主要内容"
# What is called: how it is said, and how an order may call it.
_CIRCUMSTANCES: tuple[tuple[str, str, str], ...] = (
    ("凭证", r"小票|收据|发票(?!补)|付款凭证|购物凭证", r"小票|收据|发票|凭证|凭据|票据|转账|付款|支付|记录"),
    ("照片、录像", r"拍了?(?:照|视频|下来)|(?:有|存了?)(?:照片|视频|录音|录像)|录了?(?:音|像|视频)|照片", (r"照|视频|"
    r"录音|录像|影像|拍摄")),
    ("合同", r"合同|协议", r"合同|协议"),
    ("转账记录", r"转账|付款记录|聊天记录|截图|流水", r"转账|付款|聊天|截图|流水|支付|凭证"),
    ("欠条", r"欠条|借条|打的?条", r"欠条|借条|条据|字据"),
    ("报警", r"报(?:了|过)警|报警(?:了|过)", r"报警|报案|出警|派出所"),
    ("伤情", r"咬[破伤]|烫伤|骨[折裂]|脱臼|缝了?[\d一二三四五六七八九十]+针|脑震荡", r"咬|烫|骨[折裂]|脱臼|缝|脑震荡"),
    ("住院", r"住(?:了)?院|抢救|昏迷|手术", r"住院|抢救|昏迷|手术"),
    ("监控", r"监控(?!装)", r"监控|视频|录像"),
    ("证人", r"证人|目击|邻居(?:都|也)(?:看见|看到|可以作证|能作证)", r"证人|目击|作证|邻居"),
)  # fmt: skip
_COMPILED = tuple((name, re.compile(spoken), re.compile(written)) for name, spoken, written in _CIRCUMSTANCES)
# Asked for, not told: 把监控装上, 给我补发票.
_WANTED = re.compile(r"(?:把|给我|让他们?|让物业|要求|希望|得|补|装|加|开)[^，。]{0,6}$")
_YES = re.compile(r"^(?:有|对|是|嗯|有的|签了|报了|拍了|录了|都有|留着|在的|去了|看了)")
_TRIED = re.compile(
    r"(?:找过?|问过?|跟|给|向|打过?|联系过?|去过?)[^，。]{0,4}?(?P<whom>物业|社区|居委会|村委会|村里|派出所|城管|"
    r"厂家|商家|老板|单位|公司|客服|房东|学校|医院|消协|开发商)"
)
_FRUITLESS = re.compile(
    r"没用|没人|不管|管不了|不理|推|没(?:有)?(?:来|解决|结果|下文|处理|答复|修)|不给|不退|不肯|不承认|拖"
)


def circumstances_left_out(ctx: CallContext, order: WorkOrder) -> list[Discrepancy]:
    """Return what the caller told of evidence, harm and earlier attempts that the order does not have; all doubts."""
    text = narrative(order)
    shown = field_value(ctx, _FIELD, text_of(order, _FIELD), "工单所记")
    found: dict[str, Discrepancy] = {}
    for name, spoken, written in _COMPILED:
        hit = _told(ctx, spoken)
        if hit is not None and not written.search(text):
            utterance, words = hit
            reason = f"来电人说到{name}（“{words}”），工单里没有"
            found[name] = Discrepancy(
                Kind.OMITTED, _FIELD, reason, (said(utterance, f"说到{name}"), shown), confidence=0.7
            )
    for utterance, whom in _attempts(ctx):
        near = nearest(whom, text)
        if near is None or near.distance > 0.25:
            reason = f"来电人说找过{whom}而没有解决，工单里没有"
            found[whom] = Discrepancy(
                Kind.OMITTED, _FIELD, reason, (said(utterance, f"找过{whom}"), shown), confidence=0.7
            )
    return list(found.values())


def _told(ctx: CallContext, spoken: re.Pattern[str]) -> tuple[Utterance, str] | None:
    """Return where the caller told of something, in own words or by answering yes to the operator."""
    for utterance in ctx.transcript.of(Role.CALLER):
        text = simplify(utterance.text)
        for found in spoken.finditer(text):
            if not _WANTED.search(text[: found.start()]):
                return utterance, found[0]
    for before, after in pairwise(turns(ctx)):
        if before[0].role is not Role.OPERATOR or after[0].role is not Role.CALLER:
            continue
        asked = spoken.search(simplify(before[-1].text))
        if asked is not None and re.search(r"吗|没有|有没有", before[-1].text) and _YES.search(simplify(after[0].text)):
            return after[0], asked[0]
    return None


def _attempts(ctx: CallContext) -> Iterator[tuple[Utterance, str]]:
    for utterance in ctx.transcript.of(Role.CALLER):
        text = simplify(utterance.text)
        found = _TRIED.search(text)
        if found is not None and _FRUITLESS.search(text[found.end() :]):
            yield utterance, found["whom"]
