"""声音里的微笑: a shortlist by team, a vote in which nobody knows whose call it is, and its result."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from qa_pipeline.errors import Conflict, NotFound, UserError
from qa_pipeline.models.accounts import Account
from qa_pipeline.models.clips import ClipStep, ClipWord
from qa_pipeline.models.contest import ContestDraft, ContestFile, ContestState
from qa_pipeline.store.queries.accounts import account_by_login
from qa_pipeline.store.queries.clips import add_clip_word
from qa_pipeline.store.queries.contest import (
    ExemplaryCall,
    contest_file,
    contest_lines,
    contests_invited_to,
    contests_to_vote,
)
from qa_pipeline.store.queries.passages import unread
from qa_pipeline.training.contest import opening
from qa_pipeline.training.contest.opening import (
    choose_clip,
    clips_for,
    months_of,
    open_contest,
    open_voting,
    remove_entry,
    restore_entry,
    shortlist,
)
from qa_pipeline.training.contest.voting import (
    close_contest,
    placed,
    seen_by,
    token_of,
    vote,
    whole_ballots,
)
from qa_pipeline.training.finding.keeping import finder_stamp
from tests.e2e.month import CLEAN, MAIN
from tests.voted import NOW, add_examples, add_voters, approved_clip

DRAFT = ContestDraft("十月声音里的微笑", "2026-10", 1)
UNTIL = date(2026, 11, 27)
SEED = "5eed" * 16


def account(session, login: str) -> Account:
    found = account_by_login(session, login)
    assert found is not None
    return found[0]


@pytest.fixture
def contest(session) -> ContestFile:
    """A contest with one call of each team, and a clip of either chosen."""
    add_examples(session)
    trainer = account(session, "trainer")
    file = open_contest(session, DRAFT, trainer, SEED, NOW)
    for entry in file.entries:
        clip_id = approved_clip(session, entry.call_id)
        file = choose_clip(session, file.contest.contest_id, entry.entry_id, clip_id, trainer, NOW)
    return file


@pytest.fixture
def voters(session) -> list[Account]:
    return add_voters(session)


def opened(session, contest: ContestFile, voters: list[Account]) -> ContestFile:
    ids = [one.account_id for one in voters]
    return open_voting(session, contest.contest.contest_id, UNTIL, ids, account(session, "trainer"), NOW)


def give(session, file: ContestFile, who: Account, *marks: int) -> ContestFile:
    """Give each entry that a voter hears the same marks thrice, in the order of entries."""
    order = {token_of(file.contest, who.account_id, e.entry_id): e.entry_id for e in file.standing}
    mine = sorted((one.token for one in seen_by(file, who.account_id)), key=lambda token: order[token])
    given = {token: (mark, mark, mark) for token, mark in zip(mine, marks, strict=True)}
    return vote(session, file.contest.contest_id, who, given, NOW)


def test_the_best_call_of_each_team_is_listed_one_of_an_operator(contest: ContestFile) -> None:
    assert [(e.team, e.operator_id, e.call_id) for e in contest.entries] == [
        ("一组", "1001", CLEAN),
        ("二组", "1003", MAIN),
    ]
    assert contest.state is ContestState.SHORTLISTED


def test_a_call_of_a_caller_who_is_to_be_kept_secret_is_not_listed(session) -> None:
    add_examples(session)
    session.execute(
        text("INSERT INTO work_orders (order_id, revision, call_id, fields, recorded_at) VALUES ('G1', 1, :c, :f, :n)"),
        {"c": CLEAN, "f": '{"是否保密":"是"}', "n": str(NOW)},
    )
    file = open_contest(session, DRAFT, account(session, "trainer"), SEED, NOW)
    assert [e.call_id for e in file.entries if e.team == "一组"] == ["H261005-001"]


def test_more_of_a_team_are_more_operators_and_chance_decides_between_equals() -> None:
    calls = [ExemplaryCall(f"C{n}", f"100{n % 4}", "", "一组", 0.5, ()) for n in range(12)]
    found = {shortlist(calls, 3, seed) for seed in ("a", "b", "c", "d", "e")}
    assert all(len({call.operator_id for call in one}) == 3 for one in found)
    assert len(found) > 1


@given(
    st.lists(st.tuples(st.integers(1, 5), st.integers(1, 3), st.floats(0, 1)), max_size=30),
    st.integers(1, 4),
    st.text(),
)
def test_a_shortlist_is_the_same_in_whatever_order_calls_come(calls, per_team: int, seed: str) -> None:
    found = [ExemplaryCall(f"C{n}", f"{who}", "", f"{who % 2}组", value, ()) for n, (who, _, value) in enumerate(calls)]
    one = shortlist(found, per_team, seed)
    assert one == shortlist(found[::-1], per_team, seed)
    assert len({call.operator_id for call in one}) == len(one)
    assert all(sum(call.team == other.team for other in one) <= per_team for call in one)
    for call in one:
        assert call.value == max(other.value for other in found if other.operator_id == call.operator_id)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"title": ""}, "没有写明名称"),
        ({"period": "十月"}, "不是月份或季度"),
        ({"per_team": 0}, "每组 0 通"),
        ({"period": "2026-09"}, "没有可作示范的通话"),
    ],
)
def test_a_contest_that_cannot_be_is_refused(session, changes, words: str) -> None:
    add_examples(session)
    with pytest.raises(UserError, match=words):
        open_contest(session, replace(DRAFT, **changes), account(session, "trainer"), SEED, NOW)


def test_a_contest_looks_through_the_few_calls_that_are_left(session) -> None:
    add_examples(session)
    session.execute(text("DELETE FROM training_calls WHERE call_id = 'H261005-001'"))
    assert open_contest(session, DRAFT, account(session, "trainer"), SEED, NOW).entries
    assert unread(session, finder_stamp(), "2026-10") == ()


def test_a_contest_waits_until_the_worker_has_looked_through_many_calls(session, monkeypatch) -> None:
    add_examples(session)
    session.execute(text("DELETE FROM training_calls WHERE call_id = 'H261005-001'"))
    monkeypatch.setattr(opening, "LOOKED_THROUGH", 0)
    with pytest.raises(UserError, match="2026-10 还有 1 通没有查找过片段"):
        open_contest(session, DRAFT, account(session, "trainer"), SEED, NOW)


def test_a_quarter_is_three_months() -> None:
    assert months_of("2026-Q4") == ("2026-10", "2026-11", "2026-12")
    assert months_of("2026-Q1") == ("2026-01", "2026-02", "2026-03")


def test_a_person_takes_a_call_off_with_a_reason_and_it_can_be_put_back(session, contest: ContestFile) -> None:
    number, entry = contest.contest.contest_id, contest.entries[0].entry_id
    supervisor = account(session, "supervisor")
    with pytest.raises(UserError, match="没有写明理由"):
        remove_entry(session, number, entry, "", supervisor, NOW)
    file = remove_entry(session, number, entry, "办理结果仍有争议", supervisor, NOW)
    assert [e.entry_id for e in file.standing] == [contest.entries[1].entry_id]
    assert file.removed[entry].by == "主管丁"
    with pytest.raises(Conflict, match="已被 主管丁 移出"):
        remove_entry(session, number, entry, "再来", supervisor, NOW)
    file = restore_entry(session, number, entry, "已核实", supervisor, NOW)
    assert len(file.standing) == 2
    with pytest.raises(Conflict, match="在名单上"):
        restore_entry(session, number, entry, "再来", supervisor, NOW)
    with pytest.raises(NotFound):
        remove_entry(session, number, 999_999, "没有", supervisor, NOW)


def test_only_an_approved_clip_of_the_very_call_is_heard(session, contest: ContestFile) -> None:
    number, (first, second) = contest.contest.contest_id, contest.entries
    trainer = account(session, "trainer")
    with pytest.raises(UserError, match=f"不是 {first.call_id} 的"):
        choose_clip(session, number, first.entry_id, contest.heard_as[second.entry_id], trainer, NOW)
    unheard = approved_clip(session, first.call_id, approved=False)
    with pytest.raises(Conflict, match="还没有人审听批准"):
        choose_clip(session, number, first.entry_id, unheard, trainer, NOW)
    offered = clips_for(session, contest.entries)
    assert [file.clip.clip_id for file in offered[first.entry_id]] == [contest.heard_as[first.entry_id]]
    same = choose_clip(session, number, first.entry_id, contest.heard_as[first.entry_id], trainer, NOW)
    assert same.words == contest.words


def test_the_vote_is_not_opened_on_what_cannot_be_heard_or_by_who_knows_whose_it_is(session, contest, voters) -> None:
    number, ids = contest.contest.contest_id, [one.account_id for one in voters]
    trainer = account(session, "trainer")

    def refused(words: str, kind=UserError, until=UNTIL, members=ids) -> None:
        with pytest.raises(kind, match=words):
            open_voting(session, number, until, members, trainer, NOW)

    refused("已经过去", until=date(2026, 11, 19))
    refused("选了 2 名投票人", members=ids[:2])
    refused("培训师戊整理过名单", members=[*ids, trainer.account_id])
    refused("管理员己不能投票", members=[*ids, account(session, "administrator").account_id])
    clip_id = contest.heard_as[contest.entries[0].entry_id]
    add_clip_word(session, ClipWord(clip_id, 1, ClipStep.WITHDRAWN, "主管丁", "听出了姓名", NOW))
    refused("已撤回", Conflict)
    remove_entry(session, number, contest.entries[0].entry_id, "剪辑撤回", trainer, NOW)
    refused("名单上只有 1 通")


def test_an_entry_without_a_clip_keeps_the_vote_shut(session, voters) -> None:
    add_examples(session)
    file = open_contest(session, DRAFT, account(session, "trainer"), SEED, NOW)
    with pytest.raises(UserError, match=f"还没有选定剪辑：{CLEAN}、{MAIN}"):
        opened(session, file, voters)


def test_a_voter_sees_neither_their_own_call_nor_anything_that_tells_whose_it_is(session, contest, voters) -> None:
    file = opened(session, contest, voters)
    everybody = seen_by(file, voters[0].account_id)
    assert [one.number for one in everybody] == [1, 2]
    own = next(v for v in voters if v.operator_id == "1001")
    mine = seen_by(file, own.account_id)
    assert [one.clip_id for one in mine] == [file.heard_as[file.entries[1].entry_id]]
    tokens = {one.token for v in voters for one in seen_by(file, v.account_id)}
    assert len(tokens) == 3 * 2 + 2  # every voter's are their own
    foreign = token_of(file.contest, own.account_id, file.entries[0].entry_id)
    with pytest.raises(NotFound, match="不在您要评的之内"):
        vote(session, file.contest.contest_id, own, {foreign: (5, 5, 5)}, NOW)
    with pytest.raises(NotFound, match="评比的投票人之内"):
        vote(session, file.contest.contest_id, account(session, "reviewer"), {}, NOW)


def test_voters_hear_the_entries_in_orders_of_their_own(session, contest, voters) -> None:
    file = opened(session, contest, voters)
    many = replace(
        file,
        entries=tuple(replace(file.entries[0], entry_id=n) for n in range(8)),
        words=tuple(replace(file.words[0], entry_id=n) for n in range(8)),
        voters=tuple(replace(file.voters[0], account_id=n) for n in range(6)),
    )
    orders = set()
    for n in range(6):
        by_token = {token_of(many.contest, n, entry): entry for entry in range(8)}
        orders.add(tuple(by_token[one.token] for one in seen_by(many, n)))
    assert len(orders) == 6


def test_marks_can_be_changed_until_the_last_day_and_only_the_latest_count(session, contest, voters) -> None:
    file = opened(session, contest, voters)
    first = voters[0]
    give(session, file, first, 2, 3)
    file = give(session, file, first, 2, 5)
    assert sorted(ballot.tone for ballot in file.ballots) == [2, 5]
    assert session.scalar(text("SELECT count(*) FROM contest_ballots")) == 3  # the one that stayed is not written again
    token = seen_by(file, first.account_id)[0].token
    with pytest.raises(UserError, match="1 至 5"):
        vote(session, file.contest.contest_id, first, {token: (5, 6, 5)}, NOW)
    late = datetime.combine(UNTIL + timedelta(days=1), NOW.time())
    with pytest.raises(Conflict, match="投票已于 2026-11-27 截止"):
        vote(session, file.contest.contest_id, first, {token: (5, 5, 5)}, late)


def test_the_result_is_seen_by_nobody_before_the_contest_is_closed(session, contest, voters) -> None:
    file = opened(session, contest, voters)
    number = file.contest.contest_id
    for who, marks in zip(voters, ((5, 3), (4, 3), (4, 4), (2,), (5,)), strict=True):
        file = give(session, file, who, *marks)
    assert whole_ballots(file) == 5
    with pytest.raises(Conflict, match="还没有结束"):
        placed(file)
    with pytest.raises(UserError, match="由发起人或主管结束"):
        close_contest(session, number, account(session, "reviewer"), "够了", NOW)
    file = close_contest(session, number, account(session, "supervisor"), "全部投完", NOW)
    found = placed(file)
    assert [(one.entry.call_id, one.result.place, one.result.n) for one in found] == [(CLEAN, 1, 4), (MAIN, 2, 4)]
    assert str(found[0].result.mean) == "4.50"
    for again in (
        lambda: close_contest(session, number, account(session, "supervisor"), "再", NOW),
        lambda: give(session, file, voters[0], 1, 1),
    ):
        with pytest.raises(Conflict, match="已"):
            again()


def test_a_contest_is_not_closed_before_anybody_could_vote(session, contest: ContestFile) -> None:
    with pytest.raises(UserError, match="还没有投票"):
        close_contest(session, contest.contest.contest_id, account(session, "trainer"), "算了", NOW)


def test_lists_say_how_far_contests_are_and_what_waits_for_whom(session, contest, voters) -> None:
    file = opened(session, contest, voters)
    give(session, file, voters[0], 4, 4)
    (line,), total = contest_lines(session, 10, 0)
    assert (total, line.entries, line.voters, line.voted, line.until) == (1, 2, 5, 1, UNTIL)
    who = voters[0].account_id
    assert [c.contest_id for c in contests_to_vote(session, who, UNTIL)] == [file.contest.contest_id]
    assert contests_to_vote(session, who, UNTIL + timedelta(days=1)) == ()
    close_contest(session, file.contest.contest_id, account(session, "trainer"), "全部投完", NOW)
    assert contests_to_vote(session, who, UNTIL) == ()
    assert [c.title for c in contests_invited_to(session, who)] == [DRAFT.title]
    assert contest_file(session, file.contest.contest_id).state is ContestState.CLOSED
    with pytest.raises(NotFound):
        contest_file(session, 999_999)
