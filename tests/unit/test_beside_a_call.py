"""Notes on calls and corrections of transcripts: taken once, never changed, and the findings stay as they were."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session, sessionmaker

from qa_pipeline.errors import Conflict, NotFound, UserError
from qa_pipeline.judging.again import check_again
from qa_pipeline.models import Role
from qa_pipeline.review import beside
from qa_pipeline.review.beside import correct, give_back, heard_in, note, unread
from qa_pipeline.settings import Settings
from qa_pipeline.store.queries.calls import call_file
from qa_pipeline.store.queries.month import save_closing
from qa_pipeline.store.queries.notes import hand_corrections, notes_of
from qa_pipeline.store.session import close_store
from tests.e2e.month import MAIN, MONTH, WAITING, seed

NOW = datetime(2026, 11, 2, 9, 0)
Store = sessionmaker[Session]


@pytest.fixture
def month(tmp_path: Path) -> Iterator[tuple[Settings, Store]]:
    settings, sessions = seed(tmp_path)
    yield settings, sessions
    close_store(sessions)


@pytest.fixture
def store(month: tuple[Settings, Store]) -> Store:
    return month[1]


def write(store: Store, words: str = "落户是五个工作日", role: Role = Role.OPERATOR, author: str = "甲", seen: int = 0):
    with store.begin() as session:
        return correct(session, MAIN, 2, words, role, author, seen, NOW)


def test_a_correction_stands_beside_what_was_recognised_and_changes_no_finding(store: Store) -> None:
    with store() as session:
        before = call_file(session, MAIN)
    made = write(store)
    with store() as session:
        after = call_file(session, MAIN)
        heard = heard_in(session, after)
    assert after == before
    assert heard is not None
    assert heard.transcript == before.transcript
    assert heard.corrections == unread(after, heard.corrections) == (made,)


def test_the_same_press_twice_is_one_correction(store: Store) -> None:
    assert write(store) == write(store)


def test_who_comes_second_is_told_and_nothing_is_written(store: Store) -> None:
    write(store)
    with pytest.raises(Conflict, match="甲刚刚更正过"):
        write(store, "落户是三个工作日内", author="乙")


def test_what_another_process_corrected_while_this_one_waited_for_the_month_is_seen(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    hold = beside.hold_month

    def waits(session: Session, month: str) -> None:
        monkeypatch.setattr(beside, "hold_month", hold)
        write(store)
        hold(session, month)

    monkeypatch.setattr(beside, "hold_month", waits)
    with pytest.raises(Conflict, match="甲刚刚更正过"):
        write(store, "落户是三个工作日内", author="乙")


def test_a_correction_can_be_corrected_by_who_has_seen_it(store: Store) -> None:
    first = write(store)
    second = write(store, "落户是五个工作日，带户口簿", author="乙", seen=first.correction_id)
    assert second.correction_id > first.correction_id


def test_giving_back_is_one_more_entry(store: Store) -> None:
    first = write(store)
    with store.begin() as session:
        give_back(session, MAIN, 2, "乙", first.correction_id, NOW)
    with store() as session:
        file = call_file(session, MAIN)
        heard = heard_in(session, file)
    assert heard is not None
    assert [one.author for one in heard.corrections] == ["甲", "乙"]
    assert heard.corrections[-1].text == heard.transcript.utterances[2].text


@pytest.mark.parametrize(("words", "told"), [("，。", "没有写字"), ("好" * 1_001, "超过 1000 个字")])
def test_an_utterance_is_neither_emptied_nor_made_endless(store: Store, words: str, told: str) -> None:
    with pytest.raises(UserError, match=told):
        write(store, words)


def test_nothing_changed_is_no_correction(store: Store) -> None:
    with store() as session:
        said = call_file(session, MAIN).transcript.utterances[2]
    with pytest.raises(UserError, match="没有改动"):
        write(store, said.text, said.role)


def test_who_speaks_is_corrected_alone(store: Store) -> None:
    with store() as session:
        said = call_file(session, MAIN).transcript.utterances[2]
    assert write(store, said.text, Role.CALLER).role is Role.CALLER


def test_a_closed_month_is_not_corrected_nor_checked_again(month: tuple[Settings, Store]) -> None:
    settings, store = month
    write(store)
    with store.begin() as session:
        save_closing(session, MONTH, (), "主管", NOW)
    with pytest.raises(Conflict, match="已结账"):
        write(store, "别的话", seen=1)
    with pytest.raises(Conflict, match="已结账"):
        check_again(store, settings, MAIN, NOW)


def test_a_call_that_nobody_corrected_keeps_its_audit(month: tuple[Settings, Store]) -> None:
    with month[1]() as session:
        before = call_file(session, MAIN).audit
    assert check_again(month[1], month[0], MAIN, NOW) == before


def test_what_was_not_heard_cannot_be_corrected(month: tuple[Settings, Store]) -> None:
    settings, store = month
    with store.begin() as session, pytest.raises(NotFound):
        correct(session, WAITING, 0, "您好", Role.OPERATOR, "甲", 0, NOW)
    with store.begin() as session, pytest.raises(NotFound):
        correct(session, MAIN, 99, "您好", Role.OPERATOR, "甲", 0, NOW)
    with pytest.raises(NotFound):
        check_again(store, settings, WAITING, NOW)


def test_a_note_is_written_once(store: Store) -> None:
    with store.begin() as session:
        first = note(session, MAIN, " 背景有人说话 ", "甲", NOW)
        assert note(session, MAIN, "背景有人说话", "甲", NOW) == first
        note(session, MAIN, "背景有人说话", "乙", NOW)
        assert [(one.author, one.text) for one in notes_of(session, MAIN)] == [
            ("甲", "背景有人说话"),
            ("乙", "背景有人说话"),
        ]


@pytest.mark.parametrize(("words", "told"), [("  ", "是空的"), ("好" * 1_001, "超过 1000 个字")])
def test_a_note_is_neither_empty_nor_endless(store: Store, words: str, told: str) -> None:
    with store.begin() as session, pytest.raises(UserError, match=told):
        note(session, MAIN, words, "甲", NOW)


@pytest.mark.parametrize("table", ["call_notes", "hand_corrections"])
def test_what_was_written_cannot_be_changed(store: Store, table: str) -> None:
    write(store)
    with store.begin() as session:
        note(session, MAIN, "背景有人说话", "甲", NOW)
    with pytest.raises(DatabaseError, match="append-only"), store.begin() as session:
        session.execute(text(f"UPDATE {table} SET author = '乙'"))  # a name of ours
    with store() as session:
        assert hand_corrections(session, MAIN, "1" * 64)[0].author == "甲"
