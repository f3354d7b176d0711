"""What must hold of a rule's figures whatever people decide, in whatever order it is read."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from qa_pipeline.assessment.rule_reviews import AuditedCall, Said, rule_reviews
from qa_pipeline.models import Decision, Outcome, Verdict
from scoring.rule_precision import Floor, RuleCounts, measured

FLOOR = Floor(Decimal("0.80"), 20)
START = datetime(2026, 9, 1)

words = st.builds(
    Decision,
    decision_id=st.integers(1, 10_000),
    audit_id=st.just(1),
    call_id=st.just("C1"),
    code=st.sampled_from(["PH06", "TN01"]),
    item=st.just("A6"),
    verdict=st.sampled_from(Verdict),
    faults=st.integers(0, 3),
    reviewer=st.sampled_from(["张敏", "周倩"]),
    reason=st.just(""),
    created_at=st.integers(0, 60).map(lambda minute: START + timedelta(minutes=minute)),
)
results = st.builds(
    lambda code, outcome: Said(code, "A6", outcome, 1 if outcome is Outcome.FAIL else 0),
    st.sampled_from(["PH06", "TN01"]),
    st.sampled_from(Outcome),
)


@st.composite
def calls(draw: st.DrawFn) -> list[AuditedCall]:
    audits = []
    for n in range(draw(st.integers(1, 8))):
        said = draw(st.lists(results, min_size=1, max_size=2, unique_by=lambda one: one.code))
        spoken = draw(st.lists(words, max_size=4, unique_by=lambda one: one.decision_id))
        own = tuple(_of(one, n) for one in spoken)
        month = draw(st.sampled_from(["2026-08", "2026-09"]))
        audits.append(AuditedCall(n, f"C{n}", month, "1", True, draw(st.booleans()), tuple(said), own))
    return audits


def _of(word: Decision, n: int) -> Decision:
    return Decision(
        word.decision_id + 10_000 * n, n, f"C{n}", word.code, word.item, word.verdict, word.faults, word.reviewer,
        word.reason, word.created_at,
    )  # fmt: skip


def everything(audits: list[AuditedCall], window: int | None) -> dict[str, RuleCounts]:
    return {code: known.counts(window=window) for code, known in rule_reviews(audits, lambda *_: True).items()}


@given(calls(), st.randoms(), st.none() | st.integers(1, 5))
def test_the_order_in_which_decisions_are_read_changes_nothing(audits, chance, window) -> None:
    shuffled = [
        AuditedCall(
            a.audit_id, a.call_id, a.month, a.ruleset_version, a.newest, a.random, a.results,
            tuple(chance.sample(a.decisions, len(a.decisions))),
        )
        for a in chance.sample(audits, len(audits))
    ]  # fmt: skip
    assert everything(shuffled, window) == everything(audits, window)


@given(calls())
def test_counts_are_possible_and_months_add_up(audits) -> None:
    for known in rule_reviews(audits, lambda *_: True).values():
        whole = known.counts()
        measured(RuleCounts(judged=whole.judged, upheld=whole.upheld, calls=whole.calls, fails=whole.fails), FLOOR)
        months = [known.counts(of=month) for month in ("2026-08", "2026-09")]
        assert sum(one.judged for one in months) == whole.judged
        assert sum(one.calls for one in months) == whole.calls
        assert known.counts(before="2026-09") == months[0]


@given(st.integers(0, 250), st.integers(0, 250), st.integers(1, 60))
def test_more_overrules_never_raise_a_bound(upheld, wrong, more) -> None:
    less = measured(RuleCounts(judged=upheld + wrong, upheld=upheld), FLOOR).precision.interval
    worse = measured(RuleCounts(judged=upheld + wrong + more, upheld=upheld), FLOOR).precision.interval
    assert worse is not None
    if less is not None:
        assert worse.low <= less.low
        assert worse.high <= less.high


@given(st.lists(st.booleans(), min_size=1, max_size=60), st.integers(1, 30))
def test_one_more_overrule_never_raises_the_bound_of_a_window(words_, window) -> None:
    before, after = (_window(one, window) for one in (words_, [*words_, False]))
    assert after.upheld <= before.upheld
    ends = [measured(one, FLOOR).precision.interval for one in (before, after)]
    assert ends[0] is not None
    assert ends[1] is not None
    assert ends[1].low <= ends[0].low


def _window(words_: list[bool], window: int) -> RuleCounts:
    audits = [_one(n, Verdict.CONFIRM if right else Verdict.OVERRULE) for n, right in enumerate(words_)]
    return rule_reviews(audits, lambda *_: True)["PH06"].counts(window=window)


def _one(n: int, verdict: Verdict) -> AuditedCall:
    said = Said("PH06", "A6", Outcome.FAIL, 1)
    word = Decision(n, n, f"C{n}", "PH06", "A6", verdict, 0, "张敏", "", START)
    return AuditedCall(n, f"C{n}", "2026-09", "1", True, True, (said,), (word,))
