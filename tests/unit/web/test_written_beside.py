"""Correcting a transcript and writing notes through the pages: by whom, seen by whom, and what stays blind."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

import pytest
from sqlalchemy.orm import Session, sessionmaker
from starlette.testclient import TestClient

from qa_pipeline.models import Verdict
from qa_pipeline.models.accounts import Account, Role
from qa_pipeline.review import decide
from qa_pipeline.settings import Settings
from qa_pipeline.store.queries.accounts import add_account
from qa_pipeline.store.queries.calls import call_file
from qa_pipeline.store.queries.month import save_closing
from qa_pipeline.store.session import close_store
from tests import people
from tests.e2e.month import MAIN, MONTH, seed
from tests.people import cheap_hash, client_as

LINE = f"/calls/{MAIN}/utterances/2"
NOTES = f"/calls/{MAIN}/notes"
NOW = datetime(2026, 10, 31, 9, 0)
Centre = tuple[Settings, sessionmaker[Session]]


@pytest.fixture
def centre(tmp_path) -> Iterator[Centre]:
    settings, sessions = seed(tmp_path)
    yield settings, sessions
    close_store(sessions)


@pytest.fixture
def reviewer(centre: Centre) -> Iterator[TestClient]:
    with client_as(*reversed(centre)) as asking:
        yield asking


def correct(client: TestClient, text: str = "落户是五个工作日，带户口簿就行", seen: int = 0, **more):
    return client.post(LINE, data={"text": text, "role": "operator", "seen": seen, **more})


def test_the_corrected_line_shows_the_machines_words_beside_it(reviewer: TestClient) -> None:
    answer = correct(reviewer)
    assert answer.status_code == 200
    assert "质检员甲 更正" in answer.text
    assert "落户是三个工作日，带户口簿就行" in answer.text
    assert 'class="w hand" ' in answer.text
    page = reviewer.get(f"/calls/{MAIN}").text
    assert "有人更正过文字（1 句）" in page
    assert 'action="/calls/H261003-001/check?month=2026-10"' in page


def test_a_transcript_that_nobody_corrected_offers_no_check(reviewer: TestClient) -> None:
    assert re.search(r'<div id="unread"[^>]* hidden>', reviewer.get(f"/calls/{MAIN}").text)


def test_the_form_holds_what_the_line_says_without_guessed_punctuation(reviewer: TestClient, centre: Centre) -> None:
    with centre[1]() as session:
        said = call_file(session, MAIN).transcript.utterances[2].text
    assert f">{said}</textarea>" in reviewer.get(f"{LINE}?edit=true").text
    correct(reviewer, "落户五天")
    assert ">落户五天</textarea>" in reviewer.get(f"{LINE}?edit=true").text


def test_a_correction_is_undone_by_one_more(reviewer: TestClient) -> None:
    correct(reviewer)
    answer = reviewer.post(LINE, data={"seen": 1, "undo": "true"})
    assert answer.status_code == 200
    assert "更正" not in re.sub(
        r'title="[^"]*"|aria-label="[^"]*"|<div id="unread".*', "", answer.text, flags=re.DOTALL
    )


def test_who_comes_second_is_told(centre: Centre, reviewer: TestClient) -> None:
    correct(reviewer)
    with client_as(*reversed(centre), "reviewer2") as other:
        answer = correct(other, "落户是几个工作日")
    assert answer.status_code == 409
    assert "质检员甲刚刚更正过这一句" in answer.text


def test_no_other_speaker_than_there_is_can_be_written(reviewer: TestClient) -> None:
    assert correct(reviewer, role="nobody").status_code == 400
    assert reviewer.get(f"/calls/{MAIN}/utterances/99").status_code == 404


def test_html_in_a_correction_and_in_a_note_stays_text(reviewer: TestClient) -> None:
    assert "<script>" not in correct(reviewer, "<script>alert(1)</script>").text
    assert "<script>" not in reviewer.post(NOTES, data={"text": "<script>alert(2)</script>"}).text
    assert "&lt;script&gt;alert(2)" in reviewer.get(f"/calls/{MAIN}").text


def test_a_note_is_shown_to_who_reviews_and_to_no_trainer(centre: Centre, reviewer: TestClient) -> None:
    answer = reviewer.post(NOTES, data={"text": "背景有人说话"})
    assert "质检员甲" in answer.text
    shown = {}
    for login in ("reviewer2", "supervisor", "trainer"):
        with client_as(*reversed(centre), login) as client:
            shown[login] = "背景有人说话" in client.get(f"/calls/{MAIN}").text
    assert shown == {"reviewer2": True, "supervisor": True, "trainer": False}


def test_a_trainer_sees_neither_the_machines_words_nor_a_way_to_correct(centre: Centre, reviewer: TestClient) -> None:
    correct(reviewer)
    with client_as(*reversed(centre), "trainer") as trainer:
        page = trainer.get(f"/calls/{MAIN}").text
    assert "data-at=" not in page
    assert "落户是五个工作日" not in page


def test_others_notes_are_kept_from_who_has_yet_to_vote_blind(centre: Centre, reviewer: TestClient) -> None:
    settings, sessions = centre
    reviewer.post(NOTES, data={"text": "我看是讽刺"})
    with sessions.begin() as session:
        decide(session, MAIN, "FE01", Verdict.CONFIRM, 1, "质检员甲", "", NOW)
    with client_as(sessions, settings, "reviewer2") as second:
        before = second.get(f"/calls/{MAIN}").text
        own = second.post(NOTES, data={"text": "再听一遍"}).text
        assert "我看是讽刺" not in before + own
        assert "质检员甲" not in before
        assert "另有 1 条他人的备注" in before
        assert "再听一遍" in own
        with sessions.begin() as session:
            decide(session, MAIN, "FE01", Verdict.OVERRULE, 1, "质检员乙", "没有讽刺", NOW)
        assert "我看是讽刺" in second.get(f"/calls/{MAIN}").text


def test_who_answered_the_call_neither_judges_nor_corrects_nor_notes(centre: Centre) -> None:
    settings, sessions = centre
    roles = (Role.REVIEWER, Role.OPERATOR)
    with sessions.begin() as session:
        account = Account(0, "both", "改名了", roles, "1003", False, "test", NOW)
        add_account(session, account, "改名了", cheap_hash())
    people.token_for(sessions, "both")
    with client_as(sessions, settings, "both") as both:
        page = both.get(f"/calls/{MAIN}").text
        audit = re.search(r'name="audit_id"', page)
        decided = both.post(f"/calls/{MAIN}/findings/PH05", data={"verdict": "confirm", "audit_id": 1, "seen": 0})
        answers = [decided, correct(both), both.get(LINE), both.post(NOTES, data={"text": "没问题"})]
        answers.append(both.post(f"/calls/{MAIN}/check"))
    assert audit is None
    assert "data-at=" not in page
    assert 'id="notes"' not in page
    assert [answer.status_code for answer in answers] == [403] * 5


def test_reasons_of_ones_own_are_offered_and_nobody_elses(centre: Centre, reviewer: TestClient) -> None:
    with centre[1].begin() as session:
        decide(session, MAIN, "PH05", Verdict.OVERRULE, 1, "质检员甲", "语境不符", NOW)
        decide(session, MAIN, "PH06", Verdict.OVERRULE, 1, "质检员乙", "引用别人的话", NOW)
    offered = re.search(r'id="reasons">(.*?)</script>', reviewer.get(f"/calls/{MAIN}").text)
    assert offered is not None
    assert "PH05" in offered[1]
    assert "PH06" not in offered[1]


def test_a_check_without_a_correction_leads_back_to_the_call_as_it_was(centre: Centre, reviewer: TestClient) -> None:
    with centre[1]() as session:
        before = call_file(session, MAIN)
    answer = reviewer.post(f"/calls/{MAIN}/check?month=2026-10", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/calls/{MAIN}?month=2026-10")
    with centre[1]() as session:
        assert call_file(session, MAIN) == before


def test_a_closed_months_transcript_is_read_only_and_may_still_be_noted_on(
    centre: Centre, reviewer: TestClient
) -> None:
    correct(reviewer)
    with centre[1].begin() as session:
        save_closing(session, MONTH, (), "主管丁", NOW)
    page = reviewer.get(f"/calls/{MAIN}").text
    assert "data-at=" not in page
    assert re.search(r'<div id="unread"[^>]* hidden>', page)
    assert "质检员甲 更正" in page
    assert correct(reviewer, "别的话", seen=1).status_code == 409
    assert reviewer.post(NOTES, data={"text": "申诉时再听"}).status_code == 200
