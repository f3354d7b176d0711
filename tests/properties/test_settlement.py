"""What must hold of every settled month, and of every ledger."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_pipeline import sampling
from qa_pipeline.assessment import left_over_of, line_of, operator_month, settled_body
from qa_pipeline.errors import LedgerBroken
from qa_pipeline.ledger.calls import call_body, call_points, final_verdicts, score
from qa_pipeline.ledger.chain import Entry, Kind, chained
from qa_pipeline.ledger.checks import checked
from qa_pipeline.ledger.months import Closing, Totals, close_body, month_body
from qa_pipeline.ledger.operators import frame_body, frame_digest, frame_text, notice_body, operator_body
from qa_pipeline.ledger.replay import Replayed, replay
from qa_pipeline.ledger.writing import FORMAT, Writing
from qa_pipeline.models import (
    AuditStamp,
    CallRecord,
    FrameRow,
    Outcome,
    Role,
    RuleResult,
    SampledCall,
    SettlingCall,
    Standing,
    Verdict,
)
from scoring.exact import rounded
from scoring.notices import NoticePoints
from scoring.pay import default_scheme
from scoring.score import ItemVerdict, score_call
from scoring.scorecard import default_scorecard
from scoring.settlement import OperatorInput, Standards, scored_call, settle
from scoring.upheld import upheld_points
from tests.month_builder import START, decision, operator
from tests.settled import term

CARD = default_scorecard()
CODES = [item.code for item in CARD.items]
STANDARDS = Standards(CARD, 10, default_scheme())
MONTH = "2026-10"
CLOSED = datetime(2026, 11, 2, 9)
PEOPLE = ("张敏", "周倩")
HALF_A_CENT = Fraction(1, 200)
VERDICTS = st.lists(
    st.builds(
        ItemVerdict,
        item=st.sampled_from([*CODES, "V1", "V2"]),
        outcome=st.sampled_from(Outcome),
        faults=st.integers(0, 4),
        parts=st.none() | st.integers(1, 4),
        corrected=st.booleans(),
        standing=st.sampled_from(Standing),
        person=st.booleans(),
        reviewers=st.lists(st.sampled_from(PEOPLE), max_size=2).map(tuple),
    ),
    max_size=40,
)
CHANCES = st.integers(1, 20).map(lambda part: Decimal(part) / 20)
CALLS = st.lists(
    st.builds(
        lambda verdicts, chance, drawn: scored_call(CARD, "C", chance, drawn=drawn, verdicts=verdicts),
        st.none() | VERDICTS,
        CHANCES,
        st.booleans(),
    ),
    max_size=8,
)
NOTICES = st.lists(
    st.builds(NoticePoints, st.just("1"), st.integers(0, 400).map(lambda n: Decimal(n) / 10), st.just("")), max_size=3
)


@given(VERDICTS)
def test_a_call_has_the_points_of_the_definition(said):
    """Σ earned/possible × weight ÷ Σ weight × 100, in fractions, as score.py states it.

    Its upper bound is told from the sections' up to what half a cent of each comes to: theirs are rounded where open
    items would leave a group. Its lower bound is not: there a group itself may leave (test_scores tries every word that
    may still be given).
    """
    found = score_call(CARD, said)
    weights = {group.code: Fraction(group.points) for group in CARD.groups}
    applying = [section for section in found.sections if section.points is not None]
    whole = sum((weights[section.code] for section in applying), Fraction(0))
    half_cents = sum(HALF_A_CENT / Fraction(s.possible) * weights[s.code] for s in applying)
    off = half_cents / whole * 100 + 2 * HALF_A_CENT if whole else 0
    for name, within in (("points", 0), ("points_high", off)):
        earned = [Fraction(getattr(s, name)) / Fraction(s.possible) * weights[s.code] for s in applying]
        points = rounded(sum(earned, Fraction(0)) / whole * 100 if whole else Fraction(100))
        assert abs(Fraction(getattr(found, name)) - Fraction(0 if found.fatal else points)) <= within
    if found.fatal or found.suspected:
        assert found.points_low == 0


@given(VERDICTS)
def test_what_is_upheld_is_what_is_left_when_others_faults_are_taken_for_passed(said):
    twice = [
        verdict
        if verdict.outcome is Outcome.NOT_APPLICABLE
        or (verdict.outcome is Outcome.FAIL and verdict.person and len(set(verdict.reviewers)) > 1)
        else replace(verdict, outcome=Outcome.PASS, person=True)
        for verdict in said
    ]
    assert upheld_points(CARD, said) == score_call(CARD, twice).points


@given(CALLS, NOTICES, st.randoms(use_true_random=False))
def test_the_order_of_calls_and_notices_never_changes_a_month(calls, notices, random):
    turned, other = list(calls), list(notices)
    random.shuffle(turned)
    random.shuffle(other)
    one = settle(OperatorInput(MONTH, calls, notices=notices), STANDARDS)
    assert settle(OperatorInput(MONTH, turned, notices=other), STANDARDS) == one


@given(CALLS, NOTICES)
def test_a_month_lies_within_its_bounds_and_a_notice_never_raises_it(calls, notices):
    plain = settle(OperatorInput(MONTH, calls), STANDARDS)
    found = settle(OperatorInput(MONTH, calls, notices=notices), STANDARDS)
    if found.mean is None:
        assert plain.mean is None
        return
    assert 0 <= found.mean_low <= found.mean <= found.mean_high <= 100
    assert found.mean <= plain.mean == found.call_mean
    assert found.grade.factor <= plain.grade.factor
    if found.interval is not None:
        assert 0 <= found.interval.low <= found.mean <= found.interval.high <= 100
    # A notice may make a month fail, and never makes a failed one pass.
    assert found.assessment.failed or not plain.assessment.failed


RESULTS = st.lists(
    st.builds(
        RuleResult,
        code=st.sampled_from([f"R{n}" for n in range(40)]),
        item=st.sampled_from([*CODES, "V1"]),
        outcome=st.sampled_from(Outcome),
        reason=st.just("说了什么"),
        faults=st.integers(0, 3),
        parts=st.none() | st.integers(1, 3),
        corrected=st.booleans(),
        standing=st.sampled_from(Standing),
    ),
    max_size=30,
    unique_by=lambda one: one.code,
)
WRITING = Writing(FORMAT, "5a" * 32)
STAMP = AuditStamp(1, "i", "s", "2026-10", "r" * 64, CARD.version, "k", "x" * 64, START)


@st.composite
def ledgers(draw) -> list[Entry]:
    """The ledger of a random month: drawn by its seed, judged, reviewed, settled."""
    frame = [
        CallRecord(f"H{n:02}", START, 60, f"100{n % 2}", "早班", "", Role.CALLER, None, "", None)
        for n in range(draw(st.integers(1, 8)))
    ]
    plan = sampling.draw(frame, MONTH, draw(st.integers(1, 4)), "seed", {}, START)
    closing, totals = Closing(MONTH, "主管", CLOSED, "0", accept_open=True), Totals()
    bodies = [month_body(closing, plan, len(plan.calls), STANDARDS, WRITING)]
    for who in sorted({call.operator_id for call in frame}):
        mine = [one for one in plan.calls if one.operator_id == who]
        rows = [FrameRow(c.call_id, c.started_at.isoformat(), 60, who, "早班") for c in frame if c.operator_id == who]
        bodies += _operator(draw, who, mine, rows, totals)
    whole = frame_digest(
        frame_text(FrameRow(c.call_id, c.started_at.isoformat(), 60, c.operator_id, "早班")) for c in frame
    )
    bodies.append(close_body(closing, totals, whole, {}))
    return list(chained(bodies, MONTH))


def _operator(draw, who: str, mine: list[SampledCall], rows: list[FrameRow], totals: Totals):
    bodies, points, scored_calls = [frame_body(who, rows, {}, WRITING)], [], []
    for one in mine:
        call = _call(draw, one)
        final = final_verdicts(call, CARD)
        scored = score(call, CARD, final)
        body = call_body(call, scored, final, WRITING)
        totals.add_call(body)
        bodies.append(body)
        scored_calls.append(scored)
        points.append(call_points(body, scored))
    notices = draw(NOTICES)
    given_ = OperatorInput(MONTH, scored_calls, (), notices, (), [term(who, 3, 31, "1234.56")])
    found = settle(given_, STANDARDS)
    shown = operator_month(operator(who), len(rows), found, STANDARDS.min_calls)
    line = settled_body(line_of(MONTH, shown), "王芳", left_over_of(points), CARD, STANDARDS.min_calls)
    totals.add_operator(found.pay.total, scored_calls)
    return [*bodies, *(notice_body(who, one, WRITING) for one in notices), operator_body(who, given_, found, line)]


def _call(draw, one: SampledCall) -> SettlingCall:
    results = tuple(draw(RESULTS))
    words = tuple(
        decision(result.code, result.item, draw(st.sampled_from(Verdict)), draw(st.sampled_from(PEOPLE)), n)
        for n, result in enumerate(draw(st.lists(st.sampled_from(results), max_size=4)) if results else ())
    )
    words = tuple(replace(word, call_id=one.call_id) for word in words)
    return SettlingCall(one.call_id, one.operator_id, "早班", one, "rec", STAMP, None, results, words, failed=False)


@given(ledgers())
def test_a_replayed_month_is_the_settled_one(ledger):
    done = Replayed()
    assert [one.words for one in replay(checked(ledger), done)] == []
    assert done.drawn_again is True


@given(ledgers(), st.data())
def test_no_character_can_be_changed_unseen(ledger, data):
    n = data.draw(st.integers(0, len(ledger) - 1))
    at = data.draw(st.integers(0, len(ledger[n].body) - 1))
    other = data.draw(st.characters(codec="utf-8").filter(lambda char: char != ledger[n].body[at]))
    body = ledger[n].body[:at] + other + ledger[n].body[at + 1 :]
    changed = [*ledger[:n], replace(ledger[n], body=body), *ledger[n + 1 :]]
    with pytest.raises(LedgerBroken, match=f"第 {n + 1} 条"):
        list(checked(changed))


@given(ledgers(), st.data())
def test_no_entry_can_be_left_out_unseen(ledger, data):
    n = data.draw(st.integers(0, len(ledger) - 1))
    with pytest.raises(LedgerBroken):
        list(checked([*ledger[:n], *ledger[n + 1 :]]))


@given(st.lists(st.text(max_size=8), unique=True, max_size=6), st.data())
def test_the_call_log_is_hashed_one_by_one_as_the_draw_hashes_it_whole(ids, data):
    calls = [
        CallRecord(one, START, data.draw(st.integers(0, 99)), "1001", data.draw(st.text(max_size=3)), "", Role.CALLER,
                   None, "", None)
        for one in ids
    ]  # fmt: skip
    rows = [FrameRow(c.call_id, c.started_at.isoformat(), c.duration_s, c.operator_id, c.shift) for c in calls]
    texts = (frame_text(row) for row in sorted(rows, key=lambda row: row.call_id))
    assert frame_digest(texts) == sampling.frame_sha256(calls)
    assert frame_body("1001", rows, {}, WRITING)["kind"] == Kind.FRAME
