"""The front page for each role, the queue, and who is at a call."""

from __future__ import annotations

import re

import pytest
from starlette.testclient import TestClient

from qa_pipeline.store.session import close_store
from tests.e2e.month import CLEAN, MAIN, MONTH, seed
from tests.people import client_as


@pytest.fixture
def desk(tmp_path):
    settings, sessions = seed(tmp_path)
    yield lambda login: client_as(sessions, settings, login)
    close_store(sessions)


def counts(page: str) -> dict[str, int]:
    found = re.findall(r"<span>([^<]+?)(?: <small>[^<]*</small>)?</span><b>(\d+)</b>", page)
    return {name: int(n) for name, n in found}


def test_each_roles_front_page_shows_what_is_theirs(desk) -> None:
    reviewer, supervisor = desk("reviewer").get("/").text, desk("supervisor").get("/").text
    assert counts(reviewer)["疑似否决"] == 1
    assert counts(reviewer)["待确认的扣分"] == 4
    assert "监督记录待审批" not in counts(reviewer)
    assert counts(supervisor)["监督记录待审批"] == 0
    assert "校准待评" in counts(supervisor)
    trainer = desk("trainer").get("/").text
    assert f"/months/{MONTH}" in trainer
    assert "待我复核" not in trainer
    administrator = desk("administrator").get("/").text
    assert "失败 1" in administrator
    assert "/months/" not in administrator


def test_an_operators_front_page_is_their_own(desk) -> None:
    answer = desk("operator").get("/?lang=en", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/me?lang=en")


def test_the_next_call_goes_on_in_the_queue_and_ends_at_the_queue(desk) -> None:
    client: TestClient = desk("reviewer")
    answer = client.get("/queue/next", follow_redirects=False)
    assert answer.headers["location"] == f"/calls/{MAIN}?queue=all"
    page = client.get(answer.headers["location"]).text
    assert f"/queue/next?kind=all&amp;after={MAIN}" in page
    assert "您正在复核" in page
    seen = [MAIN]
    for _ in range(4):
        answer = client.get("/queue/next", params={"after": seen[-1]}, follow_redirects=False)
        seen.append(answer.headers["location"].split("?")[0].removeprefix("/calls/"))
    assert len(set(seen)) == 5
    fatal = client.get("/queue/next?kind=second", follow_redirects=False)
    assert fatal.headers["location"] == "/queue?kind=second"
    in_english = client.get("/queue/next?kind=second&lang=en", follow_redirects=False)
    assert in_english.headers["location"] == "/queue?kind=second&lang=en"


def test_a_call_that_another_holds_can_be_looked_at_but_not_taken_until_it_is_released(desk) -> None:
    first, second = desk("reviewer"), desk("reviewer2")
    assert first.post("/queue/claim", data={"call_id": CLEAN}).url.path == f"/calls/{CLEAN}"
    assert "质检员甲正在复核" in second.get(f"/calls/{CLEAN}").text
    refused = second.post("/queue/claim", data={"call_id": CLEAN})
    assert refused.status_code == 409
    assert f"质检员甲正在复核通话 {CLEAN}" in refused.text
    second.post("/queue/release", data={"call_id": CLEAN})
    assert second.post("/queue/claim", data={"call_id": CLEAN}).status_code == 409
    first.post("/queue/release", data={"call_id": CLEAN})
    assert second.post("/queue/claim", data={"call_id": CLEAN}).url.path == f"/calls/{CLEAN}"


def test_an_open_page_asks_to_hold_its_call_longer(desk) -> None:
    client: TestClient = desk("reviewer")
    client.post("/queue/claim", data={"call_id": CLEAN})
    part = client.post("/queue/renew", data={"call_id": CLEAN})
    assert 'hx-trigger="every 300s"' in part.text
    client.post("/queue/release", data={"call_id": CLEAN})
    assert "hx-trigger" not in client.post("/queue/renew", data={"call_id": CLEAN}).text
    assert client.post("/queue/claim", data={"call_id": "nowhere"}).status_code == 404


def test_the_queue_says_how_many_of_its_calls_others_are_at(desk) -> None:
    reviewer, supervisor = desk("reviewer"), desk("supervisor")
    assert "别人正在复核" not in supervisor.get("/queue").text
    reviewer.get("/queue/next", follow_redirects=False)
    assert "其中 1 通别人正在复核" in supervisor.get("/queue").text
    assert "别人正在复核" not in reviewer.get("/queue").text
