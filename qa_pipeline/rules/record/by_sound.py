"""Patterns of words looked for by sound where a recogniser wrote the text: 甩倒 for 摔倒, 监空 for 监控."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from qa_pipeline.language.readings import ALONE
from qa_pipeline.models import CallContext

_SURE = 0.9
"""Above this mean confidence a text is as it was typed: there other characters are other words."""


def was_said(pattern: re.Pattern[str], text: str, ctx: CallContext) -> bool:
    """Whether a pattern stands in a text of the call: as it is written, or by sound where it was recognised."""
    if pattern.search(text):
        return True
    return _recognised(ctx) and _sounded(pattern).search(_alike(text)) is not None


def _recognised(ctx: CallContext) -> bool:
    spoken = ctx.transcript.utterances
    return bool(spoken) and sum(float(u.confidence) for u in spoken) < _SURE * len(spoken)


@cache
def _sounded(pattern: re.Pattern[str]) -> re.Pattern[str]:
    return re.compile(_alike(pattern.pattern))


@lru_cache(maxsize=1024)
def _alike(text: str) -> str:
    """Return a text with each Chinese character replaced by one that stands for all of its sound."""
    return "".join(_stand_in(character) for character in text)


@cache
def _stand_in(character: str) -> str:
    return _first_of(ALONE[character]) if "\u4e00" <= character <= "\u9fff" else character


@cache
def _first_of(sound: str) -> str:
    return next(chr(code) for code in range(0x4E00, 0xA000) if ALONE[chr(code)] == sound)
