"""Whether groups of calls fare differently: by shift, hour, caller and how well the recogniser heard them.

A recogniser that mishears an accent must not cost its owner pay. How sure it was of an operator's words stands in for
the accent, which nobody writes down. Calls count as drawn, not weighted; those added for a risk are left out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from statistics import fmean, quantiles

from qa_pipeline.assessment import CallPoints, MonthView
from qa_pipeline.models import CallFile, MonthData, Role
from qa_pipeline.reports.case_mix import call_mix
from scoring.fairness import (
    ENOUGH,
    ENOUGH_OPERATORS,
    Difference,
    Relation,
    corrected,
    mean_difference,
    relation,
    share_difference,
)

NIGHT_FROM, NIGHT_TO = 22, 6
"""Hours by the clock; shifts are named as every centre likes."""


class Group(StrEnum):
    """What a group of calls is told by, against all other calls."""

    SHIFT = "shift"
    NIGHT = "night"
    HOSTILE = "hostile"
    UNSURE = "unsure"


class Measure(StrEnum):
    """What is compared: points, recognition confidence, shares of calls with something open or taken unreviewed."""

    POINTS = "points"
    CONFIDENCE = "confidence"
    OPEN = "open"
    TAKEN = "taken"


class Said(StrEnum):
    """What can be said of a difference."""

    FEW = "few"
    NOTED = "noted"
    WITHIN_CHANCE = "within_chance"


@dataclass(frozen=True, slots=True)
class Fact:
    """What is compared of one call; ``confidence`` 0–1 and ``hostile`` are None where nothing tells."""

    operator_id: str
    shift: str
    night: bool
    hostile: bool | None
    confidence: float | None
    points: float
    open: bool
    taken: bool


@dataclass(frozen=True, slots=True)
class Compared:
    """One group against all other calls in one measure; ``name`` is the shift's."""

    group: Group
    name: str
    measure: Measure
    found: Difference

    @property
    def said(self) -> Said:
        """What can be said of it."""
        if not self.found.enough:
            return Said.FEW
        return Said.NOTED if self.found.noted else Said.WITHIN_CHANCE


@dataclass(frozen=True, slots=True)
class FairnessMonth:
    """A month's comparisons, corrected for how many there are.

    ``points`` and ``taken``: how an operator's mean points, and the share of calls that lost points by rules alone, go
    with how sure the recogniser was of the operator's words.
    """

    month: str
    calls: int
    lines: tuple[Compared, ...]
    points: Relation
    taken: Relation
    enough: int = ENOUGH
    enough_operators: int = ENOUGH_OPERATORS

    @property
    def few(self) -> bool:
        """Whether nothing at all can be compared."""
        return all(line.said is Said.FEW for line in self.lines) and self.points.value is None


def fairness_month(view: MonthView, data: MonthData) -> FairnessMonth:
    """Return the comparisons of a month; its files must have their transcripts."""
    files = {file.call.call_id: file for file in data.files}
    facts = [_fact(call, files[call.call_id]) for call in view.calls if call.counted]
    lines = [
        Compared(group, name, measure, _compared(first, second, measure))
        for group, name, first, second in _groups(facts)
        for measure in Measure
        # Whom the recogniser was unsure of is how the group was made.
        if not (group is Group.UNSURE and measure is Measure.CONFIDENCE)
    ]
    after = corrected([line.found for line in lines])
    told = tuple(replace(line, found=found) for line, found in zip(lines, after, strict=True))
    return FairnessMonth(
        month=view.month,
        calls=len(facts),
        lines=told,
        points=relation(_of_operators(facts, lambda fact: fact.points)),
        taken=relation(_of_operators(facts, lambda fact: float(fact.taken))),
    )


def _fact(call: CallPoints, file: CallFile) -> Fact:
    assert call.evaluation is not None  # noqa: S101  # calls that count were judged
    mix = None if file.audit is None else call_mix(file.audit)
    return Fact(
        operator_id=call.operator_id,
        shift=call.shift,
        night=is_night(file.call.started_at),
        hostile=None if mix is None else mix.hostile,
        confidence=heard_confidence(file),
        points=float(call.evaluation.points),
        open=call.is_open,
        taken=bool(call.unconfirmed),
    )


def is_night(when: datetime) -> bool:
    """Whether a call began at night, by the clock."""
    return when.hour >= NIGHT_FROM or when.hour < NIGHT_TO


def heard_confidence(file: CallFile) -> float | None:
    """Return the mean confidence of the operator's characters, 0–1; None where the recogniser does not tell."""
    heard = file.transcript
    if heard is None or not heard.confidence_known or heard.confidence_assumed:
        return None
    words = [word for utterance in heard.of(Role.OPERATOR) for word in utterance.words]
    size = sum(len(word.recognised) for word in words)
    return sum(word.confidence * len(word.recognised) for word in words) / size if size else None


def _groups(facts: Sequence[Fact]) -> list[tuple[Group, str, list[Fact], list[Fact]]]:
    shifts = sorted({fact.shift for fact in facts})
    # Of two shifts the second against the first would say the same again; of one there is nothing to compare.
    shown = shifts if len(shifts) > 2 else shifts[: len(shifts) - 1]
    known = [fact for fact in facts if fact.hostile is not None]
    heard = [fact for fact in facts if fact.confidence is not None]
    return [
        *((Group.SHIFT, shift, *_of_shift(facts, shift)) for shift in shown),
        (Group.NIGHT, "", *_split(facts, lambda fact: fact.night)),
        (Group.HOSTILE, "", *_split(known, lambda fact: bool(fact.hostile))),
        (Group.UNSURE, "", *_least_sure(heard)),
    ]


def _of_shift(facts: Sequence[Fact], shift: str) -> tuple[list[Fact], list[Fact]]:
    return _split(facts, lambda fact: fact.shift == shift)


def _split(facts: Sequence[Fact], is_first: Callable[[Fact], bool]) -> tuple[list[Fact], list[Fact]]:
    return [fact for fact in facts if is_first(fact)], [fact for fact in facts if not is_first(fact)]


def _least_sure(heard: Sequence[Fact]) -> tuple[list[Fact], list[Fact]]:
    """Return the quarter of calls that the recogniser was least sure of, and the others."""
    sure = [fact.confidence for fact in heard if fact.confidence is not None]
    if len(sure) < 2:
        return [], list(heard)
    quarter = quantiles(sure, n=4)[0]
    return _split(heard, lambda fact: fact.confidence is not None and fact.confidence <= quarter)


def _compared(first: Sequence[Fact], second: Sequence[Fact], measure: Measure) -> Difference:
    if measure is Measure.POINTS:
        return mean_difference([fact.points for fact in first], [fact.points for fact in second])
    if measure is Measure.CONFIDENCE:
        one, other = ([fact.confidence for fact in facts if fact.confidence is not None] for facts in (first, second))
        return mean_difference(one, other)
    if measure is Measure.OPEN:
        return share_difference(sum(f.open for f in first), len(first), sum(f.open for f in second), len(second))
    return share_difference(sum(f.taken for f in first), len(first), sum(f.taken for f in second), len(second))


def _of_operators(facts: Sequence[Fact], figure: Callable[[Fact], float]) -> list[tuple[float, float]]:
    """Return mean confidence and mean figure of each operator who was heard with a known confidence."""
    by_operator: defaultdict[str, list[Fact]] = defaultdict(list)
    for fact in facts:
        if fact.confidence is not None:
            by_operator[fact.operator_id].append(fact)
    return [
        (fmean(fact.confidence for fact in mine if fact.confidence is not None), fmean(map(figure, mine)))
        for _, mine in sorted(by_operator.items())
    ]
