"""The program's own Chinese texts in English: scorecard, names of rules, grades and fields, findings, refusals.

What people said, wrote or named stays as it is: it stands in quotation marks “”, 《》 or 〔〕 and is never looked into,
and a text for which the file has no English is returned unchanged, as a centre's own names are. ``gloss.yaml`` has what
stands on pages; the texts of errors are in ``gloss_refusals.yaml``, which only they are looked up in beside it: a word
that is a whole hint there (“再试一次”) may be somebody's own in a finding.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from functools import cache, lru_cache
from importlib.resources import files

import re2
from jinja2 import pass_context
from jinja2.runtime import Context
from ruamel.yaml import YAML

LONGEST = 1_000
"""Characters outside quotations: a longer text is none of the program's and stays as it is."""
MOST_PARTS = 200
"""Parts of one text that are looked up: what needs more is none of the program's. Bounds the time for any input."""
DEEPEST = 12
"""Parts within parts of one text."""


class Book(Enum):
    """Which texts are looked up: the files of each."""

    PAGES = ("gloss.yaml",)
    REFUSALS = ("gloss.yaml", "gloss_refusals.yaml")


EMPTY = "（空）"
"""How a field without a value is written in evidence."""

_HAN = re.compile(r"[\u3400-\u9fff]")
_LETTER = re.compile(r"[a-z]")
_NAME = re.compile(r"[^\s.]*[._/\d][^\s.]")
_QUOTED = re.compile(r"“[^“”]*”|《[^《》]*》|〔[^〔〕]*〕")
_FIRST_MARK, _LAST_MARK = 0xE000, 0xF8FF
_MARKS = "\ue000-\uf8ff"
_MARK = re.compile(f"[{_MARKS}]")
_VARIABLE = re.compile(r"[“《]\{(?P<quoted>\w+)(?P<ours>=?)\}[”》]|\{(?P<name>\w+)(?P<data>[*!]?)\}")
_KINDS = "*!="
_IN_QUOTES = re.compile(r"[“《]\{(\w+)\}[”》]")
_PUNCTUATION = {"、": ", ", "，": ", ", "；": "; ", "：": ": ", "。": ".", "（": " (", "）": ")", "？": "?", "！": "!"}


@dataclass(frozen=True, slots=True)
class _Pattern:
    """A text with variable parts: what it begins and ends with, how many signs are its own, and its form."""

    first: str
    last: str
    weight: int
    form: re2._Regexp[str]
    names: tuple[str, ...]
    english: str

    def parts(self, text: str) -> tuple[str, ...] | None:
        """Return what stands for the variables if the whole text is of this form."""
        if not (text.startswith(self.first) and text.endswith(self.last)):
            return None
        match = self.form.fullmatch(text)
        return None if match is None else tuple(match.groups())


def glossed(text: str, language: str) -> str:
    """Return one of the program's Chinese texts in a language.

    Args:
        text: A name or a message as it is stored.
        language: ``zh`` gives the text itself, ``en`` its English, or the text unchanged where there is none.

    Returns:
        The words; quotations in them are as they were.
    """
    return _english(text, Book.PAGES) if language == "en" and _HAN.search(text) else text


def glossed_refusal(text: str, language: str) -> str:
    """Return an error's message or hint in a language, as `glossed` does: what was typed and named stays as it is."""
    return _english(text, Book.REFUSALS) if language == "en" and _HAN.search(text) else text


@pass_context
def gloss_refusal(context: Context, text: str) -> str:
    """Write an error's message or hint in the page's language (a template filter).

    Raises:
        KeyError: As `gloss`.
    """
    return glossed_refusal(text, context["language"])


@pass_context
def gloss(context: Context, text: str) -> str:
    """Write one of the program's texts in the page's language (a template filter).

    Raises:
        KeyError: The template does not know its language: a macro that was imported without its context.
    """
    return glossed(text, context["language"])


@pass_context
def gloss_field(context: Context, text: str) -> str:
    """Write a field of a work order with its value: the name in the page's language, the value as it is (a filter).

    Raises:
        KeyError: As `gloss`.
    """
    name, colon, value = text.partition("：")
    english = glossed(name, context["language"])
    if not colon or english == name:
        return text
    return f"{english}: {glossed(value, context['language']) if value == EMPTY else value}"


@cache
def glossary(book: Book = Book.PAGES) -> Mapping[str, str]:
    """Return every Chinese text and pattern with its English.

    Raises:
        ValueError: Two families have the same text.
    """
    found: dict[str, str] = {}
    for name in book.value:
        families = YAML(typ="safe").load((files("qa_pipeline.language") / name).read_text(encoding="utf-8"))
        for family in families.values():
            for zh, en in family.items():
                if str(zh) in found:
                    raise ValueError(f"{name}: {zh} is in another family too")
                found[str(zh)] = str(en)
    return found


@cache
def _patterns(book: Book) -> tuple[_Pattern, ...]:
    """Return the glossary's patterns, the one with most signs of its own first.

    What ends in signs of its own goes before what ends in a variable, which would take them for its own end.
    """
    made = [_pattern(zh, en) for zh, en in glossary(book).items() if _VARIABLE.search(zh)]
    return tuple(sorted(made, key=lambda one: (not one.last, -one.weight)))


def _pattern(zh: str, en: str) -> _Pattern:
    form, literals, names, at = "", [], [], 0
    for found in _VARIABLE.finditer(zh):
        literals.append(zh[at : found.start()])
        names.append((found["name"] or found["quoted"]) + (found["data"] or found["ours"] or ""))
        form += re.escape(literals[-1]) + _group(found)
        at = found.end()
    literals.append(zh[at:])
    form += re.escape(literals[-1])
    return _Pattern(
        literals[0],
        literals[-1],
        sum(map(len, literals)),
        re2.compile(form),
        tuple(names),
        _IN_QUOTES.sub(r"{\1}", en),
    )


def _group(variable: re.Match[str]) -> str:
    if variable["quoted"]:
        return f"([{_MARKS}])"
    if len(variable["name"]) == 1:
        return r"([\d.]+%?)"
    return f"([{_MARKS}]|[^，；。：{_MARKS}]+?)" if variable["data"] else "(.+?)"


@lru_cache(maxsize=4096)
def _english(text: str, book: Book) -> str:
    exact = glossary(book).get(text)
    if exact is not None:
        return _capital(exact)
    if _MARK.search(text):
        return text
    quotations: list[str] = []

    def mark(match: re.Match[str]) -> str:
        quotations.append(match[0])
        return chr(min(_FIRST_MARK + len(quotations) - 1, _LAST_MARK))

    bare = _QUOTED.sub(mark, text)
    if len(bare) > LONGEST:  # no more quotations than there are marks, either
        return text
    english = _Look(tuple(quotations), book).up(bare)
    if english is None or not _LETTER.search(_QUOTED.sub("", english)):  # all of it was somebody's own words
        return text
    return _capital(_MARK.sub(lambda match: quotations[ord(match[0]) - _FIRST_MARK], english))


def _capital(english: str) -> str:
    """Begin with a capital, except where a file's or a setting's name stands first."""
    return english if _NAME.match(english) else english[:1].upper() + english[1:]


@dataclass(slots=True)
class _Look:
    """One text's look-ups, so that each part is looked up once and not endlessly many are."""

    quotations: tuple[str, ...]
    book: Book
    done: dict[str, str | None] = field(default_factory=dict)
    depth: int = 0

    def up(self, part: str) -> str | None:
        """Return a part's English, None where there is none."""
        if not _HAN.search(part):
            return _western(part)
        if part not in self.done:
            if len(self.done) >= MOST_PARTS or self.depth >= DEEPEST:
                return None
            self.done[part] = None  # until it is known: no part is looked for inside itself
            self.depth += 1
            self.done[part] = self._found(part)
            self.depth -= 1
        return self.done[part]

    def _found(self, part: str) -> str | None:
        exact = glossary(self.book).get(part)
        if exact is not None:
            return exact
        for pattern in _patterns(self.book):
            english = self._filled(pattern, part)
            if english is not None:
                return english
        return self._listed(part)

    def _filled(self, pattern: _Pattern, text: str) -> str | None:
        parts = pattern.parts(text)
        if parts is None:
            return None
        values = {}
        for name, part in zip(pattern.names, parts, strict=True):
            english = self._value(name[-1], part)
            if english is None:
                return None
            values[name.rstrip(_KINDS)] = english
        return pattern.english.format_map(values)

    def _value(self, kind: str, part: str) -> str | None:
        if kind == "=":
            return self._inside(part)
        english = None if kind == "!" and _HAN.search(part) else self.up(part)
        return f"“{part}”" if english is None and kind in "*!" else english

    def _inside(self, mark: str) -> str:
        """Return a quotation of the program's own words in English, or the mark of one that is none."""
        words = self.quotations[ord(mark) - _FIRST_MARK]
        english = self.up(words[1:-1])
        return mark if english is None else f"{words[0]}{english}{words[-1]}"

    def _listed(self, text: str) -> str | None:
        """Return a list's English: 甲、乙."""
        parts = text.split("、")
        english = [self.up(part) for part in parts] if 1 < len(parts) <= MOST_PARTS else [None]
        return None if None in english else ", ".join(one for one in english if one is not None)


def _western(text: str) -> str:
    for zh, en in _PUNCTUATION.items():
        text = text.replace(zh, en)
    return text.strip()
