"""A YAML file as plain values that know their lines."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.nodes import MappingNode, SequenceNode

_BOOLS = {"true": True, "false": False}


@dataclass(frozen=True, slots=True)
class Node:
    """A value with the line that it begins on, from 1. ``value`` is a scalar, a list of nodes, or a dict of nodes."""

    line: int
    value: Any

    def get(self, name: str) -> Node | None:
        """Return what a mapping holds under a name; None where it is none or holds nothing there."""
        return self.value.get(name) if isinstance(self.value, dict) else None

    def items(self) -> Iterator[tuple[str, Node]]:
        """Yield a mapping's names and nodes; nothing where it is none."""
        yield from self.value.items() if isinstance(self.value, dict) else ()

    def each(self) -> Iterator[Node]:
        """Yield a list's nodes; a single value is a list of one."""
        yield from self.value if isinstance(self.value, list) else (self,)

    def plain(self) -> Any:
        """Return the value without lines."""
        if isinstance(self.value, dict):
            return {name: node.plain() for name, node in self.value.items()}
        if isinstance(self.value, list):
            return [node.plain() for node in self.value]
        return self.value

    def lines(self) -> Iterator[int]:
        """Yield the lines of the node and of all within it."""
        yield self.line
        inner = self.value.values() if isinstance(self.value, dict) else self.value
        for node in inner if isinstance(self.value, dict | list) else ():
            yield from node.lines()


def read_nodes(path: Path) -> Node:
    """Return the content of a YAML file that was found to load."""
    root = YAML(typ="safe").compose(path)
    return _node(root) if root is not None else Node(1, {})


def _node(node: Any, line: int | None = None) -> Node:
    """Return a composed node. A value of a mapping has the line of its name, where a reader looks for it."""
    at = node.start_mark.line + 1 if line is None else line
    if isinstance(node, MappingNode):
        return Node(at, {str(key.value): _node(value, key.start_mark.line + 1) for key, value in node.value})
    if isinstance(node, SequenceNode):
        return Node(at, [_node(one) for one in node.value])
    return Node(at, _scalar(node))


def _scalar(node: Any) -> Any:
    kind, text = node.tag.rpartition(":")[2], node.value
    if kind == "int":
        return int(text.replace("_", ""), 0)
    if kind == "float":
        return float(text)
    if kind == "bool":
        return _BOOLS.get(text.lower(), text)
    return None if kind == "null" else text
