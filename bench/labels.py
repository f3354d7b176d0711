"""Which characters of recognised words are right: words held against what was really said."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from rapidfuzz.distance import Levenshtein

from qa_pipeline.language.numerals import digits, to_number
from qa_pipeline.language.pinyin import keys
from qa_pipeline.language.script import bare

_NUMBER = re.compile("[0-9零〇一二三四五六七八九十百千万亿幺两.]+")


def sounds_right(reference: str, heard: Sequence[str]) -> list[float | None]:
    """Return, of each word, the share of its characters that sound as what was said, however they are written.

    Sounds are those that rules compare (`qa_pipeline.language.pinyin.keys`); the rest is as in `shares_right`.
    """
    return _shares(reference, heard, lambda character: keys(character) or character)


def shares_right(reference: str, heard: Sequence[str]) -> list[float | None]:
    """Return, of each word, the share of its characters that are right, 0–1; None for a word without characters.

    Script and punctuation do not count, and a number is right however it is written (as `normalise.spoken_form` has
    it). A number that is written with as many characters as it is spoken is judged digit by digit, another as a whole.

    Args:
        reference: What was said.
        heard: The words in their order.
    """
    return _shares(reference, heard, lambda character: character)


def _shares(reference: str, heard: Sequence[str], what: Callable[[str], str]) -> list[float | None]:
    said, _ = _normal([reference])
    got, owners = _normal(heard)
    right = [False] * len(got)
    for code in Levenshtein.opcodes([what(c) for c in said], [what(c) for c in got]):
        if code.tag == "equal":
            right[code.dest_start : code.dest_end] = [True] * (code.dest_end - code.dest_start)
    marks: list[list[bool]] = [[] for _ in heard]
    for place, owned in enumerate(owners):
        for word in owned:
            marks[word].append(right[place])
    return [sum(mark) / len(mark) if mark else None for mark in marks]


def _normal(texts: Sequence[str]) -> tuple[str, list[tuple[int, ...]]]:
    """Join texts with numbers as figures; return that and, of each character, the texts that it comes from."""
    plain = [bare(text) for text in texts]
    joined, source = "".join(plain), [number for number, text in enumerate(plain) for _ in text]
    out, owners, done = "", list[tuple[int, ...]](), 0
    for match in _NUMBER.finditer(joined):
        out += joined[done : match.start()]
        owners += [(word,) for word in source[done : match.start()]]
        run, figure = source[match.start() : match.end()], _figure(match[0])
        every = tuple(dict.fromkeys(run))
        owners += [(word,) for word in run] if len(figure) == len(run) else [every] * len(figure)
        out, done = out + figure, match.end()
    return out + joined[done:], owners + [(word,) for word in source[done:]]


def _figure(text: str) -> str:
    value = to_number(text)
    return bare(str(value)) if value is not None else digits(text) or bare(text)
