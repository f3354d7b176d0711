"""What another set of standards would make of a month: the two sides, and who differs between them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from qa_pipeline.assessment import MonthView, NoteKind, OperatorMonth
from qa_pipeline.rules.differences import RuleChange
from qa_pipeline.rules.ruleset import Ruleset
from qa_pipeline.trial.judging import Load
from qa_pipeline.trial.other_sizes import MonthAtSize, grades_between
from scoring.card import Scorecard
from scoring.pay import PayScheme


@dataclass(frozen=True, slots=True)
class Otherwise:
    """What is to be different; None and () are as the month has it. ``calls``: sizes, each told by itself."""

    card: Scorecard | None = None
    ruleset: Ruleset | None = None
    scheme: PayScheme | None = None
    calls: Collection[int] = ()

    @property
    def nothing(self) -> bool:
        """Whether nothing is to be different."""
        return self.card is None and self.ruleset is None and self.scheme is None and not self.calls


class Sureness(StrEnum):
    """Of a grade: the same; other whatever people still decide; or other only as the rest is decided."""

    SAME = "same"
    SURE = "sure"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class By:
    """What a month goes by; without a ruleset the stored verdicts stand."""

    ruleset: Ruleset | None
    card: Scorecard
    scheme: PayScheme


@dataclass(frozen=True, slots=True)
class Side:
    """A month by one set of standards.

    ``ruleset`` is None where stored verdicts stand. ``pay`` is the sum of what is decided, yuan; None where nobody's
    is. ``hours``: of listening to calls in which something waits for a person.
    """

    card: Scorecard
    ruleset: Ruleset | None
    scheme: PayScheme
    view: MonthView
    load: Load
    pay: Decimal | None
    hours: float


@dataclass(frozen=True, slots=True)
class OperatorChange:
    """One operator whose figures differ."""

    old: OperatorMonth
    new: OperatorMonth
    sureness: Sureness


@dataclass(frozen=True, slots=True)
class WhatIf:
    """A month as it stands and as it would be.

    ``rules``: how the rulesets differ. ``unjudged_items``: items of the new scorecard that no rule has judged in any
    call. ``moved``: operators whose mean or grade, computed now, is not what the month's record shows. ``sizes`` are by
    the new standards. ``n_unheard``: sampled calls without an audit on either side.
    """

    month: str
    asked: Otherwise
    old: Side
    new: Side
    rules: tuple[RuleChange, ...]
    operators: tuple[OperatorChange, ...]
    sizes: tuple[MonthAtSize, ...]
    unjudged_items: tuple[str, ...]
    moved: tuple[str, ...]
    n_unheard: int
    closed_at: datetime | None
    handling: float

    @property
    def otherwise(self) -> bool:
        """Whether other standards were asked for, and not only other sizes."""
        return not replace(self.asked, calls=()).nothing


def operator_changes(old: Side, new: Side) -> tuple[OperatorChange, ...]:
    """Return the operators whose figures differ, in the order of the roster."""
    pairs = zip(old.view.operators, new.view.operators, strict=True)
    return tuple(
        OperatorChange(was, now, sureness(was, now, old.card, new.card))
        for was, now in pairs
        if _figures(was) != _figures(now)
    )


def _figures(line: OperatorMonth) -> tuple[object, ...]:
    means = (line.mean, line.mean_low, line.mean_high, line.interval_low, line.interval_high)
    grades = (line.grade, line.grade_low, line.grade_high, line.factor, line.pay)
    return (*means, *grades, line.n_heard, line.suspected_fatal, line.failing, line.assessment, line.strike)


def sureness(was: OperatorMonth, now: OperatorMonth, old: Scorecard, new: Scorecard) -> Sureness:
    """Return whether the grade changes whatever people still decide.

    It does where no grade is possible on both sides, and no call is left out of either until somebody has judged it.
    """
    before, after = possible_grades(was, old), possible_grades(now, new)
    if was.grade == now.grade:
        return Sureness.SAME if before == after else Sureness.OPEN
    waiting = {NoteKind.UNJUDGED, NoteKind.NOT_AUDITED} & {note.kind for note in (*was.notes, *now.notes)}
    return Sureness.OPEN if waiting or set(before) & set(after) else Sureness.SURE


def possible_grades(line: OperatorMonth, card: Scorecard) -> tuple[str, ...]:
    """Return the grades that are possible while something is open, the best first; () where no call counts."""
    return grades_between(card, line.mean_low, line.mean_high)
