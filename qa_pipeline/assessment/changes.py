"""What changed since the month before: the mean, the items, who has another grade."""

from __future__ import annotations

from dataclasses import dataclass

from qa_pipeline.assessment.scopes import drawn_points
from qa_pipeline.assessment.views import CallPoints, CentreMonth, ItemMonth, OperatorMonth
from qa_pipeline.models import Operator
from scoring.differences import MeanDifference, difference_of_means
from scoring.fairness import Difference, corrected, share_difference


@dataclass(frozen=True, slots=True)
class ItemChange:
    """The share of calls that lost points on an item, where it applied: now less then."""

    code: str
    found: Difference


@dataclass(frozen=True, slots=True)
class GradeChange:
    """Somebody's grade then and now."""

    operator: Operator
    before: str
    now: str
    better: bool


@dataclass(frozen=True, slots=True)
class MonthChanges:
    """A month held against the one drawn before it (``month``).

    Args:
        month: The earlier month.
        same_card: Both months were scored by one scorecard; else figures are not quite of the same thing.
        mean: None where either month has no call that counts.
        items: Those that chance does not explain, corrected for how many were compared; the worst first.
        compared: How many items had calls enough to be compared.
        grades: In the order of ids.
    """

    month: str
    same_card: bool
    mean: MeanDifference | None
    items: tuple[ItemChange, ...]
    compared: int
    grades: tuple[GradeChange, ...]


@dataclass(frozen=True, slots=True)
class Compared:
    """What of a month is compared: the calls and people of a scope, and the figures over them."""

    month: str
    scorecard_version: str
    calls: tuple[CallPoints, ...]
    part: CentreMonth
    operators: tuple[OperatorMonth, ...]


def month_changes(now: Compared, before: Compared) -> MonthChanges:
    """Return what changed."""
    items = _items(now.part.items, before.part.items)
    told = [one for one in items if one.found.noted]
    return MonthChanges(
        month=before.month,
        same_card=now.scorecard_version == before.scorecard_version,
        mean=difference_of_means(drawn_points(now.calls), drawn_points(before.calls)),
        items=tuple(sorted(told, key=lambda one: (-(one.found.value or 0), one.code))),
        compared=sum(one.found.p is not None for one in items),
        grades=_grades(now.operators, before.operators),
    )


def _items(now: tuple[ItemMonth, ...], before: tuple[ItemMonth, ...]) -> list[ItemChange]:
    earlier = {one.code: one for one in before}
    pairs = [(one, earlier[one.code]) for one in now if one.code in earlier]
    found = [share_difference(a.n_lost, a.n_applicable, b.n_lost, b.n_applicable) for a, b in pairs]
    return [ItemChange(a.code, after) for (a, _), after in zip(pairs, corrected(found), strict=True)]


def _grades(now: tuple[OperatorMonth, ...], before: tuple[OperatorMonth, ...]) -> tuple[GradeChange, ...]:
    earlier = {one.operator.operator_id: one for one in before}
    found = []
    for one in now:
        then = earlier.get(one.operator.operator_id)
        if then is None or one.grade is None or then.grade is None or one.grade == then.grade:
            continue
        # A factor orders the grades; where two pay alike the mean does.
        better = (one.factor or 0, one.mean or 0) > (then.factor or 0, then.mean or 0)
        found.append(GradeChange(one.operator, then.grade, one.grade, better))
    return tuple(found)
