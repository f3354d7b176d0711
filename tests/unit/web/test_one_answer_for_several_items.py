"""A call without an order: whether there should have been one is asked once, and the answer is each item's."""

from __future__ import annotations

from datetime import datetime

import pytest

from qa_pipeline.models import TOGETHER, Outcome, RuleResult, Verdict
from qa_pipeline.review import decide
from qa_pipeline.store.queries.calls import call_file
from qa_pipeline.store.queries.results import save_audit
from qa_pipeline.store.session import close_store
from tests.e2e.month import CLEAN, clean_results, seed
from tests.people import client_as

NOW = datetime(2026, 11, 2, 9, 0)
QUESTION = "没有工单：该不该建单？"
DOUBTS = tuple(
    RuleResult(f"RD0{n}", f"D{n}", Outcome.UNDETERMINED, f"该不该建单（{n}）", details={TOGETHER: QUESTION})
    for n in range(1, 7)
)


@pytest.fixture
def centre(tmp_path):
    settings, sessions = seed(tmp_path)
    with sessions.begin() as session:
        file = call_file(session, CLEAN)
        save_audit(
            session, file.call, file.audit.recording_id, inputs_hash="9" * 64, speech_hash="1" * 64,
            ruleset=file.audit.ruleset, scorecard_version=file.audit.scorecard_version, knowledge_sha256="",
            results=(*DOUBTS, *(r for r in clean_results(lost=False) if not r.item.startswith("D"))),
            evaluation=file.audit.evaluation, now=NOW,
        )  # fmt: skip
    yield settings, sessions
    close_store(sessions)


@pytest.fixture
def client(centre):
    settings, sessions = centre
    with client_as(sessions, settings) as asking:
        yield asking


def file_of(centre):
    with centre[1]() as session:
        return call_file(session, CLEAN)


def said(centre) -> dict[str, str]:
    return {d.code: d.verdict.value for d in file_of(centre).decisions}


def post(client, centre, verdict: str = "not_applicable", code: str = "RD01", **more):
    form = {"verdict": verdict, "audit_id": file_of(centre).audit.audit_id, "seen": 0, "reviewer": "甲", **more}
    return client.post(f"/calls/{CLEAN}/findings/{code}", data=form)


def test_the_page_asks_once_and_says_which_items_it_settles(client) -> None:
    page = client.get(f"/calls/{CLEAN}").text
    assert page.count(QUESTION) == 1
    assert "一问定 6 项：D1 D2 D3 D4 D5 D6" in page
    assert page.count("与 D1 是同一问") == 5
    assert page.count('name="together"') == 1


def test_one_word_is_written_for_each_item_and_each_is_shown_anew(client, centre) -> None:
    answer = post(client, centre, together="true")
    assert said(centre) == {f"RD0{n}": "not_applicable" for n in range(1, 7)}
    assert answer.text.count('hx-swap-oob="true"') == 7  # the five other items, the score, the message
    assert 'id="item-D6"' in answer.text


def test_a_second_press_writes_nothing_more(client, centre) -> None:
    post(client, centre, together="true")
    assert post(client, centre, together="true").status_code == 200
    assert len(file_of(centre).decisions) == 6


def test_a_word_may_still_be_for_one_item_alone_and_is_not_undone_by_one_for_the_others(client, centre) -> None:
    post(client, centre, "overrule", "RD06")
    page = client.get(f"/calls/{CLEAN}").text
    assert "一问定 5 项：D1 D2 D3 D4 D5" in page
    post(client, centre, "fault", together="true", reason="该建单而没有建")
    assert said(centre) == {**{f"RD0{n}": "fault" for n in range(1, 6)}, "RD06": "overrule"}


def test_all_or_none_is_written_where_somebody_spoke_meanwhile(client, centre) -> None:
    with centre[1].begin() as session:
        for result in DOUBTS:
            decide(session, CLEAN, result.code, Verdict.OVERRULE, 1, "乙", "", NOW)
    assert post(client, centre, "fault", together="true", reason="没有建单").status_code == 409
    assert set(said(centre).values()) == {"overrule"}
