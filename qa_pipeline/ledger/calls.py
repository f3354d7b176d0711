"""A sampled call's entry: from what was stored to plain values, and back to what scoring needs.

No word that was said and no number or name of a caller is in it: only verdicts, hashes and the people who judged.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from qa_pipeline.assessment import CallPoints, item_verdicts, standing_words
from qa_pipeline.assessment.views import DRAWN
from qa_pipeline.ledger.canonical import Body
from qa_pipeline.ledger.chain import Kind
from qa_pipeline.ledger.writing import Writing
from qa_pipeline.models import DEMOTED, Decision, DrawReason, Outcome, RuleResult, SettlingCall, Standing, Verdict
from scoring.card import Scorecard
from scoring.score import ItemVerdict
from scoring.settlement import ScoredCall, scored_call

_OUTCOMES = {outcome.value: outcome for outcome in Outcome}
_STANDINGS = {standing.value: standing for standing in Standing}
_NO_MACHINE: tuple[Any, ...] = (0, None, False, Standing.DEDUCT, False)
_SAID_ALWAYS = 3
_DEMOTED_AT = 7
_NO_PEOPLE: tuple[Any, ...] = (0, None, False, Standing.DEDUCT, False, [])


def final_verdicts(call: SettlingCall, card: Scorecard) -> tuple[ItemVerdict, ...] | None:
    """Return what a call is scored by, with people's words in the place of the machine's; None if not audited."""
    if call.audit is None:
        return None
    standing = standing_words(call.decisions, call.audit.audit_id, call.results)
    return item_verdicts(call.results, standing, [error.code for error in card.fatal_errors])


def score(call: SettlingCall, card: Scorecard, verdicts: Sequence[ItemVerdict] | None) -> ScoredCall:
    """Score a call by its `final_verdicts`."""
    sampled = call.sampled
    return scored_call(card, call.call_id, sampled.probability, drawn=sampled.reason in DRAWN, verdicts=verdicts)


def call_body(call: SettlingCall, scored: ScoredCall, final: Sequence[ItemVerdict] | None, writing: Writing) -> Body:
    """Return the entry of a call: what was stored of it, and what follows from that."""
    stored = stored_body(call, writing)
    return {**stored, **derived_body(stored, scored, final)}


def stored_body(call: SettlingCall, writing: Writing) -> Body:
    """Return what an entry says of what was stored of a call."""
    audit = call.audit
    standing = () if audit is None else standing_words(call.decisions, audit.audit_id, call.results)
    counting = {decision.decision_id for decision in standing}
    return {
        "kind": Kind.CALL.value,
        "call": call.call_id,
        "operator": call.operator_id,
        "shift": call.shift,
        "stratum": call.sampled.stratum,
        "reason": call.sampled.reason.value,
        "probability": str(call.sampled.probability),
        "recording": call.recording_id,
        "failed": call.failed,
        "heard": _heard(call),
        "audit": _audit(call),
        "machine": [_machine(result) for result in call.results],
        "words": [_word(decision, decision.decision_id in counting, writing) for decision in call.decisions],
    }


def derived_body(stored: Body, scored: ScoredCall, final: Sequence[ItemVerdict] | None) -> Body:
    """Return what an entry says of what follows from a call's verdicts."""
    found = scored.evaluation
    return {
        # Where nobody spoke the final verdicts are the machine's.
        "final": [_verdict(verdict) for verdict in final or ()] if stored["words"] else None,
        "points": None if found is None else [str(found.points), str(found.points_low), str(found.points_high)],
        "upheld": None if scored.upheld is None else str(scored.upheld),
        "counted": scored.counted,
        "unjudged": scored.unjudged,
    }


def call_points(body: Body, scored: ScoredCall) -> CallPoints:
    """Return a call of the ledger as a month's remarks are made of it."""
    return CallPoints(
        call_id=body["call"],
        operator_id=body["operator"],
        shift=body["shift"],
        reason=DrawReason(body["reason"]),
        probability=scored.probability,
        evaluation=scored.evaluation,
        upheld=scored.upheld,
        unconfirmed=scored.unconfirmed,
        counted=scored.counted,
        failure="failed" if body["failed"] else None,
        unjudged=scored.unjudged,
    )


def machine_results(rows: Sequence[Sequence[Any]]) -> tuple[RuleResult, ...]:
    """Return the results that an entry's ``machine`` speaks of, without words."""
    return tuple(
        RuleResult(row[0], row[1], _OUTCOMES[row[2]], "", (), faults, parts, corrected, _STANDINGS[standing])
        for row, (faults, parts, corrected, standing, _) in ((row, _whole(row)) for row in rows)
    )


def _whole(row: Sequence[Any]) -> Sequence[Any]:
    """Return what a row says after code, item and outcome, with what was left out as usual."""
    more = row[_SAID_ALWAYS:]
    return (*more, *_NO_MACHINE[len(more) :])


def demoted_rules(body: Body) -> list[str]:
    """Return the rules that did not deduct on a call since reviews did not bear them out."""
    return [row[0] for row in body["machine"] if len(row) > _DEMOTED_AT and row[_DEMOTED_AT]]


def counting_words(body: Body) -> tuple[Decision, ...]:
    """Return the words of an entry that count."""
    return tuple(_decision(body["call"], row) for row in body["words"] if row[9])


def verdicts_again(body: Body, card: Scorecard) -> tuple[ItemVerdict, ...] | None:
    """Return the final verdicts of an entry, derived anew from the machine's and people's words."""
    if body["audit"] is None:
        return None
    fatal = [error.code for error in card.fatal_errors]
    results = machine_results(body["machine"])
    return item_verdicts(results, counting_words(body) if body["words"] else (), fatal)


def scored_again(body: Body, card: Scorecard, verdicts: Sequence[ItemVerdict] | None) -> ScoredCall:
    """Return the call's points, computed anew."""
    drawn = DrawReason(body["reason"]) in DRAWN
    return scored_call(card, body["call"], Decimal(body["probability"]), drawn=drawn, verdicts=verdicts)


def _heard(call: SettlingCall) -> Body | None:
    if call.heard is None:
        return None
    stamp = call.heard.stamp
    return {
        "engine": stamp.engine,
        "model": stamp.model,
        "model_sha256": stamp.sha256,
        "settings": stamp.settings,
        "transcript_sha256": call.heard.transcript_sha256,
    }


def _audit(call: SettlingCall) -> Body | None:
    if call.audit is None:
        return None
    audit = call.audit
    return {
        "id": audit.audit_id,
        "at": audit.created_at.isoformat(),
        "inputs": audit.inputs_hash,
        "speech": audit.speech_hash,
        "ruleset": audit.ruleset_sha256,
        "ruleset_version": audit.ruleset_version,
        "scorecard": audit.scorecard_version,
        "knowledge": audit.knowledge_sha256,
        "results": audit.results_sha256,
    }


def _machine(result: RuleResult) -> list[Any]:
    more = [result.faults, result.parts, result.corrected, result.standing, DEMOTED in result.details]
    return [result.code, result.item, result.outcome, *_short(more, _NO_MACHINE)]


def _verdict(verdict: ItemVerdict) -> list[Any]:
    more = [verdict.faults, verdict.parts, verdict.corrected, verdict.standing, verdict.person]
    return [verdict.item, verdict.outcome, *_short([*more, list(verdict.reviewers)], _NO_PEOPLE)]


def _short(values: Sequence[Any], usual: Sequence[Any]) -> list[Any]:
    """Leave out what is as usual at the end: most verdicts are a pass, and there are thirty of them a call."""
    kept = len(values)
    while kept and values[kept - 1] == usual[kept - 1]:
        kept -= 1
    return list(values[:kept])


def _word(decision: Decision, counts: bool, writing: Writing) -> list[Any]:
    return [
        decision.decision_id,
        decision.audit_id,
        decision.code,
        decision.item,
        decision.verdict.value,
        decision.faults,
        decision.reviewer,
        decision.created_at.isoformat(),
        # A reason is free text and may quote the caller; its hash proves which one it was.
        writing.hashed(f"decision {decision.decision_id}", decision.reason),
        counts,
        decision.appeal_id,
    ]


def _decision(call_id: str, row: Sequence[Any]) -> Decision:
    number, audit_id, code, item, verdict, faults, reviewer, at, _, _, appeal_id = row
    when = datetime.fromisoformat(at)
    return Decision(
        number, audit_id, call_id, code, item, Verdict(verdict), faults, reviewer, "", when, None, appeal_id
    )
