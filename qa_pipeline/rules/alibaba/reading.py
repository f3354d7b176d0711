"""From the text of a file to raw rules and conditions, each with its JSON path.

Taken are: the object with ``conditions`` and ``rules`` that is uploaded; what the service answers (the same in
``data``); an object that holds either as text (``JsonStr``, ``JsonStrForRule``); one rule that holds its conditions; a
list of any of these.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from qa_pipeline.errors import ImportRefused
from qa_pipeline.rules.alibaba.schema import squeezed

_WRAPPERS = ("data", "jsonstr", "jsonstrforrule", "ruleinfo", "rulesinfo")
_LISTS = {"conditions": ("conditionbasicinfo",), "rules": ("rulebasicinfo", "ruleinfo")}
_DEEPEST = 20  # wrappers in wrappers
_HINT = "export the rules again, or save what GetRuleV4 answers"


@dataclass(frozen=True, slots=True)
class Raw:
    """One object of the file and where it stands."""

    path: str
    value: Any


@dataclass(frozen=True, slots=True)
class Group:
    """Rules and the conditions that they were exported with; ids are unique within a group only."""

    rules: tuple[Raw, ...]
    conditions: tuple[Raw, ...]


def read_groups(text: str) -> tuple[Group, ...]:
    """Find the rules of a file.

    Raises:
        ImportRefused: It is no JSON, or holds no rules.
    """
    groups = tuple(_groups(_parsed(text.removeprefix("\ufeff"), "the file"), "$", 0))
    if not any(group.rules for group in groups):
        raise ImportRefused("the file holds no rules: nowhere in it is a list named rules with something in it", _HINT)
    return groups


def _parsed(text: str, what: str) -> Any:
    try:
        value = json.loads(text)
        if "\\ud" in text.lower():
            # Half a surrogate pair is no character, and nothing that writes text takes it.
            value = json.loads(json.dumps(value, ensure_ascii=False).encode("utf-8", "replace"))
        return value
    except json.JSONDecodeError as error:
        message = f"{what} is not JSON: line {error.lineno}, column {error.colno}: {error.msg}"
        hint = "JSON has no comments and no comma before a closing bracket, which the service's documentation shows"
        raise ImportRefused(message, hint) from error
    except RecursionError as error:
        raise ImportRefused(f"{what} is nested too deeply to be a rule", _HINT) from error


def _groups(value: Any, path: str, depth: int) -> Iterator[Group]:
    if depth > _DEEPEST:
        raise ImportRefused(f"{path} is nested too deeply to be a rule", _HINT)
    if isinstance(value, str):
        value = _parsed(value, path)
    if isinstance(value, list):
        if any(_is_rule(one) for one in value):
            yield Group(tuple(Raw(f"{path}[{n}]", one) for n, one in enumerate(value)), _own(value, path))
            return
        for n, one in enumerate(value):
            yield from _groups(one, f"{path}[{n}]", depth + 1)
    elif isinstance(value, Mapping):
        yield from _of_object(value, path, depth)


def _of_object(value: Mapping[str, Any], path: str, depth: int) -> Iterator[Group]:
    names = {squeezed(str(name)): str(name) for name in value}
    if "rules" in names:
        conditions = _listed(value, names, "conditions", path)
        rules = _listed(value, names, "rules", path)
        yield Group(rules, (*conditions, *_own([raw.value for raw in rules], f"{path}.{names['rules']}")))
    elif _is_rule(value):
        yield Group((Raw(path, value),), _listed(value, names, "conditions", path))
    else:
        for wrapper in _WRAPPERS:
            if wrapper in names:
                yield from _groups(value[names[wrapper]], f"{path}.{names[wrapper]}", depth + 1)


def _is_rule(value: Any) -> bool:
    """Whether an object is a rule by itself: one that has an expression over conditions that it holds."""
    if not isinstance(value, Mapping):
        return False
    names = {squeezed(str(name)) for name in value}
    return "rules" not in names and "conditions" in names and bool(names & {"lambda", "rulelambda", "rid"})


def _own(rules: list[Any], path: str) -> tuple[Raw, ...]:
    """Return the conditions that rules of a list hold themselves, each told whose it is."""
    found: list[Raw] = []
    for n, rule in enumerate(rules):
        if not _is_rule(rule):
            continue
        names = {squeezed(str(name)): str(name) for name in rule}
        rid = str(rule.get(names.get("rid", ""), ""))
        for raw in _listed(rule, names, "conditions", f"{path}[{n}]"):
            value = {"rid": rid, **raw.value} if isinstance(raw.value, Mapping) and rid else raw.value
            found.append(Raw(raw.path, value))
    return tuple(found)


def _listed(value: Mapping[str, Any], names: Mapping[str, str], name: str, path: str) -> tuple[Raw, ...]:
    if name not in names:
        return ()
    path = f"{path}.{names[name]}"
    inner = value[names[name]]
    if isinstance(inner, str):
        inner = _parsed(inner, path)
    if isinstance(inner, Mapping):
        for key, held in inner.items():
            if squeezed(str(key)) in _LISTS[name]:
                path, inner = f"{path}.{key}", held
                break
        else:
            inner = [inner]
    if inner is None:
        return ()
    if not isinstance(inner, list):
        raise ImportRefused(f"{path} is {type(inner).__name__}, not a list", _HINT)
    return tuple(Raw(f"{path}[{n}]", one) for n, one in enumerate(inner))
