"""An order's texts as they are compared: without markup, in one spelling."""

from __future__ import annotations

import re
from functools import lru_cache
from html import unescape
from itertools import pairwise

from qa_pipeline.language.nearness import Sounds
from qa_pipeline.language.script import simplify
from qa_pipeline.language.words import content_words
from qa_pipeline.models import CallContext, WorkOrder

_HIDDEN = re.compile(r"<(script|style)\b[^>]*>.*?</\1\s*>", re.IGNORECASE | re.DOTALL)
# A tag begins with a letter: 温度<18度 is none.
_TAG = re.compile(r"<!--.*?-->|</?[A-Za-z][^<>]{0,500}>", re.DOTALL)
_BREAK = re.compile(r"<(?:br|/p|/div|/li|/tr)\b[^<>]*>", re.IGNORECASE)
_SPACE = re.compile(r"\s+")
_NARRATIVE = ("标题", "主要内容", "具体诉求", "发生时间", "事发地点", "被反映对象")


@lru_cache(maxsize=4096)
def plain(text: str) -> str:
    """Return a field's text without HTML, full-width forms and doubled spaces: what a person reads in it."""
    if "<" in text or "&" in text:
        text = unescape(_TAG.sub("", _BREAK.sub(" ", _HIDDEN.sub(" ", text))))
    return _SPACE.sub(" ", simplify(text)).strip()


def text_of(order: WorkOrder | None, name: str) -> str:
    """Return a field of an order as it is compared; '' where there is none."""
    return "" if order is None else plain(order.get(name))


def narrative(order: WorkOrder) -> str:
    """Return everything that the order tells of the matter."""
    return "。".join(text_of(order, name) for name in _NARRATIVE)


def spoken_text(ctx: CallContext) -> str:
    """Return all that was said, in order."""
    return "，".join(simplify(u.text) for u in ctx.transcript.utterances)


def sound_apart(names: tuple[str, ...], ctx: CallContext) -> list[float]:
    """Return how far each name sounds from the nearest of what was said, 0-1."""
    return [float(one) for one in _apart(names, tuple(u.text for u in ctx.transcript.utterances))]


@lru_cache(maxsize=256)
def _apart(names: tuple[str, ...], spoken: tuple[str, ...]) -> tuple[float, ...]:
    # A name may be cut by a pause, so neighbouring utterances are also read together.
    joined = tuple(f"{a}{b}" for a, b in pairwise(spoken))
    return tuple(float(one) for one in Sounds(names).distances(*spoken, *joined))


def half_said(word: str, spoken: str) -> bool:
    """Whether half of a word's characters were said: 摔倒 where the caller said 摔了."""
    return sum(character in spoken for character in word) * 2 >= len(word)


def heard_share(text: str, ctx: CallContext, distance: float) -> tuple[int, int]:
    """Return how many content words of a text were heard, by sound, and how many it has."""
    words = tuple(dict.fromkeys(content_words(text)))
    return sum(apart <= distance for apart in sound_apart(words, ctx)), len(words)
