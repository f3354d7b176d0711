"""The lay words that callers use for official ones, and the ways they say what an entry is about."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

from ruamel.yaml import YAML

from qa_pipeline.language.script import bare

# Characters from the first to the last word of a way: further apart they belong to different things.
_APART = 18


@cache
def lay_words() -> tuple[tuple[str, str], ...]:
    """Return every lay word with its official words, joined by spaces."""
    words: dict[str, str] = _loaded("lay_words.yaml")
    return tuple(words.items())


@cache
def _ways() -> tuple[tuple[tuple[str, ...], str], ...]:
    """Return every way of saying as its words, with the official words."""
    ways: dict[str, list[str]] = _loaded("ways_of_saying.yaml")
    return tuple((tuple(way.split()), words) for words, said in ways.items() for way in said)


def official(text: str) -> str:
    """Return the official words, by spaces, for lay ones in a text (暖气: 供暖 供热); '' if there are none."""
    said = bare(text)
    found = [words for lay, words in lay_words() if lay in said]
    found += [words for way, words in _ways() if _says(said, way)]
    return " ".join(dict.fromkeys(word for words in found for word in words.split()))


def _says(text: str, way: tuple[str, ...]) -> bool:
    if not all(word in text for word in way):
        return False
    return len(way) == 1 or any(_near(text, way, start) for start in _places(text, way[0]))


def _near(text: str, way: tuple[str, ...], start: int) -> bool:
    around = text[max(0, start - _APART) : start + _APART]
    return all(word in around for word in way)


def _places(text: str, word: str) -> list[int]:
    return [place for place in range(len(text)) if text.startswith(word, place)]


def _loaded(name: str) -> Any:  # what a YAML file holds has no type
    source = files("qa_pipeline.knowledge").joinpath(name).read_text(encoding="utf-8")
    return YAML(typ="safe").load(source)
