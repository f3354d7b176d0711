"""Operators see their own work, what it rests on and where it stands, and nobody else's."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy.orm import Session, sessionmaker
from starlette.testclient import TestClient

from qa_pipeline.models import Verdict
from qa_pipeline.review import close_month, decide
from qa_pipeline.settings import Settings
from qa_pipeline.store.queries.access_log import AccessFilter, access_entries
from qa_pipeline.store.session import close_store
from tests.e2e.month import CLEAN, MAIN, MONTH, WAITING, seed
from tests.people import client_as

NOW = datetime(2026, 11, 2, 9, 0)
Centre = tuple[Settings, sessionmaker[Session]]


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Centre]:
    """Give a month in which a reviewer has confirmed a finding and one of two has voted on a fatal error."""
    settings, sessions = seed(tmp_path_factory.mktemp("judged"))
    with sessions.begin() as session:
        decide(session, MAIN, "PH06", Verdict.CONFIRM, 2, "质检员甲", "与李女士（13900001234）说的", NOW)
        decide(session, MAIN, "FE01", Verdict.CONFIRM, 1, "质检员乙", "盲评的话", NOW)
    yield settings, sessions
    close_store(sessions)


@pytest.fixture(scope="module")
def operator(judged: Centre) -> Iterator[TestClient]:
    settings, sessions = judged
    with client_as(sessions, settings, "operator3") as asking:
        yield asking


@pytest.mark.parametrize("address", ["/me", f"/me?month={MONTH}", f"/me/calls/{MAIN}", "/me?month=1999-01"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_an_operators_pages_are_there_in_both_languages(operator: TestClient, address: str, language: str) -> None:
    answer = operator.get(f"{address}{'&' if '?' in address else '?'}lang={language}")
    assert answer.status_code == 200, answer.text[:300]
    assert "王海燕" in answer.text


def test_my_month_shows_mean_grade_and_that_they_are_provisional(operator: TestClient) -> None:
    text = operator.get("/me").text
    assert "暂定" in text
    assert "结账后确定" in text
    assert "没有连续不合格的月份" in text
    assert f"/me/calls/{MAIN}" in text


def test_my_month_is_told_in_my_language(operator: TestClient) -> None:
    assert "样本不足" in operator.get("/me").text
    english = operator.get("/me?lang=en").text
    assert "never counts towards three in a row" in english
    assert "样本不足" not in english


def test_each_finding_has_its_reason_its_words_and_where_its_rule_is_explained(operator: TestClient) -> None:
    text = operator.get(f"/me/calls/{MAIN}").text
    assert "说了禁语2处" in text
    assert 'href="/rules/PH06"' in text
    assert f'data-audio="/me/calls/{MAIN}/audio.wav"' in text
    assert "已由人复核" in text
    assert "机器判定，尚未有人复核" in text


def test_reviewers_are_not_named_and_what_is_judged_blind_stays_unsaid(operator: TestClient) -> None:
    text = operator.get(f"/me/calls/{MAIN}").text
    assert "质检员甲" not in text
    assert "质检员乙" not in text
    assert "盲评的话" not in text
    assert "疑似一票否决" in text


def test_personal_data_is_hidden_in_texts_and_yet_the_own_call_can_be_heard(operator: TestClient) -> None:
    assert "13900001234" not in operator.get(f"/me/calls/{MAIN}").text
    sound = operator.get(f"/me/calls/{MAIN}/audio.wav", headers={"Range": "bytes=0-99"})
    assert (sound.status_code, sound.headers["content-type"], len(sound.content)) == (206, "audio/wav", 100)


@pytest.mark.parametrize("part", ["", "/audio.wav"])
@pytest.mark.parametrize("call_id", [CLEAN, "NOPE"])
def test_a_colleagues_call_is_as_if_it_were_not_there(operator: TestClient, call_id: str, part: str) -> None:
    answer = operator.get(f"/me/calls/{call_id}{part}")
    assert answer.status_code == 404
    assert f"您抽检的通话里没有 {call_id}" in answer.text


def test_a_look_at_ones_own_call_is_written_down(judged: Centre, operator: TestClient) -> None:
    operator.get(f"/me/calls/{MAIN}")
    with judged[1]() as session:
        lines = access_entries(session, AccessFilter(who="operator3"), 50)
    assert ("own_call_page", f"call_id={MAIN}") in {(line.action, line.subject) for line in lines}


def test_a_call_that_waits_to_be_audited_says_so(judged: Centre) -> None:
    settings, sessions = judged
    with client_as(sessions, settings, "operator") as asking:
        assert "尚未质检" in asking.get(f"/me/calls/{WAITING}").text


def test_a_settled_month_shows_pay_as_settled_and_until_when_to_appeal(tmp_path: Path) -> None:
    settings, sessions = seed(tmp_path)
    with sessions.begin() as session:
        close_month(session, settings, MONTH, "主管丁", NOW, accept_open=True)
    with client_as(sessions, settings, "operator3") as asking:
        mine, call = asking.get("/me").text, asking.get(f"/me/calls/{MAIN}").text
    close_store(sessions)
    assert "已结账" in mine
    assert "以财务为准" in mine
    assert "2026-11-09" in call
    assert "结账时无人复核" in call
    assert "尚未复核" not in mine
    assert "等人判定" not in call
