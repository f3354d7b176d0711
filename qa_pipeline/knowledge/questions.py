"""Which of the caller's turns ask something, and which only answer the operator."""

from __future__ import annotations

import re

from qa_pipeline.language.script import simplify
from qa_pipeline.language.words import matter

_ASKS = re.compile(
    r"吗|呢|怎么|咋|什么|啥|多少|几(?!乎)|哪|如何|能不能|可不可以|可以不|想问|问一下|问下|想问问|咨询|要不要|用不用|是不是|有没有|行不行|"
    r"能否|是否|多久|多长|多大|谁|为何|凭什么|了没|没有[？?]"
)
# Anger and surprise in the form of a question, and questions of who is speaking or whether the line is up.
_NO_QUESTION = re.compile(
    r"管不管|还有没有王法|没有没有|你们?(?:是|这是)(?:什么|干什么)|什么态度|听(?:得|的)?(?:到|见)吗|喂|你说什么|再说一遍|你叫什么|工号|真的[啊吗]|"
    r"什么时候说过|怎么说话|怎么[回这]|谁跟|干什么吃|摆设|还有理|是吧|对吧|好吗$|行吗$|要这么久|没事吧|不是吗"
)
_OPENS = 6
_FOLLOWS = 3


def asks(text: str) -> bool:
    """Return whether a caller's turn asks for information."""
    said = simplify(text)
    return bool(_ASKS.search(_NO_QUESTION.sub("，", said))) and spoken_length(said) >= _FOLLOWS


def states_matter(text: str) -> bool:
    """Return whether a turn says enough to be what the call is about."""
    return spoken_length(matter(text)) >= _OPENS or asks(text)


def spoken_length(text: str) -> int:
    """Return how many characters of a text are spoken."""
    return sum(c.isalnum() for c in text)
