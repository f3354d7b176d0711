"""A month's stored transcripts judged by two rulesets as the program is today; nothing is written."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from qa_pipeline.assessment import judge
from qa_pipeline.audit import audit_call
from qa_pipeline.background import background_of
from qa_pipeline.knowledge.meanings import CACHE
from qa_pipeline.knowledge.retrieval import KnowledgeIndex
from qa_pipeline.models import CallAudit, CallContext, CallFile, Decision, MonthData, Outcome, Standing, Verdict
from qa_pipeline.precision import Earned, earned_rules
from qa_pipeline.rules.ruleset import Ruleset
from qa_pipeline.settings import Settings
from qa_pipeline.store.queries.knowledge import entries, knowledge_sha256
from qa_pipeline.store.queries.voices import baselines
from qa_pipeline.trial.testing import context_of
from scoring.scorecard import Scorecard

Progress = Callable[[int, int, str], None]
Files = tuple[CallFile, ...]
By = tuple[Ruleset, Scorecard]
"""What calls are judged by, and scored by."""
_HYPOTHETICAL = 0
"""No stored audit has this number, so that a CONFIRM counts only where the same is found again, as after a run."""


@dataclass(frozen=True, slots=True)
class Load:
    """What people have to do of a month: findings that wait for them, and deductions that nobody has looked at."""

    waiting: int
    unreviewed: int


def judge_files(
    session: Session, settings: Settings, data: MonthData, by: tuple[By, By], progress: Progress | None = None
) -> tuple[Files, Files]:
    """Return the month's files with the audits that either would give them; None where nothing was heard.

    Args:
        session: The unit of work; nothing is written.
        settings: Whether words of the trade are corrected, and how rules earn their standing.
        data: The month, with what was heard.
        by: Rulesets with their scorecards, before and after.
        progress: Told how many calls are through, of how many, and the id of the last.
    """
    told = progress or (lambda _done, _total, _what: None)
    index, knowledge = KnowledgeIndex(entries(session), settings.workspace / CACHE), knowledge_sha256(session)
    background = background_of(session, data.month)
    voices = baselines(session, data.month, {file.call.operator_id for file in data.files})
    # A run lets rules deduct as far as the reviews of earlier months bear them out.
    earned = [(earned_rules(session, settings, data.month, ruleset), card) for ruleset, card in by]
    before: list[CallFile] = []
    after: list[CallFile] = []
    for number, file in enumerate(data.files, start=1):
        own_voice = voices.get(file.call.operator_id)
        ctx = context_of(file, index, own_voice, background, correct_terms=settings.correct_terms)
        for (rules, card), into in zip(earned, (before, after), strict=True):
            audit = None if ctx is None else _audit(file, ctx, rules, card, knowledge)
            into.append(replace(file, audit=audit, decisions=_as_spoken(file)))
        told(number, len(data.files), file.call.call_id)
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


def load_of(files: Sequence[CallFile], card: Scorecard) -> Load:
    """Count what people have to do of a month, by its audits and what was said to them."""
    by_people = {item.code for item in card.items if item.decided_by == "person"}
    waiting = unreviewed = 0
    for file in files:
        for finding in judge(card, file.audit, file.decisions) if file.audit is not None else ():
            verdict = finding.verdict
            asked = verdict.standing is Standing.ADVISE or verdict.item in by_people
            advised = verdict.outcome is Outcome.FAIL and asked
            if not verdict.person:
                waiting += advised or verdict.outcome is Outcome.UNDETERMINED
                unreviewed += verdict.outcome is Outcome.FAIL and not advised
    return Load(waiting, unreviewed)
