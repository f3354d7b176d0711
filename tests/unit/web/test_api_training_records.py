"""Records of training by the API: entered, corrected, withdrawn, overdue, sent as files; what a training changed."""

from __future__ import annotations

import io
from datetime import datetime, timedelta

import openpyxl
import pytest
from sqlalchemy.orm import Session, sessionmaker
from starlette.testclient import TestClient

from qa_pipeline.models.tokens import Scope
from qa_pipeline.settings import Settings
from qa_pipeline.training.records.effects import effect_of
from tests.programs import Programs
from tests.trained import HELD, ROSTER, fill_training

Month = tuple[Settings, sessionmaker[Session]]
BOTH = (Scope.TRAINING_READ, Scope.TRAINING_WRITE)
TODAY = datetime.now().date()
LAST_WEEK = TODAY - timedelta(days=TODAY.weekday() + 5)
SESSION = {"kind": "team", "held_on": str(LAST_WEEK), "topic": "先安抚后办理", "leader": "培训师戊", "minutes": 45}
RECORDS = "/training/records"


@pytest.fixture(scope="module")
def asks(month: Month) -> dict[str, TestClient]:
    with month[1].begin() as session:
        fill_training(session)
    programs = Programs(*month)
    return {login: programs.of(login, *BOTH) for login in ("trainer", "supervisor", "reviewer")}


def entered(asks: dict[str, TestClient], topic: str, **fields: object) -> tuple[str, int]:
    """Enter a session and return its address and number."""
    made = asks["trainer"].post(RECORDS, json={**SESSION, "topic": topic, **fields})
    assert made.status_code == 201, made.text
    number = made.json()["session"]["session_id"]
    return f"{RECORDS}/{number}", number


def test_a_session_is_entered_its_team_told_a_mistake_corrected_and_all_of_it_withdrawn(
    asks: dict[str, TestClient],
) -> None:
    address, number = entered(asks, "语气训练", team="一组", items=["A4", "A6"])
    trainer, supervisor = asks["trainer"], asks["supervisor"]
    away = {"said": {"1002": {"presence": "absent", "reason": "当班，电话13912345678"}}, "rest_present": True}
    told = trainer.post(f"{address}/attendance", json=away).json()
    team = {o.operator_id for o in ROSTER if o.team == "一组"}
    said = {word["operator_id"]: word["presence"] for word in told["words"]}
    assert said == dict.fromkeys(team, "present") | {"1002": "absent"}
    shown = [word["reason"] for word in told["words"] if word["operator_id"] == "1002"]
    assert "13912345678" not in shown[0]
    again = {"said": {"1002": {"presence": "absent", "reason": shown[0]}}}
    assert len(trainer.post(f"{address}/attendance", json=again).json()["words"]) == len(team)  # as it was shown
    right = {"said": {"1002": {"presence": "excused", "reason": "病假"}}}
    assert supervisor.post(f"{address}/attendance", json=right).status_code == 400
    told = supervisor.post(f"{address}/attendance", json={**right, "why": "有假条"}).json()
    assert (told["words"][-1]["by"], told["words"][-1]["why"]) == ("主管丁", "有假条")
    assert supervisor.post(f"{address}/attendance", json={"said": {"9999": {"presence": "present"}}}).status_code == 404
    assert trainer.post(RECORDS, json={**SESSION, "topic": "语气训练", "team": "一组"}).status_code == 409
    assert trainer.post(RECORDS, json={**SESSION, "minutes": 0}).status_code == 400
    listed = trainer.get(RECORDS, params={"kind": "team"}).json()["sessions"]
    assert [one["counts"] for one in listed if one["session"]["session_id"] == number] == [
        {"present": len(team) - 1, "excused": 1}
    ]
    gone = trainer.post(f"{address}/withdrawal", json={"reason": "登记重了"}).json()
    assert gone["withdrawal"]["by"] == "培训师戊"
    assert trainer.post(f"{address}/attendance", json=away).status_code == 409
    assert trainer.get(address).json()["withdrawal"] == gone["withdrawal"]
    assert asks["reviewer"].get(address).status_code == 403


def test_what_is_overdue_and_who_attended_are_told_and_sent_as_files(asks: dict[str, TestClient]) -> None:
    address, _ = entered(asks, "=投诉应对", team="二组")
    assert asks["trainer"].post(f"{address}/attendance", json={"said": {}, "rest_present": True}).status_code == 201
    told = asks["supervisor"].get(f"{RECORDS}/overdue", params={"team": "二组", "state": "done"}).json()
    kinds = {(one["team"], one["kind"]) for one in told["owing"]}
    assert kinds == {("二组", "team")}
    late = asks["supervisor"].get(f"{RECORDS}/overdue", params={"state": "overdue"}).json()["owing"]
    book = asks["supervisor"].get(f"{RECORDS}/overdue.xlsx").content
    rows = openpyxl.load_workbook(io.BytesIO(book)).active
    assert rows is not None
    assert rows.max_row >= len(late) > 0
    csv = asks["trainer"].get(f"{RECORDS}/export.csv", params={"team": "二组"})
    assert (csv.headers["content-type"], "'=投诉应对" in csv.text) == ("text/csv; charset=utf-8", True)
    book = asks["trainer"].get(f"{RECORDS}/export.xlsx").content
    topics = {row[3] for row in openpyxl.load_workbook(io.BytesIO(book)).active.values}
    assert {topic.lstrip("'") for topic in topics} >= {"=投诉应对"}
    assert asks["trainer"].get(RECORDS, params={"month": "2026-99"}).status_code == 400


def test_an_effect_is_told_with_what_it_rests_on(asks: dict[str, TestClient], month: Month) -> None:
    told = asks["trainer"].get("/training/effect", params={"session": 1}).json()
    with month[1]() as session:
        found = effect_of(session, 1, 8, TODAY).effect
    assert found.changes is not None
    assert found.changes.interval is not None
    together = told["together"]
    assert (together["verdict"], together["attended"]["n"], together["others"]["n"]) == ("better", 8, 16)
    assert together["changes"] == {
        "value": str(found.changes.value), "low": str(found.changes.interval.low),
        "high": str(found.changes.interval.high),
    }  # fmt: skip
    assert (set(told["by_item"]), told["unsettled"]) == ({"A4", "A6"}, ["2026-09"])
    assert len(told["people"]) == 8


def test_of_a_whole_team_no_interval_is_told_and_of_too_few_no_figure(asks: dict[str, TestClient]) -> None:
    held = {"held_on": str(HELD), "items": ["A4"]}
    address, number = entered(asks, "整组参加", team="三组", **held)
    asks["trainer"].post(f"{address}/attendance", json={"said": {}, "rest_present": True})
    told = asks["trainer"].get("/training/effect", params={"session": number}).json()["together"]
    assert (told["verdict"], told["changes"]["low"], told["alone"]["low"]) == ("by_team", None, None)
    address, number = entered(asks, "只有两人", **(held | {"items": ["A5"]}))
    two = {"said": {who: {"presence": "present"} for who in ("1009", "1010")}}
    asks["trainer"].post(f"{address}/attendance", json=two)
    told = asks["trainer"].get("/training/effect", params={"session": number}).json()["together"]
    assert (told["verdict"], told["attended"], told["others"], told["changes"]) == ("too_few", None, None, None)
    _, number = entered(asks, "没有评分项")
    refused = asks["trainer"].get("/training/effect", params={"session": number})
    assert (refused.status_code, "没有登记对应哪些评分项" in refused.json()["detail"]) == (400, True)
