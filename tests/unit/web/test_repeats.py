"""A reviewed call is judged again by another person, who is not shown what was decided, and no points change."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from qa_pipeline.assessment.agreement import reviewers_month
from qa_pipeline.models import Verdict
from qa_pipeline.models.appeals import AppealKind, AppealTarget
from qa_pipeline.models.tokens import Scope
from qa_pipeline.review import decide
from qa_pipeline.store.queries.accounts import account_by_login
from qa_pipeline.store.queries.appeals import add_appeal
from qa_pipeline.store.queries.calls import call_file, month_data
from qa_pipeline.store.queries.repeats import repeats_of
from qa_pipeline.store.schema import CallReadingRow, StandingRow
from qa_pipeline.store.session import close_store
from scoring.scorecard import default_scorecard
from tests.e2e.month import CLEAN, MAIN, MONTH, seed
from tests.people import client_as
from tests.programs import Programs

CALL = "H261005-001"
REASON = "已经道别而机器没有听清"
NOW = datetime(2026, 11, 2, 9)


def account_id(session: Session, login: str) -> int:
    found = account_by_login(session, login)
    assert found is not None
    return found[0].account_id


@pytest.fixture
def desk(tmp_path):
    settings, sessions = seed(tmp_path)
    settings = settings.model_copy(update={"repeat_share": 1.0})
    with sessions.begin() as session:
        decide(session, CALL, "PH05", Verdict.OVERRULE, 1, "质检员甲", REASON, NOW)
    yield sessions, lambda login: client_as(sessions, settings, login)
    close_store(sessions)


def test_what_was_decided_is_not_shown_and_the_second_word_changes_no_points(desk) -> None:
    sessions, as_ = desk
    client = as_("reviewer2")
    listed = client.get("/queue?kind=repeat").text
    assert CALL in listed
    assert f"/calls/{CALL}" not in listed
    taken = client.post("/queue/claim", data={"call_id": CALL})
    assert taken.url.path == f"/repeats/{CALL}"
    assert "结束语缺一部分" in taken.text
    for word in (REASON, "质检员甲", "推翻"):
        assert word not in taken.text
    with sessions() as session:
        before = session.get_one(StandingRow, CALL).points
    answer = client.post(
        f"/repeats/{CALL}", data={"word-PH05": "fault", "reason-PH05": "确实没有道别"}, follow_redirects=False
    )
    assert answer.headers["location"] == "/queue/next?kind=all"
    with sessions() as session:
        (repeat,) = repeats_of(session, MONTH)
        assert (repeat.first, repeat.second) == ("质检员甲", "质检员乙")
        assert [(w.code, w.item, w.first, w.said) for w in repeat.words] == [("PH05", "A5", "无差错", "有差错")]
        assert session.get_one(StandingRow, CALL).points == before
        found = reviewers_month(MONTH, month_data(session, MONTH).files, default_scorecard(), (repeat,))
    assert (found.drawn.n, found.drawn.same.hits, found.seen.n) == (1, 0, 0)
    assert [(line.code, line.blind, line.found.n) for line in found.items] == [("A5", True, 1)]
    assert CALL not in as_("reviewer3").get("/queue?kind=repeat").text


def test_who_has_taken_a_call_to_judge_it_again_is_led_from_its_page_to_that_until_it_is_done(desk) -> None:
    _, as_ = desk
    client = as_("reviewer2")
    client.post("/queue/claim", data={"call_id": CALL})
    led = client.get(f"/calls/{CALL}?lang=en")
    assert (led.url.path, led.url.query, REASON in led.text) == (f"/repeats/{CALL}", b"lang=en", False)
    assert as_("reviewer").get(f"/calls/{CALL}").url.path == f"/calls/{CALL}"
    client.post(f"/repeats/{CALL}", data={"word-PH05": "away"})
    assert REASON in client.get(f"/calls/{CALL}").text


def test_it_is_for_another_person_than_the_first_and_for_one_only(desk) -> None:
    sessions, as_ = desk
    assert "您自己复核的" in as_("reviewer").get(f"/repeats/{CALL}").text
    assert as_("reviewer2").get(f"/repeats/{CLEAN}").status_code == 400
    assert as_("reviewer2").post(f"/repeats/{CALL}", data={}).status_code == 400
    with sessions.begin() as session:
        assert repeats_of(session, MONTH) == ()
        assert call_file(session, MAIN).decisions == ()
    said = {"word-PH05": "away"}
    assert as_("reviewer2").post(f"/repeats/{CALL}", data=said, follow_redirects=False).status_code == 303
    late = as_("reviewer3").post(f"/repeats/{CALL}", data=said)
    assert late.status_code == 409
    assert "已有人盲复核过" in late.text


def test_who_has_read_what_was_decided_is_given_no_blind_repeat(desk) -> None:
    _, as_ = desk
    assert CALL in as_("reviewer2").get("/queue?kind=repeat").text
    assert REASON in as_("reviewer2").get(f"/calls/{CALL}").text
    assert CALL not in as_("reviewer2").get("/queue?kind=repeat").text
    refused = as_("reviewer2").get(f"/repeats/{CALL}")
    assert (refused.status_code, "您已看过" in refused.text) == (400, True)
    assert as_("reviewer2").post(f"/repeats/{CALL}", data={"word-PH05": "away"}).status_code == 400
    assert CALL in as_("reviewer3").get("/queue?kind=repeat").text


def test_a_call_that_was_read_before_anybody_judged_it_can_be_repeated(desk) -> None:
    sessions, as_ = desk
    as_("reviewer2").get(f"/calls/{MAIN}")
    with sessions() as session:
        assert session.get(CallReadingRow, (MAIN, account_id(session, "reviewer2"))) is None


@pytest.mark.parametrize(
    "path", [f"/calls/export.xlsx?month={MONTH}", f"/months/{MONTH}/files/workbook.xlsx", f"/calls/{CALL}/items/A5"]
)
def test_an_export_that_tells_it_counts_as_reading(desk, path: str) -> None:
    sessions, as_ = desk
    assert as_("reviewer2").get(path).status_code == 200
    with sessions() as session:
        read = session.scalars(select(CallReadingRow.call_id)).all()
    assert read == [CALL]
    assert as_("reviewer2").get(f"/repeats/{CALL}").status_code == 400


def test_while_somebody_holds_a_repeat_nothing_else_tells_what_was_decided(desk) -> None:
    sessions, as_ = desk
    client = as_("reviewer2")
    client.post("/queue/claim", data={"call_id": CALL})
    refused = client.get(f"/calls/{CALL}/items/A5")
    assert (refused.status_code, "先完成盲复核" in refused.text, REASON in refused.text) == (409, True, False)
    form = {"verdict": "confirm", "audit_id": 1, "seen": 1}
    assert client.post(f"/calls/{CALL}/findings/PH05", data=form).status_code == 409
    assert client.post(f"/calls/{CALL}/notes", data={"text": "x"}).status_code == 409
    assert client.get(f"/calls/{CALL}/utterances/0").status_code == 409
    assert client.get(f"/months/{MONTH}/files/report.zip").status_code == 409
    listed = client.get(f"/calls?month={MONTH}").text
    assert (CALL in listed, "等您盲评" in listed) == (False, True)
    assert CALL in as_("reviewer3").get(f"/calls?month={MONTH}").text
    with sessions() as session:
        assert session.scalars(select(CallReadingRow.call_id)).all() == []
    client.post(f"/repeats/{CALL}", data={"word-PH05": "away"})
    assert CALL in client.get(f"/calls?month={MONTH}").text


@pytest.mark.parametrize("path", [f"/calls/{CALL}/notes", f"/appeals?month={MONTH}", "/appeals/waiting"])
def test_what_a_program_reads_of_it_counts_as_its_persons_reading(desk, path: str) -> None:
    sessions, as_ = desk
    with sessions.begin() as session:
        target = AppealTarget(AppealKind.ITEM, "1001", MONTH, call_id=CALL, code="PH05")
        add_appeal(session, target, "道别了", "陈晓雯", NOW, NOW.date(), late_doubt=False)
    asking = Programs(as_("reviewer2").app.state.desk.settings, sessions).of("reviewer2", *Scope)
    assert asking.get(path).status_code == 200
    with sessions() as session:
        assert session.get(CallReadingRow, (CALL, account_id(session, "reviewer2"))) is not None
    assert as_("reviewer2").get(f"/repeats/{CALL}").status_code == 400
