"""Records of training in the browser: entered, ticked, corrected, overdue, sent as files, and what operators see."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta

import openpyxl
import pytest

from qa_pipeline.ingest.files import read_file
from qa_pipeline.models import Operator
from qa_pipeline.store.queries.imports import take
from qa_pipeline.store.queries.training_records import training_file
from qa_pipeline.store.rows import as_row
from qa_pipeline.store.schema import OperatorRow
from qa_pipeline.store.session import close_store
from tests.e2e.month import seed
from tests.trained import HELD, ROSTER, fill_training
from tests.unit.web.browsers import Centre

TODAY = datetime.now().date()
LAST_WEEK = TODAY - timedelta(days=TODAY.weekday() + 5)
SESSION = {"kind": "team", "held_on": LAST_WEEK, "topic": "先安抚后办理", "leader": "培训师戊", "minutes": "45"}


@pytest.fixture(scope="module")
def centre(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Centre]:
    settings, sessions = seed(tmp_path_factory.mktemp("training"))
    yield Centre(settings, sessions)
    close_store(sessions)


def entered(centre: Centre, topic: str, **fields: object) -> str:
    return centre.taken("trainer", "/training/records", **{**SESSION, "topic": topic, **fields})


def test_a_session_is_entered_its_team_ticked_and_a_mistake_corrected_with_a_reason(centre: Centre) -> None:
    address = entered(centre, "语气训练", team="一组", items=["A4", "A6"])
    page = centre.page("trainer", address)
    assert "陈晓雯" in page
    assert "王海燕" not in page  # of another team
    centre.taken("trainer", f"{address}/attendance", rest="present", presence_1002="absent", reason_1002="当班")
    refused = centre.send("supervisor", f"{address}/attendance", presence_1002="excused", reason_1002="病假")
    assert (refused[0], "没有写明更正原因" in refused[1]) == (400, True)
    centre.taken("supervisor", f"{address}/attendance", presence_1002="excused", reason_1002="病假", why="有假条")
    with centre.sessions() as session:
        file = training_file(session, int(address.rsplit("/", 1)[1]))
    assert [(w.operator_id, w.presence.value, w.by) for w in file.words] == [
        ("1001", "present", "培训师戊"),
        ("1002", "absent", "培训师戊"),
        ("1002", "excused", "主管丁"),
    ]
    assert "有假条" in centre.page("trainer", f"{address}?lang=en")
    assert "语气训练" in centre.page("supervisor", "/training/records")


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"kind": ""}, "没有选培训类别"),
        ({"held_on": "昨天"}, "没有填写日期"),
        ({"minutes": "很久"}, "时长 0 分钟"),
        ({"items": ["Z9"]}, "没有 Z9"),
    ],
)
def test_a_form_that_says_too_little_is_refused(centre: Centre, fields, words: str) -> None:
    status, text = centre.send("trainer", "/training/records", **{**SESSION, "topic": "再来", **fields})
    assert (status, words in text) == (400, True)


def test_a_reason_that_comes_back_with_stand_ins_is_no_correction(centre: Centre) -> None:
    address = entered(centre, "理由不变", team="一组")
    fields = {"presence_1002": "excused", "reason_1002": "替王海燕女士值班"}
    centre.taken("supervisor", f"{address}/attendance", **fields)
    shown = re.findall(r'name="reason_1002" maxlength="200" value="([^"]*)"', centre.page("trainer", address))[0]
    assert shown != "替王海燕女士值班"
    centre.taken("trainer", f"{address}/attendance", presence_1002="excused", reason_1002=shown)
    with centre.sessions() as session:
        assert len(training_file(session, int(address.rsplit("/", 1)[1])).words) == 1


def test_a_withdrawn_session_stays_to_be_read_and_cannot_be_ticked(centre: Centre) -> None:
    address = entered(centre, "登错的")
    centre.taken("trainer", f"{address}/withdrawal", reason="登记到别的班组了")
    page = centre.page("trainer", address)
    assert "登记到别的班组了" in page
    assert "attendance" not in page
    status, text = centre.send("trainer", f"{address}/attendance", rest="present")
    assert (status, "撤销" in text) == (409, True)


def test_an_operator_sees_their_own_record_and_nobody_elses(centre: Centre) -> None:
    address = entered(centre, "只有二组参加", team="二组")
    centre.taken("trainer", f"{address}/attendance", presence_1003="absent", reason_1003="王海燕请了年假")
    assert "只有二组参加" in centre.page("operator3", "/me/training")
    assert "/me/training" in centre.page("operator3", "/me")
    assert "只有二组参加" not in centre.page("operator", "/me/training?lang=en")
    assert centre.as_("operator").get(address).status_code == 403


def test_what_is_overdue_is_told_by_team_and_who_is_new_how_far_they_are(centre: Centre) -> None:
    with centre.sessions.begin() as session:
        session.merge(as_row(OperatorRow, Operator("1090", "新来的", "二组", None, TODAY - timedelta(days=3))))
    before = LAST_WEEK - timedelta(weeks=1)
    address = entered(centre, "那周小组", team="一组", held_on=before)
    centre.taken(
        "trainer", f"{address}/attendance", presence_1001="present", presence_1002="absent", reason_1002="忘了"
    )
    page = centre.page("trainer", "/training/records/overdue")
    assert re.search(r'class="mark overdue" title="未参加[^"]*忘了', page)
    assert "新来的" in page.split('id="induction"')[1]
    only = centre.page("trainer", "/training/records/overdue?team=二组")
    assert "刘志强" not in only
    book = openpyxl.load_workbook(io.BytesIO(centre.as_("trainer").get("/training/records/overdue.xlsx").content))
    rows = [(*row[:5], row[5] and str(row[5])[:10]) for row in book.active.iter_rows(values_only=True)]
    monday = str(before - timedelta(days=before.weekday()))
    assert ("一组", "1002", "刘志强", "每周小组培训") in [row[:4] for row in rows if row[5] == monday]
    assert not any(row[1] == "1001" and row[3] == "每周小组培训" and row[5] == monday for row in rows[1:])


def test_files_hold_who_attended_no_cell_is_a_formula_and_they_can_be_taken_again(centre: Centre, tmp_path) -> None:
    address = entered(centre, "=1+1 公式课", team="一组")
    centre.taken("trainer", f"{address}/attendance", presence_1001="absent", reason_1001="@外出")
    sent = centre.as_("supervisor").get("/training/records/export.csv", params={"kind": "team"})
    rows = list(csv.DictReader(io.StringIO(sent.content.decode("utf-8-sig"))))
    mine = next(row for row in rows if "公式课" in row["培训主题"])
    assert (mine["培训主题"], mine["缺席原因"], mine["出席"], mine["姓名"]) == (
        "'=1+1 公式课",
        "'@外出",
        "缺席",
        "陈晓雯",
    )
    book = openpyxl.load_workbook(io.BytesIO(centre.as_("trainer").get("/training/records/export.xlsx").content))
    cells = [cell for row in book.active.iter_rows() for cell in row]
    assert all(cell.data_type != "f" for cell in cells)
    assert any(cell.value == "=1+1 公式课" and cell.quotePrefix for cell in cells)
    path = tmp_path / "记录.csv"
    path.write_text("\n".join(line for line in sent.content.decode("utf-8-sig").splitlines() if "公式" not in line))
    (batch,) = read_file(path)
    with centre.sessions() as session:
        report = take(session, batch, datetime.now())
        assert (report.taken, report.refusals) == (0, ())
        assert report.unchanged == len(batch.rows) > 0
        session.rollback()


def test_the_list_is_filtered_by_its_address(centre: Centre) -> None:
    entered(centre, "全员学习", kind="all_hands", held_on=TODAY)
    found = centre.page("trainer", f"/training/records?kind=all_hands&month={TODAY:%Y-%m}")
    assert "全员学习" in found
    assert "语气训练" not in found
    assert centre.as_("trainer").get("/training/records?kind=wrong").status_code == 400
    assert centre.as_("trainer").get("/training/records?month=2026-99").status_code == 400


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Centre]:
    settings, sessions = seed(tmp_path_factory.mktemp("effect"))
    with sessions.begin() as session:
        fill_training(session)
    yield Centre(settings, sessions)
    close_store(sessions)


def test_an_effect_is_told_with_both_ways_and_what_it_cannot_say(trained: Centre) -> None:
    page = trained.page("trainer", "/training/effect?session=1")
    assert "比没参加的同事少扣了分" in page
    assert "参加 8 人，未参加 16 人" in page
    for words in ("回归平均", "谁去不是抽签定的", "人少", "不培训也会有的变化", "2026-09 还没有结账"):
        assert words in page
    assert "两种算法合起来" in page
    assert "No effect" not in trained.page("supervisor", "/training/effect?session=1&weeks=4&lang=en")


def test_of_a_whole_team_the_figures_are_shown_without_intervals_and_it_says_why(trained: Centre) -> None:
    draft = {**SESSION, "held_on": HELD, "topic": "整组参加", "items": ["A4"], "team": "二组"}
    address = trained.taken("trainer", "/training/records", **draft)
    team = {f"presence_{o.operator_id}": "present" for o in ROSTER if o.team == "二组"}
    trained.taken("trainer", f"{address}/attendance", **team)
    page = trained.page("trainer", f"/training/effect?session={address.rsplit('/', 1)[1]}")
    assert "参加的多半是整组整组的，不给结论" in page
    assert "一个组会一起变" in page
    assert "与没参加的比变化" in page
    assert "两种算法合起来" not in page
    ways = page.split('class="grid small ways"')[1].split("</table>")[0]
    assert ways.count('<td class="num">–</td>') == 3


def test_too_few_people_get_no_figures(trained: Centre) -> None:
    address = trained.taken(
        "trainer", "/training/records", **{**SESSION, "held_on": HELD, "topic": "只有两人", "items": ["A5"]}
    )
    trained.taken("trainer", f"{address}/attendance", presence_1009="present", presence_1010="present")
    page = trained.page("trainer", f"/training/effect?session={address.rsplit('/', 1)[1]}")
    assert "人太少，不给结论" in page
    assert "参加 2 人" in page
    assert "与起点相同的人比" not in page
    assert page.count("人太少") >= 2


def test_an_effect_that_cannot_be_told_says_why_and_lets_choose_another(trained: Centre) -> None:
    assert "没有“7”" not in trained.page("trainer", "/training/effect")
    page = trained.page("trainer", "/training/effect?session=1&weeks=7")
    assert "前后各 7 周不在可选范围" in page
    assert "激动来电的安抚" in page
    assert "没有 99 号培训记录" in trained.page("trainer", "/training/effect?session=99")


def test_days_before_records_began_are_not_owed(trained: Centre) -> None:
    assert "自 2026-07-15 起有记录" in trained.page("trainer", "/training/records/overdue")
    assert date(2026, 7, 15) == HELD
