"""Sessions entered, attendance said and corrected, nothing ever overwritten."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from qa_pipeline.errors import Conflict, NotFound, UserError
from qa_pipeline.models.training_records import Presence, Seen, SessionDraft, SessionKind
from qa_pipeline.store.queries.training_records import (
    SessionsWanted,
    first_training_day,
    training_between,
    training_file,
    training_lines,
    training_months,
    training_of,
)
from qa_pipeline.training.records.keeping import enter_session, record_attendance, withdraw_session
from tests.trained import KNOWN

NOW = datetime(2026, 11, 20, 17, 0)
HELD = date(2026, 11, 18)
DRAFT = SessionDraft(SessionKind.TEAM, HELD, "来电人激动时先安抚", "王海燕", 60, "一组", ("A4", "A6"))
HERE = Seen(Presence.PRESENT)


def entered(session, **changes) -> int:
    return enter_session(session, replace(DRAFT, **changes), KNOWN, "培训师戊", NOW).session.session_id


def test_a_session_is_kept_as_it_was_and_once(session) -> None:
    number = entered(session, topic=" 来电人激动时\n先安抚 ", items=("A4", "A4"))
    kept = training_file(session, number).session
    assert (kept.topic, kept.items, kept.entered_by, kept.entered_at) == (
        "来电人激动时 先安抚",
        ("A4",),
        "培训师戊",
        NOW,
    )
    with pytest.raises(Conflict, match=f"已登记（{number} 号"):
        entered(session, topic="来电人激动时 先安抚")
    assert entered(session, topic="来电人激动时 先安抚", team="二组") != number


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"held_on": date(2026, 11, 21)}, "还没有到"),
        ({"topic": " "}, "没有写明主题"),
        ({"topic": "字" * 65}, "主题超过 64 个字"),
        ({"leader": ""}, "没有写明主讲人"),
        ({"minutes": 0}, "时长 0 分钟"),
        ({"team": "九组"}, "没有班组“九组”"),
        ({"items": ("A4", "Z9")}, "没有 Z9"),
    ],
)
def test_a_session_that_cannot_be_is_refused(session, changes, words: str) -> None:
    with pytest.raises(UserError, match=words):
        entered(session, **changes)


def test_a_team_is_ticked_at_once_and_what_is_as_it_was_is_not_written_again(session) -> None:
    number = entered(session)
    said = {"1001": HERE, "1002": Seen(Presence.ABSENT, None, "迟到未参加")}
    file = record_attendance(session, number, said, "", "培训师戊", NOW)
    assert [(w.operator_id, w.presence, w.why) for w in file.words] == [
        ("1001", Presence.PRESENT, ""),
        ("1002", Presence.ABSENT, ""),
    ]
    assert record_attendance(session, number, said, "", "培训师戊", NOW).words == file.words


def test_a_correction_asks_why_and_leaves_the_earlier_word(session) -> None:
    number = entered(session)
    record_attendance(session, number, {"1001": HERE}, "", "培训师戊", NOW)
    away = {"1001": Seen(Presence.EXCUSED, None, "病假")}
    with pytest.raises(UserError, match="没有写明更正原因"):
        record_attendance(session, number, away, "", "主管丁", NOW)
    file = record_attendance(session, number, away, "点名表看错行", "主管丁", NOW + timedelta(hours=1))
    assert [(w.presence, w.why, w.by) for w in file.words] == [
        (Presence.PRESENT, "", "培训师戊"),
        (Presence.EXCUSED, "点名表看错行", "主管丁"),
    ]
    assert file.latest["1001"].presence is Presence.EXCUSED


@pytest.mark.parametrize(
    ("who", "seen", "words"),
    [
        ("1001", Seen(Presence.ABSENT), "陈晓雯缺席的原因"),
        ("1001", Seen(Presence.EXCUSED), "陈晓雯请假的原因"),
        ("1001", Seen(Presence.MADE_UP), "补课日期不在"),
        ("1001", Seen(Presence.MADE_UP, HELD - timedelta(days=1)), "补课日期不在"),
        ("1001", Seen(Presence.MADE_UP, date(2026, 11, 21)), "补课日期不在"),
        ("9999", HERE, "没有工号“9999”"),
    ],
)
def test_attendance_that_cannot_be_is_refused(session, who: str, seen: Seen, words: str) -> None:
    number = entered(session)
    with pytest.raises(UserError, match=words):
        record_attendance(session, number, {who: seen}, "", "培训师戊", NOW)


def test_nobody_says_that_they_were_there_themselves(session) -> None:
    with pytest.raises(UserError, match="不能登记自己的出席"):
        record_attendance(session, entered(session), {"1003": HERE}, "", "王海燕", NOW)


def test_a_session_entered_by_mistake_stays_to_be_read_and_counts_nowhere(session) -> None:
    number = entered(session)
    record_attendance(session, number, {"1001": HERE}, "", "培训师戊", NOW)
    assert first_training_day(session) == HELD
    with pytest.raises(UserError, match="没有写明撤销原因"):
        withdraw_session(session, number, "", "主管丁", NOW)
    file = withdraw_session(session, number, "登记到别的班组了", "主管丁", NOW)
    assert not file.counts
    assert (training_between(session, HELD, HELD), training_of(session, "1001")) == ((), ())
    assert first_training_day(session) is None
    for again in (
        lambda: withdraw_session(session, number, "再撤", "主管丁", NOW),
        lambda: record_attendance(session, number, {"1002": HERE}, "", "培训师戊", NOW),
    ):
        with pytest.raises(Conflict, match="已由 主管丁 撤销"):
            again()
    assert entered(session) != number
    with pytest.raises(NotFound):
        training_file(session, 999_999)


def test_lists_count_who_was_there_by_what_was_said_last(session) -> None:
    number = entered(session)
    said = {"1001": HERE, "1002": Seen(Presence.ABSENT, None, "忘了"), "1003": HERE}
    record_attendance(session, number, said, "", "培训师戊", NOW)
    record_attendance(session, number, {"1002": Seen(Presence.MADE_UP, HELD)}, "当天补了", "培训师戊", NOW)
    other = entered(session, kind=SessionKind.SIMULATED, team="", held_on=date(2026, 10, 9))
    lines, total = training_lines(session, SessionsWanted(), 10, 0)
    assert ([line.session.session_id for line in lines], total) == ([number, other], 2)
    assert lines[0].counts == {Presence.PRESENT: 2, Presence.MADE_UP: 1}
    assert [x.session.session_id for x in training_lines(session, SessionsWanted(month="2026-10"), 10, 0)[0]] == [other]
    assert [x.session.session_id for x in training_lines(session, SessionsWanted(SessionKind.TEAM), 10, 0)[0]] == [
        number
    ]
    assert training_lines(session, SessionsWanted(team="二组"), 10, 0)[1] == 1
    assert training_months(session) == ("2026-11", "2026-10")
    (mine,) = training_of(session, "1002")
    assert {word.operator_id for word in mine.words} == {"1002"}
