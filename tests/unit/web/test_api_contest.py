"""声音里的微笑 by the API: run by some, voted on blind by others, told when it is closed."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session, sessionmaker
from starlette.testclient import TestClient

from qa_pipeline.models.clips import ClipStep, ClipWord
from qa_pipeline.models.tokens import Scope
from qa_pipeline.settings import Settings
from qa_pipeline.store.queries.clips import add_clip_word
from tests.e2e.month import CLEAN, MAIN
from tests.people import NAMES
from tests.programs import Programs
from tests.voted import NOW, VOTERS, add_examples, add_voters, approved_clip

Month = tuple[Settings, sessionmaker[Session]]
BOTH = (Scope.TRAINING_READ, Scope.TRAINING_WRITE)
UNTIL = str(datetime.now().date() + timedelta(days=3))
TELLING = ("陈晓雯", "王海燕", "1001", "1003", "一组", "二组", CLEAN, MAIN, "call_id", "operator_id")
"""What would tell a voter whose calls they are."""
CONTEST = "/training/contest"
WHY = {"reason": "评完了"}


@pytest.fixture(scope="module")
def asks(month: Month) -> dict[str, TestClient]:
    settings, sessions = month
    with sessions.begin() as session:
        add_examples(session)
        add_voters(session)
        for call_id in (CLEAN, MAIN):
            approved_clip(session, call_id, settings.workspace)
    programs = Programs(settings, sessions)
    with pytest.MonkeyPatch.context() as names:
        for login, name, _ in VOTERS:
            names.setitem(NAMES, login, name)
        logins = ("trainer", "supervisor", "reviewer", "operator", *(login for login, _, _ in VOTERS))
        return {login: programs.of(login, *BOTH) for login in logins}


def listed(asks: dict[str, TestClient], title: str) -> tuple[str, dict[int, dict[str, object]]]:
    """Open a contest and choose a clip for each of its calls; return its address, and its entries by number."""
    made = asks["trainer"].post(CONTEST, json={"title": title, "period": "2026-10", "per_team": 1})
    assert made.status_code == 201, made.text
    address = f"{CONTEST}/{made.json()['contest_id']}"
    entries = {one["entry_id"]: one for one in made.json()["entries"]}
    for number, one in entries.items():
        path = f"{address}/entries/{number}/clip"
        assert asks["trainer"].post(path, json={"clip_id": one["clips"][0]}).status_code == 201
    return address, entries


def opened(asks: dict[str, TestClient], title: str, *others: str) -> str:
    address, _ = listed(asks, title)
    names = {*(name for _, name, _ in VOTERS), *others}
    people = asks["trainer"].get(address).json()["may_be_asked"]
    voters = [one["account_id"] for one in people if one["name"] in names]
    told = asks["trainer"].post(f"{address}/voting", json={"until": UNTIL, "voters": voters})
    assert (told.status_code, told.json()["state"]) == (201, "voting")
    return address


def marks(asks: dict[str, TestClient], login: str, address: str, mark: int) -> dict[str, object]:
    """Return a vote that gives the same for everything that somebody hears."""
    entries = asks[login].get(f"{address}/vote").json()["entries"]
    return {"marks": {one["token"]: dict.fromkeys(("tone", "clarity", "warmth"), mark) for one in entries}}


def test_a_contest_runs_from_its_shortlist_to_its_result(asks: dict[str, TestClient]) -> None:
    address = opened(asks, "十月评比", "陈晓雯")
    assert len(asks["operator"].get(f"{address}/vote").json()["entries"]) == 1, "their own call is not among them"
    for login, mark in (("voter1", 5), ("voter2", 4), ("voter3", 4), ("operator", 2)):
        given = marks(asks, login, address, mark)
        kept = asks[login].post(f"{address}/vote", json=given)
        assert (kept.status_code, kept.json()["entries"][0]["given"]["tone"]) == (201, mark)
    running = asks["trainer"].get(address)
    assert (running.json()["voted"], running.json()["whole"], "seed" in running.text) == (4, 4, False)
    assert asks["trainer"].get(f"{address}/result").status_code == 409
    assert asks["trainer"].post(f"{address}/closing", json={"reason": ""}).status_code == 400
    result = asks["supervisor"].post(f"{address}/closing", json=WHY).json()
    assert [one["place"] for one in result["places"]] == [1, 2]
    assert {one["call_id"] for one in result["places"]} == {CLEAN, MAIN}
    seen = asks["operator"].get(f"{address}/result").json()
    assert [one["mean"] for one in seen["places"]] == [one["mean"] for one in result["places"]]
    assert {one["call_id"] for one in seen["places"]} == {None}
    ran = asks["trainer"].get(f"{address}/result")
    assert ({one["call_id"] for one in ran.json()["places"]}, MAIN in ran.text) == ({None}, False)
    assert asks["reviewer"].get(f"{address}/result").status_code == 404
    late = asks["voter1"].post(f"{address}/vote", json={"marks": {}})
    assert (late.status_code, asks["voter1"].get(f"{address}/vote").status_code) == (409, 409)
    line = asks["supervisor"].get(CONTEST).json()["contests"][0]
    assert (line["state"], line["entries"], line["voters"], line["voted"]) == ("closed", 2, 4, 4)


def test_whose_clips_they_are_but_not_of_which_call_is_told_to_who_may_not_hear_it(asks: dict[str, TestClient]) -> None:
    address, entries = listed(asks, "哪通电话")
    assert {one["call_id"] for one in entries.values()} == {None}
    told = asks["trainer"].get(address)
    assert not [call_id for call_id in (CLEAN, MAIN) if call_id in told.text]
    seen = asks["supervisor"].get(address).json()["entries"]
    assert {one["call_id"] for one in seen} == {CLEAN, MAIN}


def test_who_votes_sees_no_list_and_who_made_the_list_does_not_vote(asks: dict[str, TestClient]) -> None:
    address, entries = listed(asks, "谁看名单")
    first = next(iter(entries))
    path, supervisor = f"{address}/entries/{first}", asks["supervisor"]
    assert supervisor.post(f"{path}/removal", json={"reason": ""}).status_code == 400
    told = supervisor.post(f"{path}/removal", json={"reason": "有背景音乐"}).json()["entries"]
    assert [one["removed"] and one["removed"]["by"] for one in told if one["entry_id"] == first] == ["主管丁"]
    assert supervisor.post(f"{path}/removal", json={"reason": "又一次"}).status_code == 409
    assert "主管丁" not in [one["name"] for one in supervisor.get(address).json()["may_be_asked"]]
    assert supervisor.post(f"{path}/return", json={"reason": "没有"}).status_code == 201
    other = opened(asks, "主管投票", "主管丁")
    assert supervisor.get(other).status_code == 409
    mine, _ = listed(asks, "主管开票")
    voters = [one["account_id"] for one in asks["trainer"].get(mine).json()["may_be_asked"]]
    told = supervisor.post(f"{mine}/voting", json={"until": UNTIL, "voters": voters}).json()
    assert ("主管丁" in told["voters"], told["entries"]) == (True, [])
    assert supervisor.get(f"{other}/vote").status_code == 200
    assert supervisor.post(f"{other}/entries/{first}/removal", json={"reason": "x"}).status_code == 400


def test_a_voter_hears_masked_sound_under_names_of_their_own_and_nothing_that_tells_whose_it_is(
    asks: dict[str, TestClient], month: Month
) -> None:
    address = opened(asks, "盲评")
    shown = asks["voter1"].get(f"{address}/vote")
    assert not [word for word in TELLING if word in shown.text]
    token = shown.json()["entries"][0]["token"]
    assert token not in asks["voter2"].get(f"{address}/vote").text
    assert asks["voter2"].get(f"{address}/heard/{token}").status_code == 404
    assert asks["voter1"].get(f"{address}/heard/{token}").content[:4] == b"RIFF"
    half = {"marks": {token: {"tone": 5, "clarity": 5}}}
    assert asks["voter1"].post(f"{address}/vote", json=half).status_code == 400
    assert asks["voter2"].post(f"{address}/vote", json=marks(asks, "voter1", address, 3)).status_code == 404
    assert asks["reviewer"].get(f"{address}/vote").status_code == 404
    clips = {one["clip_id"] for one in asks["trainer"].get(address).json()["entries"]}
    with month[1].begin() as session:
        for clip_id in clips:
            add_clip_word(session, ClipWord(clip_id, 1, ClipStep.WITHDRAWN, "主管丁", "又听了一遍", NOW))
    assert asks["voter1"].get(f"{address}/heard/{token}").status_code == 409
    assert {one["turns"] for one in asks["voter1"].get(f"{address}/vote").json()["entries"]} == {None}
