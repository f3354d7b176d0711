"""The words of the trade that a transcript may be corrected to: of the centre's entries, and of hotlines everywhere."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import Any

import ahocorasick
from ruamel.yaml import YAML

from qa_pipeline.knowledge.lay import lay_words
from qa_pipeline.language.frequency import frequency
from qa_pipeline.language.pinyin import keys
from qa_pipeline.language.script import simplify
from qa_pipeline.language.words import clauses, content_words, words
from qa_pipeline.models import KnowledgeEntry

_SHORTEST, _LONGEST = 2, 12
# Of words in a row: shorter ones collide, longer ones nobody says in one breath.
_PHRASE = (4, 8)
_CHINESE = re.compile(r"[\u4e00-\u9fff]+")
# In the shipped lists the hotline's own number may stand beside its name: 12345热线.
_NUMBERED = re.compile(r"(?:12345)?[\u4e00-\u9fff]+(?:12345)?")
_NUMERAL = re.compile("[零〇一二两三四五六七八九十百千万亿几半]")
_SEPARATORS = re.compile(r"[，。、；：！？,;:!?（）()《》\s/·—-]+")
_REGION = re.compile(r"^[\u4e00-\u9fff]{2,3}?[省市县区](?=[\u4e00-\u9fff]{3})")
_PLACE = re.compile(r"[\u4e00-\u9fff]{2,3}?(?:市|区|县|镇|乡|街道|路|街)")
# What everybody says tells nothing of the matter: 申请, 办理, 需要. In jieba's units, of 60 million words.
_COMMON = 4000.0
# A term of so many syllables may differ in one of them from what was heard, a longer one in two.
_ONE_SLIP, _TWO_SLIPS = 3, 6


@dataclass(frozen=True, slots=True)
class Term:
    """A word, its sound (see `keys`) and the matters (places of `Lexicon`) that it belongs to.

    ``name``: of something. What is none, words in a row of a title, must sound just so.
    """

    text: str
    sound: str
    matters: tuple[int, ...]
    name: bool = True


@dataclass(frozen=True, slots=True)
class _Matter:
    """An entry or a line of the shipped lists: its terms, and the words that tell that it is spoken of."""

    terms: tuple[str, ...]
    phrases: tuple[str, ...]
    around: frozenset[str]
    entry: KnowledgeEntry | None = None


class Lexicon:
    """All terms over all versions of all entries; a look sees those valid on its day. Immutable, so thread-safe."""

    def __init__(self, entries: Sequence[KnowledgeEntry]) -> None:
        self._matters = (*map(_of_entry, entries), *_shipped())
        homes: dict[str, list[int]] = {}
        for place, matter in enumerate(self._matters):
            for text in (*matter.terms, *matter.phrases):
                homes.setdefault(text, []).append(place)
        names = {text for matter in self._matters for text in matter.terms}
        self.terms = tuple(Term(text, keys(text), tuple(at), text in names) for text, at in homes.items())
        self._automaton = _automaton(self.terms)

    def sounding(self, sound: str, day: date) -> Iterator[tuple[Term, int]]:
        """Yield terms valid on a day with the place where a sound is like theirs, syllable for syllable.

        Two syllables must agree but for what `qa_pipeline.language.pinyin.fuzzy` folds; of three to five one may be
        another, of more two.
        """
        if not sound or not len(self._automaton):
            return
        seen: set[tuple[int, int]] = set()
        # The end that an automaton gives is inclusive.
        for last, pieces in self._automaton.iter(sound):
            for number, end_in_term in pieces:
                start = last + 1 - end_in_term
                if (number, start) not in seen:
                    seen.add((number, start))
                    if _alike(self.terms[number].sound, sound, start) and self._valid(self.terms[number], day):
                        yield self.terms[number], start

    def around(self, term: Term, day: date) -> frozenset[str]:
        """Return the other words that are said where a term is spoken of."""
        of_matters = (self._matters[place].around for place in term.matters if self._is_valid(place, day))
        return frozenset().union(*of_matters) - {term.text}

    def _valid(self, term: Term, day: date) -> bool:
        return any(self._is_valid(place, day) for place in term.matters)

    def _is_valid(self, place: int, day: date) -> bool:
        entry = self._matters[place].entry
        return entry is None or entry.valid_on(day)


def _alike(term: str, sound: str, start: int) -> bool:
    if start < 0 or start + len(term) > len(sound):
        return False
    slips = sum(a != b for a, b in zip(term, sound[start : start + len(term)], strict=True))
    return slips <= (0 if len(term) < _ONE_SLIP else 1 if len(term) < _TWO_SLIPS else 2)


def _automaton(terms: Sequence[Term]) -> Any:  # pyahocorasick has no types
    """Build the automaton over pieces of terms: whichever syllables are slips, one piece of a term is without."""
    pieces: dict[str, list[tuple[int, int]]] = {}
    for number, term in enumerate(terms):
        for start, end in _pieces(len(term.sound)):
            pieces.setdefault(term.sound[start:end], []).append((number, end))
    automaton = ahocorasick.Automaton()
    for piece, owners in pieces.items():
        automaton.add_word(piece, tuple(owners))
    automaton.make_automaton()
    return automaton


def _pieces(length: int) -> list[tuple[int, int]]:
    parts = 1 if length < _ONE_SLIP else 2 if length < _TWO_SLIPS else 3
    cuts = [length * part // parts for part in range(parts + 1)]
    return list(pairwise(cuts))


@cache
def _shipped() -> tuple[_Matter, ...]:
    """Return the shipped lists: words of hotlines by matter, and lay words beside the official ones."""
    source = files("qa_pipeline.knowledge").joinpath("trade_words.yaml").read_text(encoding="utf-8")
    lines: dict[str, list[str]] = YAML(typ="safe").load(source)
    groups = [tuple(_fitting(words, _NUMBERED)) for words in lines.values()]
    groups += [tuple(_fitting((lay, *words.split()))) for lay, words in lay_words()]
    return tuple(_Matter(group, (), frozenset(group)) for group in groups)


def _of_entry(entry: KnowledgeEntry) -> _Matter:
    texts = (entry.title, entry.question, *entry.paraphrases, entry.answer)
    spoken = {word for text in texts for clause in clauses(text) for word in content_words(clause)}
    terms = tuple(dict.fromkeys([*_fitting(_named(entry)), *_fitting(w for w in spoken if _telling(w))]))
    said = {phrase for clause in clauses(entry.title) for phrase in _phrases(words(clause))}
    phrases = tuple(_fitting(sorted(said - set(terms))))
    return _Matter(terms, phrases, frozenset(terms) | {word for word in spoken if frequency(word) < _COMMON}, entry)


def _named(entry: KnowledgeEntry) -> Iterator[str]:
    """Yield what an entry names: hot words, papers, places, departments with and without their town, its title."""
    values = [fact.value for fact in entry.facts if fact.confirmed and fact.slot in {"materials", "place"}]
    details = [entry.details.get(name, "") for name in ("materials", "place")]
    for text in (*entry.hotwords, *values, *details, entry.title):
        yield from _SEPARATORS.split(simplify(text))
    for text in (entry.owner_department, entry.details.get("issuing_unit", "")):
        unit = simplify(text)
        yield from (unit, _REGION.sub("", unit))
    for text in (entry.owner_department, entry.details.get("region", ""), entry.details.get("place", "")):
        yield from _PLACE.findall(simplify(text))


def _phrases(cut: Sequence[str]) -> Iterator[str]:
    """Yield two and three words in a row: 职工租房 keeps 宫租房 from being read as 公租房."""
    for length in (2, 3):
        for start in range(len(cut) - length + 1):
            run = cut[start : start + length]
            phrase = "".join(run)
            if _PHRASE[0] <= len(phrase) <= _PHRASE[1] and all(len(word) > 1 for word in run):
                yield phrase


def _telling(word: str) -> bool:
    # Of the running text only words of three characters and more: of two there is always another of the same sound.
    return len(word) >= _ONE_SLIP and not _NUMERAL.search(word)


def _fitting(texts: Iterable[str], pattern: re.Pattern[str] = _CHINESE) -> list[str]:
    kept = (text for text in texts if _SHORTEST <= len(text) <= _LONGEST and pattern.fullmatch(text))
    return [text for text in kept if len(keys(text)) == len(text)]
