"""Training records and the contest on both databases: kept as given, entered once however many enter at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from pathlib import Path

import pytest
from sqlalchemy import delete, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, sessionmaker

from qa_pipeline.errors import Conflict, QaError, TransientError
from qa_pipeline.models.accounts import Account
from qa_pipeline.models.contest import ContestDraft
from qa_pipeline.models.training_records import Presence, Seen, SessionDraft, SessionKind
from qa_pipeline.store.queries.accounts import account_by_login
from qa_pipeline.store.queries.contest import contest_file
from qa_pipeline.store.queries.training_records import SessionsWanted, training_file, training_lines, training_of
from qa_pipeline.store.schema import AttendanceRow, BallotRow, TrainingSessionRow
from qa_pipeline.supervision.workdays import Workdays
from qa_pipeline.training.contest.opening import choose_clip, open_contest, open_voting
from qa_pipeline.training.contest.voting import close_contest, placed, seen_by, vote
from qa_pipeline.training.records.effects import effect_of
from qa_pipeline.training.records.keeping import enter_session, record_attendance
from qa_pipeline.training.records.standing import standing
from scoring.training_effect import Verdict
from tests.e2e.month import fill
from tests.trained import KNOWN, fill_training
from tests.voted import NOW, add_examples, add_voters, approved_clip

DRAFT = SessionDraft(SessionKind.TEAM, date(2026, 11, 18), "先安抚后办理", "戊", 60, "一组", ("A4",))
Store = sessionmaker[Session]


@pytest.fixture
def centre(sessions: Store, tmp_path: Path) -> Store:
    fill(sessions, tmp_path)
    return sessions


def test_what_is_recorded_and_what_it_changed_are_the_same_on_both_databases(centre: Store) -> None:
    with centre.begin() as session:
        number = fill_training(session)
    with centre() as session:
        assert effect_of(session, number, 8, date(2026, 11, 1)).effect.verdict is Verdict.BETTER
        lines, total = training_lines(session, SessionsWanted(month="2026-07"), 10, 0)
        assert (total, lines[0].counts) == (1, {Presence.PRESENT: 8})
        assert [f.session.session_id for f in training_of(session, "1001")] == [number]
        stands = standing(session, date(2026, 8, 20), Workdays().is_workday)
    assert stands.since == date(2026, 7, 15)
    assert len({one.operator.operator_id for one in stands.owing}) == 24


def test_a_session_that_two_enter_at_once_is_entered_once(centre: Store) -> None:
    def enter(_: int) -> str:
        try:
            with centre.begin() as session:
                enter_session(session, DRAFT, KNOWN, "戊", NOW)
        except (Conflict, TransientError) as refused:
            return type(refused).__name__
        return "entered"

    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(enter, range(4)))
    assert found.count("entered") == 1
    with centre() as session:
        assert training_lines(session, SessionsWanted(), 10, 0)[1] == 1


def test_attendance_that_two_say_at_once_is_one_word_and_a_correction(centre: Store) -> None:
    with centre.begin() as session:
        number = enter_session(session, DRAFT, KNOWN, "戊", NOW).session.session_id

    def say(presence: Presence) -> None:
        with centre.begin() as session:
            record_attendance(session, number, {"1001": Seen(presence, None, "事由")}, "同时登记", "戊", NOW)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(say, (Presence.ABSENT, Presence.EXCUSED)))
    with centre() as session:
        words = training_file(session, number).words
    assert [word.why for word in words] == ["", "同时登记"]


def test_what_was_said_cannot_be_changed_or_taken_away(centre: Store) -> None:
    with centre.begin() as session:
        number = enter_session(session, DRAFT, KNOWN, "戊", NOW).session.session_id
        record_attendance(session, number, {"1001": Seen(Presence.PRESENT)}, "", "戊", NOW)
    for change in (
        update(AttendanceRow).values(presence=Presence.ABSENT),
        delete(AttendanceRow),
        update(TrainingSessionRow).values(topic="别的"),
    ):
        with pytest.raises((DBAPIError, QaError), match="append-only"), centre.begin() as session:
            session.execute(change)


def test_a_vote_is_kept_once_for_each_voter_however_often_it_is_sent_at_once(centre: Store) -> None:
    def account(session: Session, login: str) -> Account:
        found = account_by_login(session, login)
        assert found is not None
        return found[0]

    with centre.begin() as session:
        add_examples(session)
        voters, trainer = add_voters(session), account(session, "trainer")
        file = open_contest(session, ContestDraft("十月", "2026-10", 2), trainer, "5eed", NOW)
        number = file.contest.contest_id
        for entry in file.entries:
            choose_clip(session, number, entry.entry_id, approved_clip(session, entry.call_id), trainer, NOW)
        open_voting(session, number, date(2026, 11, 27), [v.account_id for v in voters], trainer, NOW)

    def send(mark: int) -> None:
        with centre.begin() as session:
            tokens = [one.token for one in seen_by(contest_file(session, number), voters[0].account_id)]
            vote(session, number, voters[0], dict.fromkeys(tokens, (mark, mark, mark)), NOW)

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(send, (2, 2, 2)))
    with centre.begin() as session:
        ballots = contest_file(session, number).ballots
        assert {ballot.marks for ballot in ballots} == {(2, 2, 2)}
        assert session.query(BallotRow).count() == len(file.entries)
        close_contest(session, number, trainer, "投完", datetime(2026, 11, 28))
        assert {one.result.place for one in placed(contest_file(session, number))} == {1}
