"""How many one may have: 一家可以买两套 for 每户限购1套, 您名下能补两台 for 每人每类限1件."""

from __future__ import annotations

import re
from collections.abc import Iterator

from qa_pipeline.language.quantities import QUANTITY, read_quantity

_OF = r"(?:个人|人|家庭|户|家|孩子|学生|车|本|证|单位|身份证|名下)"
_COUNTERS = {
    **dict.fromkeys("件台部个样", "piece"),
    **dict.fromkeys("本册", "book"),
    **dict.fromkeys("只条", "animal"),
    **dict.fromkeys("次回趟", "time"),
    "套": "flat",
    "辆": "vehicle",
    "张": "sheet",
    "门": "course",
    "间": "room",
    "份": "share",
    "处": "place",
    "名": "person",
    "块": "plot",
}
_COUNTER = f"[{''.join(_COUNTERS)}]"
_END = r"(?![月年天日小周人工数分钟元块角毛千百])"
_WRITTEN = re.compile(
    rf"(?:每|一)个?(?P<of>{_OF})[^，。；,;]{{0,8}}?(?:限|只能|最多|仅|不得?超过|至多|可)[^，。；,;\d零一二两三四五六七八九十百]{{0,5}}(?P<number>{QUANTITY})(?P<what>{_COUNTER}){_END}"
)
_SAID = re.compile(
    rf"(?:(?:每|一)个?(?P<of>{_OF})|您|你)[^，。；,;]{{0,8}}?(?:能|可以|可|最多|够)[^，。；,;\d零一二两三四五六七八九十百]{{0,5}}(?P<number>{QUANTITY})(?P<what>{_COUNTER}){_END}"
)
_SAME_OF = {"家庭": "户", "家": "户", "个人": "人", "名下": "人", "身份证": "人"}


def another_quota(text: str, spoken: str) -> tuple[str, int, int] | None:
    """Return the words of an entry's only quota that an utterance gives otherwise, and where; else None."""
    written = list(_quotas(_WRITTEN, text))
    for said, kind, number in _quotas(_SAID, spoken):
        alike = [one for one in written if one[1] == kind and _same_of(one[0], said)]
        if len(alike) == 1 and alike[0][2] != number:
            return alike[0][0][0], said.start(), said.end()
    return None


def _quotas(pattern: re.Pattern[str], text: str) -> Iterator[tuple[re.Match[str], str, object]]:
    for found in pattern.finditer(text):
        number = read_quantity(found["number"])
        if number is not None and number.low == number.high:
            yield found, _COUNTERS[found["what"]], number.low


def _same_of(written: re.Match[str], said: re.Match[str]) -> bool:
    ours, theirs = written["of"], said["of"]
    return theirs is None or _SAME_OF.get(ours, ours) == _SAME_OF.get(theirs, theirs)
