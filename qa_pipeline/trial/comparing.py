"""What a month would come to under another ruleset: the same transcripts, the same people's words, nothing written.

Both rulesets judge anew by the program as it is today, so that a difference is the rulesets' alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from qa_pipeline.assessment import CallPoints, MonthView, OperatorMonth, assess, judge
from qa_pipeline.audit import audit_call
from qa_pipeline.background import background_of
from qa_pipeline.knowledge.meanings import CACHE
from qa_pipeline.knowledge.retrieval import KnowledgeIndex
from qa_pipeline.models import (
    CallAudit,
    CallContext,
    CallFile,
    Decision,
    MonthData,
    Outcome,
    RuleResult,
    Standing,
    Verdict,
)
from qa_pipeline.precision import Earned, earned_rules
from qa_pipeline.review import previous_lines
from qa_pipeline.rules.differences import RuleChange, differences
from qa_pipeline.rules.ruleset import Ruleset
from qa_pipeline.settings import Settings
from qa_pipeline.settling.beside import beside_of
from qa_pipeline.standards import require_items, scorecard_of
from qa_pipeline.store.queries.calls import month_data
from qa_pipeline.store.queries.knowledge import entries, knowledge_sha256
from qa_pipeline.store.queries.month import open_months
from qa_pipeline.store.queries.voices import baselines
from qa_pipeline.trial.testing import context_of
from scoring.score import Evaluation
from scoring.scorecard import Scorecard

Progress = Callable[[int, int, str], None]
_TROUBLES = frozenset({Outcome.FAIL, Outcome.UNDETERMINED})
_HYPOTHETICAL = 0
"""No stored audit has this number, so that a CONFIRM counts only where the same is found again, as after a run."""


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
class Load:
    """What people have to do of a month: findings that wait for them, and deductions that nobody has looked at."""

    waiting: int
    unreviewed: int


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
    judged = _judge_files(session, settings, data, card, (old, new), progress or (lambda _done, _total, _what: None))
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
        load=(_load(judged[0], card), _load(judged[1], card)),
        n_judged=sum(file.audit is not None for file in judged[0]),
        n_unheard=sum(file.audit is None for file in judged[0]),
        otherwise=_otherwise(data.files, judged, (old, new)),
        closed_at=data.closed_at,
    )


Files = tuple[CallFile, ...]


def _judge_files(
    session: Session,
    settings: Settings,
    data: MonthData,
    card: Scorecard,
    rulesets: tuple[Ruleset, Ruleset],
    progress: Progress,
) -> tuple[Files, Files]:
    """Return the month's files with the audits that either ruleset would give them; None where nothing was heard."""
    index, knowledge = KnowledgeIndex(entries(session), settings.workspace / CACHE), knowledge_sha256(session)
    background = background_of(session, data.month)
    voices = baselines(session, data.month, {file.call.operator_id for file in data.files})
    # A run lets rules deduct as far as the reviews of earlier months bear them out.
    earned = [earned_rules(session, settings, data.month, ruleset) for ruleset in rulesets]
    before: list[CallFile] = []
    after: list[CallFile] = []
    for number, file in enumerate(data.files, start=1):
        own_voice = voices.get(file.call.operator_id)
        ctx = context_of(file, index, own_voice, background, correct_terms=settings.correct_terms)
        for rules, into in zip(earned, (before, after), strict=True):
            audit = None if ctx is None else _audit(file, ctx, rules, card, knowledge)
            into.append(replace(file, audit=audit, decisions=_as_spoken(file)))
        progress(number, len(data.files), file.call.call_id)
    return tuple(before), tuple(after)


def _audit(file: CallFile, ctx: CallContext, rules: Earned, card: Scorecard, knowledge: str) -> CallAudit:
    results, evaluation = audit_call(ctx, rules.ruleset, card, rules.demotions)
    return CallAudit(
        audit_id=_HYPOTHETICAL,
        call_id=file.call.call_id,
        month=f"{file.call.started_at:%Y-%m}",
        recording_id=ctx.recording.recording_id,
        inputs_hash="",
        ruleset=rules.ruleset.stamp,
        scorecard_version=card.version,
        knowledge_sha256=knowledge,
        results=results,
        evaluation=evaluation,
        created_at=file.call.started_at,
        corrections=ctx.corrections,
    )


def _as_spoken(file: CallFile) -> tuple[Decision, ...]:
    """Return people's words with the results that they confirmed, as the store gives them after the next run."""
    found = {} if file.audit is None else {result.code: result for result in file.audit.results}
    current = None if file.audit is None else file.audit.audit_id
    return tuple(
        replace(d, confirmed=found.get(d.code)) if d.verdict is Verdict.CONFIRM and d.audit_id == current else d
        for d in file.decisions
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


def _load(files: Sequence[CallFile], card: Scorecard) -> Load:
    waiting = unreviewed = 0
    for file in files:
        for finding in judge(card, file.audit, file.decisions) if file.audit is not None else ():
            verdict = finding.verdict
            advised = verdict.outcome is Outcome.FAIL and verdict.standing is Standing.ADVISE
            if not verdict.person:
                waiting += advised or verdict.outcome is Outcome.UNDETERMINED
                unreviewed += verdict.outcome is Outcome.FAIL and not advised
    return Load(waiting, unreviewed)


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
