"""How something can be done: online, at a window, at a machine, by phone."""

from __future__ import annotations

import re
from collections.abc import Iterator

from qa_pipeline.language.grammar.reading import Reading

_CHANNELS = (
    (
        "online",
        re.compile(
            r"网上|线上|在线|网站|官网|[Aa][Pp][Pp]|小程序|公众号|掌上|微信|支付宝|一网通办|全程网办|网办|掌上办|手机(?:上|端|里)|用手机|(?<!电子)平台"
        ),
    ),
    ("machine", re.compile(r"自助(?:服务)?(?:机|终端|设备|一体机)|一体机")),
    (
        "window",
        re.compile(r"窗口|柜台|线下|现场(?:就)?(?:也)?(?:能|可以)?(?:办|取号|登记|受理|申请|提交|缴|排队)|前台"),
    ),
    ("phone", re.compile(r"(?:打|用|通过)电话(?:就)?(?:能|可以|来)?(?:办|预约|申请|登记)|电话(?:办理|预约|申请|受理)")),
)
_NOT = re.compile(
    r"^[^，。；,;]{0,6}?(?:办不了|不行|不支持|不受理|弄不了|还没开通|(?:不能|不可以|没法|没有办法|无法)(?=办|申|弄|查|约|交|缴|用|提交|[，,。]|$|的))"
)
_NOT_BEFORE = re.compile(r"(?:不能|不可以|没法|不支持|无法|不是)(?:在|通过|从|用)?(?:咱们)?$")
_DONE = re.compile(r"^[^，,。；;]{0,3}?(?:办|申|查|约|报|交|缴|打印|开|弄|进行|受理|$)")
_END = re.compile(r"[。；？！;?!]")


def read_channels(text: str) -> Iterator[Reading]:
    """Yield each channel once a sentence; ``slot`` is ``negated`` where it does not work that way (网上办不了)."""
    for first, last in _sentences(text):
        for name, pattern in _CHANNELS:
            if (found := pattern.search(text, first, last)) is not None:
                denied = _NOT.search(text[found.end() : last]) or (
                    _NOT_BEFORE.search(text[first : found.start()]) and _DONE.search(text[found.end() : last])
                )
                yield Reading("channel", name, "", *found.span(), "negated" if denied else "")


def _sentences(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for found in _END.finditer(text):
        yield start, found.start()
        start = found.end()
    yield start, len(text)
