"""The lay words that callers use for official ones."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from ruamel.yaml import YAML


@cache
def lay_words() -> tuple[tuple[str, str], ...]:
    """Return every lay word with its official words, joined by spaces."""
    source = files("qa_pipeline.knowledge").joinpath("lay_words.yaml").read_text(encoding="utf-8")
    loaded: dict[str, str] = YAML(typ="safe").load(source)
    return tuple(loaded.items())


def official(text: str) -> str:
    """Return the official words for the lay ones in a text (暖气 is 供暖 供热), by spaces; '' if there are none."""
    return " ".join(dict.fromkeys(words for lay, words in lay_words() if lay in text))
