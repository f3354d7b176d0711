"""A month's draw in the store: fixed before, drawn as it was fixed, replaced by the rule, never after closing."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import delete, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, sessionmaker

from qa_pipeline.errors import Conflict, UserError
from qa_pipeline.ingest.batch import FileKind
from qa_pipeline.models import CallRecord, Commitment, DrawReason, ShiftDuty
from qa_pipeline.review.draws import changed_calls, stored_record
from qa_pipeline.runs import commit_month, draw_month, replace_month, supplement_month
from qa_pipeline.sampling import RULE, first_difference
from qa_pipeline.store import queries
from qa_pipeline.store.queries import jobs
from qa_pipeline.store.queries.jobs import Claim, JobKey
from qa_pipeline.store.queries.month import save_closing
from qa_pipeline.store.queries.revision import revision
from qa_pipeline.store.queries.sampling import commitment_of, sampled_of, save_commitment
from qa_pipeline.store.schema import CommitmentRow, ReplacementRow, SupplementRow
from qa_pipeline.store.worker import this_worker
from tests import centre
from tests.centre import MONTH, NOW

Sessions = sessionmaker[Session]
BEFORE = datetime(2026, 9, 28, 17, 30)
LATER = NOW + timedelta(days=1)
SEED = "held by the union"
SHA256 = hashlib.sha256(SEED.encode()).hexdigest()


@pytest.fixture
def stored(sessions: Sessions) -> Sessions:
    """Forty calls of two operators, imported after the month."""
    with sessions.begin() as session:
        centre.put_calls(session, centre.many_calls(40))
    return sessions


def commit(sessions: Sessions, now: datetime = BEFORE, outside: str | None = None, **changes: object) -> Commitment:
    how = {"month": MONTH, "quota": 6, "by": " 李  四 "} | changes
    return commit_month(sessions, now=now, outside_sha256=outside, **how)  # type: ignore[arg-type]


def import_calls(sessions: Sessions, *calls: CallRecord) -> None:
    with sessions.begin() as session:
        centre.put_calls(session, calls)


def fail(sessions: Sessions, call_id: str) -> None:
    """End the transcribing of a call as one that cannot be audited."""
    key = JobKey(centre.recording(call_id).recording_id, "transcribe", "i1")
    with sessions.begin() as session:
        held = jobs.claim(session, key, this_worker(), NOW)
        assert isinstance(held, Claim)
        jobs.fail(session, held, "录音是静音", "检查录音系统", NOW)


def reasons(sessions: Sessions) -> dict[str, DrawReason]:
    with sessions() as session:
        return {one.call_id: one.reason for one in sampled_of(session, MONTH)}


def test_a_sealed_seed_draws_the_month_and_the_plan_says_that_it_was_committed(sessions: Sessions) -> None:
    fixed = commit(sessions)
    assert fixed.seed is not None
    assert (fixed.committed_by, fixed.rule, fixed.quota_per_operator) == ("李 四", RULE, 6)
    import_calls(sessions, *centre.many_calls(40))
    plan = draw_month(sessions, MONTH, None, None, NOW)
    assert (plan.seed, plan.quota_per_operator, len(plan.calls)) == (fixed.seed, 6, 12)
    assert plan.commitment == fixed
    assert draw_month(sessions, MONTH, None, None, LATER) == plan, "the same draw again is no error"
    with sessions() as session:
        assert first_difference(stored_record(session, MONTH)) is None


def test_what_is_published_changes_with_all_that_was_fixed() -> None:
    fixed = Commitment(MONTH, SHA256, 6, RULE, "李四", BEFORE)
    others = (
        replace(fixed, month="2026-11"),
        replace(fixed, seed_sha256="0" * 64),
        replace(fixed, quota_per_operator=7),
        replace(fixed, rule="x"),
    )
    assert len({one.sha256 for one in (fixed, *others)}) == 5
    by_hand = hashlib.sha256(f"{MONTH}\n{SHA256}\n6\n{RULE}".encode()).hexdigest()
    assert fixed.sha256 == by_hand


def test_a_seed_that_is_held_outside_must_be_the_one(sessions: Sessions) -> None:
    assert commit(sessions, outside=SHA256.upper()).seed is None
    import_calls(sessions, *centre.many_calls(40))
    for seed, said in ((None, "held outside"), ("a better one", "the one given is another")):
        with pytest.raises(UserError, match=said):
            draw_month(sessions, MONTH, None, seed, NOW)
    assert draw_month(sessions, MONTH, None, SEED, NOW).seed == SEED


def test_a_quota_that_was_committed_cannot_be_chosen_later(sessions: Sessions) -> None:
    commit(sessions)
    import_calls(sessions, *centre.many_calls(40))
    with pytest.raises(UserError, match="with 6 calls each, not 5"):
        draw_month(sessions, MONTH, 5, None, NOW)
    assert draw_month(sessions, MONTH, 6, None, NOW).quota_per_operator == 6


def test_a_rule_that_was_committed_cannot_be_chosen_later(sessions: Sessions) -> None:
    with sessions.begin() as session:
        save_commitment(session, Commitment(MONTH, SHA256, 6, "an older rule", "李四", BEFORE))
    import_calls(sessions, *centre.many_calls(40))
    with pytest.raises(UserError, match="by another rule: an older rule"):
        draw_month(sessions, MONTH, None, SEED, NOW)


def test_a_commitment_after_the_month_is_worth_nothing_and_is_refused(stored: Sessions) -> None:
    with pytest.raises(UserError, match="worth nothing") as caught:
        commit(stored, now=NOW)
    assert "2026-11 or a later month" in caught.value.hint
    with stored() as session:
        assert commitment_of(session, MONTH) is None


def test_a_month_is_committed_once_and_not_after_it_was_drawn(sessions: Sessions) -> None:
    fixed = commit(sessions)
    with pytest.raises(UserError, match="committed by 李 四 on 2026-09-28 17:30") as caught:
        commit(sessions, now=BEFORE + timedelta(days=1))
    assert fixed.sha256 in caught.value.hint
    import_calls(sessions, *centre.many_calls(40))
    draw_month(sessions, MONTH, None, None, NOW)
    with pytest.raises(UserError, match="drawn on 2026-11-01 09:30"):
        commit(sessions)


def test_a_clock_that_was_turned_back_commits_nothing(stored: Sessions) -> None:
    with pytest.raises(UserError, match="something was imported at 2026-11-01 09:30, which is after now"):
        commit(stored)


def test_a_draw_that_is_stamped_before_its_commitment_is_refused(sessions: Sessions) -> None:
    commit(sessions, now=datetime(2026, 10, 5, 12))
    import_calls(sessions, centre.call(started_at=datetime(2026, 10, 1, 8)))
    with pytest.raises(UserError, match=r"committed by 李 四 on 2026-10-05 12:00, which is after now"):
        draw_month(sessions, MONTH, None, None, datetime(2026, 10, 4, 12), early=True)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"by": "  "}, "nobody is named"),
        ({"quota": 0}, "quota 0"),
        ({"outside": "abc"}, "'abc' is no SHA-256"),
    ],
)
def test_a_commitment_that_says_nothing_is_refused(sessions: Sessions, changes: dict[str, object], said: str) -> None:
    with pytest.raises(UserError, match=said):
        commit(sessions, **changes)  # type: ignore[arg-type]


def test_without_a_commitment_a_month_is_drawn_and_the_plan_says_so(stored: Sessions) -> None:
    plan = draw_month(stored, MONTH, None, None, NOW, usual_quota=3)
    assert (plan.commitment, plan.quota_per_operator) == (None, 3)
    assert len(plan.seed) == 32


def test_a_quota_of_nothing_and_calls_of_the_future_are_refused(stored: Sessions) -> None:
    with pytest.raises(UserError, match="quota 0"):
        draw_month(stored, MONTH, 0, "seed", NOW)
    import_calls(stored, centre.call("F1", started_at=datetime(2026, 10, 31, 23)))
    with pytest.raises(UserError, match="call F1 starts at 2026-10-31 23:00, which is after now"):
        draw_month(stored, MONTH, 3, "seed", datetime(2026, 10, 31, 22), early=True)


def test_a_month_that_could_never_be_settled_is_not_drawn(stored: Sessions) -> None:
    with stored.begin() as session:
        save_closing(session, "2026-11", [], "孙主管", LATER)
    with pytest.raises(UserError, match="2026-11 is settled: 2026-10 lies before it"):
        draw_month(stored, MONTH, 6, SEED, LATER)


def test_the_very_same_draw_is_no_error_when_a_later_month_is_settled(stored: Sessions) -> None:
    plan = draw_month(stored, MONTH, 6, SEED, NOW)
    with stored.begin() as session:
        save_closing(session, MONTH, [], "孙主管", LATER)
        save_closing(session, "2026-11", [], "孙主管", LATER)
    assert draw_month(stored, MONTH, 6, SEED, LATER) == plan


def test_a_shift_that_the_shift_plan_does_not_know_is_named(stored: Sessions) -> None:
    known = [ShiftDuty(datetime(2026, 10, 1).date(), shift, "1001") for shift in ("早班", "中班", "晚班")]
    with stored.begin() as session:
        centre.put(session, FileKind.SHIFT_PLAN, *known)
        centre.put(session, FileKind.CALL_LOG, centre.call("X1", shift="夜班"))
    with pytest.raises(UserError, match="1 calls of 2026-10 are of shift “夜班”"):
        draw_month(stored, MONTH, 3, "seed", NOW)


def test_what_was_drawn_from_is_kept_and_later_changes_of_the_log_are_found(stored: Sessions) -> None:
    draw_month(stored, MONTH, 3, "seed", NOW)
    import_calls(stored, centre.call("LATE"))
    with stored() as session:
        record = stored_record(session, MONTH)
        assert len(record.frame) == 40
        assert first_difference(record) is None
        assert changed_calls(session, record) == (None, 1)
    with stored.begin() as session:
        session.execute(text("UPDATE calls SET shift = '夜班' WHERE call_id = 'H003'"))
    with stored() as session:
        assert changed_calls(session, record) == ("通话 H003 的班次在抽样后由“中班”变为“夜班”", 0)
    gone = replace(record, frame=(record.frame[0]._replace(call_id="GONE"), *record.frame))
    with stored() as session:
        assert changed_calls(session, gone) == ("抽样时总体中的通话 GONE 已不在通话记录里", 0)


def test_a_month_that_was_not_drawn_has_no_record(stored: Sessions) -> None:
    with stored() as session, pytest.raises(UserError, match="were drawn yet"):
        stored_record(session, MONTH)


def test_calls_that_could_not_be_audited_give_way_to_the_next_in_rank(stored: Sessions) -> None:
    plan = draw_month(stored, MONTH, 6, "seed", NOW)
    gone = plan.calls[0].call_id
    fail(stored, gone)
    (would,) = replace_month(stored, MONTH, "张三", LATER, dry_run=True)
    assert gone in reasons(stored)
    assert reasons(stored)[gone] is DrawReason.RANDOM, "a dry run changes nothing"
    with stored() as session:
        before = revision(session)
    (made,) = replace_month(stored, MONTH, "张三", LATER)
    assert made == would
    assert (made.call_id, made.why) == (gone, "录音无法质检：录音是静音 (检查录音系统)")
    assert replace_month(stored, MONTH, "张三", LATER) == (), "nothing is replaced twice"
    with stored() as session:
        data = queries.month_data(session, MONTH)
        assert revision(session) != before, "pages must not show the month as it was"
        assert first_difference(stored_record(session, MONTH)) is None
    files = {file.call.call_id: file for file in data.files}
    assert data.plan is not None
    assert data.plan.calls == plan.calls, "the plan stays as it was drawn"
    assert files[gone].failure == f"已替换：{made.why}"
    assert {made.replacement_id: DrawReason.REPLACEMENT, gone: DrawReason.REPLACED}.items() <= reasons(stored).items()
    stepped_in = files[str(made.replacement_id)].sampled
    assert stepped_in is not None
    beside = [f.sampled for f in data.files if f.sampled is not None and f.sampled.stratum == made.stratum]
    assert {one.probability for one in beside if one.reason is not DrawReason.REPLACED} == {stepped_in.probability}
    assert stepped_in.probability > plan.calls[0].probability


def test_a_call_is_replaced_by_hand_with_a_reason_until_its_points_are_known(stored: Sessions) -> None:
    plan = draw_month(stored, MONTH, 6, "seed", NOW)
    first, second = plan.calls[0].call_id, plan.calls[1].call_id
    other = next(one.call_id for one in centre.many_calls(40) if one.call_id not in {c.call_id for c in plan.calls})
    with pytest.raises(UserError, match=f"no reason is given why call {first}"):
        replace_month(stored, MONTH, "张三", LATER, {first: "  "})
    for stranger in (other, "H404"):
        with pytest.raises(UserError, match=f"call {stranger} is not in the sample"):
            replace_month(stored, MONTH, "张三", LATER, {stranger: "串线"})
    with stored.begin() as session:
        one = next(call for call in centre.many_calls(40) if call.call_id == second)
        centre.heard_before(session, one, 20.0, speech_hash="again")
    with pytest.raises(UserError, match=f"call {second} was audited already"):
        replace_month(stored, MONTH, "张三", LATER, {second: "串线"})
    (made,) = replace_month(stored, MONTH, "张三", LATER, {first: " 串线 "})
    assert (made.why, made.replaced_by, made.replaced_at) == ("串线", "张三", LATER)


def test_a_stratum_without_more_calls_is_short(sessions: Sessions) -> None:
    import_calls(sessions, centre.call("H1"), centre.call("H2", shift="晚班"))
    draw_month(sessions, MONTH, 5, "seed", NOW)
    (made,) = replace_month(sessions, MONTH, "张三", LATER, {"H1": "串线"})
    assert made.replacement_id is None
    assert reasons(sessions) == {"H1": DrawReason.REPLACED, "H2": DrawReason.RANDOM}


def test_calls_added_for_a_risk_are_kept_with_their_reasons_once_a_month(stored: Sessions) -> None:
    import_calls(stored, *(centre.call(f"B{n}", satisfaction=1) for n in range(30)))
    plan = draw_month(stored, MONTH, 6, "seed", NOW)
    would = supplement_month(stored, MONTH, 2, "张三", LATER, dry_run=True)
    assert set(reasons(stored).values()) == {DrawReason.RANDOM}
    chosen = supplement_month(stored, MONTH, 2, "张三", LATER)
    assert would == chosen
    assert len(chosen.calls) == 2
    assert not {one.call_id for one in chosen.calls} & {one.call_id for one in plan.calls}
    assert all("满意度 1 分" in one.reasons[0] for one in chosen.calls)
    assert [reasons(stored)[one.call_id] for one in chosen.calls] == [DrawReason.RISK] * 2
    assert supplement_month(stored, MONTH, 2, "张三", LATER + timedelta(days=1)).calls == chosen.calls
    with stored() as session:
        kept = queries.plan_of(session, MONTH)
    assert kept is not None
    assert kept.supplement == chosen
    assert kept.calls == plan.calls
    with pytest.raises(UserError, match="chosen by 张三 on 2026-11-02"):
        supplement_month(stored, MONTH, 3, "李四", LATER)


def test_a_risk_call_whose_rank_is_reached_counts_from_then_on(sessions: Sessions) -> None:
    import_calls(sessions, *(centre.call(f"B{n}", satisfaction=1) for n in range(3)))
    (drawn,) = draw_month(sessions, MONTH, 1, "seed", NOW).calls
    supplement_month(sessions, MONTH, 9, "张三", LATER)
    (made,) = replace_month(sessions, MONTH, "张三", LATER, {drawn.call_id: "串线"})
    found = reasons(sessions)
    assert found[str(made.replacement_id)] is DrawReason.REPLACEMENT
    assert sorted(found.values()) == sorted([DrawReason.REPLACED, DrawReason.REPLACEMENT, DrawReason.RISK])


def test_nothing_becomes_of_a_draw_before_it_is_made_or_after_its_month_is_closed(stored: Sessions) -> None:
    with pytest.raises(UserError, match="were drawn yet"):
        replace_month(stored, MONTH, "张三", NOW)
    plan = draw_month(stored, MONTH, 6, "seed", NOW)
    for by, now, said in ((" ", LATER, "nobody is named"), ("张三", BEFORE, "which is after now")):
        with pytest.raises(UserError, match=said):
            supplement_month(stored, MONTH, 2, by, now)
    with pytest.raises(UserError, match="budget 0"):
        supplement_month(stored, MONTH, 0, "张三", LATER)
    with stored.begin() as session:
        queries.save_closing(session, MONTH, [], "王五", LATER)
    with pytest.raises(Conflict, match="closed by 王五"):
        replace_month(stored, MONTH, "张三", LATER, {plan.calls[0].call_id: "串线"})
    with pytest.raises(Conflict, match="closed by 王五"):
        supplement_month(stored, MONTH, 2, "张三", LATER)


def test_the_database_itself_keeps_commitments_replacements_and_supplements(stored: Sessions) -> None:
    with stored.begin() as session:
        save_commitment(session, Commitment(MONTH, SHA256, 6, RULE, "李四", BEFORE, SEED))
    plan = draw_month(stored, MONTH, None, None, NOW)
    replace_month(stored, MONTH, "张三", LATER, {plan.calls[0].call_id: "串线"})
    supplement_month(stored, MONTH, 2, "张三", LATER)
    for change in (
        update(CommitmentRow).values(quota_per_operator=7),
        delete(CommitmentRow),
        update(ReplacementRow).values(why="x"),
        delete(SupplementRow),
    ):
        with pytest.raises(DBAPIError, match="append-only"), stored.begin() as session:
            session.execute(change)
