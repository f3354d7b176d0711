"""Settling a month from its checklist: what forbids it, what must be accepted, who does it, and what is there then."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

import pytest
from openpyxl import load_workbook
from sqlalchemy.orm import Session, sessionmaker
from starlette.testclient import TestClient

from qa_pipeline.models import Verdict
from qa_pipeline.review import decide
from qa_pipeline.settings import Settings
from qa_pipeline.store.queries.calls import month_data
from qa_pipeline.store.queries.month import closing_of, plan_of, save_plan
from qa_pipeline.store.schema import AccessRow
from qa_pipeline.store.session import close_store
from tests.people import PASSWORD, add_people, client_as
from tests.settled import MONTH, close, judged_month, settled_centre, tamper

PATH = f"/months/{MONTH}/close"
Store = sessionmaker[Session]


@pytest.fixture
def judged(tmp_path) -> Iterator[tuple[Settings, Store]]:
    settings, sessions = judged_month(tmp_path)
    with sessions.begin() as session:
        add_people(session, datetime(2026, 10, 1), operators=False)
    yield settings, sessions
    close_store(sessions)


@pytest.fixture
def client(judged) -> Iterator[TestClient]:
    with client_as(judged[1], judged[0], "supervisor") as asking:
        yield asking


@pytest.fixture(scope="module")
def settled(tmp_path_factory) -> Iterator[tuple[Settings, Store]]:
    settings, sessions = settled_centre(tmp_path_factory.mktemp("settled"))
    yield settings, sessions
    close_store(sessions)


def seen(client: TestClient) -> str:
    return re.search(r'name="seen" value="([0-9a-f]{64})"', client.get(PATH).text)[1]


def test_the_checklist_says_what_is_left_and_where_it_is_done(client: TestClient) -> None:
    shown = client.get(PATH).text
    assert "通疑似一票否决，尚未经两人判定" in shown
    assert f'href="/calls?month={MONTH}&amp;state=suspected"' in shown
    assert "抽样种子没有事先承诺" in shown
    assert "没有未决的申诉" in shown


def test_what_is_left_must_be_accepted_expressly(judged, client: TestClient) -> None:
    answer = client.post(PATH, data={"password": PASSWORD, "seen": seen(client)})
    assert answer.status_code == 400
    assert "没有勾选认可未决内容" in answer.text
    assert "结账前还剩什么" in answer.text
    with judged[1]() as session:
        assert closing_of(session, MONTH) is None


def test_a_month_is_closed_with_the_password_and_signed_with_the_accounts_name(judged, client: TestClient) -> None:
    data = {"password": PASSWORD, "seen": seen(client), "accept": "true", "by": "别人"}
    answer = client.post(PATH, data=data, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, f"{PATH}?settled=true")
    with judged[1]() as session:
        closing = closing_of(session, MONTH)
    assert closing is not None
    assert closing.closed_by == "主管丁"
    shown = client.get(answer.headers["location"]).text
    assert re.search(r'id="head">[0-9a-f]{64}<', shown)
    assert "1200.00" not in shown
    assert "逐条相符" in client.get(f"{PATH}/verified").text


def test_without_the_right_password_nothing_is_closed(judged, client: TestClient) -> None:
    answer = client.post(PATH, data={"password": "not it at all", "seen": seen(client), "accept": "true"})
    assert answer.status_code == 400
    assert "密码不对" in answer.text
    assert "checked" in answer.text
    with judged[1]() as session:
        assert closing_of(session, MONTH) is None


def test_who_guesses_the_password_again_and_again_waits(client: TestClient) -> None:
    said = ""
    for _ in range(7):
        said = client.post(PATH, data={"password": "not it at all", "seen": "", "accept": "true"}).text
    assert "失败次数太多" in said


def test_a_checklist_that_changed_meanwhile_is_shown_again_first(judged, client: TestClient) -> None:
    before = seen(client)
    with judged[1].begin() as session:
        files = month_data(session, MONTH, speech=False).files
        doubtful = next(f for f in files if f.audit and any(r.code == "FE01" for r in f.audit.results))
        for who in ("甲", "乙"):
            decide(session, doubtful.call.call_id, "FE01", Verdict.OVERRULE, 0, who, "不是", datetime(2026, 11, 2))
    answer = client.post(PATH, data={"password": PASSWORD, "seen": before, "accept": "true"})
    assert answer.status_code == 409
    assert "看过之后变了" in answer.text


def test_a_month_is_closed_once(judged, client: TestClient) -> None:
    data = {"password": PASSWORD, "seen": seen(client), "accept": "true"}
    close(*judged)
    answer = client.post(PATH, data=data)
    assert answer.status_code == 409
    assert "不能重复结账" in answer.text
    assert "结账结果" in client.get(PATH).text


def test_an_earlier_open_month_forbids_it_and_is_named(judged, client: TestClient) -> None:
    with judged[1].begin() as session:
        plan = plan_of(session, MONTH)
        assert plan is not None
        save_plan(session, replace(plan, month="2026-09", calls=(), exclusions=()))
    shown = client.get(PATH).text
    assert "2026-09 已抽样而未结账" in shown
    assert "先处理标为" in shown
    assert 'name="password"' not in shown


def test_the_draw_is_drawn_again(client: TestClient) -> None:
    assert "抽中的通话相同" in client.get(f"{PATH}/draw").text


def test_a_ledger_that_somebody_changed_is_told(judged, client: TestClient) -> None:
    close(*judged)
    tamper(judged[1], 'UPDATE closing_lines SET body = replace(body, \'"grade":"\', \'"grade":"x\')')
    assert "账本对不上" in client.get(f"{PATH}/verified").text


@pytest.mark.parametrize("login", ["reviewer", "trainer", "administrator"])
def test_nobody_but_a_supervisor_sees_pay(settled, login: str) -> None:
    with client_as(settled[1], settled[0], login) as asking:
        for path in (PATH, f"/months/{MONTH}/files/payroll.csv", f"/months/{MONTH}/files/payroll.xlsx"):
            assert asking.get(path).status_code == 403
        assert "payroll" not in asking.get(f"/months/{MONTH}/files").text or login == "administrator"


def test_the_files_open_and_are_logged(settled) -> None:
    with client_as(settled[1], settled[0], "supervisor") as asking:
        folder = f"/months/{MONTH}/files"
        payroll = asking.get(f"{folder}/payroll.csv")
        assert payroll.content.startswith(b"\xef\xbb\xbf")
        assert "filename*=UTF-8''" in payroll.headers["content-disposition"]
        assert "绩效" in load_workbook(io.BytesIO(asking.get(f"{folder}/payroll.xlsx").content)).sheetnames
        assert "话务员" in load_workbook(io.BytesIO(asking.get(f"{folder}/workbook.xlsx").content)).sheetnames
        assert asking.get(f"{folder}/ledger.jsonl.gz").content.startswith(b"\x1f\x8b")
    with settled[1]() as session:
        assert {"payroll_csv", "workbook", "ledger"} <= {row.action for row in session.query(AccessRow)}


@pytest.mark.large
def test_a_report_hides_callers_from_who_may_not_see_them(settled) -> None:
    texts = {}
    for login in ("reviewer", "trainer"):
        with client_as(settled[1], settled[0], login) as asking:
            archive = zipfile.ZipFile(io.BytesIO(asking.get(f"/months/{MONTH}/files/report.zip").content))
        pages = [archive.read(name).decode() for name in archive.namelist() if name.endswith(".html")]
        texts[login] = "".join(pages)
    assert "13900001234" in texts["reviewer"]
    assert "13900001234" not in texts["trainer"]
