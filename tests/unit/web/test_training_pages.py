"""The training room: a month's passages, one of them, exemplary calls; names hidden from who need not know them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session, sessionmaker
from starlette.testclient import TestClient

from qa_pipeline.errors import TransientError
from qa_pipeline.ingest.batch import FileKind
from qa_pipeline.models import Verdict
from qa_pipeline.models.tokens import Scope
from qa_pipeline.settings import Settings
from qa_pipeline.store.queries.accounts import accounts
from qa_pipeline.store.queries.calls import call_file
from qa_pipeline.store.queries.passages import passages_in
from qa_pipeline.store.queries.review import add_decision
from qa_pipeline.store.schema import NoticeRow
from qa_pipeline.store.session import close_store
from qa_pipeline.web import passages
from tests.centre import MONTH, NOW, order, put
from tests.passages_centre import CALMED, ESCALATED, GAVE_IN, ORDINARY, PHONE, training_centre
from tests.people import client_as, token_for
from tests.programs import Programs
from tests.workspaces import empty_centre

Centre = tuple[Settings, sessionmaker[Session]]


@pytest.fixture(scope="module")
def centre(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Centre]:
    settings, sessions = training_centre(tmp_path_factory.mktemp("training"))
    yield settings, sessions
    close_store(sessions)


@pytest.fixture(scope="module")
def trainer(centre: Centre) -> Iterator[TestClient]:
    settings, sessions = centre
    with client_as(sessions, settings, "trainer") as asking:
        yield asking


def listed(client: TestClient, **query: str) -> list[str]:
    """The calls of the passages that a page lists, in its order."""
    page = client.get("/training", params={"month": MONTH, **query})
    assert page.status_code == 200
    return re.findall(r'/training/passages/(\w+)/\d+["?]', page.text)


def add_notice(session: Session, call_id: str) -> None:
    """Enter a supervision notice on a call that nobody has answered."""
    session.add(
        NoticeRow(
            operator_id="1002", month=MONTH, kind="reminder", seen_by="甲", happened_at=NOW, what="态度",
            evidence="", points="0", call_id=call_id, at_ms=None, entered_by="甲", entered_at=NOW,
        )
    )  # fmt: skip


def address(centre: Centre, call_id: str) -> str:
    with centre[1]() as session:
        return f"/training/passages/{call_id}/{passages_in(session, call_id)[0].start_ms}"


def test_the_month_lists_its_passages_with_reasons(trainer) -> None:
    assert set(listed(trainer)) == {CALMED, ESCALATED, GAVE_IN}
    page = trainer.get("/training", params={"month": MONTH}).text
    for word in ("辱骂", "反复投诉", "诉求超出政策", "安抚住", "升级", "让步", "质检员没有就此下结论"):
        assert word in page


def test_a_program_reads_the_passages_that_the_page_shows_with_names_hidden_as_there(centre, trainer) -> None:
    settings, sessions = centre
    programs = Programs(settings, sessions)
    for login in ("trainer", "reviewer"):
        token_for(sessions, login)  # makes the account
    asks = {login: programs.of(login, Scope.TRAINING_READ, Scope.CALLS_READ) for login in ("trainer", "reviewer")}
    page = asks["trainer"].get("/training/passages", params={"month": MONTH}).json()
    shown = {one["call_id"]: one for one in page["passages"]}
    assert list(shown) == listed(trainer)
    assert page["total"] == len(shown)
    insulted = asks["trainer"].get("/training/passages", params={"month": MONTH, "scenario": "insult"}).json()
    assert {one["call_id"] for one in insulted["passages"]} == {
        n for n, one in shown.items() if "insult" in one["scenarios"]
    }
    calm = f"/training/passages/{CALMED}/{shown[CALMED]['start_ms']}"
    for login, told in (("trainer", False), ("reviewer", True)):
        seen = asks[login].get(calm)
        assert (PHONE in seen.text) is told, login
    assert [turn["role"] for turn in seen.json()["passage"]["turns"]][:2] == ["caller", "operator"]
    assert [one["why"] for turn in seen.json()["passage"]["turns"] for one in turn["marks"]]
    assert asks["trainer"].get(f"/training/passages/{CALMED}/1").status_code == 404
    assert asks["trainer"].get("/training/passages", params={"month": "1999-01"}).status_code == 404
    examples = asks["trainer"].get("/training/examples", params={"month": MONTH}).json()
    assert CALMED in [one["exemplary"]["call_id"] for one in examples["examples"]]
    assert examples["total"] == len(examples["examples"])


def test_a_page_is_shown_as_far_as_it_got_while_the_worker_looks_through_the_same(centre, trainer, monkeypatch) -> None:
    def raced(*_: object) -> int:
        raise TransientError("the database is locked", "run again")

    monkeypatch.setattr(passages, "renew", raced)
    monkeypatch.setattr(passages, "unread", lambda *_: ("H1", "H2"))
    page = trainer.get("/training", params={"month": MONTH})
    assert (page.status_code, "还有 2 通已质检的通话没有查找过片段" in page.text) == (200, True)


def test_filters_stand_in_the_address_and_a_misspelt_one_asks_nothing(trainer) -> None:
    assert set(listed(trainer, scenario="insult")) == {CALMED, ESCALATED}
    assert listed(trainer, scenario="insult", handling="escalated") == [ESCALATED]
    assert listed(trainer, team="没有这个组") == []
    assert set(listed(trainer, exemplary="1")) == {CALMED}
    assert len(listed(trainer, scenario="no such", handling="no such")) == 3
    assert len(listed(trainer, page="999")) == 0


def test_a_month_without_calls_is_the_newest_that_has_some(trainer) -> None:
    assert set(listed(trainer, month="1999-01")) == {CALMED, ESCALATED, GAVE_IN}


def test_a_passage_shows_its_turns_why_it_was_found_and_more_like_it(centre, trainer) -> None:
    page = trainer.get(address(centre, CALMED)).text
    assert "你们这群饭桶" in page
    assert "来电人有辱骂的话" in page
    assert "话务员安抚" in page
    assert "教学价值" in page
    words, sound = page.split('id="in-words"')[1].split('id="in-sound"')
    assert address(centre, ESCALATED) in words
    assert address(centre, ESCALATED) in sound
    assert address(centre, CALMED) not in words + sound


def test_a_passage_can_be_asked_to_be_made_a_clip(centre, trainer) -> None:
    page = trainer.get(address(centre, CALMED)).text
    with centre[1]() as session:
        one = passages_in(session, CALMED)[0]
    form = page.split('action="/training/clips"')[1].split("</form>")[0]
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form))
    assert fields["csrf"]
    assert (fields["call"], fields["start_ms"], fields["end_ms"]) == (CALMED, str(one.start_ms), str(one.end_ms))


def test_what_a_passage_was_looked_for_under_follows_it_into_the_clip(centre, trainer) -> None:
    at = address(centre, CALMED)
    assert f'href="{at}?scenario=repeated"' in trainer.get("/training", params={"scenario": "repeated"}).text
    assert 'name="scenario" value="repeated"' in trainer.get(f"{at}?scenario=repeated").text
    assert 'name="scenario" value="insult"' in trainer.get(at).text
    assert 'name="scenario" value="insult"' in trainer.get(f"{at}?scenario=grief").text, "it shows no grief"


def test_who_need_not_know_the_caller_reads_no_number_and_who_judges_reads_it(centre, trainer) -> None:
    settings, sessions = centre
    at = address(centre, CALMED)
    assert PHONE not in trainer.get(at).text
    assert PHONE not in trainer.get("/training", params={"month": MONTH}).text
    with client_as(sessions, settings, "supervisor") as supervisor:
        assert PHONE in supervisor.get(at).text


def test_a_passage_that_is_gone_is_said_so(trainer) -> None:
    page = trainer.get(f"/training/passages/{CALMED}/1")
    assert page.status_code == 404
    assert "没有从 1 毫秒开始的片段" in page.text


def test_exemplary_calls_are_listed_with_what_makes_them_so(trainer) -> None:
    page = trainer.get("/training", params={"month": MONTH, "show": "exemplary"}).text
    assert f"/calls/{CALMED}" in page
    assert f"/calls/{ESCALATED}" not in page
    assert "没有需要化解的" in page
    assert f"/calls/{ORDINARY}" in page


def test_a_decision_shows_at_the_next_look(centre, trainer) -> None:
    with centre[1].begin() as session:
        audit = call_file(session, GAVE_IN).audit
        add_decision(session, audit.audit_id, "TN05", "B5", Verdict.FAULT, 1, "张敏", "听过", NOW)
    assert set(listed(trainer, handling="escalated")) == {GAVE_IN, ESCALATED}


def test_what_no_clip_may_be_made_of_is_not_listed_and_who_may_know_reads_why(tmp_path) -> None:
    settings, sessions = training_centre(tmp_path)
    try:
        with sessions.begin() as session:
            put(session, FileKind.WORK_ORDERS, order("W9", CALMED, 是否保密="是"))
            add_notice(session, ESCALATED)
        with client_as(sessions, settings, "trainer") as trainer, client_as(sessions, settings, "reviewer") as reviewer:
            assert listed(trainer) == [GAVE_IN]
            page = trainer.get("/training", params={"month": MONTH}).text
            assert "有 2 通不能做成剪辑" in page
            assert "保密" not in page
            assert ">辱骂 0</option>" in page, "the filter counts what is listed"
            judging = reviewer.get("/training", params={"month": MONTH}).text
            assert "来电人要求保密 1 通；监督记录还没有审批 1 通" in judging
            assert CALMED not in trainer.get("/training", params={"month": MONTH, "show": "exemplary"}).text
            alike = trainer.get(address((settings, sessions), GAVE_IN)).text
            assert (CALMED in alike, ESCALATED in alike) == (False, False)
            alone = trainer.get(address((settings, sessions), CALMED)).text
            assert "不能做成剪辑：来电人要求保密" in alone
            assert 'name="start_ms"' not in alone
            refused = trainer.post("/training/clips", data={"call": CALMED, "start": "0:00", "end": "0:20"})
            assert (refused.status_code, "保密" in refused.text) == (400, True)
    finally:
        close_store(sessions)


@pytest.mark.parametrize("login", ["operator", "administrator"])
def test_who_has_nothing_to_do_with_training_is_not_led_there(centre, login: str) -> None:
    settings, sessions = centre
    with client_as(sessions, settings, login) as other:
        assert other.get("/training").status_code == 403
        assert other.get(f"/training/passages/{CALMED}/1").status_code == 403


def test_the_pages_are_there_in_english(centre, trainer) -> None:
    assert "Passages of" in trainer.get("/training", params={"month": MONTH, "lang": "en"}).text
    assert "More like this" in trainer.get(address(centre, CALMED), params={"lang": "en"}).text


def test_a_centre_without_calls_has_an_empty_page(tmp_path) -> None:
    settings, sessions = empty_centre(tmp_path)
    with client_as(sessions, settings, "trainer") as asking:
        page = asking.get("/training")
    assert page.status_code == 200
    close_store(sessions)


def test_a_call_that_somebody_has_to_score_blind_tells_them_nothing_here(centre, trainer) -> None:
    settings, sessions = centre
    with client_as(sessions, settings, "reviewer") as reviewer, client_as(sessions, settings, "reviewer2") as other:
        with sessions() as session:
            ids = {one.login: one.account_id for one in accounts(session)}
        opened = {
            "title": "十月校准",
            "due_on": f"{date.today() + timedelta(days=9)}",
            "members": [ids["reviewer"], ids["reviewer2"]],
            "calls": [CALMED],
        }
        assert reviewer.post("/calibration", data=opened, follow_redirects=False).status_code == 303
        for asking in (reviewer, other):
            assert CALMED not in listed(asking)
            assert asking.get(address(centre, CALMED)).status_code == 409
            assert f"/calls/{CALMED}" not in asking.get("/training", params={"month": MONTH, "show": "exemplary"}).text
            assert address(centre, CALMED) not in asking.get(address(centre, ESCALATED)).text
    assert CALMED in listed(trainer)
