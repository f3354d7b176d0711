"""What people's decisions say of each rule: which of its findings were right, and what it missed.

A finding is what one rule said of one call under one and the same content (item and parameters); whose parameters were
changed is another rule, of which earlier reviews say nothing. What people's words come to follows `verdicts`: the last
word counts, and a fatal error is settled by two.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import NamedTuple

from qa_pipeline.assessment.verdicts import item_verdicts
from qa_pipeline.models import Decision, Outcome, RuleResult
from scoring.card import FATAL_MARK
from scoring.rule_precision import RuleCounts
from scoring.score import ItemVerdict

Same = Callable[[str, str], bool]
"""Whether a ruleset's version has a rule (its code) with the content that is asked about."""


class Said(NamedTuple):
    """What one rule said, without reason and evidence: a year of a centre's calls has half a million of them.

    ``demoted``: why its rule did not deduct, '' where it might.
    """

    code: str
    item: str
    outcome: Outcome
    faults: int = 0
    demoted: str = ""


@dataclass(frozen=True, slots=True)
class AuditedCall:
    """One audit with the decisions on it. ``newest``: it is the call's that counts. ``random``: drawn, not chosen."""

    audit_id: int
    call_id: str
    month: str
    ruleset_version: str
    newest: bool
    random: bool
    results: tuple[Said, ...]
    decisions: tuple[Decision, ...] = ()


@dataclass(frozen=True, slots=True)
class Reviewed:
    """One finding that people settled. ``right``: a FAIL that was upheld; of any other outcome, a fault that was there.

    ``whole``: of a randomly drawn call on which people spoke to every result that applied, passes too, so that what the
    rule missed there would have been seen.
    """

    outcome: Outcome
    right: bool
    month: str
    settled_at: tuple[datetime, int]
    whole: bool


@dataclass(slots=True)
class RuleReviews:
    """All that is known of one rule: its settled ``findings``; by month the ``calls`` it was run on, and ``fails``."""

    findings: list[Reviewed] = field(default_factory=list)
    calls: Counter[str] = field(default_factory=Counter)
    fails: Counter[str] = field(default_factory=Counter)

    @property
    def months(self) -> tuple[str, ...]:
        """The months in which a FAIL was judged, in order."""
        return tuple(sorted({one.month for one in self.findings if one.outcome is Outcome.FAIL}))

    def counts(self, before: str = "", of: str = "", window: int | None = None) -> RuleCounts:
        """Return the counts of the months before one, of one month, or of all.

        Args:
            before: Only calls of earlier months than this count.
            of: Only calls of this month count.
            window: So many of the latest judged FAILs, and of the latest settled doubts, count.
        """

        def within(month: str) -> bool:
            return (not before or month < before) and (not of or month == of)

        found = sorted((one for one in self.findings if within(one.month)), key=lambda one: one.settled_at)
        judged = _latest(found, Outcome.FAIL, window)
        doubts = _latest(found, Outcome.UNDETERMINED, window)
        passed = [one for one in found if one.outcome in {Outcome.PASS, Outcome.NOT_APPLICABLE} and one.right]
        raised = [one for one in found if one.outcome in {Outcome.FAIL, Outcome.UNDETERMINED} and one.right]
        return RuleCounts(
            judged=len(judged),
            upheld=sum(one.right for one in judged),
            doubts=len(doubts),
            doubts_right=sum(one.right for one in doubts),
            missed=len(passed),
            found=sum(one.whole for one in raised),
            unseen=sum(one.whole for one in passed),
            calls=sum(n for month, n in self.calls.items() if within(month)),
            fails=sum(n for month, n in self.fails.items() if within(month)),
        )


def rule_reviews(audits: Iterable[AuditedCall], same: Same) -> dict[str, RuleReviews]:
    """Return what is known of each rule by its code.

    Args:
        audits: Audits that count, and those that people decided on, in any order.
        same: Leaves out what was judged by other content than is asked about.
    """
    known: defaultdict[str, RuleReviews] = defaultdict(RuleReviews)
    by_call: defaultdict[str, list[AuditedCall]] = defaultdict(list)
    for audit in audits:
        if audit.newest:
            _count(known, audit, same)
        if audit.decisions:
            by_call[audit.call_id].append(audit)
    for reviewed in by_call.values():
        for code, finding in _settled(reviewed, same).items():
            known[code].findings.append(finding)
    return dict(known)


def _latest(found: Sequence[Reviewed], outcome: Outcome, window: int | None) -> Sequence[Reviewed]:
    kept = [one for one in found if one.outcome is outcome]
    return kept if window is None else kept[-window:]


def _count(known: Mapping[str, RuleReviews], audit: AuditedCall, same: Same) -> None:
    for said in audit.results:
        if same(audit.ruleset_version, said.code):
            rule = known[said.code]
            rule.calls[audit.month] += 1
            if said.outcome is Outcome.FAIL:
                rule.fails[audit.month] += 1


def _settled(audits: Sequence[AuditedCall], same: Same) -> dict[str, Reviewed]:
    """Return what people settled of one call, by code."""
    words: defaultdict[str, list[Decision]] = defaultdict(list)
    results = {(audit.audit_id, result.code): result for audit in audits for result in audit.results}
    for audit in audits:
        for decision in audit.decisions:
            if same(audit.ruleset_version, decision.code):
                words[decision.code].append(decision)
    found: dict[str, Reviewed] = {}
    for code, spoken in words.items():
        last = max(spoken, key=_when)
        result = results.get((last.audit_id, code))
        verdict = None if result is None else _verdict(result, spoken)
        if result is not None and verdict is not None:
            found[code] = Reviewed(result.outcome, _right(result, verdict), audits[0].month, _when(last), whole=False)
    spoken_of = {decision.code for audit in audits for decision in audit.decisions}
    whole = any(_reviewed_whole(audit, spoken_of) for audit in audits)
    return {code: replace(one, whole=whole) for code, one in found.items()}


def _verdict(said: Said, spoken: Sequence[Decision]) -> ItemVerdict | None:
    fatal = [said.item] if said.item.startswith(FATAL_MARK) else []
    result = RuleResult(said.code, said.item, said.outcome, "", faults=said.faults)
    (verdict,) = item_verdicts([result], spoken, fatal)
    return verdict if verdict.person else None


def _right(said: Said, verdict: ItemVerdict) -> bool:
    # A rule that counted more faults than people found took points for nothing, though something was wrong.
    return verdict.outcome is Outcome.FAIL and verdict.faults >= said.faults


def _reviewed_whole(audit: AuditedCall, spoken_of: Collection[str]) -> bool:
    # One word will do here, also of a fatal error that waits for a second: it says that somebody looked.
    applied = {result.code for result in audit.results if result.outcome is not Outcome.NOT_APPLICABLE}
    return audit.newest and audit.random and applied <= set(spoken_of)


def _when(decision: Decision) -> tuple[datetime, int]:
    return decision.created_at, decision.decision_id
