"""E-mail addresses and WeChat names, written or spelt out (hejun 点 2019 艾特 163 点 com)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from qa_pipeline.language.personal.finding import Kind, Personal
from qa_pipeline.language.personal.rows import digit

_SIGN = r"A-Za-z0-9零〇一二三四五六七八九幺"
_NAME = rf"[{_SIGN}](?:[{_SIGN}_.\-]|点(?=[A-Za-z0-9])|下划线|\s(?=[A-Za-z0-9])){{1,40}}"
_AT = r"\s?(?:@|＠|艾特|爱特|圈[aAＡ]|花[aA]|小老鼠|\bat\b)\s?"
_DOMAIN = r"[A-Za-z0-9零一二三四五六七八九幺\-]{2,20}(?:\s?(?:[.．]|点)\s?[A-Za-z]{2,8}){1,3}"
_EMAIL = re.compile(f"({_NAME}){_AT}({_DOMAIN})")
_OFFICIAL = re.compile(r"[.点]\s?(?:gov|edu)\b", re.IGNORECASE)
_WECHAT = re.compile(
    r"微信(?:号|号码|名|账号)?(?:就?是|叫|为|：|:)?\s?[，,]?\s?([A-Za-z][A-Za-z0-9_\-]{5,19})(?![A-Za-z0-9@])"
)


def accounts(text: str) -> Iterator[Personal]:
    """Yield e-mail addresses that are no office's, and WeChat names."""
    for found in _EMAIL.finditer(text):
        if not _OFFICIAL.search(found[2]):
            yield Personal(Kind.EMAIL, found.start(), found.end(), found[0], _written(found[0]), 0.97)
    for found in _WECHAT.finditer(text):
        yield Personal(Kind.WECHAT, found.start(1), found.end(1), found[1], found[1], 0.95)


def _written(text: str) -> str:
    plain = re.sub(_AT, "@", text).replace("点", ".").replace("下划线", "_")
    return "".join(digit(character) or character for character in plain if not character.isspace()).lower()
