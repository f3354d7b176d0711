"""Which findings count as right, wrong, missed, and which say nothing of a rule."""

from __future__ import annotations

from dataclasses import replace

import pytest

from qa_pipeline.assessment.rule_reviews import AuditedCall, RuleReviews, Said, rule_reviews
from qa_pipeline.models import Decision, Outcome, RuleResult, Verdict
from tests.month_builder import decision, result

VERSION = "2026-10"


def audited(
    *decisions: Decision, results: tuple[RuleResult, ...] = (), audit_id: int = 1, call_id: str = "C1", **changes
) -> AuditedCall:
    values = {"month": "2026-09", "ruleset_version": VERSION, "newest": True, "random": True}
    said = tuple(Said(r.code, r.item, r.outcome, r.faults) for r in results or (result("PH06", "A6"),))
    own = tuple(replace(one, audit_id=audit_id, call_id=call_id) for one in decisions)
    return AuditedCall(audit_id, call_id, results=said, decisions=own, **(values | changes))


def known(*audits: AuditedCall, code: str = "PH06") -> RuleReviews:
    return rule_reviews(audits, lambda version, _code: version == VERSION).get(code, RuleReviews())


def judged(*audits: AuditedCall, code: str = "PH06") -> tuple[int, int]:
    counts = known(*audits, code=code).counts()
    return counts.upheld, counts.judged


@pytest.mark.parametrize(
    ("verdict", "faults", "right"),
    [
        (Verdict.CONFIRM, 0, True),
        (Verdict.OVERRULE, 0, False),
        (Verdict.NOT_APPLICABLE, 0, False),
        (Verdict.FAULT, 2, True),
        (Verdict.FAULT, 3, True),
        (Verdict.FAULT, 1, False),
    ],
)
def test_a_fail_is_right_where_people_found_as_much_as_the_rule_counted(verdict, faults, right) -> None:
    word = decision("PH06", "A6", verdict, faults=faults)
    assert judged(audited(word, results=(result("PH06", "A6", faults=2),))) == (int(right), 1)


def test_the_last_word_on_a_finding_counts_and_counts_once() -> None:
    first, last = decision("PH06", "A6", Verdict.CONFIRM), decision("PH06", "A6", Verdict.OVERRULE, "周倩", 2)
    assert judged(audited(first, last)) == (0, 1)
    assert judged(audited(last, first)) == (0, 1)


def test_a_fail_that_nobody_judged_is_counted_and_says_nothing() -> None:
    counts = known(audited()).counts()
    assert (counts.calls, counts.fails, counts.judged) == (1, 1, 0)


def test_doubts_are_kept_apart() -> None:
    doubt = (result("PH06", "A6", Outcome.UNDETERMINED),)
    there = audited(decision("PH06", "A6", Verdict.FAULT), results=doubt, call_id="C1")
    none = audited(decision("PH06", "A6", Verdict.OVERRULE), results=doubt, call_id="C2", audit_id=2)
    counts = known(there, none).counts()
    assert (counts.judged, counts.doubts, counts.doubts_right, counts.missed) == (0, 2, 1, 0)


@pytest.mark.parametrize("outcome", [Outcome.PASS, Outcome.NOT_APPLICABLE])
def test_a_fault_that_a_person_found_where_the_rule_passed_was_missed(outcome) -> None:
    fault = audited(decision("PH06", "A6", Verdict.FAULT), results=(result("PH06", "A6", outcome),))
    assert known(fault).counts().missed == 1


def test_recall_counts_only_drawn_calls_of_which_every_result_was_judged() -> None:
    passed, failed = result("PH06", "A6", Outcome.PASS), result("TN01", "B1")
    idle = result("TN02", "B2", Outcome.NOT_APPLICABLE)
    words = decision("PH06", "A6", Verdict.FAULT), decision("TN01", "B1", Verdict.CONFIRM, n=2)
    whole = audited(*words, results=(passed, failed, idle))
    assert known(whole).counts().unseen == 1
    assert known(whole, code="TN01").counts().found == 1
    for part in (
        replace(whole, random=False),
        replace(whole, newest=False),
        replace(whole, decisions=whole.decisions[:1]),
    ):
        assert (known(part).counts().unseen, known(part).counts().missed) == (0, 1)
        assert known(part, code="TN01").counts().found == 0


def test_other_content_of_a_rule_is_another_rule() -> None:
    before = audited(decision("PH06", "A6", Verdict.OVERRULE), ruleset_version="2026-01")
    counts = known(before).counts()
    assert (counts.judged, counts.calls) == (0, 0)


def test_a_word_on_a_superseded_audit_speaks_of_what_the_rule_said_then() -> None:
    old = audited(decision("PH06", "A6", Verdict.OVERRULE), newest=False)
    new = audited(results=(result("PH06", "A6", Outcome.PASS),), audit_id=2)
    counts = known(old, new).counts()
    assert (counts.judged, counts.upheld, counts.calls, counts.fails) == (1, 0, 1, 0)


def test_a_fatal_error_is_settled_by_two() -> None:
    suspicion = (result("FE01", "V1"),)
    one = decision("FE01", "V1", Verdict.CONFIRM)
    two = decision("FE01", "V1", Verdict.CONFIRM, "周倩", 2)
    assert judged(audited(one, results=suspicion), code="FE01") == (0, 0)
    assert judged(audited(one, two, results=suspicion), code="FE01") == (1, 1)


def test_a_word_on_an_item_says_nothing_of_a_rule() -> None:
    assert judged(audited(decision("A6", "A6", Verdict.OVERRULE))) == (0, 0)


def test_counts_are_of_the_months_asked_for_and_of_the_latest_only() -> None:
    words = "coocc"
    audits = [
        audited(
            decision("PH06", "A6", Verdict.CONFIRM if word == "c" else Verdict.OVERRULE, n=n),
            audit_id=n,
            call_id=f"C{n}",
            month=f"2026-{n:02}",
        )
        for n, word in enumerate(words, start=5)
    ]
    found = known(*audits)
    assert found.months == ("2026-05", "2026-06", "2026-07", "2026-08", "2026-09")
    assert (found.counts().upheld, found.counts().judged) == (3, 5)
    assert (found.counts(before="2026-08").upheld, found.counts(before="2026-08").judged) == (1, 3)
    assert (found.counts(of="2026-08").upheld, found.counts(of="2026-08").judged) == (1, 1)
    assert (found.counts(window=2).upheld, found.counts(window=2).judged) == (2, 2)
    assert found.counts(before="2026-08").calls == 3
