"""The centre's figures of a month: how sure they are, where points go, how often chance would flag somebody."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from statistics import median_low

from qa_pipeline.assessment.views import (
    Accuracy,
    CallPoints,
    CentreMonth,
    FalseFlags,
    ItemMonth,
    OperatorMonth,
    SectionMonth,
)
from qa_pipeline.models import MonthData
from scoring.exact import rounded
from scoring.false_flags import anybody_flagged, flagged_in_a_year
from scoring.intervals import mean_with_interval, share
from scoring.score import Evaluation, ItemScore, ItemState
from scoring.scorecard import Scorecard

ACCURACIES = ("caller", "business", "compliance")


def centre_month(
    data: MonthData, card: Scorecard, calls: Sequence[CallPoints], operators: Sequence[OperatorMonth]
) -> CentreMonth:
    """Return the centre's figures over the calls that count."""
    counted = [call for call in calls if call.counted]
    judged = [call.evaluation for call in counted if call.evaluation is not None]
    audited = [call.evaluation for call in calls if call.evaluation is not None]
    chances = [call.probability for call in counted]
    mean = mean_with_interval([found.points for found in judged], chances)
    low = mean_with_interval([found.points_low for found in judged], chances)
    high = mean_with_interval([found.points_high for found in judged], chances)
    interval = None if mean is None else mean.interval
    return CentreMonth(
        n_frame=len(data.frame),
        n_sampled=len(calls),
        n_audited=len(audited),
        n_counted=len(counted),
        n_failed=sum(call.failure is not None for call in calls),
        n_open=sum(call.is_open for call in calls),
        n_unconfirmed=sum(bool(call.unconfirmed) for call in calls),
        n_suspected=sum(bool(found.suspected) for found in audited),
        n_fatal=sum(bool(found.fatal) for found in audited),
        mean=None if mean is None else mean.value,
        mean_low=None if low is None else low.value,
        mean_high=None if high is None else high.value,
        interval_low=None if interval is None else interval.low,
        interval_high=None if interval is None else interval.high,
        sections=tuple(_section(group.code, judged) for group in card.groups),
        items=tuple(_item(item.code, judged) for item in card.items),
        accuracies=tuple(_accuracy(kind, card, judged) for kind in ACCURACIES),
        false_flags=_false_flags(operators),
    )


def _section(code: str, judged: Sequence[Evaluation]) -> SectionMonth:
    found = [s for evaluation in judged for s in evaluation.sections if s.code == code and s.points is not None]
    possible = sum((section.possible for section in found), Decimal(0))
    earned = sum((section.points for section in found if section.points is not None), Decimal(0))
    return SectionMonth(code, len(found), rounded(Fraction(earned) / Fraction(possible) * 100) if possible else None)


def _item(code: str, judged: Sequence[Evaluation]) -> ItemMonth:
    found = [item for evaluation in judged for item in evaluation.items if item.code == code]
    applicable = [item for item in found if item.counts]
    return ItemMonth(
        code=code,
        n_applicable=len(applicable),
        n_lost=sum(item.lost > 0 for item in applicable),
        n_open=sum(item.state is ItemState.OPEN for item in found),
        lost=sum((item.lost for item in applicable), Decimal(0)),
    )


def _accuracy(kind: str, card: Scorecard, judged: Sequence[Evaluation]) -> Accuracy:
    fatals = {error.code for error in card.fatal_errors if error.accuracy == kind}
    items = {item.code for item in card.items if item.accuracy == kind}
    wrong = [bool(fatals & set(e.fatal)) or any(_is_wrong(item, items) for item in e.items) for e in judged]
    feared = [bad or bool(fatals & set(e.suspected)) for bad, e in zip(wrong, judged, strict=True)]
    n = len(judged)
    return Accuracy(kind, share(n - sum(wrong), n), share(n - sum(feared), n))


def _is_wrong(item: ItemScore, critical: set[str]) -> bool:
    return item.code in critical and item.lost > 0


def _false_flags(operators: Sequence[OperatorMonth]) -> FalseFlags | None:
    """Return the chances at the calls that the middle operator was heard with."""
    heard = [line.n_heard for line in operators if line.n_heard]
    if not heard:
        return None
    n = median_low(heard)
    naive, gated = flagged_in_a_year(n), flagged_in_a_year(n, gated=True)
    size = len(operators)
    return FalseFlags(n, size, naive, gated, anybody_flagged(naive, size), anybody_flagged(gated, size))
