"""Months of reviewed findings in a store: one letter a call says what a rule said and what a person made of it.

``c`` FAIL confirmed, ``o`` FAIL overruled, ``f`` FAIL that nobody judged, ``d`` doubt that was a fault, ``u`` doubt
that was none, ``m`` PASS that a person found a fault on, ``n`` PASS that a person confirmed, ``p`` PASS unspoken of.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from qa_pipeline.assessment import item_verdicts
from qa_pipeline.models import (
    CallRecord,
    Evidence,
    EvidenceKind,
    Operator,
    Outcome,
    Recording,
    Role,
    RuleResult,
    RulesetStamp,
    Verdict,
)
from qa_pipeline.precision import written_rules
from qa_pipeline.rules.ruleset import Ruleset, load_ruleset
from qa_pipeline.store.codec import canonical
from qa_pipeline.store.queries.documents import save_document
from qa_pipeline.store.queries.results import save_audit
from qa_pipeline.store.queries.review import add_decision
from qa_pipeline.store.rows import as_row
from qa_pipeline.store.schema import CallRow, OperatorRow, RecordingRow
from scoring.score import score_call
from scoring.scorecard import default_scorecard

SAID = {
    "c": (Outcome.FAIL, Verdict.CONFIRM),
    "o": (Outcome.FAIL, Verdict.OVERRULE),
    "f": (Outcome.FAIL, None),
    "d": (Outcome.UNDETERMINED, Verdict.FAULT),
    "u": (Outcome.UNDETERMINED, Verdict.OVERRULE),
    "m": (Outcome.PASS, Verdict.FAULT),
    "n": (Outcome.PASS, Verdict.OVERRULE),
    "p": (Outcome.PASS, None),
}
REVIEWER = "张敏"
CARD = default_scorecard()


def keep_ruleset(session: Session, ruleset: Ruleset) -> None:
    """Keep a ruleset as a run does."""
    rules = {
        rule.code: {"item": rule.item, "name": rule.name, "standing": rule.standing.value, "params": rule.params}
        for rule in written_rules(ruleset)
    }
    body = canonical({"version": ruleset.version, "rules": rules})
    save_document(session, "ruleset", ruleset.version, ruleset.sha256, body)


def put_reviewed(
    session: Session, month: str, told: Mapping[str, str], ruleset: Ruleset | None = None, **audit: Any
) -> None:
    """Put a month of calls with one result of each rule a call, and people's words on them.

    Args:
        session: The unit of work.
        month: ``YYYY-MM``.
        told: By a rule's code, a letter a call; all of one length.
        ruleset: That judged; the shipped one unless given.
        audit: Changes of every result, such as ``details``.
    """
    rules = ruleset or load_ruleset()
    keep_ruleset(session, rules)
    items = {bound.code: bound.item for bound in rules.rules}
    session.merge(as_row(OperatorRow, Operator("1001", "王芳", "一组", None, None)))
    session.flush()
    start = datetime.fromisoformat(f"{month}-01T08:00")
    for n in range(len(next(iter(told.values())))):
        call = _call(session, f"{month}-{n:03}", start + timedelta(hours=n))
        results = tuple(_result(code, items[code], SAID[letters[n]][0], audit) for code, letters in told.items())
        kept = save_audit(
            session,
            call,
            f"{month}-{n:03}",
            inputs_hash="1" * 64,
            speech_hash="2" * 64,
            ruleset=RulesetStamp(rules.version, rules.sha256),
            scorecard_version=CARD.version,
            knowledge_sha256="3" * 64,
            results=results,
            evaluation=score_call(CARD, item_verdicts(results, ())),
            now=start + timedelta(days=29),
        )
        for result in results:
            verdict = SAID[told[result.code][n]][1]
            if verdict is not None:
                faults = 1 if verdict is Verdict.FAULT else 0
                at = start + timedelta(days=30, minutes=n)
                add_decision(
                    session, kept.audit_id, result.code, result.item, verdict, faults, REVIEWER, "听过录音", at
                )


def _call(session: Session, call_id: str, at: datetime) -> CallRecord:
    call = CallRecord(call_id, at, 60, "1001", "早班", "13900001234", Role.CALLER, 5, f"{call_id}.wav", 0)
    session.add(as_row(CallRow, call, month=f"{at:%Y-%m}"))
    session.flush()
    recording = Recording(call_id, f"recordings/{call_id}.wav", "pcm_s16le", 8000, 2, 60_000)
    session.add(as_row(RecordingRow, recording, call_id=call_id, source_name=f"{call_id}.wav", imported_at=at))
    session.flush()
    return call


def _result(code: str, item: str, outcome: Outcome, changes: Mapping[str, Any]) -> RuleResult:
    shown = Evidence(EvidenceKind.WORDS, 100, 900, 0, Role.OPERATOR, 0, "不清楚")
    failed = outcome is Outcome.FAIL
    return RuleResult(code, item, outcome, "说了禁语", (shown,) if failed else (), int(failed), **changes)
