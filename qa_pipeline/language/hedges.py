"""Whether a speaker says of his own words that he is not sure of them: 好像是四十, 应该是免费的，我也不太清楚.

Recognisers leave punctuation out, so what belongs together is told by what stands between: another number, or 您.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_NUMBER = r"\d零〇一二两三四五六七八九十百千万"
_GUESSED = re.compile(
    r"(?:好像|听说|据说|我猜|我印象(?:里|中)|没准|说不准|拿不准|吃不准|记得(?:好像|应该|不太)|记不(?:太|大)?清)"
    rf"[^，。？！；,?!;{_NUMBER}]{{0,6}}$"
)
# After it, of what has just been said; that he does not know the caller's case (您家在哪个区我不清楚) is another thing.
_NOT_SURE = re.compile(
    rf"^[^{_NUMBER}您你]{{0,14}}?(?:我们?|咱们?|这边|具体)[^{_NUMBER}您你]{{0,4}}?"
    r"(?:不(?:太|是很|大|敢|能)?(?:确定|清楚|了解|肯定|保证|知道)(?!您[家的那]|的话|什么|怎么)|拿不准|记不(?:太|大)?清|说不准)"
)
_CHECKED = re.compile(
    r"(?:我|给您|帮您|为您|这边)[^，。,]{0,4}(?:查|核实|核对|确认|看)(?:一下|了|过|到)|查到了?|查询到|系统(?:里|上)?显示|(?:刚|已经?)(?:查|核实|确认)"
)


def hedged(text: str, start: int, end: int, later: Sequence[str] = ()) -> bool:
    """Whether words of an utterance were only a guess, which the speaker did not check afterwards.

    Args:
        text: The utterance, simplified.
        start: Where in it the words begin.
        end: Where they end.
        later: What the same speaker said after it.
    """
    guessed = _GUESSED.search(text[max(0, start - 16) : start]) or _NOT_SURE.search(text[end : end + 40])
    return bool(guessed) and not any(_CHECKED.search(said) for said in (text[end:], *later))
