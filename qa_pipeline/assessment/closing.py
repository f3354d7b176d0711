"""An operator's line as a month is settled: what the month shows from then on, and later months derive strikes from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Any

from qa_pipeline.assessment.views import CallPoints, MonthView, Note, NoteKind, OperatorMonth
from scoring.scorecard import Scorecard
from scoring.strikes import MonthlyAssessment, StrikeState, StrikeStatus

POINTS = (
    "mean",
    "mean_low",
    "mean_high",
    "interval_low",
    "interval_high",
    "factor",
    "call_mean",
    "notice_points",
    "pay",
)
_BETWEEN = "；"
NAMED = 20
"""So many calls a message names; a month may have thousands."""
ASSESSED = ("assessed", "failed", "enough", "below", "confirmed")


@dataclass(frozen=True, slots=True)
class ClosedLine:
    """One operator's figures of a settled month. A later appeal sets ``appeal_pending`` on a copy, never in place.

    ``strike`` is None in lines that were settled before it was kept, ``call_mean`` where notices were not told apart.
    """

    month: str
    operator_id: str
    n_heard: int
    n_frame: int
    mean: Decimal | None
    mean_low: Decimal | None
    mean_high: Decimal | None
    interval_low: Decimal | None
    interval_high: Decimal | None
    grade: str | None
    factor: Decimal | None
    provisional: bool
    assessed: bool
    failed: bool
    enough: bool
    below: bool
    confirmed: bool
    appeal_pending: bool = False
    grade_low: str | None = None
    grade_high: str | None = None
    failing: bool = False
    suspected_fatal: int = 0
    confirmed_fatal: int = 0
    strike: StrikeState | None = None
    notes: tuple[Note, ...] = ()
    call_mean: Decimal | None = None
    notice_points: Decimal = Decimal(0)
    pay: Decimal | None = None

    @property
    def all_heard(self) -> bool:
        """Whether every call was heard, so that the mean has no error of sampling."""
        return 0 < self.n_heard == self.n_frame and self.interval_low == self.interval_high

    @property
    def assessment(self) -> MonthlyAssessment:
        """What the month says for the run of failed months."""
        return MonthlyAssessment(
            self.month, self.assessed, self.failed, self.enough, self.below, self.confirmed, self.appeal_pending
        )


@dataclass(frozen=True, slots=True)
class LeftOver:
    """What nobody had decided of one operator's calls.

    Args:
        open_items: Calls with the items and suspected fatal errors that wait for a person; they cost nothing.
        unheard: Sampled calls that wait to be audited; they are not counted.
        unreviewed: Deductions that rules took and nobody has looked at; they are taken.
    """

    open_items: Mapping[str, tuple[str, ...]]
    unheard: int
    unreviewed: int

    @property
    def open(self) -> bool:
        """Whether anything waits for a person or an audit; a deduction by a rule is not open, only unreviewed."""
        return bool(self.open_items or self.unheard)


def left_over(view: MonthView, operator_id: str) -> LeftOver:
    """Return what is open, and what is taken unreviewed, of one operator's sampled calls."""
    return left_over_of([call for call in view.calls if call.operator_id == operator_id])


def left_over_of(mine: Sequence[CallPoints]) -> LeftOver:
    """Return what is open, and what is taken unreviewed, of the sampled calls of one operator."""
    found = {call.call_id: items for call in mine if (items := _open_items(call))}
    unheard = sum(call.evaluation is None and call.failure is None for call in mine)
    return LeftOver(found, unheard, sum(len(call.unconfirmed) for call in mine if call.counted))


def _open_items(call: CallPoints) -> tuple[str, ...]:
    # A suspected fatal error is open whatever the call was drawn for; other items only where they count.
    if call.evaluation is None:
        return ()
    items = call.evaluation.open_items if call.counted or call.unjudged else ()
    return (*call.evaluation.suspected, *(code for code in items if code not in call.evaluation.suspected))


@dataclass(frozen=True, slots=True)
class Doubts:
    """What stands against settling: ``grades`` in words (Chinese), ``unheard`` counted, the others by call.

    ``suspected`` are ids of calls with the code and name of each fatal error, ``unjudged`` ids.
    """

    grades: tuple[str, ...] = ()
    suspected: tuple[str, ...] = ()
    unjudged: tuple[str, ...] = ()
    unheard: int = 0

    def __add__(self, other: Doubts) -> Doubts:
        return Doubts(
            self.grades + other.grades,
            self.suspected + other.suspected,
            self.unjudged + other.unjudged,
            self.unheard + other.unheard,
        )

    def words(self) -> tuple[str, ...]:
        """Return them in words (Chinese); empty where a month can be settled."""
        said = list(self.grades)
        if self.suspected:
            said.append(f"{len(self.suspected)} 通疑似一票否决，尚未经两人判定（{_listed(self.suspected, '；')}）")
        if self.unjudged:
            said.append(f"{len(self.unjudged)} 通过半分值待人工判定，尚未计入（{_listed(self.unjudged)}）")
        return (*said, *([f"{self.unheard} 通抽中的通话尚未质检"] if self.unheard else []))


def doubts(
    operators: Sequence[OperatorMonth], calls: Sequence[CallPoints], fatal: Mapping[str, str] | None = None
) -> Doubts:
    """Return the grades that may still change, suspected fatal errors that two people have not judged, and more.

    Further: calls of which people must judge the most part, and calls that wait to be audited.

    Args:
        operators: Of a month.
        calls: Theirs.
        fatal: Names of fatal errors by code, so that a suspicion says which one it is.
    """
    names = fatal or {}
    return Doubts(
        grades=tuple(
            f"{o.operator.name}（{o.operator.operator_id}）等次可能在{o.grade_low}与{o.grade_high}之间变化"
            for o in operators
            if o.grade_low != o.grade_high
        ),
        suspected=tuple(
            f"{call.call_id} {'、'.join(_named(code, names) for code in call.evaluation.suspected)}"
            for call in calls
            if call.evaluation is not None and call.evaluation.suspected
        ),
        unjudged=tuple(call.call_id for call in calls if call.unjudged),
        unheard=sum(call.evaluation is None and call.failure is None for call in calls),
    )


def _named(code: str, names: Mapping[str, str]) -> str:
    return f"{code} {names.get(code, '')}".strip()


def open_before_closing(view: MonthView, fatal: Mapping[str, str] | None = None) -> tuple[str, ...]:
    """Return what stands against settling a month (Chinese); ``fatal`` as in `doubts`."""
    return doubts(view.operators, view.calls, fatal).words()


def _listed(ids: Sequence[str], between: str = "、") -> str:
    shown = between.join(ids[:NAMED])
    return shown if len(ids) <= NAMED else f"{shown} 等"


def closing_lines(view: MonthView) -> tuple[ClosedLine, ...]:
    """Return what settling a month keeps of each operator."""
    return tuple(line_of(view.month, line) for line in view.operators)


def line_mapping(line: ClosedLine) -> dict[str, Any]:
    """Return a line as plain JSON values; decimals are text."""
    values = {field.name: getattr(line, field.name) for field in fields(line)}
    plain = {name: str(value) if isinstance(value, Decimal) else value for name, value in values.items()}
    run = line.strike
    strike = None if run is None else [run.status.value, run.run, run.run_if_lost, list(run.months)]
    return {**plain, "strike": strike, "notes": {note.kind.value: note.count for note in line.notes}}


def settled_body(line: ClosedLine, name: str, left: LeftOver, card: Scorecard, min_calls: int) -> dict[str, Any]:
    """Return all that settling a month keeps of an operator: the line, what it was by, and what was left over."""
    return {
        **line_mapping(line),
        "name": name,
        "scorecard_version": card.version,
        "scorecard_sha256": card.sha256,
        "min_calls": min_calls,
        "open_costs_nothing": left.open,
        "open_items": {call_id: list(items) for call_id, items in left.open_items.items()},
        "unheard": left.unheard,
        "unreviewed_taken": left.unreviewed,
    }


def closed_line(mapping: Mapping[str, Any]) -> ClosedLine:
    """Return the line that `line_mapping` wrote; keys that it does not know are left aside.

    Raises:
        TypeError: A key is missing.
    """
    values = {field.name: mapping[field.name] for field in fields(ClosedLine) if field.name in mapping}
    decimals = {name: Decimal(str(values[name])) for name in POINTS if values.get(name) is not None}
    strike, notes = values.pop("strike", None), values.pop("notes", {})
    # Lines that were settled before had their remarks as sentences, which nothing is derived from.
    counts = notes if isinstance(notes, Mapping) else {}
    remarks = tuple(Note(kind, counts[kind]) for kind in NoteKind if kind in counts)
    return ClosedLine(
        **{**values, **decimals},
        strike=None if strike is None else StrikeState(StrikeStatus(strike[0]), strike[1], strike[2], tuple(strike[3])),
        notes=remarks,
    )


def shared_fields() -> set[str]:
    """Return the names of what a closing line and a month's figures of an operator both have."""
    return {field.name for field in fields(ClosedLine)} & set(OperatorMonth.__slots__)


def line_of(month: str, line: OperatorMonth) -> ClosedLine:
    """Return what settling a month keeps of one operator's figures."""
    found = {name: getattr(line.assessment, name) for name in ASSESSED}
    figures = {name: getattr(line, name) for name in shared_fields()}
    return ClosedLine(month=month, operator_id=line.operator.operator_id, **{**figures, **found})
