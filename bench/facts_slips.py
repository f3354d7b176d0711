"""Sentences as a recogniser may write them: one character of a number word becomes another of the same sound."""

from __future__ import annotations

import random
from functools import cache

from pypinyin import lazy_pinyin

_NUMBER_WORDS = "一二两三四五六七八九十百千万零幺块元天月日年个工作周岁分之成点半号证簿件"
SEED = "recogniser-slips"


@cache
def _by_sound() -> dict[str, list[str]]:
    """Return the common characters (level one of GB 2312) by their toneless reading."""
    codes = ((high, low) for high in range(0xB0, 0xD8) for low in range(0xA1, 0xFF))
    common = [bytes(code).decode("gb2312", "ignore") for code in codes]
    sounds: dict[str, list[str]] = {}
    for character in filter(None, common):
        sounds.setdefault(lazy_pinyin(character)[0], []).append(character)
    return sounds


def slipped(text: str, number: int) -> str:
    """Return a text with one character of its number words replaced; one without such words as it is.

    The same ``number`` gives the same slip. What replaces a character is drawn among all common ones of its sound, and
    knows nothing of what the product mends.
    """
    draw = random.Random(f"{SEED}-{number}")  # noqa: S311  # a draw that can be made again
    places = [place for place, character in enumerate(text) if character in _NUMBER_WORDS and _others(character)]
    if not places:
        return text
    place = draw.choice(places)
    return text[:place] + draw.choice(_others(text[place])) + text[place + 1 :]


def _others(character: str) -> list[str]:
    return [other for other in _by_sound().get(lazy_pinyin(character)[0], []) if other not in _NUMBER_WORDS]
