"""Writes rules and conditions as YAML that a QA lead can read and change."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq

from qa_pipeline.rules.alibaba.lambda_expression import Node
from qa_pipeline.rules.alibaba.notes import Note
from qa_pipeline.rules.alibaba.schema import line_of

_WIDTH = 110
_ONE_LINE = 90  # what is shorter stands on one line


@dataclass(frozen=True, slots=True)
class Definition:
    """A named condition, and where it came from."""

    name: str
    node: Node
    origin: str


@dataclass(frozen=True, slots=True)
class Draft:
    """A rule as it is written. ``when`` None: nothing of its condition is left. Not ``live``: as a comment."""

    code: str
    origin: str
    expression: str
    body: Mapping[str, Any]
    when: Node | None
    live: bool
    notes: tuple[Note, ...]


def write(version: str, head: Sequence[str], definitions: Sequence[Definition], drafts: Sequence[Draft]) -> str:
    """Return the file's text; definitions that no live rule needs are comments too."""
    needed = _needed(definitions, [draft.when for draft in drafts if draft.live and draft.when is not None])
    lines = [*_comments(head), *_entry("version", version), ""]
    live = [one for one in definitions if one.name in needed]
    spare = [one for one in definitions if one.name not in needed]
    if definitions:
        lines += ["conditions:" if live else "# conditions:"]
        lines += [line for one in live for line in _definition(one)]
        lines += [f"# {line}" for one in spare for line in _definition(one)]
        lines += [""]
    lines += ["rules:" if any(draft.live for draft in drafts) else "rules: {}"]
    return "\n".join([*lines, *(line for draft in drafts for line in _rule(draft)), ""])


def inlined(
    definitions: Mapping[str, Definition], drafts: Sequence[Draft]
) -> tuple[tuple[Definition, ...], tuple[Draft, ...]]:
    """Write a condition out where it is used once, by a rule that has no other."""
    counts: dict[str, int] = {}
    for node in [draft.when for draft in drafts if draft.when is not None] + [one.node for one in definitions.values()]:
        for name in references(node):
            counts[name] = counts.get(name, 0) + 1
    kept = dict(definitions)
    changed = []
    for draft in drafts:
        when = draft.when
        inner: Any = when if isinstance(when, str) else (when or {}).get("not")
        if isinstance(inner, str) and counts.get(inner) == 1:
            node = kept.pop(inner).node
            when = node if isinstance(draft.when, str) else {"not": node}
        changed.append(replace(draft, when=when))
    return tuple(kept.values()), tuple(changed)


def references(node: Node) -> Iterable[str]:
    """Yield the names of conditions that a condition rests on."""
    if isinstance(node, str):
        yield node
        return
    for key in ("and", "or"):
        for part in node.get(key, ()):
            if isinstance(part, str) or not _is_operator(part):
                yield from references(part)
    if "not" in node:
        yield from references(node["not"])
    if "anchor" in node:
        yield from references(node["anchor"]["condition"])


def _is_operator(node: Mapping[str, Any]) -> bool:
    return not set(node) & {"and", "or", "not", "anchor"}


def _needed(definitions: Sequence[Definition], used: Sequence[Node]) -> set[str]:
    by_name = {one.name: one for one in definitions}
    waiting = [name for node in used for name in references(node)]
    needed: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name in by_name and name not in needed:
            needed.add(name)
            waiting += references(by_name[name].node)
    return needed


def _definition(one: Definition) -> list[str]:
    return [f"  # {line_of(one.origin, 1_000)}", *(f"  {line}" for line in _entry(one.name, one.node))]


def _rule(draft: Draft) -> list[str]:
    when = {"when": draft.when} if draft.when is not None else {}
    lines = [*_comments([draft.origin]), *_comments(note.told() for note in draft.notes)]
    if draft.when is None:
        lines += _comments([f"when: to be written by hand for {draft.expression or '(nothing)'}"])
    body = _entry(draft.code, {**draft.body, **when})
    return ["", *(f"  {line}" for line in [*lines, *(body if draft.live else [f"# {line}" for line in body])])]


def _comments(texts: Iterable[str]) -> list[str]:
    return [f"# {line_of(text, 1_000)}" for text in texts]


def _entry(key: str, value: Any) -> list[str]:
    yaml = YAML()
    yaml.width = _WIDTH
    yaml.allow_unicode = True
    yaml.indent(mapping=2, sequence=4, offset=2)
    out = io.StringIO()
    yaml.dump(CommentedMap({key: _styled(value)}), out)
    return out.getvalue().rstrip("\n").split("\n")


def _styled(value: Any) -> Any:
    """Return a value as ruamel writes it: on one line what is short or a list of texts, else one thing a line."""
    made: CommentedMap | CommentedSeq
    if isinstance(value, Mapping):
        made = CommentedMap((name, _styled(inner)) for name, inner in value.items())
    elif isinstance(value, list | tuple):
        made = CommentedSeq(_styled(inner) for inner in value)
    else:
        return value
    if _on_one_line(value):
        made.fa.set_flow_style()
    return made


def _on_one_line(value: Any) -> bool:
    """Whether a value is better read on one line; conditions that are joined stand one a line."""
    if isinstance(value, list | tuple) and not any(isinstance(one, Mapping | list) for one in value):
        return True
    return not _joins(value) and len(json.dumps(value, ensure_ascii=False)) <= _ONE_LINE


def _joins(value: Any) -> bool:
    if isinstance(value, Mapping):
        return bool({"and", "or"} & set(value)) or any(_joins(inner) for inner in value.values())
    if not isinstance(value, list | tuple):
        return False
    return any(_joins(inner) or (isinstance(inner, Mapping) and len(inner) == 1) for inner in value)
