"""An operator's month, settled: from calls, notices and earlier months to points, grade and strike.

One pure function, `settle`, is used wherever a month comes to a figure: on the screens, at the closing, when a ledger
is replayed, when another scorecard is tried. So they cannot differ.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Protocol

from scoring.card import GradeBand, Scorecard
from scoring.exact import rounded
from scoring.grades import grade_of, passing_line
from scoring.intervals import Interval, mean_with_interval, weighted_mean
from scoring.notices import NoticePoints, lowered, notice_total
from scoring.pay import MonthPay, PayScheme, PayTerm, month_pay
from scoring.score import Evaluation, ItemVerdict, score_call
from scoring.standing import applies, is_open, mostly_open, unconfirmed
from scoring.strike_gate import chance_below, month_level
from scoring.strikes import MonthlyAssessment, StrikeState, strike_state
from scoring.upheld import upheld_points


class SampledPoints(Protocol):
    """One sampled call of an operator, as far as a month's figure depends on it.

    ``drawn``: it was drawn at random, or replaces one that was; a risk supplement was not. ``counted``: it is part of
    the means. ``unjudged``: people must judge more than half of it, so that it does not count yet. ``upheld``: its
    points if only faults count that two reviewers found. Where it was not audited, that and ``evaluation`` are None.
    """

    @property
    def probability(self) -> Decimal: ...  # noqa: D102  # said above
    @property
    def drawn(self) -> bool: ...  # noqa: D102
    @property
    def evaluation(self) -> Evaluation | None: ...  # noqa: D102
    @property
    def upheld(self) -> Decimal | None: ...  # noqa: D102
    @property
    def counted(self) -> bool: ...  # noqa: D102
    @property
    def unjudged(self) -> bool: ...  # noqa: D102
    @property
    def unconfirmed(self) -> tuple[str, ...]: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class ScoredCall:
    """A call that `scored_call` scored; see `SampledPoints`."""

    call_id: str
    probability: Decimal
    drawn: bool
    evaluation: Evaluation | None
    upheld: Decimal | None
    counted: bool
    unjudged: bool
    unconfirmed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Standards:
    """What a whole month is settled by. Fewer calls than ``min_calls`` never make a strike.

    Without a pay ``scheme`` no pay is computed. ``variance`` is that of calls within operators in the last settled
    month (`scoring.intervals.Spread`): of that one, so that nobody's interval moves with what is decided of colleagues;
    None of a first month. ``operators`` are all who could be put forward (`scoring.strike_gate.month_level`).
    """

    card: Scorecard
    min_calls: int
    scheme: PayScheme | None = None
    variance: Decimal | None = None
    operators: int = 1


@dataclass(frozen=True, slots=True)
class OperatorInput:
    """What of one operator a month is settled from.

    Args:
        month: ``YYYY-MM``.
        calls: Every sampled call, in any order.
        earlier: Assessments of the months before, in order of time; one that is open as `scoring.strikes.unsettled`.
        notices: Approved supervision notices of the month, in any order.
        retrained_on: Days on which a retraining was taken or declined, see `scoring.strikes.strike_state`.
        terms: What the operator worked under, see `scoring.pay.PayTerm`.
        appeal_pending: An appeal against this month is not decided yet.
    """

    month: str
    calls: Sequence[SampledPoints]
    earlier: Sequence[MonthlyAssessment] = ()
    notices: Sequence[NoticePoints] = ()
    retrained_on: Sequence[date] = ()
    terms: Sequence[PayTerm] = ()
    appeal_pending: bool = False


@dataclass(frozen=True, slots=True)
class Counts:
    """How many of an operator's calls there are of each kind.

    ``heard`` calls count into the means; of these ``open``, ``unconfirmed``, ``suspected`` and ``fatal``. Of all:
    ``audited``, ``unaudited`` (of those drawn), ``nothing_applies``, ``unjudged``, ``all_suspected``, ``all_fatal``;
    ``waiting`` have anything that people may still change.
    """

    heard: int
    open: int
    unconfirmed: int
    suspected: int
    fatal: int
    audited: int
    unaudited: int
    nothing_applies: int
    unjudged: int
    all_suspected: int
    all_fatal: int
    waiting: int


@dataclass(frozen=True, slots=True)
class Settlement:
    """One operator's month. Figures are None where no call counts.

    ``call_mean`` is the weighted mean of the calls; ``mean`` is what is left of it after notices, and decides grade and
    factor. ``mean_low`` and ``mean_high`` bound it by what people may still decide, ``interval`` by chance (95 %), both
    after notices. ``notice_points``: the sum that notices take, also where the mean was less. ``pay`` is None where no
    scheme was given.
    """

    counts: Counts
    call_mean: Decimal | None
    notice_points: Decimal
    mean: Decimal | None
    mean_low: Decimal | None
    mean_high: Decimal | None
    interval: Interval | None
    grade: GradeBand | None
    grade_low: GradeBand | None
    grade_high: GradeBand | None
    provisional: bool
    assessment: MonthlyAssessment
    strike: StrikeState
    pay: MonthPay | None


def scored_call(
    card: Scorecard, call_id: str, probability: Decimal, *, drawn: bool, verdicts: Sequence[ItemVerdict] | None
) -> ScoredCall:
    """Score one sampled call and say whether it counts; ``verdicts`` is None where it was not audited.

    Raises:
        ValueError: A verdict names an item that the scorecard does not have.
    """
    if verdicts is None:
        return ScoredCall(call_id, probability, drawn, None, None, counted=False, unjudged=False, unconfirmed=())
    return counted_call(call_id, probability, score_call(card, verdicts), upheld_points(card, verdicts), drawn=drawn)


def counted_call(
    call_id: str, probability: Decimal, evaluation: Evaluation, upheld: Decimal, *, drawn: bool
) -> ScoredCall:
    """Return a scored call with whether it counts: drawn by chance, something applies, and half of it is judged."""
    unjudged = not evaluation.fatal and mostly_open(evaluation)
    return ScoredCall(
        call_id=call_id,
        probability=probability,
        drawn=drawn,
        evaluation=evaluation,
        upheld=upheld,
        counted=drawn and applies(evaluation) and not unjudged,
        unjudged=drawn and unjudged,
        unconfirmed=unconfirmed(evaluation),
    )


def settle(given: OperatorInput, standards: Standards) -> Settlement:
    """Settle one operator's month.

    Raises:
        ValueError: A call's probability is not within (0, 1], earlier months are not in order or not before this one,
            or pay terms do not fit the month (`scoring.pay.PayTermProblems`).
    """
    card, taken = standards.card, given.notices
    scored = [call for call in given.calls if call.counted]
    chances = [call.probability for call in scored]
    found = mean_with_interval(_points(scored, "points"), chances, variance=standards.variance)
    mean = _less(None if found is None else found.value, taken)
    low = _less(weighted_mean(_points(scored, "points_low"), chances), taken)
    high = _less(weighted_mean(_points(scored, "points_high"), chances), taken)
    grade, grade_low, grade_high = (None if m is None else grade_of(card, m) for m in (mean, low, high))
    assessment = _assessment(given, standards, scored, mean, taken)
    counts = _counts(given.calls, scored)
    return Settlement(
        counts=counts,
        call_mean=None if found is None else found.value,
        notice_points=notice_total(taken),
        mean=mean,
        mean_low=low,
        mean_high=high,
        interval=_lowered(None if found is None else found.interval, taken),
        grade=grade,
        grade_low=grade_low,
        grade_high=grade_high,
        provisional=grade_low != grade_high or bool(counts.waiting),
        assessment=assessment,
        strike=strike_state([*given.earlier, assessment], given.retrained_on),
        pay=None if standards.scheme is None else month_pay(given.month, mean, grade, given.terms, standards.scheme),
    )


def _points(calls: Sequence[SampledPoints], which: str) -> list[Decimal]:
    return [getattr(call.evaluation, which) for call in calls]


def _less(points: Decimal | None, notices: Sequence[NoticePoints]) -> Decimal | None:
    return None if points is None else rounded(lowered(points, notices))


def _lowered(interval: Interval | None, notices: Sequence[NoticePoints]) -> Interval | None:
    if interval is None or not notices:
        return interval
    # What a notice takes is known and not estimated, so it moves the interval and does not widen it.
    return Interval(rounded(lowered(interval.low, notices)), rounded(lowered(interval.high, notices)), interval.level)


def _assessment(
    given: OperatorInput,
    standards: Standards,
    scored: Sequence[SampledPoints],
    mean: Decimal | None,
    taken: Sequence[NoticePoints],
) -> MonthlyAssessment:
    """Return whether the month counts as failed: on what two people found, not on what the machine said.

    A notice counts here as it does for the grade: one person entered it and another approved it.
    """
    line = passing_line(standards.card)
    upheld, chances = [call.upheld for call in scored if call.upheld is not None], [c.probability for c in scored]
    sure = _less(weighted_mean(upheld, chances), taken)
    # What a notice takes is known: a mean without it is held against a line that lies higher by as much.
    by_chance = chance_below(upheld, chances, line + notice_total(taken), standards.variance)
    return MonthlyAssessment(
        month=given.month,
        assessed=bool(scored),
        failed=mean is not None and mean < line,
        enough=len(scored) >= standards.min_calls,
        below=by_chance is not None and by_chance <= month_level(standards.operators),
        confirmed=sure is not None and sure < line,
        appeal_pending=given.appeal_pending,
    )


def _counts(calls: Sequence[SampledPoints], scored: Sequence[SampledPoints]) -> Counts:
    judged = [call.evaluation for call in scored if call.evaluation is not None]
    audited = [call.evaluation for call in calls if call.evaluation is not None]
    return Counts(
        heard=len(scored),
        open=sum(is_open(found) for found in judged),
        unconfirmed=sum(bool(call.unconfirmed) for call in scored),
        suspected=sum(bool(found.suspected) for found in judged),
        fatal=sum(bool(found.fatal) for found in judged),
        audited=len(audited),
        unaudited=sum(call.drawn and call.evaluation is None for call in calls),
        nothing_applies=sum(not applies(found) for found in audited),
        unjudged=sum(call.unjudged for call in calls),
        all_suspected=sum(bool(found.suspected) for found in audited),
        all_fatal=sum(bool(found.fatal) for found in audited),
        waiting=sum(_waits(call) for call in calls),
    )


def _waits(call: SampledPoints) -> bool:
    found = call.evaluation
    return bool(call.unconfirmed) or call.unjudged or (found is not None and is_open(found))
