"""Lists of phrases: what is written twice, adds nothing, speaks against another list, or sounds like too much."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

import ahocorasick

from qa_pipeline.checks import Level, lint_check
from qa_pipeline.language.pinyin import keys
from qa_pipeline.language.words import tokenizer
from qa_pipeline.rules.lint.meanings import Meaning
from qa_pipeline.rules.lint.subject import Entry, Flaw, Subject

_SURE_BY_SOUND = 4
"""From so many syllables a phrase that is only heard by its sound counts like one that is written out."""
_COMMON = 300.0
"""How often jieba's dictionary has a word, of 60 million, that is heard in talk and not only in print."""
_COMMON_ALONE = 5_000.0
"""The same of single characters, which it counts within words too."""
_SHOWN = 5


@lint_check("twice", Level.WARNING, "同一个列表里把一句话写了两遍")
def twice(subject: Subject) -> Iterator[Flaw]:
    """A phrase that stands twice in one list."""
    for entries in subject.lists:
        first: dict[str, Entry] = {}
        for entry in entries.entries:
            known = first.setdefault(entry.spoken, entry)
            if known is not entry:
                yield entries.flaw(entry, f"第 {known.line} 行已经有了", "删去其中一行", known)


@lint_check("joined", Level.WARNING, "一句短语里有中文逗号：多半是想写几句")
def joined(subject: Subject) -> Iterator[Flaw]:
    """A phrase with a Chinese comma: YAML parts a list by English commas, and 甲，乙 is one phrase that nobody says."""
    for entries, entry in subject.entries():
        if "，" in entry.text:
            advice = "想写几句的，用英文逗号分开；确是一句的，不必写逗号"
            yield entries.flaw(entry, "里面有中文逗号，合起来才算一句", advice)


@lint_check("alike", Level.WARNING, "同一个列表里有读音相同的话：按读音本来就找得到，不必写同音字")
def alike(subject: Subject) -> Iterator[Flaw]:
    """Phrases of one list that sound the same: the second is found by the first."""
    for entries in subject.lists:
        first: dict[str, Entry] = {}
        for entry in (one for one in entries.entries if not one.exact):
            known = first.setdefault(entry.sound, entry)
            if known is not entry and known.spoken != entry.spoken:
                reason = f"与第 {known.line} 行的“{known.text}”读音相同（模糊音算同音）"
                yield entries.flaw(entry, reason, "删去同音的写法；确要按字区分的，两句都写 exact: true", known)


@lint_check("contained", Level.WARNING, "长的话里含着同一列表里短的话：短的已经命中，长的不起作用")
def contained(subject: Subject) -> Iterator[Flaw]:
    """Phrases that hold another of their list: the longer adds no hit."""
    for entries in subject.lists:
        for longer, shorter in _contained(entries.entries):
            heard_by_sound = len(shorter.sound) >= _SURE_BY_SOUND or entries.meaning is Meaning.WANTED
            if longer.exact or heard_by_sound:
                reason = f"含有第 {shorter.line} 行的“{shorter.text}”，短的已经命中"
                yield entries.flaw(longer, reason, "删去长的；短的容易误中的，删短的或给它写例外", shorter)


def _contained(entries: Iterable[Entry]) -> Iterator[tuple[Entry, Entry]]:
    """Yield each phrase without exceptions and one such within it: of hits that overlap only the longest is excused."""
    by_text = {entry.spoken: entry for entry in entries if not entry.unless}
    automaton = _automaton({text: entry for text, entry in by_text.items() if not entry.exact})
    for text, entry in by_text.items():
        inner = [found for _, found in automaton.iter(text) if found is not entry] if len(automaton) else []
        if inner:
            yield entry, inner[0]


def _automaton(by_text: dict[str, Any]) -> Any:
    automaton = ahocorasick.Automaton()
    for text, value in by_text.items():
        automaton.add_word(text, value)
    if len(automaton):
        automaton.make_automaton()
    return automaton


@lint_check("opposing", Level.WARNING, "该说的话里含着不该说的话：照着说也会被判差错")
def opposing(subject: Subject) -> Iterator[Flaw]:
    """Phrases that are asked for and hold one that is forbidden."""
    accusing = [(e, entry) for e, entry in subject.entries() if e.meaning is Meaning.ACCUSES and not entry.unless]
    automaton = _automaton({entry.spoken: (entries, entry) for entries, entry in accusing})
    if not len(automaton):
        return
    for entries, entry in subject.entries():
        if entries.meaning is not Meaning.WANTED:
            continue
        for _, (other, wrong) in automaton.iter(entry.spoken):
            where = f"{other.code} 的 {other.name}（第 {wrong.line} 行）不许说的“{wrong.text}”"
            what = "就是" if wrong.spoken == entry.spoken else "含有"
            advice = f"从其中一个列表里删去，或给“{wrong.text}”写例外"
            yield entries.flaw(entry, f"这句话是要求说的，却{what}{where}", advice, wrong)


@lint_check("short", Level.WARNING, "一两个音节的话没有写 exact：读音相同的常用词太多，容易误中")
def short(subject: Subject) -> Iterator[Flaw]:
    """Phrases of one or two syllables that common words sound like."""
    for entries, entry in subject.entries():
        sound = entry.sound
        if entry.exact or len(sound) > 2:
            continue
        same = [word for word in _sounding(len(sound)).get(sound, ()) if word != entry.spoken]
        if same:
            words = "".join(f"“{word}”" for word in same[:_SHOWN])
            more = f"等 {len(same)} 个常用{'字' if len(sound) == 1 else '词'}" if len(same) > _SHOWN else ""
            reason = f"只有 {len(sound)} 个音节，读音与{words}{more}相同"
            yield entries.flaw(entry, reason, "写成更长的话，或写 exact: true 只按文字找")


@cache
def _sounding(syllables: int) -> dict[str, tuple[str, ...]]:
    """Return the common words of so many characters by their sound, the commonest first."""
    found: defaultdict[str, list[tuple[float, str]]] = defaultdict(list)
    least = _COMMON_ALONE if syllables == 1 else _COMMON
    for word, often in tokenizer().FREQ.items():
        if len(word) == syllables and often >= least and "\u4e00" <= word[0] <= "\u9fff":
            found[keys(word)].append((-float(often), word))
    return {sound: tuple(word for _, word in sorted(words)) for sound, words in found.items()}


@lint_check("no-exception", Level.WARNING, "判差错的规则一个例外也没有：转述来电人的话、否定的话也会命中")
def no_exception(subject: Subject) -> Iterator[Flaw]:
    """Rules that find fault with words and have no exception at all."""
    for entries in subject.lists:
        changed = [entry for entry in entries.entries if not entry.shipped]
        if entries.meaning is Meaning.ACCUSES and changed and not any(entry.unless for entry in entries.entries):
            yield Flaw(entries.code, entries.line, f"{entries.name} 没有一句写了例外（unless）", _EXCEPTIONS)
    for rule in subject.own:
        if rule.node.get("applies") is None and _accuses(rule.node.get("when")):
            yield Flaw(rule.code, rule.node.line, "没有任何例外（except、unless、not、applies）", _EXCEPTIONS)


_EXCEPTIONS = "想一想转述（“您刚才说……”）、否定（“不是说……”）和同一句话的别的意思，写成例外"


def _accuses(when: Any) -> bool:
    """Whether a condition asks for words and nothing in it could excuse them."""
    text = str(when.plain()) if when is not None else ""
    asks = any(name in text for name in ("any_keywords", "regex", "sounds_like", "similar"))
    return asks and not any(f"'{name}'" in text for name in ("except", "unless", "not", "anchor"))
