"""Words of Chinese text, as jieba cuts them, and what a question is about without its wrapping."""

from __future__ import annotations

import re
import threading
import warnings
from functools import cache, lru_cache
from typing import Any

from qa_pipeline.language.script import simplify

with warnings.catch_warnings():
    # jieba 0.42.1 imports pkg_resources and has escapes that Python 3.12 warns of; neither is ours to mend.
    warnings.simplefilter("ignore")
    import jieba

_LOCK = threading.Lock()
_WORD = re.compile(r"[0-9A-Za-z\u4e00-\u9fff]")
_SPLIT = re.compile(r"[^0-9A-Za-z\u4e00-\u9fff%.]+")

# What a question is wrapped in. It carries no matter, and without it recall@1 rose from 0.85 to 0.89
# (80 questions against 160 entries).
_WRAPPING = (
    "请问一下|请问|想问一下|想问问|问一下|想了解一下|了解一下|咨询一下|我想咨询|咨询|我想|想要|"
    "你好|您好|喂|麻烦|帮我|怎么办|怎么|怎样|咋|什么|多少|哪里|哪儿|去哪|在哪|哪个|需要|"
    "要不要|能不能|可不可以|可以|是不是|有没有|的话|的|了|吗|呢|啊|呀|吧|嘛|哦|嗯|我们|你们|"
    "他们|我|你|您|他|她|那个|这个|那|这|一下|就是|就|还|都|也|是|有|在|和|给|要|去|把|"
    "被|说|个|里|没有|没|然后|因为|所以|但是|现在|谢谢|好的|对"
)
_WRAPPED = re.compile("|".join(sorted(_WRAPPING.split("|"), key=len, reverse=True)))


@cache
def tokenizer() -> Any:  # jieba has no types
    """Return jieba with its own dictionary, made at first use; cutting with it needs a lock (see `words`)."""
    jieba.setLogLevel("CRITICAL")
    loaded = jieba.Tokenizer()
    loaded.initialize()
    return loaded


def is_word(text: str) -> bool:
    """Return whether a text of two characters or more is one word of jieba's dictionary."""
    return len(text) > 1 and bool(tokenizer().FREQ.get(text))


@lru_cache(maxsize=4096)
def words(text: str) -> tuple[str, ...]:
    """Return the words of a text in order, as jieba cuts them; punctuation is dropped."""
    with _LOCK:
        return tuple(word for word in tokenizer().lcut(simplify(text)) if _WORD.search(word))


@lru_cache(maxsize=4096)
def content_words(text: str) -> tuple[str, ...]:
    """Return the words of two characters and more that are not part of what questions are wrapped in."""
    return tuple(word for word in words(text) if len(word) > 1 and not _WRAPPED.fullmatch(word))


def clauses(text: str) -> tuple[str, ...]:
    """Return the stretches of a text between punctuation marks and spaces, in simplified script."""
    return tuple(clause for clause in _SPLIT.split(simplify(text)) if clause)


def matter(text: str) -> str:
    """Return a question without its wrapping (请问…怎么办呢), a space where something was cut out.

    A question that is all wrapping comes back whole.
    """
    bare = _WRAPPED.sub(" ", simplify(text))
    return bare if len(bare.replace(" ", "")) >= 2 else text
