"""Questions that citizens ask and the bases that they are asked of: measuring set, tuning set, unseen set.

The measuring set lies beside the checkout (``../shared``). ``questions/tuning.jsonl`` and ``questions/unseen.jsonl``
ask its entries in other words: ``gold`` is the entry's id, null where nothing covers the question, ``kind`` is clean,
colloquial, dialect, misheard or none, ``ref`` what was said where ``text`` is misheard. The unseen set was written
before retrieval was tuned and is not to be tuned on.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from qa_pipeline.models import KnowledgeEntry

HERE = Path(__file__).resolve().parent
SHARED = HERE.parent.parent / "shared" / "data" / "text"
DAY = date(2026, 10, 3)
"""The day that questions are asked on."""


@dataclass(frozen=True, slots=True)
class Question:
    """What was asked and the id of the entry that answers it, None where there is none."""

    text: str
    gold: str | None
    kind: str


def base(data: Path) -> list[KnowledgeEntry]:
    """Return the 160 entries of the measuring set."""
    rows = [*_rows(data / "kb.jsonl"), *_rows(data / "kb_distractors.jsonl")]
    return [made(str(row["id"]), str(row["title"]), str(row["text"])) for row in rows]


def made(name: str, title: str, answer: str) -> KnowledgeEntry:
    """Return an entry that is valid on any day."""
    return KnowledgeEntry(name, 1, title, "", answer, date(2020, 1, 1))


def development(data: Path) -> list[Question]:
    """Return the 80 questions of the measuring set; a kind of ``asr`` is called misheard here."""
    return _questions(data / "questions.jsonl")


def tuning() -> list[Question]:
    """Return the questions that retrieval was tuned on."""
    return _questions(HERE / "questions" / "tuning.jsonl")


def unseen() -> list[Question]:
    """Return the questions that retrieval was not tuned on."""
    return _questions(HERE / "questions" / "unseen.jsonl")


def _questions(path: Path) -> list[Question]:
    kinds = {"asr": "misheard"}
    return [Question(str(r["text"]), r["gold"], kinds.get(str(r["kind"]), str(r["kind"]))) for r in _rows(path)]


def _rows(path: Path) -> list[dict[str, str | None]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]
