"""Attendance from a trainer's table: taken once, corrected with a reason, refused row by row."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest
from sqlalchemy import event

from qa_pipeline.ingest.batch import FileKind
from qa_pipeline.ingest.files import read_file
from qa_pipeline.models.training_records import Presence, SessionKind
from qa_pipeline.runs.importing import registrar
from qa_pipeline.standards import scorecard_of
from qa_pipeline.store.queries import training_import
from qa_pipeline.store.queries.imports import take
from qa_pipeline.store.queries.training_import import Registrar
from qa_pipeline.store.queries.training_records import training_between

NOW = datetime(2026, 11, 20, 17, 0)
WHO = Registrar("周倩", frozenset({"A4", "A6"}))
HEAD = "培训日期,培训类别,培训主题,主讲,培训时长,培训班组,对应评分项,工号,出席,缺席原因,补课日期,更正原因,登记人"
ROWS = (
    "2026-11-18,每周小组培训,先安抚后办理,王海燕,45,一组,A4 A6,1001,出席,,,,培训师戊",
    "2026-11-18,每周小组培训,先安抚后办理,王海燕,45,一组,A4 A6,1002,缺席,迟到未参加,,,培训师戊",
    "2026-11-12,每月全员培训,政策更新,戊,,全体,,1003,已补课,,2026-11-14,,",
)


@pytest.fixture
def table(tmp_path: Path):
    def written(*rows: str, head: str = HEAD):
        path = tmp_path / "出席.csv"
        path.write_text("\n".join((head, *rows)), encoding="utf-8")
        return read_file(path)[0]

    return written


def test_a_table_of_attendance_is_told_by_its_header_and_taken_once(session, table) -> None:
    batch = table(*ROWS)
    assert (batch.kind, batch.refusals) == (FileKind.ATTENDANCE, ())
    report = take(session, batch, NOW, WHO)
    assert (report.taken, report.unchanged, report.refusals) == (3, 0, ())
    everybody, team = training_between(session, date(2026, 11, 1), date(2026, 11, 30))
    assert (team.session.kind, team.session.team, team.session.items, team.session.minutes) == (
        *(SessionKind.TEAM, "一组", ("A4", "A6"), 45),
    )
    assert {who: word.presence for who, word in team.latest.items()} == {
        "1001": Presence.PRESENT,
        "1002": Presence.ABSENT,
    }
    assert (everybody.session.team, everybody.session.entered_by, everybody.session.minutes) == ("", "周倩", 60)
    assert everybody.latest["1003"].made_up_on == date(2026, 11, 14)
    again = take(session, table(*ROWS), NOW, WHO)
    assert (again.taken, again.unchanged) == (0, 3)


def test_another_word_is_taken_only_with_a_reason(session, table) -> None:
    take(session, table(*ROWS), NOW, WHO)
    there = ROWS[1].replace("缺席,迟到未参加", "出席,")
    refused = take(session, table(there), NOW, WHO)
    assert [(r.column, r.what) for r in refused.refusals] == [("出席", "1002 在这场培训已登记为缺席")]
    assert take(session, table(there.replace(",,,培训师戊", ",,点名表看错行,主管丁")), NOW, WHO).taken == 1
    team = training_between(session, date(2026, 11, 18), date(2026, 11, 18))[0]
    assert [(w.presence, w.why, w.by) for w in team.words if w.operator_id == "1002"] == [
        (Presence.ABSENT, "", "周倩（表内登记人：培训师戊）"),
        (Presence.PRESENT, "点名表看错行", "周倩（表内登记人：主管丁）"),
    ]


@pytest.mark.parametrize(
    ("before", "after", "column", "what"),
    [
        ("1001", "9999", "工号", "不在花名册里"),
        ("一组", "九组", "培训班组", "没有班组"),
        ("2026-11-18", "2026-11-21", "培训日期", "还没有到"),
        ("出席,", "缺席,", "缺席原因", "是空的"),
        ("出席,,", "已补课,,", "补课日期", "是空的"),
        ("出席,,", "已补课,,2026-11-01", "补课日期", "早于培训日期"),
        ("每周小组培训", "团建", "培训类别", "看不懂"),
        ("先安抚后办理", "字" * 200, "培训主题", "内容太长"),
        (",45,", ",0,", "培训时长", "整数"),
        ("A4 A6", "A4 Z9", "对应评分项", "没有 Z9 这些项"),
        ("培训师戊", "陈晓雯", "登记人", "不能登记自己的出席"),
        ("培训师戊", "1001 陈晓雯", "登记人", "不能登记自己的出席"),
        ("培训师戊", "戊" * 60, "登记人", "内容太长"),
    ],
)
def test_a_row_that_cannot_be_is_refused_with_its_column(session, table, before, after, column, what) -> None:
    report = take(session, table(ROWS[0].replace(before, after, 1)), NOW, WHO)
    assert report.taken == 0
    (refusal,) = report.refusals
    assert (refusal.row, refusal.column) == (2, column)
    assert what in refusal.what


def test_nobody_confirms_a_table_in_which_they_attended(session, table) -> None:
    report = take(session, table(*ROWS), NOW, Registrar("陈晓雯", WHO.items))
    assert (report.taken, [(r.row, r.column) for r in report.refusals]) == (2, [(2, "登记人")])


def test_a_table_that_a_command_takes_says_so_beside_whom_it_names(session, table) -> None:
    take(session, table(ROWS[2], ROWS[0].replace("A4 A6", "")), NOW)
    everybody, team = training_between(session, date(2026, 11, 1), date(2026, 11, 30))
    assert (everybody.session.entered_by, team.latest["1001"].by) == ("导入", "导入（表内登记人：培训师戊）")


def test_a_table_is_held_against_the_scorecard_in_force_and_who_confirmed_it(settings_and_store, table) -> None:
    settings, batch = settings_and_store[0], table(*ROWS)
    who = registrar(settings, [batch], "周倩")
    assert (who.by, who.items) == ("周倩", frozenset(item.code for item in scorecard_of(settings).items))
    assert registrar(settings, [], "周倩").items is None


def test_a_session_is_read_once_however_many_rows_speak_of_it(session, table) -> None:
    rows = [ROWS[0].replace("1001", who) for who in ("1001", "1002", "1003")]
    take(session, table(*rows[:1]), NOW, WHO)
    batch, asked = table(*rows), []
    engine = session.get_bind()

    def asks(_c: object, _cursor: object, statement: str, *_: object) -> None:
        asked.append(statement)

    event.listen(engine, "before_cursor_execute", asks)
    try:
        take(session, batch, NOW, WHO)
    finally:
        event.remove(engine, "before_cursor_execute", asks)
    read = [s for s in asked if s.startswith("SELECT") and "FROM training_attendance" in s]
    assert len(read) == 1


def test_a_correction_that_stands_in_the_same_table_comes_last(session, table) -> None:
    away = ROWS[0].replace("出席,", "缺席,迟到").replace(",,培训师戊", ",看错行,培训师戊")
    back = ROWS[0].replace(",,培训师戊", ",又看错行,培训师戊")
    other = ROWS[0].replace("1001", "1002")
    assert take(session, table(ROWS[0], other, away, back, away), NOW, WHO).taken == 5
    (team,) = training_between(session, date(2026, 11, 18), date(2026, 11, 18))
    said = [word.presence for word in team.words if word.operator_id == "1001"]
    assert said == [Presence.PRESENT, Presence.ABSENT, Presence.PRESENT, Presence.ABSENT]
    assert team.latest["1001"].why == "看错行"


def test_rows_that_describe_one_session_otherwise_are_still_of_one_session(session, table) -> None:
    longer = ROWS[0].replace(",45,", ",60,")
    assert take(session, table(ROWS[0], longer, longer.replace("出席,", "缺席,迟到")), NOW, WHO).taken == 1
    (team,) = training_between(session, date(2026, 11, 18), date(2026, 11, 18))
    assert [word.presence for word in team.words] == [Presence.PRESENT]


def test_a_refused_row_enters_no_session(session, table) -> None:
    assert take(session, table(ROWS[0].replace("培训师戊", "陈晓雯")), NOW, WHO).taken == 0
    assert training_between(session, date(2026, 11, 18), date(2026, 11, 18)) == ()


def test_what_is_sent_back_unchanged_is_refused_to_nobody(session, table) -> None:
    take(session, table(ROWS[0]), NOW, WHO)
    report = take(session, table(ROWS[0]), NOW, Registrar("陈晓雯", frozenset({"B1"})))  # and another scorecard
    assert (report.unchanged, report.refusals) == (1, ())


def test_nobody_waits_for_a_table_of_which_nothing_can_be_taken(session, table, monkeypatch) -> None:
    held = []
    monkeypatch.setattr(training_import, "hold_training", held.append)
    assert take(session, table(ROWS[0].replace("1001", "9999")), NOW, WHO).taken == 0
    assert held == []


def test_a_roster_and_a_shift_plan_are_still_what_they_were(table) -> None:
    assert table("1001,甲,一组,,2026-01-01", head="工号,姓名,班组,班长,入职日期").kind is FileKind.ROSTER
    assert table("2026-01-01,早班,1001", head="日期,班次,工号").kind is FileKind.SHIFT_PLAN
