"""Whether a value is a limit: 最多, 以内, 之前 are at most, 最少, 起, 以上 at least, 左右 is about."""

from __future__ import annotations

import re

_AT_MOST = (
    re.compile(
        r"(?:最多|最晚|最迟|最长|最高|不超过|不(?:得|能|许|准|可以?|要|会)超过|不高于|至多|不大于|顶多|(?<!不)(?<!不得)(?:低于|小于|少于)|不足)[^，。；,;\d]{0,4}$"
    ),
    re.compile(
        r"^(?:钱|的|时间)?(?:以内|之内|以里|之里|内|(?:及|或)?以下|封顶|之前|前(?!后|台|往|面)|(?:才|就)?截止|未满)"
    ),
)
_AT_LEAST = (
    re.compile(
        r"(?:最少|至少|最低|最快|起码|不低于|不少于|不得低于|不小于|(?<!不)(?<!不得)超过|满|(?<!不)(?<!不得)(?:高于|大于))[^，。；,;\d]{0,4}$"
    ),
    re.compile(r"^(?:钱|的)?(?:(?:及|或)?以上|起步?(?!付)|打底|开外|往上)"),
)
_ABOUT = (
    re.compile(r"(?:大概|大约|差不多|估计|可能)[^，。；,;\d]{0,4}$"),
    re.compile(r"^(?:钱|的)?(?:左右|上下|前后)|^[^，,。]{0,2}差不多"),
)


# Of days: where something begins, and where it ends. The second of two days joined by 到 is an end.
_BEGINS = (
    re.compile(r"(?:开始日期|开始时间|起始|从|自)(?:是|为|每年|今年|明年)*$"),
    re.compile(r"^(?:的时候)?[就才]?(?:起|开始|开学|供暖|启动|实施|执行|开放|开通|开售|(?:到|至|[-~—]))"),
)
_ENDS = (
    re.compile(
        r"(?:结束|截止|停止?)(?:日期|时间)?(?:是|为|在|到)*(?:每年|今年|次年|第二年|明年)*$|(?:到|至|[-~—])(?:次年|第二年|明年|今年|每年)?$"
    ),
    re.compile(
        r"^(?:晚上|下午|那天|当天)?(?:之前|以前|前(?!后|台|往|面)|[就才都]?(?:截止|结束|停|为止|到期)|[就才都](?:到期|关))"
    ),
)


def bound_of(text: str, start: int, end: int, kind: str = "") -> str:
    """Return ``at_most``, ``at_least``, ``about`` or '' for the value at ``start`` to ``end`` of a text.

    Of a date, at_least is a beginning (十五号开始) and at_most an end (到十五号, 十五号之前).
    """
    if kind == "date":
        before, after = text[max(0, start - 10) : start], text[end : end + 6]
        for name, (cue_before, cue_after) in (("at_most", _ENDS), ("at_least", _BEGINS)):
            if cue_before.search(before) or cue_after.search(after):
                return name
        return ""
    before, said, after = text[max(0, start - 12) : start], text[start:end], text[end : end + 6]
    for name, (cue_before, cue_after) in (("at_most", _AT_MOST), ("at_least", _AT_LEAST), ("about", _ABOUT)):
        if cue_before.search(before) or cue_after.search(after):
            return name
    if said.endswith("内"):
        return "at_most"
    return "about" if said.endswith("左右") or said.startswith(("大概", "大约", "差不多")) or "来" in said else ""
