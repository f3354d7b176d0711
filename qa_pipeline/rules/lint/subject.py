"""What checks look at: a ruleset as it was loaded, as it is written, and beside the shipped one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from qa_pipeline.language.pinyin import keys
from qa_pipeline.models import Standing
from qa_pipeline.rules.lint.meanings import Meaning, meaning_of
from qa_pipeline.rules.lint.nodes import Node, read_nodes
from qa_pipeline.rules.matching import Phrase, normal
from qa_pipeline.rules.registry import discover
from qa_pipeline.rules.ruleset import Ruleset

_WORDS = ("any_keywords", "n_keywords", "sounds_like")


@dataclass(frozen=True, slots=True)
class Flaw:
    """Something that is probably a mistake, where it stands, why, and what to do (Chinese).

    ``code`` is a rule, or the name of a condition, or '' for the file. ``shipped``: the centre did not write it.
    """

    code: str
    line: int
    reason: str
    advice: str
    shipped: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """One phrase as it is written; ``shipped`` where the shipped list has the very same.

    ``spoken`` are its spoken characters, ``sound`` its sound key, see `qa_pipeline.language.pinyin.keys`.
    """

    text: str
    spoken: str
    sound: str
    unless: tuple[tuple[str, int], ...]
    exact: bool
    line: int
    shipped: bool


@dataclass(frozen=True, slots=True)
class Entries:
    """One list of phrases: of a rule's parameter ``name``, or of an operator in a condition."""

    code: str
    name: str
    line: int
    entries: tuple[Entry, ...]
    meaning: Meaning

    def flaw(self, entry: Entry, reason: str, advice: str, *others: Entry) -> Flaw:
        """Return a flaw of an entry, and of others that it comes from; shipped where all of them are."""
        shipped = entry.shipped and all(other.shipped for other in others)
        return Flaw(self.code, entry.line, f"{self.name}“{entry.text}”：{reason}", advice, shipped)


@dataclass(frozen=True, slots=True)
class OwnRule:
    """A rule that the ruleset writes itself."""

    code: str
    node: Node
    standing: Standing

    def expressions(self) -> Iterator[tuple[str, Node]]:
        """Yield the rule's conditions by the names of their parts."""
        for name in ("when", "applies"):
            if (node := self.node.get(name)) is not None:
                yield name, node


@dataclass(frozen=True)
class Subject:
    """A ruleset that loads."""

    ruleset: Ruleset
    shipped: Ruleset
    root: Node

    @classmethod
    def of(cls, path: Path, ruleset: Ruleset, shipped: Ruleset) -> Subject:
        """Read the file of a ruleset once more, for its lines."""
        return cls(ruleset, shipped, read_nodes(path))

    @cached_property
    def rules(self) -> Mapping[str, Node]:
        """What is written of each rule of the product."""
        section = self.root.get("rules") or Node(1, {})
        return {code: node for code, node in section.items() if code in discover()}

    @cached_property
    def own(self) -> tuple[OwnRule, ...]:
        """The rules that the ruleset writes itself."""
        standings = {bound.code: bound.standing for bound in self.ruleset.rules}
        written = [pair for name in ("rules", "conditions") for pair in (self.root.get(name) or Node(1, {})).items()]
        return tuple(
            OwnRule(code, node, standings[code]) for code, node in written if code in standings and node.get("when")
        )

    @cached_property
    def named(self) -> Mapping[str, Node]:
        """The conditions that stand under a name of their own, to be used in rules."""
        section = self.root.get("conditions") or Node(1, {})
        return {name: node for name, node in section.items() if not node.get("when")}

    def expressions(self) -> Iterator[tuple[str, str, Node]]:
        """Yield every condition: its rule (or name), which part it is, and the node."""
        for rule in self.own:
            yield from ((rule.code, name, node) for name, node in rule.expressions())
        yield from ((name, "", node) for name, node in self.named.items())

    @cached_property
    def lists(self) -> tuple[Entries, ...]:
        """Every list of phrases that is written in the file."""
        return (*self._of_rules(), *self._of_conditions())

    def entries(self) -> Iterator[tuple[Entries, Entry]]:
        """Yield every written phrase with its list."""
        for entries in self.lists:
            for entry in entries.entries:
                yield entries, entry

    def patterns(self) -> Iterator[tuple[str, str, int, bool]]:
        """Yield every regular expression: its rule, the pattern, its line, whether it is shipped."""
        for entries, entry in self.entries():
            yield from ((entries.code, pattern, line, entry.shipped) for pattern, line in entry.unless)
        for code, _, node in self.expressions():
            for operator, inner in _operators(node, "regex"):
                del operator
                pattern = inner.get("pattern") or inner
                if isinstance(pattern.value, str):
                    yield code, pattern.value, pattern.line, False

    def _of_rules(self) -> Iterator[Entries]:
        shipped = {bound.code: bound.params for bound in self.shipped.rules}
        for code, node in self.rules.items():
            for name, inner in node.items():
                known = getattr(shipped.get(code), name, None)
                if isinstance(known, tuple) and isinstance(inner.value, list) and _are_phrases(code, name):
                    entries = tuple(_entry(one, frozenset(known)) for one in inner.each())
                    yield Entries(code, name, inner.line, entries, meaning_of(code, name))

    def _of_conditions(self) -> Iterator[Entries]:
        for code, part, node in self.expressions():
            for operator, inner in (pair for name in _WORDS for pair in _operators(node, name)):
                listed = inner.get("phrases") or inner
                entries = tuple(_entry(one, frozenset()) for one in listed.each() if _is_phrase(one))
                name = f"{part}.{operator}".lstrip(".")
                yield Entries(code, name, listed.line, entries, Meaning.DEPENDS)


def _are_phrases(code: str, name: str) -> bool:
    field = discover()[code].params.model_fields.get(name)
    return field is not None and "Phrase" in str(field.annotation)


def _is_phrase(node: Node) -> bool:
    return isinstance(node.value, str) or node.get("text") is not None


def _entry(node: Node, shipped: frozenset[Phrase]) -> Entry:
    whole = Phrase.model_validate(node.plain() if isinstance(node.value, dict) else str(node.value))
    unless = node.get("unless")
    patterns = tuple((str(one.value), one.line) for one in unless.each()) if unless is not None else ()
    return Entry(whole.text, normal(whole.text), keys(whole.text), patterns, whole.exact, node.line, whole in shipped)


def _operators(node: Node, wanted: str) -> Iterator[tuple[str, Node]]:
    """Yield the uses of an operator within a condition."""
    for name, inner in node.items():
        if name == wanted:
            yield name, inner
        else:
            yield from _operators(inner, wanted)
    for one in node.value if isinstance(node.value, list) else ():
        yield from _operators(one, wanted)


def text_of(value: Any) -> str:
    """Return a plain value as text that equal conditions share, whatever the order of their names."""
    if isinstance(value, dict):
        return "{" + ",".join(f"{name}:{text_of(value[name])}" for name in sorted(value)) + "}"
    if isinstance(value, list):
        return "[" + ",".join(text_of(one) for one in value) + "]"
    return repr(value)
