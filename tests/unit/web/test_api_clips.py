"""Masked clips by the API: who sees, hears and decides what; a program's account decides nothing."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy.orm import Session, sessionmaker
from starlette.testclient import TestClient

from qa_pipeline.accounts.managing import create_program
from qa_pipeline.accounts.tokens import make_token
from qa_pipeline.errors import UserError
from qa_pipeline.models.accounts import Role
from qa_pipeline.models.errands import ErrandKind, ErrandState
from qa_pipeline.models.tokens import Scope
from qa_pipeline.settings import Settings
from qa_pipeline.store.queries.clips import clip_file
from qa_pipeline.store.queries.errands import claim_errand, end_errand
from qa_pipeline.store.worker import this_worker
from qa_pipeline.training.clips import making
from tests.e2e.month import CLEAN, MAIN
from tests.packed import add_approved
from tests.people import client_as
from tests.programs import Programs

Month = tuple[Settings, sessionmaker[Session]]
BOTH = (Scope.TRAINING_READ, Scope.TRAINING_WRITE)
PASSAGE = {"call_id": MAIN, "start_ms": 0, "end_ms": 12_000}
HEARD_BY_PROGRAM = "质检员甲（令牌 "


@pytest.fixture(scope="module")
def asks(month: Month) -> dict[str, TestClient]:
    programs = Programs(*month)
    return {
        login: programs.of(login, Scope.CALLS_READ, *BOTH)
        for login in ("trainer", "reviewer", "reviewer2", "supervisor")
    }


@pytest.fixture(scope="module")
def made(month: Month) -> str:
    """A clip of the trainer's that waits to be heard; its address."""
    with month[1].begin() as session:
        return f"/training/clips/{add_approved(session, month[0].workspace, approved=False).clip_id}"


def test_a_clip_is_heard_by_another_approved_and_withdrawn_with_a_reason(
    asks: dict[str, TestClient], month: Month, made: str
) -> None:
    trainer, reviewer = asks["trainer"], asks["reviewer"]
    assert trainer.get(f"{made}/sound.wav").status_code == 404
    assert trainer.post(f"{made}/heard").status_code == 404
    assert trainer.post(f"{made}/approval", json={}).status_code == 400
    unheard = reviewer.post(f"{made}/approval", json={})
    assert (unheard.status_code, "还没有听过" in unheard.json()["detail"]) == (400, True)
    assert reviewer.post(f"{made}/heard").status_code == 400
    sound = reviewer.get(f"{made}/sound.wav", headers={"Range": "bytes=0-3"})
    assert (sound.status_code, sound.content) == (206, b"RIFF")
    (some,) = reviewer.get(made).json()["heard"]
    assert (some["name"].startswith(HEARD_BY_PROGRAM), some["whole"]) == (True, False)
    told = reviewer.post(f"{made}/heard").json()
    assert ([one["whole"] for one in told["heard"]], told["may_approve"]) == ([True], True)
    with client_as(month[1], month[0], "trainer") as browser:
        assert HEARD_BY_PROGRAM in browser.get(made).text
    assert reviewer.post(f"{made}/approval", json={"reason": "对照过"}).json()["clip"]["state"] == "approved"
    assert trainer.get(f"{made}/sound.wav").status_code == 200
    assert asks["supervisor"].post(f"{made}/approval", json={}).status_code == 409
    assert reviewer.post(f"{made}/withdrawal", json={}).status_code == 400
    told = reviewer.post(f"{made}/withdrawal", json={"reason": "电话13912345678没有盖住"}).json()
    words = [(one["step"], one["by"]) for one in told["words"]]
    assert words == [("approved", "质检员甲"), ("withdrawn", "质检员甲")]
    seen = trainer.get(made).json()
    assert (seen["clip"]["state"], seen["turns"], seen["lacking"]) == ("withdrawn", [], None)
    assert "13912345678" not in seen["words"][1]["reason"]
    done = Programs(*month).logged("approve_clip")
    assert [(login, outcome) for login, _, outcome in done] == [
        ("trainer", 400), ("reviewer", 400), ("reviewer", 201), ("supervisor", 409),
    ]  # fmt: skip
    assert {about for _, about, _ in done} == {f"clip_id={made.rsplit('/', 1)[1]}"}


def test_who_may_not_hear_the_call_is_told_neither_which_it_is_nor_what_was_said(
    asks: dict[str, TestClient], month: Month
) -> None:
    with month[1].begin() as session:
        number = add_approved(session, month[0].workspace, call_id=CLEAN, approved=False).clip_id
    address = f"/training/clips/{number}"
    for login, told in (("trainer", None), ("reviewer", CLEAN)):
        seen = asks[login].get(address).json()
        assert (seen["call_id"], seen["start_ms"] is None) == (told, told is None)
        assert seen["turns"]
        assert seen["may_approve"] is (login == "reviewer")
    assert asks["reviewer"].get(f"{address}/original.wav").content[:4] == b"RIFF"
    assert asks["trainer"].get(f"{address}/original.wav").status_code == 404
    assert asks["reviewer"].get(f"{address}/peaks.json").json()["peaks"]
    assert asks["trainer"].get(f"{address}/peaks.json").status_code == 404
    assert asks["trainer"].post(f"{address}/again", json={"words": ["您"]}).status_code == 400
    listed = asks["trainer"].get("/training/clips", params={"state": "made"}).json()
    assert number in [one["clip_id"] for one in listed["clips"]]
    refused = asks["trainer"].post(f"{address}/refusal", json={"reason": "重做"})
    assert (refused.json()["clip"]["state"], refused.json()["clip"]["readable"]) == ("refused", False)


def test_words_are_put_right_once_by_who_hears_the_call(asks: dict[str, TestClient], month: Month) -> None:
    with month[1].begin() as session:
        number = add_approved(session, month[0].workspace).clip_id
    address, reviewer = f"/training/clips/{number}", asks["reviewer"]
    before = reviewer.get(address).json()
    said = "".join(piece["text"] for piece in before["turns"][0]["pieces"])
    given = {"texts": {"0": said.replace("三次", "四次")}, "seen": before["seen"]}
    assert asks["trainer"].post(f"{address}/text", json=given).status_code == 400
    after = reviewer.post(f"{address}/text", json=given).json()
    assert (after["clip"]["state"], "四次" in after["turns"][0]["pieces"][0]["text"]) == ("made", True)
    assert [one["by"] for one in after["corrections"]] == ["质检员甲"]
    assert reviewer.post(f"{address}/text", json=given).status_code == 409


def test_a_clip_is_asked_for_and_one_that_failed_is_tried_again(asks: dict[str, TestClient], month: Month) -> None:
    trainer, sessions = asks["trainer"], month[1]
    asked = trainer.post("/training/clips", json={**PASSAGE, "start_ms": 20_000, "end_ms": 30_000})
    assert (asked.status_code, asked.json()["state"], asked.json()["asked_by"]) == (202, "waiting", "培训师戊")
    assert trainer.post("/training/clips", json={**PASSAGE, "call_id": "H000000-000"}).status_code == 404
    with sessions.begin() as session:
        held = claim_errand(session, this_worker(), datetime.now(), (ErrandKind.CLIP,))
        assert held is not None
        end_errand(session, held, ErrandState.FAILED, datetime.now(), error=(f"通话 {MAIN} 没有录音，不能剪辑", "导入"))
    (failed,) = trainer.get("/training/clips/making").json()
    assert (failed["errand_id"], failed["error"]) == (asked.json()["errand_id"], "通话 … 没有录音，不能剪辑")
    (told,) = asks["reviewer"].get("/training/clips/making").json()
    assert (told["call_id"], told["start_ms"], told["error"]) == (MAIN, 20_000, f"通话 {MAIN} 没有录音，不能剪辑")
    for one in (asked.json(), failed):
        assert (one["call_id"], one["start_ms"], one["end_ms"]) == (None, None, None)
    with client_as(month[1], month[0], "trainer") as browser:
        assert MAIN not in browser.get("/training/clips/making").text
    with client_as(month[1], month[0], "reviewer") as browser:
        assert MAIN in browser.get("/training/clips/making").text
    retry = f"/training/clips/making/{failed['errand_id']}/retry"
    assert trainer.post(retry).json()["state"] == "waiting"
    assert trainer.post(retry).status_code == 409


def test_a_clip_that_is_made_again_is_put_aside_as_it_was_and_covers_more(
    asks: dict[str, TestClient], month: Month
) -> None:
    with month[1].begin() as session:
        number = add_approved(session, month[0].workspace, call_id="H261005-001").clip_id
    asked = asks["reviewer"].post(f"/training/clips/{number}/again", json={"spans": [[100, 900]], "cover": "silence"})
    assert (asked.status_code, asked.json()["replaces"]) == (202, number)
    assert "masks" not in asked.text
    with month[1]() as session:
        assert clip_file(session, number).words[-1].reason == "重新制作"
    other = asks["supervisor"].post(f"/training/clips/{number}/again", json={"spans": [[2_000, 3_000]]})
    assert other.status_code == 409


def test_making_a_clip_again_does_not_tell_who_may_not_hear_the_call_which_it_was(
    asks: dict[str, TestClient], month: Month, monkeypatch: pytest.MonkeyPatch
) -> None:
    with month[1].begin() as session:
        number = add_approved(session, month[0].workspace, call_id=CLEAN, approved=False).clip_id
    address = f"/training/clips/{number}/again"
    with monkeypatch.context() as kept:
        kept.setattr(making, "secret_because", lambda *_: "涉密")
        refused = {login: asks[login].post(address, json={}) for login in ("trainer", "reviewer")}
    assert {login: one.status_code for login, one in refused.items()} == {"trainer": 400, "reviewer": 400}
    assert refused["trainer"].json()["detail"] == "通话 … 不能剪辑：涉密"
    assert refused["reviewer"].json()["detail"] == f"通话 {CLEAN} 不能剪辑：涉密"
    asked = asks["trainer"].post(address, json={})
    assert (asked.status_code, asked.json()["replaces"]) == (202, number)
    assert [asked.json()[name] for name in ("call_id", "start_ms", "end_ms")] == [None] * 3
    assert CLEAN not in asked.text


def test_reading_and_deciding_are_two_scopes_and_no_programs_account_has_the_second(month: Month, made: str) -> None:
    settings, sessions = month
    programs = Programs(settings, sessions)
    assert programs.of("reviewer", Scope.TRAINING_READ).post(f"{made}/approval", json={}).status_code == 403
    assert programs.of("reviewer", Scope.TRAINING_WRITE).get(made).status_code == 403
    with sessions.begin() as session:
        create_program(session, "trains", "培训平台", (Role.REVIEWER,), "管理员己", datetime.now())
        with pytest.raises(UserError, match="training:write"):
            make_token(session, "x", "trains", BOTH, 30, "管理员己", datetime.now())


def test_a_sound_that_was_refused_was_not_heard(month: Month) -> None:
    with month[1].begin() as session:
        address = f"/training/clips/{add_approved(session, month[0].workspace, approved=False).clip_id}"
    programs = Programs(*month)
    assert programs.of("supervisor", Scope.CALLS_READ).get(f"{address}/sound.wav").status_code == 403
    able = programs.of("supervisor", *BOTH)
    refused = able.post(f"{address}/heard")
    assert (refused.status_code, "没有发给过您" in refused.json()["detail"]) == (400, True)


def test_what_was_said_takes_a_token_that_reads_calls(month: Month, made: str) -> None:
    programs = Programs(*month)
    without, able = programs.of("reviewer", *BOTH), programs.of("reviewer", Scope.CALLS_READ, *BOTH)
    assert without.get(f"{made}/original.wav").status_code == 403
    assert able.get(f"{made}/original.wav").status_code == 200
    told = without.get(made).json()
    assert (told["call_id"], told["start_ms"], told["original"]) == (None, None, [])
    assert able.get(made).json()["call_id"] == MAIN
    assert without.get("/training/passages?month=2026-10").status_code == 403
