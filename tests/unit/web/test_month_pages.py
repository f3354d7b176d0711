"""The month by centre, team, shift and operator: every number a way to the calls behind it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

import pytest
from starlette.testclient import TestClient

from qa_pipeline.models import DrawReason, SampledCall
from qa_pipeline.store.queries.calls import call_file
from qa_pipeline.store.queries.month import plan_of, save_closing, save_plan
from qa_pipeline.store.rows import as_row
from qa_pipeline.store.schema import AccessRow, CallRow
from tests.e2e.month import CLEAN, MAIN, MONTH
from tests.people import client_as
from tests.settled import notice_on

BEFORE = "2026-09"


@pytest.fixture(scope="module")
def supervisor(month) -> Iterator[TestClient]:
    settings, sessions = month
    with sessions.begin() as session:
        notice_on(session, "1002", "2.5")
        _month_before(session)
    with client_as(sessions, settings, "supervisor") as asking:
        yield asking


def _month_before(session) -> None:
    call = replace(
        call_file(session, CLEAN).call,
        call_id="H260903-001",
        started_at=datetime(2026, 9, 3, 9),
        recording_file="x.wav",
    )
    session.add(as_row(CallRow, call, month=BEFORE))
    session.flush()
    plan = plan_of(session, MONTH)
    drawn = SampledCall(call.call_id, call.operator_id, "早班/1001", Decimal("0.5"), DrawReason.RANDOM)
    save_plan(session, replace(plan, month=BEFORE, calls=(drawn,)))


def links(text: str) -> set[str]:
    return {link.replace("&amp;", "&") for link in re.findall(r'href="([^"]+)"', text)}


def test_the_centres_figures_lead_to_their_calls(supervisor: TestClient) -> None:
    shown = supervisor.get(f"/months/{MONTH}").text
    found = links(shown)
    assert f"/calls?month={MONTH}&operator=1003&state=open" in found
    assert f"/months/{MONTH}/operators/1003" in found
    assert f"/calls?month={MONTH}&item=C2" in found
    assert f"/months/{MONTH}/close" in found
    assert f"/months/{MONTH}/failures" in found


def test_every_kind_of_link_of_a_months_pages_leads_somewhere(supervisor: TestClient) -> None:
    pages = (f"/months/{MONTH}", f"/months/{MONTH}/operators/1003", f"/months/{MONTH}/teams/一组")
    found = {link for page in pages for link in links(supervisor.get(page).text)}
    # One of each kind: what stands for a value is as good as any other.
    kinds = {
        re.sub(r"=[^&]+|(?<=s/)[^/?]+$", "", link): link for link in found if link.startswith(("/months", "/calls"))
    }
    assert len(kinds) > 8
    assert {link: supervisor.get(link).status_code for link in kinds.values()} == dict.fromkeys(kinds.values(), 200)


def test_a_part_shows_its_own_calls(supervisor: TestClient) -> None:
    team = supervisor.get(f"/months/{MONTH}/teams/二组").text
    assert "王海燕" in team
    assert "陈晓雯" not in team
    assert "<b>2</b> 抽中" in team
    calls = supervisor.get(f"/calls?month={MONTH}&team=二组").text
    assert MAIN in calls
    assert CLEAN not in calls


def test_a_shift_has_no_grades(supervisor: TestClient) -> None:
    shown = supervisor.get(f"/months/{MONTH}/shifts/早班").text
    assert "不按班次" in shown
    assert "chart-operators" not in shown


@pytest.mark.parametrize("path", ["teams/九组", "shifts/午夜班", "operators/9999"])
def test_what_nobody_knows_gets_a_page_that_says_so(supervisor: TestClient, path: str) -> None:
    answer = supervisor.get(f"/months/{MONTH}/{path}")
    assert answer.status_code == 404
    assert "从月度页" in answer.text


def test_charts_have_the_tables_numbers(supervisor: TestClient) -> None:
    shown = supervisor.get(f"/months/{MONTH}").text
    data = _charts(shown)
    assert [one["id"] for one in data["operators"]] == ["1001", "1002", "1003"]
    for one in data["operators"]:
        assert f"{one['mean']:.2f}" in shown
        assert one["low"] <= one["mean"] <= one["high"]


def test_the_month_before_is_held_against_this_one(supervisor: TestClient) -> None:
    shown = supervisor.get(f"/months/{MONTH}").text
    assert "与上月相比" in shown
    assert f'href="/months/{BEFORE}"' in shown
    assert "没有上一个月可比" in supervisor.get(f"/months/{BEFORE}").text


def test_notices_are_listed_without_what_was_written_of_somebody(supervisor: TestClient) -> None:
    shown = supervisor.get(f"/months/{MONTH}/operators/1002").text
    assert "组长监管" in shown
    assert "−2.5" in shown
    assert "私人电话" not in shown
    assert "组长监管" not in supervisor.get(f"/months/{MONTH}/operators/1003").text


def test_an_operators_settled_months_stand_in_a_line(month, supervisor: TestClient) -> None:
    _, sessions = month
    line = {
        "month": "2026-08", "operator_id": "1003", "n_heard": 12, "n_frame": 300, "mean": "71.20", "mean_low": "71.20",
        "mean_high": "71.20", "interval_low": "66.10", "interval_high": "74.90", "grade": "不合格", "factor": "0.70",
        "provisional": False, "assessed": True, "failed": True, "enough": True, "below": True, "confirmed": True,
    }  # fmt: skip
    with sessions.begin() as session:
        save_closing(session, "2026-08", [line], "主管", datetime(2026, 9, 2))
    shown = supervisor.get(f"/months/{MONTH}/operators/1003").text
    data = _charts(shown)
    assert [one["name"] for one in data["months"]] == ["2026-08", MONTH]
    assert "66.1–74.9" in shown
    assert "计一次不合格" in shown


def test_who_looks_at_somebodys_month_is_logged(month, supervisor: TestClient) -> None:
    _, sessions = month
    supervisor.get(f"/months/{MONTH}/operators/1002")
    with sessions() as session:
        logged = {(row.name, row.action, row.subject) for row in session.query(AccessRow)}
    assert ("主管丁", "operator_page", f"month={MONTH} operator_id=1002") in logged


def test_of_many_operators_a_page_shows_some_and_leads_to_the_others(supervisor, monkeypatch) -> None:
    monkeypatch.setattr("qa_pipeline.web.month.PAGE_PEOPLE", 1)
    first, second = (supervisor.get(f"/months/{MONTH}", params={"people": n}).text for n in (1, 2))
    who = [
        set(re.findall(rf'<th scope="row"><a href="/months/{MONTH}/operators/(\d+)">', _table(page)))
        for page in (first, second)
    ]
    assert len(who[0]) == len(who[1]) == 1
    assert who[0] != who[1]
    assert f'href="/months/{MONTH}?people=2"' in first
    assert f'href="/months/{MONTH}?people=1"' in second
    assert [one["id"] for one in _charts(second)["operators"]] == list(who[1])


def _table(page: str) -> str:
    """Return the table of operators, which stands first."""
    return page.split("</table>", 1)[0].split("<table", 1)[1]


def _charts(page: str) -> dict:
    return json.loads(re.search(r'id="charts">(.*?)</script>', page).group(1))
