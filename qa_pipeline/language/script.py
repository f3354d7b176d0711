"""One spelling of a text: NFKC, no invisible characters, simplified Chinese."""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache

import opencc

# Zero-width and bidirectional controls, soft hyphen, byte-order mark: they break matching and are never seen.
_INVISIBLE = re.compile("[\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")

# What NFKC makes of full-width forms, of which commas and question marks are in nearly every sentence.
_NARROW = {**{0xFEE0 + code: code for code in range(0x21, 0x7F)}, 0x3000: 0x20}


@cache
def _converter() -> opencc.OpenCC:
    return opencc.OpenCC("tw2s")  # t2s leaves 著 for 着, which Whisper writes often


@lru_cache(maxsize=65536)
def simplify(text: str) -> str:
    """Return the text in simplified Chinese, NFKC (so full-width forms become ASCII), without invisible characters.

    Idempotent. Whisper writes 27 % of Mandarin characters in Traditional without a prompt; a prompt costs words.
    """
    narrow = text.translate(_NARROW)
    if _plain().issuperset(narrow):
        return narrow
    visible = _INVISIBLE.sub("", unicodedata.normalize("NFKC", text))
    simple = str(_converter().convert(visible))
    # A 么 that stands alone is read as the Taiwanese 幺; recognisers often cut 什么 and 怎么 into their characters.
    if "么" in visible and len(simple) == len(visible):
        simple = "".join("么" if old == "么" else new for old, new in zip(visible, simple, strict=True))
    return simple


@cache
def _plain() -> frozenset[str]:
    """Return the characters that are what they are in every text: most of what a recogniser writes needs no conversion.

    Those of GB 2312, and the marks between them, that neither NFKC nor OpenCC changes where they stand alone.
    """
    common = (bytes((high, low)).decode("gb2312", "ignore") for high in range(0xA1, 0xF8) for low in range(0xA1, 0xFF))
    known = {c for c in common if len(c) == 1} | {chr(code) for code in range(0x20, 0x7F)}
    return frozenset(c for c in known if unicodedata.normalize("NFKC", c) == c == _converter().convert(c))


def bare(text: str) -> str:
    """Return the simplified text without punctuation and spaces, for matching: pauses put punctuation anywhere."""
    return "".join(character for character in simplify(text) if character.isalnum())
