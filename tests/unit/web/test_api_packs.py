"""Packs and role-play by the API: who may open what, what is kept, and whose a trainee's answer is."""

from __future__ import annotations

import io
import zipfile
from datetime import datetime

import pytest
from sqlalchemy.orm import Session, sessionmaker
from starlette.testclient import TestClient

from qa_pipeline.accounts.managing import create_program
from qa_pipeline.accounts.tokens import make_token
from qa_pipeline.models.accounts import Role
from qa_pipeline.models.packs import Heard
from qa_pipeline.models.tokens import Scope
from qa_pipeline.settings import Settings
from qa_pipeline.store.queries.rehearsals import rehearsal_heard
from qa_pipeline.training.packs.plans import give_out
from qa_pipeline.training.packs.rehearsing import FOLDER
from tests.builders import call
from tests.e2e.month import MAIN
from tests.packed import add_approved, add_pack, person, withdraw
from tests.programs import Programs

Month = tuple[Settings, sessionmaker[Session]]
BOTH = (Scope.TRAINING_READ, Scope.TRAINING_WRITE)


@pytest.fixture(scope="module")
def asks(month: Month) -> dict[str, TestClient]:
    programs = Programs(*month)
    return {login: programs.of(login, *BOTH) for login in ("trainer", "supervisor", "operator", "operator3")}


@pytest.fixture(scope="module")
def given(month: Month) -> str:
    """A pack of one clip, given out to team 一组; its address."""
    settings, sessions = month
    with sessions.begin() as session:
        number = add_pack(session, settings.workspace).pack_id
        give_out(session, number, "一组", None, person(session), datetime.now())
    return f"/training/packs/{number}"


def test_a_pack_is_put_together_given_to_a_team_read_taken_away_and_taken_back(
    asks: dict[str, TestClient], month: Month
) -> None:
    settings, sessions = month
    trainer, operator = asks["trainer"], asks["operator"]
    begun = trainer.post("/training/packs", json={"title": "一月模拟接电"}).json()
    pack = f"/training/packs/{begun['pack']['pack_id']}"
    with sessions.begin() as session:
        clip = add_approved(session, settings.workspace).clip_id
        waits = add_approved(session, settings.workspace, approved=False).clip_id
    offered = [one["clip_id"] for one in trainer.get(pack).json()["offered"]]
    assert (clip in offered, waits in offered) == (True, False)
    steps = [{"minutes": 5, "text": "开场"}, {"minutes": 10, "clip_id": clip}]
    plan = {"seen": 1, "title": "一月模拟接电", "aim": "先安抚", "steps": steps}
    assert trainer.post(f"{pack}/plan", json=plan).json()["version"] == 2
    assert asks["supervisor"].post(f"{pack}/plan", json=plan).status_code == 409
    adds = {**plan, "seen": 2, "steps": [{"minutes": 5, "clip_id": waits}]}
    assert trainer.post(f"{pack}/plan", json=adds).status_code == 409
    assert trainer.post(f"{pack}/giving", json={"team": "没有的组"}).status_code == 400
    assert operator.get(f"{pack}/read").status_code == 404
    assert trainer.post(f"{pack}/giving", json={"team": "一组"}).json()["given"]["step"] == "given"
    assert begun["pack"]["pack_id"] in [one["pack_id"] for one in operator.get("/training/packs").json()["packs"]]
    assert asks["operator3"].get(f"{pack}/read").status_code == 404
    read = operator.get(f"{pack}/read")
    assert [one["clip_id"] for one in read.json()["clips"]] == [clip]
    assert not [word for word in (MAIN, "1003", "王海燕", "培训师戊") if word in read.text]
    sound = operator.get(f"{pack}/clips/{clip}/sound", headers={"Range": "bytes=0-3"})
    assert (sound.status_code, sound.content) == (206, b"RIFF")
    taken = asks["supervisor"].post(f"{pack}/zip")
    assert "index.html" in zipfile.ZipFile(io.BytesIO(taken.content)).namelist()
    assert [one["taken_by"] for one in trainer.get(pack).json()["downloads"]] == ["主管丁"]
    lines = {one["pack_id"]: one for one in trainer.get("/training/packs").json()["packs"]}
    assert (lines[begun["pack"]["pack_id"]]["downloads"], lines[begun["pack"]["pack_id"]]["minutes"]) == (1, 15)
    assert {one["downloads"] for one in operator.get("/training/packs").json()["packs"]} == {None}
    assert trainer.post(f"{pack}/taking-back").json()["given"]["step"] == "taken_back"
    assert operator.get(f"{pack}/clips/{clip}/sound").status_code == 404
    assert trainer.post(f"{pack}/taking-back").status_code == 409


def test_a_clip_whose_approval_is_withdrawn_is_silent_in_its_pack(asks: dict[str, TestClient], month: Month) -> None:
    settings, sessions = month
    with sessions.begin() as session:
        plan = add_pack(session, settings.workspace)
        withdraw(session, plan.clips[0])
    pack = f"/training/packs/{plan.pack_id}"
    (clip,) = asks["trainer"].get(pack).json()["pack"]["clips"]
    assert (clip["turns"], "已撤回" in clip["why_not"]) == ([], True)
    card = asks["trainer"].get(f"{pack}/cards/{clip['clip_id']}").json()
    assert (card["turns"], "已撤回" in card["why_not"]) == ([], True)
    assert asks["trainer"].post(f"{pack}/zip").status_code == 409
    assert asks["trainer"].get(f"{pack}/clips/{clip['clip_id']}/sound").status_code == 409
    assert asks["trainer"].get(f"{pack}/play/1").status_code == 400


def test_a_card_is_suggested_saved_and_an_older_one_is_brought_back(asks: dict[str, TestClient], given: str) -> None:
    trainer = asks["trainer"]
    clip = trainer.get(given).json()["pack"]["clips"][0]["clip_id"]
    card = f"{given}/cards/{clip}"
    suggested = trainer.get(card, params={"scenario": "repeated"}).json()
    assert (suggested["seen"], "situation" in suggested["card"]["suggested"]) == (0, True)
    written = {"seen": 0, "scenario": "repeated", "title": "催办三次", "situation": "第三次来电", "goal": "要个准话"}
    assert trainer.post(card, json=written).json()["saved_by"] == "培训师戊"
    assert asks["supervisor"].post(card, json=written).status_code == 409
    assert trainer.post(card, json={**written, "seen": 1, "title": "又来催办"}).json()["version"] == 2
    assert trainer.get(card).json()["card"]["title"] == "又来催办"
    assert trainer.get(card, params={"version": 1}).json()["card"]["title"] == "催办三次"
    assert trainer.get(card, params={"version": 9}).status_code == 404
    named = trainer.post(card, json={**written, "seen": 2, "judged": "王海燕答得不好"})
    assert named.status_code == 400


def test_an_answer_is_the_trainees_heard_by_trainers_and_deleted_by_its_trainee_alone(
    asks: dict[str, TestClient], month: Month, given: str
) -> None:
    settings, sessions = month
    operator, trainer, play = asks["operator"], asks["trainer"], f"{given}/play/1"
    shown = operator.get(play, params={"cue": 2}).json()
    assert (shown["cues"], shown["cue"]["cue"], shown["answers"], shown["cue"]["phrases"]) == (2, 2, [], [])
    form = {"cue": "2", "clip": str(shown["clip"]["clip_id"])}
    sent = operator.post(f"{play}/answers", data=form, files={"sound": ("a.webm", b"a sound")})
    assert (sent.status_code, sent.json()["waits"], sent.json()["cue"]) == (202, True, 2)
    moved = operator.post(f"{play}/answers", data={**form, "clip": "999"}, files={"sound": ("a", b"x")})
    assert moved.status_code == 409
    empty = operator.post(f"{play}/answers", data=form, files={"sound": ("a", b"")})
    assert empty.status_code == 400
    assert operator.get(play, params={"cue": 9}).status_code == 404
    number = sent.json()["rehearsal_id"]
    sound = f"/training/rehearsals/{number}/sound.wav"
    assert operator.get(sound).status_code == 404
    with sessions.begin() as session:
        (settings.workspace / FOLDER / "kept.wav").write_bytes(b"RIFF....WAVE")
        ctx = call([("话", "您别着急")])
        heard = Heard("您别着急", 2_000)
        rehearsal_heard(session, number, f"{FOLDER}/kept.wav", heard, (ctx.transcript, ctx.acoustics))
    assert operator.get(f"{play}/answers", params={"cue": 2}).json()[0]["heard"]["text"] == "您别着急"
    assert operator.get(play, params={"cue": 2}).json()["done"] == [2]
    assert trainer.get(play, params={"cue": 2}).json()["answers"] == []
    (line,) = trainer.get(f"{given}/rehearsals").json()
    assert (line["name"], line["cues"]) == ("陈晓雯", 1)
    whole = trainer.get(f"{play}/whole", params={"of": line["account_id"]}).json()
    assert (whole["name"], [one["cue"] for one in whole["answers"]]) == ("陈晓雯", [2])
    assert [asks[login].get(sound).status_code for login in ("operator", "trainer", "supervisor")] == [200, 200, 404]
    assert asks["supervisor"].get(f"{given}/rehearsals").status_code == 403
    assert asks["supervisor"].get(f"{play}/whole", params={"of": line["account_id"]}).status_code == 404
    platform = _program_of_a_trainer(month)
    for address in (f"{given}/rehearsals", sound, f"{play}/whole?of={line['account_id']}"):
        assert platform.get(address).status_code == 403
    assert platform.get(given).status_code == 200
    assert trainer.post(f"/training/rehearsals/{number}/deletion").status_code == 404
    assert operator.post(f"/training/rehearsals/{number}/deletion").status_code == 204
    assert operator.get(f"{play}/answers", params={"cue": 2}).json() == []


def _program_of_a_trainer(month: Month) -> TestClient:
    """Return a program with an account of its own that has a trainer's role."""
    settings, sessions = month
    with sessions.begin() as session:
        create_program(session, "platform", "学习平台", (Role.TRAINER,), "管理员己", datetime.now())
        token, _ = make_token(session, "x", "platform", (Scope.TRAINING_READ,), 30, "管理员己", datetime.now())
    return Programs(settings, sessions).by(token)
