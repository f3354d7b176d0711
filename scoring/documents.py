"""Documents in versions (scorecards, pay schemes): out of YAML, to plain data, and the hash that names a version."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

if TYPE_CHECKING:
    from _typeshed import DataclassInstance


class DocumentProblems(ValueError):
    """A document that cannot be used. ``problems`` each say what is wrong, where, and what to do."""

    def __init__(self, source: str, problems: tuple[str, ...]) -> None:
        super().__init__(source, problems)
        self.source = source
        self.problems = problems

    def __str__(self) -> str:
        listed = "".join(f"\n  - {problem}" for problem in self.problems)
        return f"{self.source}: {len(self.problems)} problem(s){listed}"


def yaml_mapping(text: bytes, source: str, name: str, problems: type[DocumentProblems]) -> Mapping[str, object]:
    """Return what a document's YAML holds, with the line numbers that messages name.

    Args:
        text: The file's bytes.
        source: What to call it in the message.
        name: The kind of document, such as ``scorecard``.
        problems: What is raised.

    Raises:
        DocumentProblems: As ``problems``: it is not YAML, or holds no names with values.
    """
    try:
        loaded = YAML(typ="rt").load(text)
    except (YAMLError, ValueError) as error:  # ValueError: no such day or number, no text
        raise problems(source, (f"is not YAML: {error}; mend the line it names",)) from error
    if not isinstance(loaded, Mapping):
        raise problems(source, (f"holds no names with values; start from the default {name}",))
    return loaded


def plain_mapping(document: DataclassInstance) -> dict[str, object]:
    """Return a document as plain JSON data, without its own hash."""
    plain: dict[str, object] = json.loads(json.dumps(asdict(document), default=_plain))
    del plain["sha256"]
    return plain


def mapping_sha256(plain: Mapping[str, object]) -> str:
    """Return the SHA-256 of plain data as canonical JSON."""
    canonical = json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def _plain(value: Decimal | date) -> str:
    # 1.10 and 1.1 are one number and must be one hash.
    return format(value.normalize(), "f") if isinstance(value, Decimal) else value.isoformat()
