"""Several people score the same calls, blind until all have finished; nothing is paid by it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import pytest
from sqlalchemy import delete, select
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session, sessionmaker

from qa_pipeline.calibration import sessions
from qa_pipeline.calibration.opening import MAX_CALLS, open_session
from qa_pipeline.calibration.sessions import (
    Said,
    close_session,
    finish,
    items_of,
    remark,
    score_call,
    shown,
    unscored,
    words_of,
)
from qa_pipeline.errors import Conflict, NotFound, UserError
from qa_pipeline.models.accounts import Account
from qa_pipeline.models.calibration import CalibrationDraft, CalibrationFile, Score
from qa_pipeline.store.queries.calibration import calibration_file, calibration_lines, calibrations_waiting
from qa_pipeline.store.queries.calls import call_file
from qa_pipeline.store.schema import CalibrationWordRow
from scoring.scorecard import default_scorecard
from tests.e2e.month import CLEAN, MAIN, WAITING

NOW = datetime(2026, 11, 3, 9, 0)
CARD = default_scorecard()
ITEMS = items_of(CARD)
CLEAR = {item: Said(Score.NONE) for item in ITEMS}
RUDE = {**CLEAR, "A6": Said(Score.FAULT, 2, "“你自己看着办”")}
People = dict[str, Account]
Store = sessionmaker[Session]


def draft(people: People, *logins: str, calls: tuple[str, ...] = (MAIN,), reference: str = "") -> CalibrationDraft:
    chosen = logins or ("reviewer", "reviewer2")
    return CalibrationDraft(
        "十一月校准",
        date(2026, 11, 10),
        calls,
        tuple(people[login].account_id for login in chosen),
        people[reference].account_id if reference else None,
    )


def opened(store: Store, people: People, *logins: str, **more) -> CalibrationFile:
    with store.begin() as session:
        return open_session(session, draft(people, *logins, **more), people["reviewer"], NOW)


def score(store: Store, file: CalibrationFile, who: Account, said=CLEAR, call_id: str = MAIN) -> CalibrationFile:
    with store.begin() as session:
        return score_call(session, file.session.session_id, call_id, who, said, CARD, NOW)


def hand_in(store: Store, file: CalibrationFile, who: Account) -> CalibrationFile:
    with store.begin() as session:
        return finish(session, file.session.session_id, who, CARD, NOW)


def test_a_session_keeps_its_calls_with_the_audits_of_then_and_its_people(store: Store, people: People) -> None:
    file = opened(store, people, calls=(MAIN, CLEAN, MAIN))
    assert [call.call_id for call in file.calls] == [MAIN, CLEAN]
    with store() as session:
        assert file.calls[0].audit_id == call_file(session, MAIN).audit.audit_id  # type: ignore[union-attr]
        lines, total = calibration_lines(session, 1, 0)
        waiting = calibrations_waiting(session, people["reviewer2"].account_id)
    assert [member.name for member in file.members] == ["质检员乙", "质检员甲"]
    assert (lines[0].session, lines[0].calls, lines[0].members, lines[0].finished) == (file.session, 2, 2, 0)
    assert total >= 1
    assert file.session in waiting


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"title": " "}, "没有写明名称"),
        ({"title": "字" * 65}, "超过 64 个字"),
        ({"due_on": date(2026, 11, 2)}, "已经过去"),
        ({"members": ()}, "选 2 至"),
        ({"members": (999, 998)}, "选 2 至"),
        ({"calls": ()}, "选 1 至"),
        ({"calls": tuple(f"H{n}" for n in range(MAX_CALLS + 1))}, "选 1 至"),
        ({"calls": (WAITING,)}, "尚未质检"),
        ({"reference": 999}, "没有参加"),
    ],
)
def test_a_session_that_would_tell_nothing_is_refused(store: Store, people: People, change, words: str) -> None:
    with store.begin() as session, pytest.raises(UserError) as refused:
        open_session(session, replace(draft(people), **change), people["reviewer"], NOW)
    assert words in f"{refused.value.message} {refused.value.hint}"


def test_a_call_that_is_not_there_is_refused(store: Store, people: People) -> None:
    with store.begin() as session, pytest.raises(NotFound, match="没有通话 NOPE"):
        open_session(session, draft(people, calls=("NOPE",)), people["reviewer"], NOW)


def test_only_those_score_who_review_and_did_not_answer_the_call(store: Store, people: People) -> None:
    with store.begin() as session, pytest.raises(UserError, match="培训师戊不是质检员或主管"):
        open_session(session, draft(people, "reviewer", "trainer"), people["reviewer"], NOW)
    with store.begin() as session, pytest.raises(UserError, match=r"王海燕.*不是质检员"):
        open_session(session, draft(people, "reviewer", "operator3"), people["reviewer"], NOW)


def test_nobody_sees_anothers_words_before_all_have_finished(store: Store, people: People) -> None:
    one, other, outsider = people["reviewer"], people["reviewer2"], people["supervisor"]
    file = opened(store, people)
    score(store, file, one, RUDE)
    file = score(store, file, other, CLEAR)
    file = hand_in(store, file, one)
    assert not file.revealed
    assert {w.account_id for w in shown(file, one.account_id).words} == {one.account_id}
    assert {w.account_id for w in shown(file, other.account_id).words} == {other.account_id}
    assert shown(file, outsider.account_id).words == ()
    with store.begin() as session, pytest.raises(UserError, match="还有人没有评完"):
        remark(session, file.session.session_id, one, "急着说", NOW)
    file = hand_in(store, file, other)
    assert file.revealed
    assert shown(file, outsider.account_id) == file
    with store() as session:
        assert file.session not in calibrations_waiting(session, one.account_id)


def test_who_has_handed_in_changes_nothing_any_more(store: Store, people: People) -> None:
    file = opened(store, people)
    score(store, file, people["reviewer"])
    hand_in(store, file, people["reviewer"])
    with pytest.raises(Conflict, match="您已于"):
        score(store, file, people["reviewer"], RUDE)
    with pytest.raises(Conflict, match="您已于"):
        hand_in(store, file, people["reviewer"])


def test_words_are_not_changed_where_another_process_takes_the_last_one_at_the_same_moment(
    store: Store, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, hold = opened(store, people, "reviewer", "supervisor"), sessions.hold_calibration
    score(store, file, people["reviewer"])

    def waits(session: Session, session_id: int) -> None:
        monkeypatch.setattr(sessions, "hold_calibration", hold)
        hand_in(store, file, people["reviewer"])
        hold(session, session_id)

    monkeypatch.setattr(sessions, "hold_calibration", waits)
    with pytest.raises(Conflict, match="不能再改"):
        score(store, file, people["reviewer"], {"A1": Said(Score.FAULT, 1, "没有问候")})


def test_nothing_is_handed_in_before_every_item_of_every_call_is_scored(store: Store, people: People) -> None:
    file = opened(store, people, calls=(MAIN, CLEAN))
    me = people["reviewer"]
    file = score(store, file, me, {item: said for item, said in CLEAR.items() if item != "C2"})
    assert unscored(file, me.account_id, MAIN, CARD) == ("C2",)
    with pytest.raises(UserError, match=rf"{MAIN}：C2；{CLEAN}：A1"):
        hand_in(store, file, me)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"ZZ": Said(Score.NONE)}, "没有 ZZ 这一项"),
        ({"A6": Said(Score.FAULT, 0, "有")}, "处数应在 1 至"),
        ({"A6": Said(Score.FAULT, 21, "有")}, "处数应在 1 至"),
        ({"A6": Said(Score.FAULT, 1, " ")}, "没有写明A6 的理由"),
        ({"A6": Said(Score.NONE, 0, "字" * 501)}, "超过 500 个字"),
    ],
)
def test_a_word_that_says_too_little_is_refused_and_nothing_of_the_call_is_kept(store, people, said, words) -> None:
    file = opened(store, people)
    with pytest.raises(UserError, match=words):
        score(store, file, people["reviewer"], {**CLEAR, **said})
    with store() as session:
        assert calibration_file(session, file.session.session_id).words == ()


def test_what_is_saved_again_unchanged_is_written_once_and_of_what_changed_the_latest_counts(store, people) -> None:
    file = opened(store, people)
    me = people["reviewer"]
    for said in (CLEAR, CLEAR, RUDE):
        file = score(store, file, me, said)
    with store() as session:
        rows = session.scalars(
            select(CalibrationWordRow).where(CalibrationWordRow.session_id == file.session.session_id)
        ).all()
    assert len(rows) == len(ITEMS) + 1
    word = words_of(file, me.account_id, MAIN)["A6"]
    assert (word.score, word.faults, word.reason) == (Score.FAULT, 2, "“你自己看着办”")


def test_strangers_neither_score_nor_find_a_call_that_is_not_in_the_session(store: Store, people: People) -> None:
    file = opened(store, people)
    with pytest.raises(UserError, match="没有参加"):
        score(store, file, people["reviewer3"])
    with pytest.raises(NotFound, match="没有通话"):
        score(store, file, people["reviewer"], call_id=CLEAN)
    with store() as session, pytest.raises(NotFound, match="没有 9999 号校准"):
        calibration_file(session, 9999)


def test_a_closed_session_takes_no_more_scores_and_what_was_said_is_compared(store: Store, people: People) -> None:
    file = opened(store, people)
    number = file.session.session_id
    score(store, file, people["reviewer"], RUDE)
    with store.begin() as session, pytest.raises(UserError, match="由发起人或主管"):
        close_session(session, number, people["reviewer2"], "到期", NOW)
    with store.begin() as session, pytest.raises(UserError, match="没有写明结束说明"):
        close_session(session, number, people["supervisor"], "", NOW)
    with store.begin() as session:
        closed = close_session(session, number, people["supervisor"], "到期，乙休假", NOW)
    assert closed.revealed
    with pytest.raises(Conflict, match="主管丁"):
        score(store, closed, people["reviewer2"])
    with store.begin() as session, pytest.raises(Conflict, match="结束"):
        close_session(session, number, people["reviewer"], "再结束", NOW)
    with store.begin() as session:
        remark(session, number, people["reviewer2"], "以后一律算禁语", NOW, MAIN, "A6")
    with store() as session:
        (note,) = calibration_file(session, number).remarks
    assert (note.text, note.by, note.call_id, note.item) == ("以后一律算禁语", "质检员乙", MAIN, "A6")


def test_calibration_changes_neither_decisions_nor_the_audit(store: Store, people: People) -> None:
    def of_pay() -> object:
        with store() as session:
            file = call_file(session, MAIN)
        return file.audit, file.decisions

    before = of_pay()
    file = opened(store, people)
    for login in ("reviewer", "reviewer2"):
        score(store, file, people[login], RUDE)
        hand_in(store, file, people[login])
    assert of_pay() == before


def test_words_once_said_can_be_neither_changed_nor_deleted(store: Store, people: People) -> None:
    file = score(store, opened(store, people), people["reviewer"])
    gone = delete(CalibrationWordRow).where(CalibrationWordRow.session_id == file.session.session_id)
    with store() as session, pytest.raises(DatabaseError, match="append-only"):
        session.execute(gone)
