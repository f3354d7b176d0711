"""The pages' words: one catalogue, two languages."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

from ruamel.yaml import YAML

LANGUAGES = ("zh", "en")
Words = Callable[..., str]


@cache
def catalogue() -> Mapping[str, tuple[str, str]]:
    """Return every key with its Chinese and its English words."""
    loaded = YAML(typ="safe").load((Path(__file__).parent / "words.yaml").read_text(encoding="utf-8"))
    return {key: (str(zh), str(en)) for key, (zh, en) in loaded.items()}


def words(language: str) -> Words:
    """Return the function that gives a key's words in a language, with ``{names}`` filled in.

    An unknown key raises KeyError: a page with a missing word is a mistake in the program.
    """
    column = LANGUAGES.index(language)

    def say(key: str, **values: object) -> str:
        text = catalogue()[key][column]
        return text.format(**values) if values else text

    return say
