"""Questions that no entry covers: put together by likeness, with counts, places and who should write the entry."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from qa_pipeline.knowledge.base.likeness import groups, middle
from qa_pipeline.knowledge.questions import enquires
from qa_pipeline.knowledge.retrieval import Match
from qa_pipeline.upkeep.heard import HeardCall, HeardMonth, Place, places

NEAR = 0.1
"""Less likely than that to be meant, an entry says nothing of who should know (0.3 would cover the question)."""


@dataclass(frozen=True, slots=True)
class Question:
    """What a caller asked and no entry covers; ``department`` is the work order's responsible unit, '' without one."""

    place: Place
    department: str


@dataclass(frozen=True, slots=True)
class Gap:
    """Questions that are alike. ``example`` is the one most like the others.

    ``department`` should know the answer: the work orders' unit where they name one, else the owner of ``nearest``, the
    likeliest entry (which does not cover it), else ''. ``guessed`` where it is only that owner.
    """

    questions: tuple[Question, ...]
    example: Question
    department: str
    guessed: bool
    nearest: str

    @property
    def calls(self) -> int:
        """In how many calls it was asked."""
        return len({question.place.call_id for question in self.questions})


def gaps(month: HeardMonth) -> tuple[Gap, ...]:
    """Return what was asked and not covered in a month, the most frequent first."""
    asked = [question for call in month.calls for question in _uncovered(call)]
    texts = [question.place.text for question in asked]
    found = [_gap([asked[place] for place in group], month) for group in groups(texts)]
    return tuple(sorted(found, key=lambda gap: (-gap.calls, -len(gap.questions), gap.example.place.text)))


def _uncovered(call: HeardCall) -> list[Question]:
    """Return the questions of a call that have no entry; what is only reported, or said in anger, needs none."""
    order = call.file.work_order
    department = order.get("承办单位").strip() if order is not None else ""
    return [
        Question(place, department)
        for exchange in call.ctx.exchanges
        if exchange.entry is None
        for place in places(call.file, call.ctx.transcript, exchange.question)
        if enquires(place.text)
    ]


def _gap(questions: list[Question], month: HeardMonth) -> Gap:
    example = questions[middle([question.place.text for question in questions])]
    nearest = _nearest(example, month)
    named = Counter(question.department for question in questions if question.department)
    owner = nearest.entry.owner_department if nearest is not None else ""
    department = named.most_common(1)[0][0] if named else owner
    title = "" if nearest is None else f"{nearest.entry.entry_id}《{nearest.entry.title}》"
    return Gap(tuple(questions), example, department, guessed=not named, nearest=title)


def _nearest(example: Question, month: HeardMonth) -> Match | None:
    day = next(call.ctx.call.started_at for call in month.calls if call.file.call.call_id == example.place.call_id)
    found = month.index.search(example.place.text, day.date(), 1)
    return found[0] if found and found[0].score >= NEAR else None
