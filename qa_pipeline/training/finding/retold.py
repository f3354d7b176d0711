"""Whose words they are: what the caller tells of somebody else's words is no abuse and no threat of the caller's.

Beside `qa_pipeline.rules.hostility.reported`, which a deduction hangs on and which is therefore narrower.
"""

from __future__ import annotations

import re

from qa_pipeline.rules.matching import Hit

_SOMEBODY = (
    "(?:他们?|她们?|对方|人家|邻居|楼上|楼下|隔壁|老板|司机|物业|保安|房东|中介|店家|商家|前台|那人|那个人|小伙子?|有人|"
    "别人|同事|领导|经理|业主|摊主|包工头|工作人员|客服|医生|护士|老师|城管)"
)
_RETOLD = (
    re.compile(rf"{_SOMEBODY}[^。！？!?你您]{{0,12}}(?:说|骂|喊|吼|扬言|威胁|恐吓|嚷)[^。！？!?]{{0,8}}$"),
    re.compile(
        r"(?:冲|对|跟|朝)(?:我们?|俺|人)(?:又|就|还)?(?:来|说|骂|喊|吼|回|甩)(?:了)?(?:一)?句?[^。！？!?]{0,8}$"
    ),
    re.compile(rf"{_SOMEBODY}(?:又|还|就|也)?(?:说|骂|喊|来一句|回我?)[了过着]?[，,：:]?[^。！？!?]{{0,6}}$"),
)


def retold(hit: Hit) -> bool:
    """Whether a hit's words are told as another's (前台冲我来一句，…)."""
    return any(pattern.search(hit.before) for pattern in _RETOLD)
