"""Regular expressions: exceptions that excuse nothing or everything, and patterns that cannot match or are slow."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from qa_pipeline.checks import Level, lint_check
from qa_pipeline.language.script import simplify
from qa_pipeline.rules.lint.expressions import (
    always_touches,
    looks_around,
    may_touch,
    never_written,
    repeats_repeats,
)
from qa_pipeline.rules.lint.subject import Entries, Entry, Flaw, Subject

_MOST = 50_000
"""So many exceptions are looked at, some seconds' work; a list of more is not written by hand."""


def _exceptions(subject: Subject) -> Iterator[tuple[Entries, Entry, str, int]]:
    pairs = ((e, entry, pattern, line) for e, entry in subject.entries() for pattern, line in entry.unless)
    return islice(pairs, _MOST)


@lint_check("useless-exception", Level.WARNING, "例外的正则表达式与这句话永远碰不到一起：例外要与命中的字有重叠才算")
def useless_exception(subject: Subject) -> Iterator[Flaw]:
    """Exceptions that can never share a character with any of their phrases."""
    # A line of exceptions may be shared by many phrases (YAML's &name and *name): one that it serves is enough.
    idle: dict[tuple[int, str], tuple[Entries, Entry]] = {}
    serving: set[tuple[int, str]] = set()
    for entries, entry, pattern, line in _exceptions(subject):
        if (line, pattern) not in serving and may_touch(pattern, simplify(entry.text), by_sound=not entry.exact):
            serving.add((line, pattern))
        idle.setdefault((line, pattern), (entries, entry))
    for (line, pattern), (entries, entry) in idle.items():
        if (line, pattern) not in serving:
            reason = f"{entries.name}“{entry.text}”：例外“{pattern}”永远不会与它重叠，不起作用"
            yield Flaw(entries.code, line, reason, f"把“{entry.text}”也写进这个例外里", entry.shipped)


@lint_check("always-excused", Level.WARNING, "例外把这句话自己也除外了：永远不会命中")
def always_excused(subject: Subject) -> Iterator[Flaw]:
    """Exceptions that match the phrase by itself: it is never hit."""
    for entries, entry, pattern, line in _exceptions(subject):
        if always_touches(pattern, simplify(entry.text)):
            reason = f"{entries.name}“{entry.text}”：例外“{pattern}”把它自己也除外了，永远不会命中"
            yield Flaw(entries.code, line, reason, "在例外里写出前后文", entry.shipped)


@lint_check("never-written", Level.WARNING, "正则表达式里有转写里不会出现的字：繁体字、全角字符")
def unwritable(subject: Subject) -> Iterator[Flaw]:
    """Patterns with characters that no transcript has."""
    for code, pattern, line, shipped in subject.patterns():
        if run := never_written(pattern):
            reason = f"“{pattern}”里的“{run}”不会在转写里出现（转写一律是简体、半角）"
            yield Flaw(code, line, reason, f"写成“{simplify(run)}”", shipped)


@lint_check("slow", Level.NOTE, "正则表达式用了前后查找或反向引用：能用，但不能用线性时间的引擎，慢")
def slow(subject: Subject) -> Iterator[Flaw]:
    """Patterns that an engine of linear time cannot run."""
    for code, pattern, line, shipped in subject.patterns():
        if looks_around(pattern):
            yield Flaw(code, line, f"“{pattern}”用了前后查找（(?=…) 一类）或反向引用", "换成 unless 或 except", shipped)


@lint_check("explosive", Level.WARNING, "不限次数的重复里套着不限次数的重复：遇到长句可能算不完")
def explosive(subject: Subject) -> Iterator[Flaw]:
    """Patterns that may take exponentially long on an engine that goes back."""
    for code, pattern, line, shipped in subject.patterns():
        if repeats_repeats(pattern):
            reason = f"“{pattern}”在不限次数的重复里套着不限次数的重复"
            yield Flaw(code, line, reason, "去掉里面或外面的 + 或 *，或写明次数如 {0,20}", shipped)
