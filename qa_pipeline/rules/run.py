"""Runs every rule of a ruleset on a call, each once, each behind a crash guard."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import replace

from qa_pipeline.models import CallContext, Evidence, EvidenceKind, Outcome, RuleResult
from qa_pipeline.rules.base import Finding, undetermined
from qa_pipeline.rules.matching.reading import reading
from qa_pipeline.rules.ruleset import BoundRule, Ruleset
from qa_pipeline.rules.uncut import uncut

log = logging.getLogger(__name__)


def check(ctx: CallContext, ruleset: Ruleset) -> tuple[RuleResult, ...]:
    """Return what every rule of the ruleset says of the call, in the ruleset's order.

    A rule that raises is UNDETERMINED and logged; evidence is clipped to the call; a FAIL without evidence that can
    be played is UNDETERMINED.
    """
    mended = uncut(ctx)
    with reading(ruleset.book):
        results = tuple(_result(ctx if mended is None else mended.ctx, bound) for bound in ruleset.rules)
    if mended is None:
        return results
    return tuple(replace(one, evidence=tuple(mended.as_cut(piece) for piece in one.evidence)) for one in results)


def _result(ctx: CallContext, bound: BoundRule) -> RuleResult:
    finding = _guarded(ctx, bound)
    evidence = tuple(within_call(finding.evidence, ctx.recording.duration_ms))
    if finding.outcome is Outcome.FAIL and not evidence:
        finding = undetermined(f"{finding.reason}（没有可回放的证据，请人工复核）")
    return RuleResult(
        code=bound.rule.code,
        item=bound.rule.item,
        outcome=finding.outcome,
        reason=finding.reason,
        evidence=evidence,
        faults=finding.faults,
        parts=finding.parts,
        corrected=finding.corrected,
        standing=bound.standing,
        confidence=finding.confidence,
        details=dict(finding.details),
    )


def _guarded(ctx: CallContext, bound: BoundRule) -> Finding:
    try:
        return bound.rule(ctx, bound.params)
    except Exception as error:
        # A rule that crashed must not cost the call, nor the batch. The message may quote what was said: only DEBUG.
        kind = type(error).__name__
        log.error("rule %s crashed on call %s: %s", bound.rule.code, ctx.call.call_id, kind)
        log.debug("rule %s: traceback", bound.rule.code, exc_info=True)
        return undetermined(f"规则{bound.rule.code}运行出错（{kind}），请人工复核", details={"error": kind})


def within_call(evidence: Iterable[Evidence], duration_ms: int) -> list[Evidence]:
    """Clip evidence to 0–``duration_ms``; drop what lies outside, has no length to be played, or was given twice.

    A field of the order may have none: it is read, not played.
    """
    kept: dict[Evidence, None] = {}
    for piece in evidence:
        start, end = max(0, piece.start_ms), min(duration_ms, piece.end_ms)
        clipped = replace(piece, start_ms=start, end_ms=end)
        to_see = start < end or (start == end and piece.kind is EvidenceKind.FIELD)
        if to_see:
            kept[clipped] = None
    return list(kept)
