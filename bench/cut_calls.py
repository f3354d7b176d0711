"""Calls cut by hand into exchanges, and how the product cuts them. The form: ``questions/calls_*.txt``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bench.question_sets import DAY
from qa_pipeline.knowledge.exchanges import exchanges
from qa_pipeline.knowledge.retrieval import KnowledgeIndex
from qa_pipeline.models import Exchange
from scoring.intervals import Share, share
from tests.builders import call

FOLDER = Path(__file__).resolve().parent / "questions"
SETS = ("calls_tuning", "calls_unseen")
_TURN = re.compile(r"(\d*)([?=.!-])\s+([话来])\s+(.+)")


@dataclass
class CutCall:
    """``entries`` by the number of the exchange; ``turns``: numbers, mark, role, words."""

    name: str
    entries: dict[str, str | None]
    turns: list[tuple[str, str, str, str]] = field(default_factory=list)


def cut_calls(name: str) -> list[CutCall]:
    """Return the calls of a set.

    Raises:
        ValueError: A line is neither a call nor a turn.
    """
    calls: list[CutCall] = []
    for number, line in enumerate((FOLDER / f"{name}.txt").read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        if turn := _TURN.fullmatch(line.strip()):
            calls[-1].turns.append((turn[1], turn[2], turn[3], turn[4]))
        elif re.match(r"[A-Z]\d+ ", line):
            head, *pairs = line.split()
            entries = dict(pair.split(":") for pair in pairs if ":" in pair)
            calls.append(CutCall(head, {n: None if e == "-" else e for n, e in entries.items()}))
        else:
            raise ValueError(f"{name}.txt, line {number}: neither a call nor a turn: {line}")
    return calls


@dataclass(frozen=True, slots=True)
class CutScore:
    """How many exchanges were found of those there are, and of the found ones how many there are; turns likewise."""

    found: Share
    right: Share
    questions: Share
    answers: Share
    kept_out: Share


def score(calls: Sequence[CutCall], index: KnowledgeIndex) -> tuple[CutScore, list[str]]:
    """Return the scores of calls, and a line for everything that is otherwise than by hand."""
    counts = {name: [0, 0] for name in ("found", "right", "questions", "answers", "kept_out")}
    lines = []
    for one in calls:
        cut = exchanges(call([(role, text) for _, _, role, text in one.turns]).transcript, index, DAY)
        for name, good, what in _verdicts(one, cut):
            counts[name][0] += good
            counts[name][1] += 1
            if not good:
                lines.append(f"{one.name} {name}: {what}")
    return CutScore(**{name: share(good, of) for name, (good, of) in counts.items()}), lines


def _verdicts(one: CutCall, cut: Sequence[Exchange]) -> Iterator[tuple[str, bool, str]]:
    found = [e.entry.entry_id if e.entry else None for e in cut if not e.volunteered]
    kept = {n for numbers, mark, _, _ in one.turns if mark in "?=" for n in numbers}
    wanted = [entry for number, entry in one.entries.items() if number in kept]
    left = list(found)
    for entry in wanted:
        yield "found", entry in left, str(entry)
        if entry in left:
            left.remove(entry)
    for entry in found:
        yield "right", entry not in left, str(entry)
    for place, (numbers, mark, _, text) in enumerate(one.turns):
        asked = {e.entry.entry_id if e.entry else None for e in cut if place in e.question}
        answered = {e.entry.entry_id if e.entry else None for e in cut if place in e.answer}
        gold = {one.entries.get(n) for n in numbers}
        if mark == "?":
            yield "questions", asked == gold, f"{text} {asked}"
        elif mark == "=":
            yield "answers", answered == gold, f"{text} {answered}"
        else:
            yield "kept_out", not answered and (mark != "-" or not asked), f"{text} {asked} {answered}"
