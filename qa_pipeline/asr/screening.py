"""Throw out what the recogniser invented."""

from __future__ import annotations

import re
from typing import Protocol

from qa_pipeline.language.script import bare

# What Whisper learnt from subtitles and writes over silence or noise; no caller says any of it.
_SUBTITLES = re.compile(
    "点赞.{0,4}订阅|订阅.{0,6}转发|打赏支持|字幕(由|提供|志愿者|组)|amara|优优独播|独播剧场|明镜与点点|谢谢(观看|收看)|感谢(观看|收看)|中文字幕|作词.{0,8}作曲|词曲.{0,4}编曲",
    re.IGNORECASE,
)
# zlib ratio of a text that repeats itself. Measured on 130 windows of real speech: at most 1.14, loops 1.65 to 2.58;
# faster-whisper's own bound of 2.4 is for languages of longer words and lets most loops pass.
_REPEATING = 1.5
# Measured: nine inventions on notes of music had 0.69-0.89 and -1.32 to -2.13; 53 windows of speech at most 0.53, and
# one of them below -1.0 (at 0.28).
_SILENT = 0.6
_HARDLY_LIKELY = -1.0


class Heard(Protocol):
    """What is read of a window as Whisper wrote it."""

    @property
    def text(self) -> str:
        """The words."""

    @property
    def compression_ratio(self) -> float:
        """How much shorter the text is when compressed."""

    @property
    def no_speech_prob(self) -> float:
        """Probability of Whisper's own mark for silence."""

    @property
    def avg_logprob(self) -> float:
        """Mean logarithm of the tokens' probabilities."""


def plausible(heard: Heard) -> bool:
    """Return whether a window's text is no known invention, no loop, and not unlikely words over silence.

    What is thrown out is not lost: its speech is decoded again, and in the end marked as not understood.
    """
    silent = heard.no_speech_prob > _SILENT and heard.avg_logprob < _HARDLY_LIKELY
    return not (silent or heard.compression_ratio > _REPEATING or _SUBTITLES.search(bare(heard.text)))
