"""Reads the parts of one check: its range, its anchor, its operator's parameters."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from qa_pipeline.rules.conditions.language import ANY, EVERY, Anchor, Where
from qa_pipeline.rules.operators.table import OPERATORS

if TYPE_CHECKING:
    from qa_pipeline.rules.conditions.parsing import Parser

Fail = Callable[[Any, Any, str, str], Exception]
_HITS = {"any": ANY, "every": EVERY, "first": 1}


def word_of(node: Any, key: str, words: tuple[str, ...], default: str, fail: Fail) -> str:
    """Return one of some words.

    Raises:
        RulesetError: It is none of them.
    """
    word = node.get(key, default)
    if word not in words:
        raise fail(node, key, f'unknown {key} "{word}"', f"write {', '.join(words[:-1])} or {words[-1]}")
    return str(word)


def range_of(node: Any, anchor: Anchor | None, fail: Fail) -> tuple[int, int]:
    """Return the first and last turn of a range.

    Raises:
        RulesetError: It is no range, or an empty one.
    """
    given = node.get("range", [1, -1])
    if isinstance(given, Mapping) and set(given) == {"from", "to"}:
        given = [given["from"], given["to"]]
    around = anchor is not None and anchor.where is Where.AROUND
    numbers = isinstance(given, Sequence) and not isinstance(given, str) and len(given) == 2
    if not numbers or not all(isinstance(n, int) and not isinstance(n, bool) and (n or around) for n in given):
        said = "range is [first, last], from 1, or negative from the end"
        raise fail(node, "range", said, "such as [1, 2] or [-3, -1]; around an anchor [-2, 2]")
    first, last = given
    backwards = first > last if around else first * last > 0 and first > last
    if backwards and not (around and (first, last) == (1, -1)):
        raise fail(node, "range", f"range {first} to {last} is empty", "put the earlier turn first")
    if anchor is not None and anchor.where is Where.CURRENT and "range" in node:
        raise fail(node, "range", "the anchor's own turn has no range", "take range away, or write where: around")
    return first, last


def anchor_of(node: Any, parser: Parser) -> Anchor | None:
    """Return the anchor of a check; None where it has none.

    Raises:
        RulesetError: It is incomplete, goes in a circle, or lies nowhere in the call.
    """
    given = node.get("anchor")
    if given is None:
        return None
    if isinstance(given, str):
        given = {"condition": given}
    if not isinstance(given, Mapping) or "condition" not in given:
        message = "an anchor is {condition: …, where: before|after|around|current, hit: any|every|first|number}"
        raise parser.fail(node, "anchor", message, "name the condition")
    for name in given:
        if name not in {"condition", "where", "hit"}:
            hint = parser.nearest(str(name), ("condition", "where", "hit"))
            raise parser.fail(given, name, f'unknown part of an anchor "{name}"', hint)
    holder = given if hasattr(given, "lc") else node
    key = "condition" if holder is given else "anchor"
    where = Where(word_of(given, "where", tuple(one.value for one in Where), "after", parser.fail))
    condition = parser.parse(given["condition"], holder, key)
    parser.placed(condition, holder, key)
    return Anchor(condition, where, _hit(given, parser.fail))


def _hit(given: Any, fail: Fail) -> int:
    hit = given.get("hit", "any")
    number = _HITS.get(hit, hit) if isinstance(hit, str) else hit
    if not isinstance(number, int) or isinstance(number, bool) or number < ANY:
        raise fail(given, "hit", f'unknown hit "{hit}"', "write any, every, first, or a number from 1")
    return number


def operator_params(node: Any, name: str, fail: Fail) -> BaseModel:
    """Return the checked parameters of an operator.

    Raises:
        RulesetError: A parameter is unknown, missing or out of range.
    """
    operator = OPERATORS[name]
    given = plain(node[name])
    if operator.short is not None and not isinstance(given, dict):
        given = {operator.short: given}
    try:
        return operator.params.model_validate(given)
    except ValueError as error:
        first = error.errors()[0] if hasattr(error, "errors") else {"loc": (), "msg": str(error)}
        where = ".".join(str(step) for step in (name, *first["loc"]))
        known = ", ".join(info.alias or key for key, info in operator.params.model_fields.items())
        holder, key = deepest(node, (name, *first["loc"]))
        told = str(first["msg"]).removeprefix("Value error, ")
        raise fail(holder, key, f"{where}: {told}", f"parameters of {name}: {known}") from error


def deepest(node: Any, path: Sequence[int | str]) -> tuple[Any, Any]:
    """Follow a path of pydantic's as far as the file goes, so that an error names the line of the parameter itself.

    Returns:
        The innermost mapping or list, and the key in it; the node and None where not even the first step is in it.
    """
    holder, key, inner = node, None, node
    for step in path:
        known = hasattr(inner, "lc") and (
            (isinstance(inner, Mapping) and step in inner)
            or (isinstance(inner, Sequence) and isinstance(step, int) and step < len(inner))
        )
        if not known:
            break
        holder, key, inner = inner, step, inner[step]
    return holder, key


def plain(value: Any) -> Any:
    """Return YAML's mappings and sequences as plain dicts and lists."""
    if isinstance(value, Mapping):
        return {str(name): plain(inner) for name, inner in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [plain(inner) for inner in value]
    return value
