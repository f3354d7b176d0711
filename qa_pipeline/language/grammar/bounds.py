"""Whether a value is a limit: 最多, 以内, 之前 are at most, 最少, 起, 以上 at least, 左右 is about."""

from __future__ import annotations

import re

_AT_MOST = (
    re.compile(r"(?:最多|最晚|最迟|最长|最高|不超过|不得超过|不高于|至多|不大于|顶多)[^，。；,;\d]{0,4}$"),
    re.compile(r"^(?:钱|的|时间)?(?:以内|之内|内|以下|封顶|之前|前(?!后|台|往|面)|(?:才|就)?截止|未满)"),
)
_AT_LEAST = (
    re.compile(r"(?:最少|至少|最低|最快|起码|不低于|不少于|不得低于|不小于|超过|满)[^，。；,;\d]{0,4}$"),
    re.compile(r"^(?:钱|的)?(?:以上|起步?(?!付)|打底|开外|往上)"),
)
_ABOUT = (re.compile(r"(?:大概|大约|差不多|估计|可能)[^，。；,;\d]{0,4}$"), re.compile(r"^(?:钱|的)?(?:左右|上下|前后)|^[^，。]{0,2}差不多"))


def bound_of(text: str, start: int, end: int) -> str:
    """Return ``at_most``, ``at_least``, ``about`` or '' for the value at ``start`` to ``end`` of a text."""
    before, said, after = text[max(0, start - 12) : start], text[start:end], text[end : end + 6]
    for name, (cue_before, cue_after) in (("at_most", _AT_MOST), ("at_least", _AT_LEAST), ("about", _ABOUT)):
        if cue_before.search(before) or cue_after.search(after):
            return name
    if said.endswith("内"):
        return "at_most"
    return "about" if said.endswith("左右") or said.startswith(("大概", "大约", "差不多")) or "来" in said else ""
