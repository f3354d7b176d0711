"""Doubts of several items that one answer settles: without an order, whether there should have been one.

Scoring keeps a verdict for each item. What is asked once is shown once, and a reviewer's one word is written for each.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from qa_pipeline.models import TOGETHER, Decision, Outcome, RuleResult

Word = tuple[str, str, int, str] | None


def question_of(result: RuleResult | None) -> str:
    """Return the question (Simplified Chinese) that a doubt shares with others; '' where it stands for itself."""
    if result is None or result.outcome is not Outcome.UNDETERMINED:
        return ""
    return result.details.get(TOGETHER, "")


def asked_together(results: Iterable[RuleResult], decisions: Sequence[Decision]) -> tuple[tuple[RuleResult, ...], ...]:
    """Return the doubts of one call that one answer settles, at least two each, in the order of the results.

    One on which somebody spoke by itself no longer belongs to the others: a word on those must not undo it.
    """
    newest: dict[str, Word] = {}
    for d in sorted(decisions, key=lambda d: d.decision_id):
        newest[d.code] = (d.reviewer, d.verdict.value, d.faults, d.reason)
    groups: dict[tuple[str, Word], list[RuleResult]] = {}
    for result in results:
        if question := question_of(result):
            groups.setdefault((question, newest.get(result.code)), []).append(result)
    return tuple(tuple(group) for group in groups.values() if len(group) > 1)


def codes_with(code: str, results: Sequence[RuleResult], decisions: Sequence[Decision]) -> tuple[str, ...]:
    """Return the codes that a word on one of them settles: its group's, or its own alone."""
    groups = asked_together(results, decisions)
    return next((tuple(r.code for r in group) for group in groups if any(r.code == code for r in group)), (code,))
