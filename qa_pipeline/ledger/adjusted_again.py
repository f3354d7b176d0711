"""Adjustments computed again: from the settled month's entries and from what was ruled, by the functions that adjust.

What is needed stands in other months of the ledger. Where a ledger does not hold them, or was written before rulings
stood in it (format 1), an adjustment is taken on trust, and that is said.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal

from qa_pipeline.assessment import closed_line, item_verdicts
from qa_pipeline.ledger.adjustments import standing_again, standing_body
from qa_pipeline.ledger.calls import counting_words, machine_results, scored_again
from qa_pipeline.ledger.canonical import Body, text_or_none
from qa_pipeline.ledger.chain import Entry, Kind
from qa_pipeline.ledger.months import standards_again
from qa_pipeline.ledger.operators import input_again, notice_again
from qa_pipeline.models import Decision, Verdict
from qa_pipeline.models.appeals import AppealKind
from scoring.adjustments import Adjustment, Standing, adjustment
from scoring.notices import NoticePoints
from scoring.settlement import ScoredCall, Standards, settle


@dataclass(frozen=True, slots=True)
class Ledger:
    """The months that are at hand, in order, and their entries; both are asked for only where something is adjusted."""

    months: Callable[[], Sequence[str]]
    of: Callable[[str], Iterable[Entry]]


@dataclass(slots=True)
class _Settled:
    """One operator's settled month as its entries have it, and the adjustments that were made to it since."""

    standards: Standards
    calls: list[Body] = field(default_factory=list)
    notices: list[NoticePoints] = field(default_factory=list)
    outcome: Body = field(default_factory=dict)
    made: list[Body] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Again:
    """An adjustment's entry and what of it comes to ``values`` again; the rest is ``on_trust`` where not all does."""

    body: Body
    values: Body
    on_trust: bool


def made_again(booked: Sequence[Body], ledger: Ledger) -> Iterator[Again]:
    """Yield each adjustment of a month with what it comes to again.

    Args:
        booked: The adjustments' entries of one month, in order.
        ledger: The months at hand.

    Raises:
        ValueError, LookupError, TypeError, ArithmeticError: An entry does not say what is needed.
    """
    if not booked:
        return
    months = ledger.months()
    for of in sorted({body["of"] for body in booked}):
        mine = [body for body in booked if body["of"] == of]
        between = [month for month in months if of < month < mine[0]["month"]]
        settled = _read(ledger, of, between, mine) if of in months else {}
        for body in mine:
            found = settled.get(body["operator"])
            yield Again(body, {}, on_trust=True) if found is None else _again(found, body)
            if found is not None:
                found.made.append(body)


def _read(ledger: Ledger, of: str, between: Sequence[str], booked: Sequence[Body]) -> Mapping[str, _Settled]:
    """Return the settled months of the operators that are adjusted, with what was adjusted before."""
    entries = iter(ledger.of(of))
    standards = standards_again(next(entries).said)
    found = {body["operator"]: _Settled(standards) for body in booked}
    for entry in entries:
        _take(entry, found)
    for entry in (entry for month in between for entry in ledger.of(month) if entry.kind == Kind.ADJUSTMENT):
        said = entry.said
        if said["of"] == of and said["operator"] in found:
            found[said["operator"]].made.append(said)
    return found


def _take(entry: Entry, found: Mapping[str, _Settled]) -> None:
    mine = found.get(str(entry.said.get("operator")))
    if mine is None:
        return
    if entry.kind == Kind.CALL:
        mine.calls.append(entry.said)
    elif entry.kind == Kind.NOTICE:
        mine.notices.append(notice_again(entry.said))
    elif entry.kind == Kind.OPERATOR:
        mine.outcome = entry.said


def _again(settled: _Settled, body: Body) -> Again:
    """Compute an adjustment anew; only where it began, if what was ruled is not in the ledger."""
    appeals = [one.get("appeal") for one in (*settled.made, body)]
    before = standing_again(settled.made[-1]["after"]) if settled.made else _stood(settled)
    if any(one is None for one in appeals):
        return Again(body, {"before": standing_body(before)}, on_trust=True)
    if body["appeal"]["kind"] == AppealKind.STRIKE:
        after = replace(before, strike=False)
    else:
        after = _ruled(settled, body["of"], [one for one in appeals if one is not None])
    made = adjustment(body["operator"], body["of"], before, after, (body["of"],))
    return Again(body, _values(made), on_trust=False)


def _stood(settled: _Settled) -> Standing:
    line = closed_line(settled.outcome["line"])
    return Standing(line.mean, line.grade, line.factor, line.pay, strike=line.assessment.proven)


def _ruled(settled: _Settled, month: str, appeals: Sequence[Body]) -> Standing:
    """Return the month by the verdicts that were settled and by what was ruled since."""
    words = [word for appeal in appeals for word in _words(appeal)]
    calls = [_scored(body, words, settled.standards) for body in settled.calls]
    given = input_again(month, settled.outcome, calls, _left(settled.notices, appeals))
    # Earlier months decide the run of failed months, which is derived anew whenever it is asked for.
    found = settle(replace(given, earlier=(), retrained_on=(), appeal_pending=False), settled.standards)
    return Standing(
        points=found.mean,
        grade=None if found.grade is None else found.grade.name,
        factor=None if found.grade is None else found.grade.factor,
        pay=None if found.pay is None else found.pay.total,
        strike=found.assessment.proven,
    )


def _words(appeal: Body) -> Iterator[Decision]:
    if appeal["kind"] != AppealKind.ITEM:
        return
    at = datetime.fromisoformat(appeal["at"])
    for code, verdict, faults, _ in appeal["changes"]:
        if verdict is not None:
            of = (0, 0, appeal["call"], code, appeal["item"], Verdict(verdict), faults, appeal["by"])
            yield Decision(*of, "", at, None, appeal["id"])


def _scored(body: Body, ruled: Sequence[Decision], standards: Standards) -> ScoredCall:
    if body["audit"] is None:
        return scored_again(body, standards.card, None)
    mine = [word for word in ruled if word.call_id == body["call"]]
    words = (*(counting_words(body) if body["words"] else ()), *mine)
    fatal = [error.code for error in standards.card.fatal_errors]
    return scored_again(body, standards.card, item_verdicts(machine_results(body["machine"]), words, fatal))


def _left(notices: Iterable[NoticePoints], appeals: Iterable[Body]) -> list[NoticePoints]:
    """Return what notices take, less what rulings left of them."""
    changed = {str(one["notice"]): Decimal(one["changes"][0][3]) for one in appeals if one["notice"] is not None}
    left = (replace(one, points=changed.get(str(one.notice_id), one.points)) for one in notices)
    return [one for one in left if one.points]


def _values(made: Adjustment) -> Body:
    return {
        "before": standing_body(made.before),
        "after": standing_body(made.after),
        "pay": text_or_none(made.pay),
        "words": made.words,
    }
