"""How a written date, time or amount would have been said, to tell a misheard one (两晚三千六) from another one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal

from qa_pipeline.language.pinyin import nearest
from qa_pipeline.language.quantities import in_words
from qa_pipeline.language.script import simplify

# All that numbers, dates and times are made of: a stretch of nothing else was heard as a number, and as another one.
_NUMERAL = re.compile(
    r"[零〇一二两三四五六七八九十百千万亿幺半几多\d点月号日年块元钱毛分整刻天个栋楼层室院单幢座排组路，,、]+"
)
_LIKE = 0.2
_SHORTEST = 3


def date_forms(day: date) -> tuple[str, ...]:
    """Return how a day is said: 十一月二十八号."""
    month, number = in_words(Decimal(day.month)), in_words(Decimal(day.day))
    return tuple(f for f in (f"{month}月{number}号", f"{number}号") if len(f) >= _SHORTEST)


def clock_forms(minutes: int) -> tuple[str, ...]:
    """Return how a time of day is said: 七点四十八, 七点半."""
    hour, minute = minutes // 60, minutes % 60
    names = {in_words(Decimal(h)).replace("二", "两") if h == 2 else in_words(Decimal(h)) for h in (hour, hour % 12)}
    tail = {0: "", 30: "半"}.get(minute, ("零" if minute < 10 else "") + in_words(Decimal(minute)))
    return tuple(f for name in sorted(names) if len(f := f"{name}点{tail}") >= _SHORTEST)


def amount_forms(amount: Decimal) -> tuple[str, ...]:
    """Return how an amount is said: 两万三千六百, 两万三千六, 二万三千六百块."""
    words = in_words(amount)
    others = {words, re.sub(r"二(?=[百千万])", "两", words)}
    short = {re.sub(r"(?<=[千百万][一二三四五六七八九])[百千十]$", "", w) for w in others}
    return tuple(f for f in sorted(others | short) if len(f) >= _SHORTEST)


def misheard(forms: Iterable[str], texts: Iterable[str]) -> bool:
    """Whether one of the forms sounds much like a stretch that holds more than numerals, so a number was misheard."""
    return any(True for _ in misheard_in(forms, texts))


def misheard_in(forms: Iterable[str], texts: Iterable[str]) -> Iterator[str]:
    """Yield the stretches that may be one of the forms, misheard."""
    spoken = [simplify(text) for text in texts]
    for form in forms:
        for text in spoken:
            match = nearest(form, text)
            if match is None or match.distance > _LIKE:
                continue
            stretch = text[match.start : match.end]
            if not _NUMERAL.fullmatch(stretch):
                yield stretch
