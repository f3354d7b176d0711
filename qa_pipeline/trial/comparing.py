"""What a month would come to under another ruleset: the same transcripts, the same people's words, nothing written.

Both rulesets judge anew by the program as it is today, so that a difference is the rulesets' alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from qa_pipeline.assessment import CallPoints, MonthView, OperatorMonth, assess
from qa_pipeline.models import CallAudit, CallFile, Outcome, RuleResult
from qa_pipeline.review import previous_lines
from qa_pipeline.rules.differences import RuleChange, differences
from qa_pipeline.rules.ruleset import Ruleset
from qa_pipeline.settings import Settings
from qa_pipeline.settling.beside import beside_of
from qa_pipeline.standards import require_items, scorecard_of
from qa_pipeline.store.queries.calls import month_data
from qa_pipeline.store.queries.month import open_months
from qa_pipeline.trial.judging import Files, Load, Progress, judge_files, load_of
from scoring.score import Evaluation

_TROUBLES = frozenset({Outcome.FAIL, Outcome.UNDETERMINED})


@dataclass(frozen=True, slots=True)
class FindingChange:
    """One rule's word on one call, before and after; None where the ruleset does not have the rule."""

    code: str
    item: str
    old: RuleResult | None
    new: RuleResult | None


@dataclass(frozen=True, slots=True)
class CallChange:
    """One call whose findings or points differ."""

    call_id: str
    operator_id: str
    old: CallPoints
    new: CallPoints
    findings: tuple[FindingChange, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """A month under two rulesets.

    ``rules``: how the rulesets differ. ``calls`` and ``operators``: those whose figures differ, each operator before
    and after. ``n_judged`` calls were judged, ``n_unheard`` of the plan have no transcript. ``otherwise``: calls whose
    stored audit, by one of the two rulesets, says something else than the program says today. ``closed_at`` is set
    where the month is settled and nothing of this can come to pass.
    """

    month: str
    old: Ruleset
    new: Ruleset
    scorecard_version: str
    rules: tuple[RuleChange, ...]
    calls: tuple[CallChange, ...]
    operators: tuple[tuple[OperatorMonth, OperatorMonth], ...]
    centre: tuple[Decimal | None, Decimal | None]
    load: tuple[Load, Load]
    n_judged: int
    n_unheard: int
    otherwise: tuple[str, ...]
    closed_at: datetime | None


def compare_month(
    session: Session, settings: Settings, month: str, old: Ruleset, new: Ruleset, progress: Progress | None = None
) -> Comparison:
    """Judge a month's stored transcripts by two rulesets.

    Args:
        session: The unit of work; nothing is written.
        settings: The scorecard in force, fewest calls for a strike, whether words of the trade are corrected.
        month: ``YYYY-MM``.
        old: The ruleset before.
        new: The ruleset after.
        progress: Told how many calls are through, of how many, and the id of the last.

    Raises:
        NotFound: There are no calls of that month.
        ScorecardInvalid: A ruleset judges an item that the scorecard lacks.
    """
    card = scorecard_of(settings)
    for ruleset in (old, new):
        require_items(ruleset, card)
    data = month_data(session, month)
    judged = judge_files(session, settings, data, ((old, card), (new, card)), progress)
    beside = beside_of(session, month)
    previous, still_open = previous_lines(session, month), open_months(session, month)
    before, after = (
        assess(replace(data, files=files), card, settings.min_calls, previous, still_open, beside) for files in judged
    )
    return Comparison(
        month=month,
        old=old,
        new=new,
        scorecard_version=card.version,
        rules=differences(old, new),
        calls=_calls(judged, before, after),
        operators=_operators(before, after),
        centre=(before.centre.mean, after.centre.mean),
        load=(load_of(judged[0], card), load_of(judged[1], card)),
        n_judged=sum(file.audit is not None for file in judged[0]),
        n_unheard=sum(file.audit is None for file in judged[0]),
        otherwise=_otherwise(data.files, judged, (old, new)),
        closed_at=data.closed_at,
    )


def _operators(before: MonthView, after: MonthView) -> tuple[tuple[OperatorMonth, OperatorMonth], ...]:
    pairs = zip(before.operators, after.operators, strict=True)
    return tuple((was, now) for was, now in pairs if _figures(was) != _figures(now))


def _calls(judged: tuple[Files, Files], before: MonthView, after: MonthView) -> tuple[CallChange, ...]:
    changes = []
    for one, other, was, now in zip(*judged, before.calls, after.calls, strict=True):
        findings = _findings(one.audit, other.audit)
        if findings or _points(was.evaluation) != _points(now.evaluation) or was.counted != now.counted:
            changes.append(CallChange(one.call.call_id, one.call.operator_id, was, now, findings))
    return tuple(changes)


def _findings(old: CallAudit | None, new: CallAudit | None) -> tuple[FindingChange, ...]:
    was, now = (_by_code(audit) for audit in (old, new))
    changes = []
    for code in sorted(was.keys() | now.keys()):
        one, other = was.get(code), now.get(code)
        known = one or other
        if known is not None and _differ(one, other):
            changes.append(FindingChange(code, known.item, one, other))
    return tuple(changes)


def _by_code(audit: CallAudit | None) -> Mapping[str, RuleResult]:
    return {} if audit is None else {result.code: result for result in audit.results}


def _differ(old: RuleResult | None, new: RuleResult | None) -> bool:
    """Whether a finding counts otherwise. A rule that only one ruleset has differs where it finds something."""
    if old is None or new is None:
        return any(one is not None and one.outcome in _TROUBLES for one in (old, new))
    if _counts_as(old) != _counts_as(new):
        return True
    return old.outcome is Outcome.FAIL and old.standing is not new.standing


def _counts_as(result: RuleResult) -> tuple[object, ...]:
    return result.item, result.outcome, result.faults, result.parts, result.corrected


def _points(evaluation: Evaluation | None) -> tuple[object, ...] | None:
    e = evaluation
    return None if e is None else (e.points, e.points_low, e.points_high, e.suspected, e.fatal, e.open_items)


def _figures(line: OperatorMonth) -> tuple[object, ...]:
    return line.mean, line.mean_low, line.mean_high, line.grade, line.factor, line.n_heard, line.suspected_fatal


def _otherwise(
    stored: Sequence[CallFile], judged: tuple[Files, Files], rulesets: tuple[Ruleset, Ruleset]
) -> tuple[str, ...]:
    """Return the calls whose stored audit, by either ruleset, says something else than the program says today."""
    found = []
    for file, *anew in zip(stored, *judged, strict=True):
        for ruleset, now in zip(rulesets, anew, strict=True):
            same_rules = file.audit is not None and file.audit.ruleset == ruleset.stamp
            if same_rules and _findings(file.audit, now.audit):
                found.append(file.call.call_id)
                break
    return tuple(found)
