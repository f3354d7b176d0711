"""The pages' words: one catalogue in two languages, a file in ``words/`` for each family of pages."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

from ruamel.yaml import YAML

LANGUAGES = ("zh", "en")
FOLDER = Path(__file__).parent / "words"
Words = Callable[..., str]


@cache
def catalogue() -> Mapping[str, tuple[str, str]]:
    """Return every key with its Chinese and its English words.

    Raises:
        ValueError: Two files have the same key.
    """
    found: dict[str, tuple[str, str]] = {}
    for path in sorted(FOLDER.glob("*.yaml")):
        for key, (zh, en) in YAML(typ="safe").load(path.read_text(encoding="utf-8")).items():
            if key in found:
                raise ValueError(f"words/{path.name}: {key} is in another file too")
            found[key] = (str(zh), str(en))
    return found


def words(language: str) -> Words:
    """Return the function that gives a key's words in a language, with ``{names}`` filled in.

    An unknown key raises KeyError: a page with a missing word is a mistake in the program.
    """
    column = LANGUAGES.index(language)

    def say(key: str, **values: object) -> str:
        text = catalogue()[key][column]
        return text.format(**values) if values else text

    return say
