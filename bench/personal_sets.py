"""Sentences with and without personal data, read from JSON lines: id, text (one or several utterances), gold."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from rapidfuzz.distance import Levenshtein

from qa_pipeline.language.personal.rows import digit

UNSEEN = Path(__file__).resolve().parent / "personal_unseen"
JOINT = "，"
_DIGITS = str.maketrans("0123456789", "零一二三四五六七八九")
# Letters as people read them out; the voices know no Latin ones.
_LETTERS = dict(
    zip("ABCDEFGHKLTUX", "诶 必 西 弟 易 艾弗 寄 艾尺 开 艾勒 踢 优 艾克斯".split(), strict=True)  # noqa: SIM905
)


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence; ``gold`` are kind and surface of what is personal in it, ``public`` numbers that anybody may know."""

    name: str
    text: str
    gold: tuple[tuple[str, str], ...] = ()
    public: tuple[str, ...] = ()


def read_set(path: Path) -> tuple[Sentence, ...]:
    """Read a set; utterances of one turn are joined as the product joins them.

    Raises:
        OSError: The file is not there.
        ValueError: A line is no JSON, or has no text.
    """
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]
    return tuple(
        Sentence(
            row["id"],
            row["text"] if isinstance(row["text"], str) else JOINT.join(row["text"]),
            tuple((kind, surface) for kind, surface in row.get("gold", ())),
            tuple(row.get("public", ())),
        )
        for row in rows
    )


@dataclass(frozen=True, slots=True)
class Case:
    """A text with the places of what is personal in it: kind, first character, and one past the last.

    ``exact``: findings must cover the same letters; else half of them, as the recogniser's text is another.
    """

    name: str
    text: str
    gold: tuple[tuple[str, int, int], ...]
    public: tuple[str, ...]
    exact: bool

    def agrees(self, gold: tuple[str, int, int], found: tuple[str, int, int]) -> bool:
        """Whether a finding is a piece of the reference."""
        if gold[0] != found[0]:
            return False
        there, here = self._letters(gold), self._letters(found)
        return there == here if self.exact else len(there & here) * 2 >= max(1, len(there))

    def _letters(self, span: tuple[str, int, int]) -> set[int]:
        return {place for place in range(span[1], span[2]) if self.text[place].isalnum()}


def written_cases(*paths: Path) -> tuple[Case, ...]:
    """Return the sentences of sets as they are written."""
    return tuple(
        Case(one.name, one.text, tuple(_places(one.text, one.gold)), one.public, exact=True)
        for path in paths
        for one in read_set(path)
    )


def _places(text: str, gold: Iterable[tuple[str, str]]) -> Iterator[tuple[str, int, int]]:
    """Yield where surfaces stand in a text; one that a pause parts is found over it."""
    done = 0
    places = [place for place, letter in enumerate(text) if letter.isalnum()]
    letters = "".join(text[place] for place in places)
    for kind, surface in gold:
        wanted = "".join(letter for letter in surface if letter.isalnum())
        at = letters.find(wanted, done)
        at = letters.find(wanted) if at < 0 else at
        if at < 0:
            raise ValueError(f"{surface!r} is not in {text!r}: mend the set")
        yield kind, places[at], places[at + len(wanted) - 1] + 1
        done = at + len(wanted)


def heard_cases(folder: Path) -> tuple[Case, ...]:
    """Return the sentences of a folder as the recogniser wrote them, with the reference laid on them."""
    said = {one.name: one for name in ("personal", "innocent") for one in read_set(folder / f"{name}.jsonl")}
    cases = []
    for line in (folder / "heard.jsonl").read_text("utf-8").splitlines():
        row = json.loads(line)
        one, text = said[row["id"]], JOINT.join(row["heard"])
        laid = _laid(one.text, text)
        gold = [(kind, laid[start], laid[end - 1] + 1) for kind, start, end in _places(one.text, one.gold)]
        cases.append(Case(one.name, text, tuple((k, a, max(a + 1, b)) for k, a, b in gold), one.public, exact=False))
    return tuple(case for case in cases if case.text)


def _laid(said: str, heard: str) -> list[int]:
    """Return for each character of what was said where it stands in what was heard, by the fewest edits."""
    first, second = ["".join(digit(c) or c for c in text) for text in (said, heard)]
    places = [0] * len(said)
    for edit in Levenshtein.opcodes(first, second):
        length = edit.src_end - edit.src_start
        for offset in range(length):
            step = offset * (edit.dest_end - edit.dest_start) // max(1, length)
            places[edit.src_start + offset] = min(edit.dest_start + step, max(0, len(heard) - 1))
    return places


def read_aloud(text: str) -> str:
    """Return a text as the voices can read it: digits one by one, letters by their names."""
    spelt = "".join(_LETTERS.get(letter.upper(), letter) if letter.isascii() else letter for letter in text)
    return spelt.translate(_DIGITS).replace("·", "")
