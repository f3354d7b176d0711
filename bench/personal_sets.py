"""Sentences with and without personal data, read from JSON lines: id, text (one or several utterances), gold."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

UNSEEN = Path(__file__).resolve().parent / "personal_unseen"
JOINT = "，"


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
