"""Stand-ins for personal data: 王**, 138****5678, [地址]; the one place that says how each kind is hidden."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from qa_pipeline.language.personal.finder import find, find_numbers
from qa_pipeline.language.personal.finding import Kind, Personal
from qa_pipeline.language.personal.rows import digit, rows
from qa_pipeline.language.personal.surnames import surname_of

_DOUBTFUL = 0.2  # what hides more than it must harms nobody: from here on, where all is hidden
_LONG_ROW = 7  # the shortest local number
_KNOWN_FROM = 2  # a single character is said everywhere


@dataclass(frozen=True, slots=True)
class Mask:
    """What each character of a text is shown as; '' for one that a stand-in before it speaks for."""

    letters: tuple[str, ...]

    def __str__(self) -> str:
        return "".join(self.letters)

    def part(self, start: int, end: int) -> str:
        """Return what characters ``start`` to ``end`` are shown as."""
        return "".join(self.letters[start:end])


def mask_of(
    text: str,
    found: Iterable[Personal] | None = None,
    *,
    known: Collection[str] = (),
    public: Collection[str] = (),
    strict: bool = True,
    but: Collection[Kind] = (),
) -> Mask:
    """Return a text's mask.

    Args:
        text: What was said or written.
        found: What of it is personal; None: looked for here.
        known: Personal words of the same call, hidden wherever they stand (a name that only its context told).
        public: What anybody may know (see `find`).
        strict: Hide also what is doubtful and every row of seven digits and more; else only what is likely personal.
        but: Kinds that stay as they are.
    """
    given = tuple(find(text, public=public, floor=_DOUBTFUL if strict else 0.5) if found is None else found)
    letters = list(text)
    for one in (one for one in (*_repeated(text, known), *given) if one.kind not in but):
        letters[one.start : one.end] = stand_in(one)
    if strict:
        for start, end in _long_rows(text, given, public):
            letters[start:end] = _middle(letters[start:end])
    return Mask(tuple(letters))


def masked(
    text: str,
    *,
    known: Collection[str] = (),
    public: Collection[str] = (),
    strict: bool = True,
    but: Collection[Kind] = (),
) -> str:
    """Return a text with stand-ins for what is personal in it (see `mask_of`)."""
    return str(mask_of(text, known=known, public=public, strict=strict, but=but))


def masked_numbers(text: str) -> str:
    """Return a text with its personal numbers hidden, without looking for names: quick enough for every log line."""
    return str(mask_of(text, find_numbers(text), strict=False))


def masked_number(number: str) -> str:
    """Return a phone number with its middle hidden: enough to tell calls apart, not to dial."""
    if len(number) < _LONG_ROW:
        return "*" * len(number)
    return "".join(_middle(number))


def masked_name(name: str) -> str:
    """Return a name's surname with a star for each further character; 王女士 says no more than that and stays."""
    plain = name.strip()
    if re.fullmatch(r".{1,2}(?:先生|女士|小姐|某某?)", plain):
        return plain
    kept = len(surname_of(plain)) or 1
    return plain[:kept] + "*" * (len(plain) - kept)


def stand_in(one: Personal) -> list[str]:
    """Return what each character of a finding is shown as."""
    text = list(one.text)
    match one.kind:
        case Kind.NAME:
            return list(masked_name(one.text))
        case Kind.MOBILE | Kind.LANDLINE:
            return _middle(text)
        case Kind.BANK:
            return _but(text, first=0, last=4)
        case Kind.IDENTITY:
            return _but(text, first=3, last=0)
        case Kind.PLATE:
            # 陕A stays: so many cars have it. What is spelt out before it (陕西的陕) stays, too.
            return _but(text, first=one.text.rfind(one.value[0]) + 2, last=0)
        case _:
            return [f"[{one.kind.name_zh}]", *[""] * (len(text) - 1)]


def _middle(text: Iterable[str]) -> list[str]:
    """Hide the middle of a number, four digits at least: 138****5678; of a local one the first four."""
    letters = list(text)
    places = [place for place, letter in enumerate(letters) if digit(letter) is not None]
    hidden = set(places[3 : max(7, len(places) - 4)] if len(places) > _LONG_ROW else places[:4])
    # Between hidden digits stand mended ones, too (四 heard as 是): of them nothing stays but pauses.
    within = range(min(hidden), max(hidden)) if hidden else range(0)
    return ["*" if p in hidden or (p in within and letter.isalnum()) else letter for p, letter in enumerate(letters)]


def _but(text: list[str], first: int, last: int) -> list[str]:
    """Hide all that tells, but ``first`` characters at the beginning and ``last`` at the end."""
    places = [place for place, letter in enumerate(text) if letter.isalnum()]
    hidden = places[first : len(places) - last]
    return ["*" if place in hidden else letter for place, letter in enumerate(text)]


def _repeated(text: str, known: Collection[str]) -> Iterable[Personal]:
    """Yield known personal words where they stand, the longest first so that it wins."""
    for word in sorted({w for w in known if len(w) >= _KNOWN_FROM}, key=len):
        for found in re.finditer(re.escape(word), text):
            yield Personal(_kind(word), found.start(), found.end(), word, word, 1.0)


def _kind(word: str) -> Kind:
    digits = sum(digit(letter) is not None for letter in word)
    return Kind.MOBILE if digits >= _LONG_ROW else Kind.NAME if len(word) <= 4 else Kind.ADDRESS


def _long_rows(text: str, given: Iterable[Personal], public: Collection[str]) -> Iterable[tuple[int, int]]:
    """Yield rows of seven digits and more that are neither found already nor anybody's to know."""
    spans = [(one.start, one.end) for one in given]
    for row in rows(text):
        number = "".join(group.digits for group in row)
        start, end = row[0].start, row[-1].end
        free = all(end <= other or start >= stop for other, stop in spans)
        if free and len(number) >= _LONG_ROW and not any(known.endswith(number) for known in public):
            yield start, end
