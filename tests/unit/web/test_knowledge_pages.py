"""The pages of those who keep the base: what waits, where a text states a fact, and an owner's word on it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy.orm import Session, sessionmaker
from starlette.testclient import TestClient

from qa_pipeline.models import Fact
from qa_pipeline.settings import Settings
from qa_pipeline.store.queries.knowledge import entries, entry_row
from qa_pipeline.store.session import close_store, open_store
from tests import centre
from tests.people import client_as

ANSWER = "带<户口簿>到派出所，工本费40元，20个工作日领取。"


@pytest.fixture
def base(tmp_path: Path) -> Iterator[tuple[TestClient, sessionmaker[Session]]]:
    settings = Settings(workspace=tmp_path)
    sessions = open_store(settings.url, create=True)
    waiting = centre.entry(
        "K1/补领", answer=ANSWER, facts=(Fact("fee", "40", "yuan", confirmed=False),), owner_department="市公安局"
    )
    kept = centre.entry("K2", title="居住证办理", owner_department="市人社局", details={"review_by": "2099-01-01"})
    with sessions.begin() as session:
        session.add_all(entry_row(entry, datetime(2026, 9, 1, 8)) for entry in (waiting, kept))
    with client_as(sessions, settings) as asking:
        yield asking, sessions
    close_store(sessions)


Base = tuple[TestClient, sessionmaker[Session]]


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ({}, {"居民身份证补领", "居住证办理"}),
        ({"q": "居住证"}, {"居住证办理"}),
        ({"owner": "市公安局"}, {"居民身份证补领"}),
        ({"only": "waiting"}, {"居民身份证补领"}),
        ({"lang": "en", "q": "没有这个"}, set()),
    ],
)
def test_the_list_shows_what_was_asked_for(base: Base, query: dict[str, str], shown: set[str]) -> None:
    text = base[0].get("/knowledge", params=query).text
    assert {title for title in ("居民身份证补领", "居住证办理") if f">{title}</a>" in text} == shown
    assert ("No entry fits" in text) == (not shown)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_an_entry_shows_its_facts_where_its_text_states_them(base: Base, language: str) -> None:
    text = base[0].get("/knowledge/K1/补领", params={"lang": language}).text
    assert "工本费<mark>40元</mark>，20个工作日" in text
    assert "&lt;户口簿&gt;" in text
    assert "KB15" in text


def test_an_owner_confirms_a_fact_once(base: Base) -> None:
    asking, sessions = base
    form = {"seen": "1", "confirm": ["1"], "must_say": ["1"]}
    answer = asking.post("/knowledge/K1/补领/facts", data=form, follow_redirects=False)
    assert answer.status_code == 303
    with sessions() as session:
        entry = entries(session)[0]
    assert entry.facts == (Fact("fee", "40", "yuan", must_say=True),)
    assert entry.details["facts_confirmed_by"] == "质检员甲"
    day = entry.details["facts_confirmed_at"]
    assert asking.get("/knowledge/K1/补领").text.count(f"要点由 质检员甲 于 {day} 确认") == 1
    again = asking.post("/knowledge/K1/补领/facts", data=form)
    assert again.status_code == 409


def test_an_unknown_entry_is_told(base: Base) -> None:
    asking, _ = base
    assert asking.get("/knowledge/K9").status_code == 404
    assert asking.post("/knowledge/K9/facts", data={"seen": "0"}).status_code == 404


def test_the_fields_of_an_entry_are_shown_with_their_names(base: Base) -> None:
    asking, sessions = base
    details = {"fee": "40元", "phone": "0915-1234567", "hours": "周一至周五 9:00-17:00", "time_limit": "20个工作日"}
    with sessions.begin() as session:
        session.add(entry_row(centre.entry("K3", details=details), datetime(2026, 9, 1, 8)))
    text = asking.get("/knowledge/K3").text
    for name, value in (("费用", "40元"), ("电话", "0915-1234567"), ("办理时间", "周一至周五"), ("时限", "20个工作日")):
        assert f"<dt>{name}</dt><dd>{value}" in text
    assert "办理时间：</span>" in text


def recorded(sessions: sessionmaker[Session]) -> tuple[Fact, ...]:
    with sessions() as session:
        return {entry.entry_id: entry for entry in entries(session)}["K1/补领"].facts


@pytest.mark.parametrize(("language", "words"), [("zh", "什么都没有记"), ("en", "nothing was recorded")])
def test_pressing_record_with_nothing_ticked_says_so(base: Base, language: str, words: str) -> None:
    asking, sessions = base
    form = {"seen": "1", "correct": ["", "", "", ""]}
    text = asking.post(f"/knowledge/K1/补领/facts?lang={language}", data=form).text
    assert words in text
    assert recorded(sessions) == (Fact("fee", "40", "yuan", confirmed=False),)


def test_a_value_is_corrected_on_the_page_and_replaces_the_old_one(base: Base) -> None:
    asking, sessions = base
    text = asking.post("/knowledge/K1/补领/facts", data={"seen": "1", "correct": ["25元", "", "", ""]}).text
    assert recorded(sessions) == (Fact("fee", "25", "yuan"),)
    assert "已记下" in text
    assert "正文仍写别的值，答案：" in text


def test_a_correction_that_states_no_value_is_told_and_nothing_is_recorded(base: Base) -> None:
    asking, sessions = base
    answer = asking.post("/knowledge/K1/补领/facts", data={"seen": "1", "correct": ["看情况"]})
    assert answer.status_code == 400
    assert "没有可用的值" in answer.text
    assert recorded(sessions) == (Fact("fee", "40", "yuan", confirmed=False),)


def test_what_waits_for_its_owner_says_which_boxes_to_tick(base: Base) -> None:
    assert "勾选“确认”（值不对的填“改为”），按“记下”" in base[0].get("/knowledge/K1/补领").text
