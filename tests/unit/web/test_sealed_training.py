"""What was found in a call that somebody has to judge blind first is told by no pack and no contest, nor by the API."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import pytest
from sqlalchemy.orm import Session, sessionmaker
from starlette.testclient import TestClient

from qa_pipeline.models import Verdict
from qa_pipeline.models.calibration import CalibrationCall, CalibrationDraft, CalibrationMember
from qa_pipeline.models.packs import Card, Step
from qa_pipeline.models.passages import Scenario
from qa_pipeline.models.tokens import Scope
from qa_pipeline.review import decide
from qa_pipeline.store.queries.calibration import add_calibration, add_calibration_finish
from qa_pipeline.store.queries.calls import call_file
from qa_pipeline.store.queries.readings import has_read
from qa_pipeline.store.session import close_store
from qa_pipeline.training.packs.cards import save_card
from qa_pipeline.training.packs.original import original_findings
from qa_pipeline.training.packs.plans import save_plan
from tests.e2e.month import CLEAN, MAIN, seed
from tests.packed import BASIS, NOW, TALK, add_approved, add_pack, person
from tests.people import client_as
from tests.programs import Programs
from tests.voted import add_examples

OTHER = "H261006-001"
KEPT_BACK = "这通等您盲评"
LONG = ((TALK[0][0], TALK[0][1] * 5), *TALK[1:])
"""The operator answers where a fault was found on the call's words."""
BOTH = (Scope.TRAINING_READ, Scope.TRAINING_WRITE)


@dataclass(frozen=True)
class Centre:
    """A pack of one clip of a reviewed call, a contest, and the ways to ask for them."""

    sessions: sessionmaker[Session]
    pages: dict[str, TestClient]
    programs: dict[str, TestClient]
    pack: str
    clip: int
    item: str

    def asked(self, path: str, login: str = "supervisor") -> str:
        answer = self.pages[login].get(path)
        assert answer.status_code == 200, answer.text
        return answer.text

    def told(self, path: str, login: str = "supervisor") -> dict:
        answer = self.programs[login].get(path)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def is_to_score(self, call_id: str) -> int:
        """Have the supervisor score a call blind; return the session's number."""
        with self.sessions.begin() as session:
            account = person(session, "supervisor").account
            member = CalibrationMember(account.account_id, account.name)
            audit = call_file(session, call_id, speech=False).audit
            assert audit is not None
            draft = CalibrationDraft("校准", date(2030, 1, 1), (call_id,), (member.account_id,))
            calls = (CalibrationCall(call_id, audit.audit_id),)
            made = add_calibration(session, draft, calls, (member,), audit.scorecard_version, member, datetime.now())
        return made.session_id

    def has_scored(self, number: int) -> None:
        with self.sessions.begin() as session:
            whose = person(session, "supervisor").account.account_id
            add_calibration_finish(session, number, whose, datetime.now())

    def has_read(self, login: str) -> bool:
        with self.sessions() as session:
            return has_read(session, MAIN, person(session, login).account.account_id)


@pytest.fixture
def centre(tmp_path: Path) -> Iterator[Centre]:
    settings, sessions = seed(tmp_path)
    with sessions.begin() as session:
        plan = add_pack(session, settings.workspace, clips=0)
        clip = add_approved(session, settings.workspace, LONG)
        plan = save_plan(
            session, plan.pack_id, plan.version, plan.title, "", (Step(5, clip.clip_id),), person(session), NOW
        )
        first = original_findings(session, BASIS.card_of, clip)[0]
        decide(session, MAIN, first.code, Verdict.CONFIRM, 1, "质检员甲", "听得清楚", NOW)
        add_examples(session)
    programs = Programs(settings, sessions)
    logins = ("trainer", "supervisor")
    pages = {login: client_as(sessions, settings, login) for login in logins}
    asks = {login: programs.of(login, *BOTH) for login in logins}
    yield Centre(sessions, pages, asks, f"/training/packs/{plan.pack_id}", clip.clip_id, f"{first.item} {first.name}")
    close_store(sessions)


@pytest.mark.parametrize("path", ["cards/{clip}", "play/1", "play/1/answers", "play/1/whole"])
def test_a_page_keeps_back_what_was_found_in_a_call_to_be_judged_blind_until_it_was(centre: Centre, path: str) -> None:
    path = f"{centre.pack}/{path.format(clip=centre.clip)}"
    number = centre.is_to_score(MAIN)
    shown = centre.asked(path)
    assert (KEPT_BACK in shown, centre.item in shown, "质检没有提出问题" in shown) == (True, False, False)
    assert not centre.has_read("supervisor")
    assert KEPT_BACK not in centre.asked(path, "trainer")
    assert not centre.has_read("trainer"), "who does not review has nothing to judge"
    centre.has_scored(number)
    assert KEPT_BACK not in centre.asked(path)
    assert centre.has_read("supervisor")


def test_the_api_keeps_the_same_back_from_a_card_with_its_suggestions_and_from_a_cue(centre: Centre) -> None:
    card, play = f"{centre.pack}/cards/{centre.clip}", f"{centre.pack}/play/1"
    open_card, cue = centre.told(card, "trainer"), centre.told(play, "trainer")["cue"]
    assert (bool(open_card["found"]), open_card["sealed"], centre.item in open_card["card"]["judged"]) == (
        True, False, True,
    )  # fmt: skip
    assert (bool(cue["found"]), cue["sealed"]) == (True, False)
    number = centre.is_to_score(MAIN)
    kept, cue = centre.told(card), centre.told(play)["cue"]
    assert (kept["found"], kept["sealed"], centre.item in kept["card"]["judged"]) == ([], True, False)
    assert (cue["found"], cue["sealed"]) == ([], True)
    assert not centre.has_read("supervisor")
    centre.has_scored(number)
    assert centre.told(play)["cue"]["found"]
    assert centre.has_read("supervisor")


def test_who_is_to_judge_blind_takes_nobodys_suggestion_for_written_by_saving_a_card(centre: Centre) -> None:
    address = f"{centre.pack}/cards/{centre.clip}"

    def saved(login: str, **changes: object) -> list[str]:
        shown = centre.told(address, login)
        card = {name: text for name, text in shown["card"].items() if name != "suggested"}
        given = {**card, "seen": shown["seen"], **changes}
        assert centre.programs[login].post(address, json=given).status_code == 201
        return centre.told(address, "trainer")["card"]["suggested"]

    assert "judged" in saved("trainer")
    centre.is_to_score(MAIN)
    assert "judged" in saved("supervisor")
    assert "judged" not in saved("supervisor", judged="自己写的")


@pytest.mark.parametrize("path", ["cards/{clip}", "play/1"])
def test_who_reviews_and_is_told_by_the_api_what_was_found_has_read_it(centre: Centre, path: str) -> None:
    path = f"{centre.pack}/{path.format(clip=centre.clip)}"
    centre.told(path, "trainer")
    assert not centre.has_read("trainer")
    centre.told(path)
    assert centre.has_read("supervisor")


def test_a_contest_does_not_tell_why_a_call_was_chosen_that_is_to_be_judged_blind(centre: Centre) -> None:
    made = centre.programs["trainer"].post(
        "/training/contest", json={"title": "十月评比", "period": "2026-10", "per_team": 2}
    )
    address = f"/training/contest/{made.json()['contest_id']}"
    number = centre.is_to_score(CLEAN)
    by_call = {one["call_id"]: one for one in centre.told(address)["entries"]}
    assert (by_call[CLEAN]["value"], by_call[CLEAN]["reasons"]) == (None, [])
    assert (by_call[OTHER]["value"], by_call[OTHER]["reasons"]) == (0.6, ["语气平和", "一次说清"])
    page = centre.asked(address)
    assert (page.count(KEPT_BACK), page.count("语气平和")) == (1, 1)
    entry = by_call[CLEAN]["entry_id"]
    changed = centre.programs["supervisor"].post(f"{address}/entries/{entry}/removal", json={"reason": "有背景音乐"})
    assert {one["value"] for one in changed.json()["entries"]} == {None, 0.6}
    assert KEPT_BACK not in centre.asked(address, "trainer")
    centre.has_scored(number)
    assert centre.asked(address).count("语气平和") == 2


def test_a_cue_is_told_by_the_api_with_what_its_page_shows_and_not_with_what_to_say(centre: Centre, tmp_path) -> None:
    with centre.sessions.begin() as session:
        plan = add_pack(session, tmp_path, clips=0)
        clip = add_approved(session, tmp_path).clip_id
        save_plan(session, plan.pack_id, plan.version, plan.title, "", (Step(5, clip),), person(session), NOW)
        card = Card("催办三次", Scenario.REPEATED, None, "第三次来电", "要一个准话", phrases="您说的我都记下了")
        save_card(session, plan.pack_id, clip, 0, card, BASIS, person(session), NOW)
    told = centre.programs["trainer"].get(f"/training/packs/{plan.pack_id}/play/1")
    clip_told = told.json()["clip"]
    assert (clip_told["title"], clip_told["situation"], clip_told["goal"]) == ("催办三次", "第三次来电", "要一个准话")
    assert set(clip_told) & {"card", "turns", "phrases", "judged", "knowledge", "questions"} == set()
    assert "您说的我都记下了" not in told.text
    assert "投诉" not in told.text, "the words of later cues"
