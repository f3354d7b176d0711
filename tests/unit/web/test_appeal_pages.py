"""An appeal in the browser: filed by the operator, answered and decided by two others; all that the services refuse."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from qa_pipeline.accounts.tokens import make_token
from qa_pipeline.models import Verdict
from qa_pipeline.models.accounts import Role
from qa_pipeline.models.appeals import AppealState
from qa_pipeline.models.tokens import Scope
from qa_pipeline.review import close_month, decide
from qa_pipeline.store.queries.accounts import account_by_login, accounts, set_roles
from qa_pipeline.store.queries.appeals import adjustments_of, appeal_file
from qa_pipeline.store.queries.month import save_closing
from qa_pipeline.store.queries.review import decisions_of
from qa_pipeline.store.schema import CallReadingRow
from qa_pipeline.store.session import close_store
from qa_pipeline.supervision.appeal_targets import item_target
from qa_pipeline.supervision.appeals import file_appeal
from qa_pipeline.web.app import create_app
from tests.e2e.month import CLEAN, MAIN, MONTH, seed
from tests.people import HOME, NAMES
from tests.unit.web.browsers import Centre

NOW = datetime(2026, 11, 2, 9, 0)


class Appeals(Centre):
    """With what these tests ask most."""

    def file(self, item: str = "A6") -> str:
        return self.taken("operator3", f"/me/calls/{MAIN}/appeals", item=item, reason="已经致歉")

    def answered(self, item: str = "A6") -> str:
        address = self.file(item)
        self.taken("reviewer2", f"{address}/answer", reason="重听过")
        return address

    def state(self, address: str) -> AppealState:
        with self.sessions() as session:
            return appeal_file(session, int(address.rsplit("/", 1)[1])).state


@pytest.fixture
def centre(tmp_path: Path) -> Iterator[Appeals]:
    settings, sessions = seed(tmp_path)
    yield Appeals(settings, sessions)
    close_store(sessions)


@pytest.fixture(scope="module")
def undecided(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Appeals, str]]:
    """Give an appeal that waits for a decision, for tests that decide nothing."""
    settings, sessions = seed(tmp_path_factory.mktemp("undecided"))
    centre = Appeals(settings, sessions)
    yield centre, centre.answered()
    close_store(sessions)


def test_an_appeal_goes_from_the_finding_through_two_others_and_takes_effect(centre: Appeals) -> None:
    address = centre.file()
    assert "待质检员答复" in centre.as_("operator3").get(address).text
    assert address in centre.as_("reviewer2").get("/appeals?state=filed").text
    centre.send("reviewer2", f"{address}/answer", reason="重听过，致歉在后")
    assert address in centre.as_("supervisor").get("/appeals?state=answered").text
    status, _ = centre.send("supervisor", f"{address}/decision", ruling="upheld", reason="语境不构成禁语")
    assert (status, centre.state(address)) == (303, AppealState.UPHELD)
    with centre.sessions() as session:
        (made,) = decisions_of(session, MAIN)
    assert (made.code, made.verdict, made.reviewer) == ("PH06", Verdict.OVERRULE, "主管丁")
    assert "已改判" in centre.as_("operator3").get(address).text
    assert address in centre.as_("reviewer").get("/appeals?state=done").text


def test_the_operator_reads_what_was_said_and_not_by_whom(centre: Appeals) -> None:
    address = centre.answered()
    centre.send("supervisor", f"{address}/decision", ruling="rejected", reason="仍是禁语")
    mine, theirs = (centre.as_(login).get(address).text for login in ("operator3", "reviewer"))
    assert "重听过" in mine
    assert "质检员乙" not in mine
    assert "主管丁" not in mine
    assert "质检员乙" in theirs
    assert "主管丁" in theirs


def test_another_operators_appeal_is_as_if_it_were_not_there(centre: Appeals) -> None:
    address = centre.file()
    assert centre.as_("operator").get(address).status_code == 404
    assert centre.send("operator", f"{address}/withdrawal", reason="替她撤")[0] == 404
    assert centre.send("operator", f"/me/calls/{MAIN}/appeals", item="A6", reason="替她诉")[0] == 404


def test_who_judged_it_neither_answers_nor_is_shown_the_form(centre: Appeals) -> None:
    with centre.sessions.begin() as session:
        decide(session, MAIN, "PH06", Verdict.CONFIRM, 2, "质检员甲", "", datetime(2026, 10, 31, 9))
    address = centre.file()
    page = centre.as_("reviewer").get(address).text
    assert "质检员甲是原质检员" in page
    assert f"{address}/answer" not in page
    status, text = centre.send("reviewer", f"{address}/answer", reason="我判的没错")
    assert (status, "原质检员" in text) == (400, True)


def test_a_reviewer_who_is_the_operator_does_not_work_on_the_own_appeal(centre: Appeals) -> None:
    address = centre.answered()
    with centre.sessions.begin() as session:
        found = account_by_login(session, "supervisor")
        assert found is not None
        set_roles(session, found[0].account_id, (Role.SUPERVISOR,), "1003")
    status, text = centre.send("supervisor", f"{address}/decision", ruling="upheld", reason="给自己")
    assert (status, "不能办理自己的申诉" in text) == (403, True)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"reason": "因为"}, "没有选择裁定结论"),
        ({"ruling": "nonsense", "reason": "因为"}, "没有选择裁定结论"),
        ({"ruling": "upheld"}, "没有写明裁定理由"),
        ({"ruling": "partly", "reason": "因为"}, "还剩几处"),
        ({"ruling": "partly", "reason": "因为", "faults": "两"}, "不是处数"),
        ({"ruling": "partly", "reason": "因为", "faults": "2"}, "还剩几处"),
        ({"ruling": "partly", "reason": "因为", "points": "一点"}, "不是分数"),
    ],
)
def test_a_ruling_that_says_too_little_is_refused_and_nothing_is_decided(undecided, fields, words: str) -> None:
    centre, address = undecided
    status, text = centre.send("supervisor", f"{address}/decision", **fields)
    assert (status, words in text) == (400, True), text
    assert centre.state(address) is AppealState.ANSWERED


def test_part_of_a_single_fault_is_not_offered(centre: Appeals) -> None:
    assert 'value="partly"' in centre.as_("supervisor").get(centre.answered()).text
    single = centre.as_("supervisor").get(centre.answered("A5")).text
    assert 'value="upheld"' in single
    assert 'value="partly"' not in single


def test_the_front_page_says_by_when_beside_what_is_to_be_decided(centre: Appeals) -> None:
    address = centre.file()
    assert "申诉待答复 <small>最近到期" in centre.as_("supervisor").get("/").text
    centre.send("reviewer2", f"{address}/answer", reason="重听过")
    answered = centre.as_("supervisor").get("/").text
    assert "申诉待裁定 <small>最近到期" in answered
    assert "申诉待答复 <small>" not in answered


def test_part_of_it_may_be_won(centre: Appeals) -> None:
    address = centre.answered()
    assert centre.send("supervisor", f"{address}/decision", ruling="partly", faults="1", reason="一处")[0] == 303
    assert centre.state(address) is AppealState.PARTLY
    assert "改判为 1 处差错" in centre.as_("operator3").get(address).text


def test_a_second_press_finds_what_the_first_wrote(centre: Appeals) -> None:
    address = centre.answered()
    for status in (303, 409):
        assert centre.send("supervisor", f"{address}/decision", ruling="rejected", reason="是禁语")[0] == status


def test_a_form_sent_by_htmx_is_led_on_where_it_is_taken_and_stays_where_it_is_refused(centre: Appeals) -> None:
    asking, part = centre.as_("operator3"), {"HX-Request": "true"}
    refused = asking.post(f"/me/calls/{MAIN}/appeals?lang=en", data={"item": "A6"}, headers=part)
    assert (refused.status_code, "<html" in refused.text, "The reason for the appeal is missing" in refused.text) == (
        400,
        False,
        True,
    )
    taken = asking.post(f"/me/calls/{MAIN}/appeals?lang=en", data={"item": "A6", "reason": "致歉过"}, headers=part)
    assert (taken.status_code, taken.headers["hx-redirect"]) == (204, "/appeals/1?lang=en")


def test_an_appeal_can_be_taken_back_and_filed_again(centre: Appeals) -> None:
    first = centre.file()
    assert centre.send("operator3", f"{first}/withdrawal", reason="想清楚了")[0] == 303
    assert centre.state(first) is AppealState.WITHDRAWN
    assert "提出申诉" in centre.as_("operator3").get(f"/me/calls/{MAIN}").text
    assert centre.file() != first


def test_only_what_cost_something_can_be_appealed(centre: Appeals) -> None:
    assert centre.send("operator3", f"/me/calls/{MAIN}/appeals", item="B4", reason="存疑")[0] == 400
    assert centre.send("operator3", f"/me/calls/{CLEAN}/appeals", item="A6", reason="别人的")[0] == 404
    assert centre.send("operator3", "/me/notices/1/appeals", reason="没有的")[0] == 404
    assert centre.send("operator3", f"/me/months/{MONTH}/appeals", reason="未结账")[0] == 404


def test_won_after_the_closing_the_adjustment_is_booked_and_shown(centre: Appeals) -> None:
    with centre.sessions.begin() as session:
        close_month(session, centre.settings, MONTH, "管理员己", datetime.now(), accept_open=True)
    address = centre.answered("C2")
    assert "成立的记入下一个未结账的月份" in centre.as_("supervisor").get(address).text
    centre.send("supervisor", f"{address}/decision", ruling="upheld", reason="条目已改")
    with centre.sessions() as session:
        (made,) = adjustments_of(session, MONTH, "1003").values()
    for login in ("supervisor", "operator3"):
        text = centre.as_(login).get(address).text
        assert f"记入 {made.booked_in}" in text
    assert "调整" in centre.as_("operator3").get("/me").text
    assert centre.send("supervisor", f"{address}/adjustment")[0] == 303  # the one that is booked, not another


def settle_as_failed(centre: Appeals, *names: str) -> None:
    """Settle months with lines that say that 1003 failed them, whatever the calls come to."""
    line = {
        "operator_id": "1003", "n_heard": 20, "n_frame": 40, "mean": "60.00", "mean_low": "60.00",
        "mean_high": "60.00", "interval_low": "55.00", "interval_high": "65.00", "grade": "不合格", "factor": "0.70",
        "provisional": False, "assessed": True, "failed": True, "enough": True, "below": True, "confirmed": True,
    }  # fmt: skip
    with centre.sessions.begin() as session:
        for name in names:
            save_closing(session, name, [{"month": name, **line}], "管理员己", datetime.now())


def test_what_does_not_come_to_what_was_settled_stays_decided_and_is_listed_for_a_person(centre: Appeals) -> None:
    settle_as_failed(centre, MONTH)
    address = centre.answered("C2")
    assert centre.send("supervisor", f"{address}/decision", ruling="upheld", reason="条目已改")[0] == 303
    assert centre.state(address) is AppealState.UPHELD
    assert "须人工核对" in centre.as_("supervisor").get(address).text
    assert address in centre.as_("reviewer").get("/appeals?state=unadjusted").text
    status, text = centre.send("supervisor", f"{address}/adjustment")
    assert (status, "与结账结果不一致" in text) == (409, True)


def test_a_month_that_counts_as_failed_can_be_appealed_and_then_counts_no_more(centre: Appeals) -> None:
    settle_as_failed(centre, "2026-07", "2026-08", "2026-09")
    asking = centre.as_("operator3")
    assert "连续 3 个月不合格（2026-07、2026-08、2026-09），先安排培训" in asking.get("/me").text
    status, address = centre.send("operator3", "/me/months/2026-09/appeals", reason="当月请假")
    assert status == 303
    assert "如申诉不成立，将为连续 3 个月不合格" in asking.get("/me").text
    centre.send("reviewer2", f"{address}/answer", reason="属实")
    centre.send("supervisor", f"{address}/decision", ruling="upheld", reason="请假属实")
    assert "该月不再计入连续不合格" in asking.get(address).text
    assert "没有连续不合格的月份" in asking.get("/me").text


def test_html_in_a_reason_is_text(centre: Appeals) -> None:
    _, address = centre.send("operator3", f"/me/calls/{MAIN}/appeals", item="A6", reason="<script>alert(1)</script>")
    assert "<script>alert(1)" not in centre.as_("supervisor").get(address).text


def test_what_is_overdue_is_marked_and_listed(centre: Appeals) -> None:
    with centre.sessions.begin() as session:
        target = item_target(session, centre.settings, MAIN, "A6")
        file_appeal(session, centre.settings, target, "1003", "已经致歉", NOW)
    listed = centre.as_("reviewer").get("/appeals?state=overdue").text
    assert "/appeals/1" in listed
    assert "已逾期" in listed


def test_an_appeal_tells_nothing_of_a_call_that_its_reader_has_to_score_blind(centre: Appeals) -> None:
    address = centre.file()
    with centre.sessions() as session:
        ids = {one.login: one.account_id for one in accounts(session)}
    opened = {
        "title": "十月校准",
        "due_on": f"{date.today() + timedelta(days=9)}",
        "members": [ids["reviewer"], ids["reviewer2"]],
        "calls": [MAIN],
    }
    assert centre.as_("reviewer").post("/calibration", data=opened, follow_redirects=False).status_code == 303
    assert MAIN not in centre.page("reviewer2", "/appeals")
    refused = centre.as_("reviewer2").get(address)
    assert (refused.status_code, "等您评分" in refused.text, "已经致歉" in refused.text) == (409, True, False)
    assert centre.send("reviewer2", f"{address}/answer", reason="重听过")[0] == 409
    assert MAIN in centre.page("reviewer3", "/appeals")
    assert "已经致歉" in centre.page("operator3", address)
    asking = program(centre, "reviewer2")
    assert asking.get("/api/v1/appeals", params={"month": MONTH}).json() == []
    assert asking.get(f"/api/v1{address}").status_code == 409


def test_reading_an_appeal_counts_as_reading_what_was_decided(centre: Appeals) -> None:
    address = centre.file()
    with centre.sessions.begin() as session:
        decide(session, MAIN, "PH05", Verdict.OVERRULE, 1, "质检员甲", "已道别", NOW)
    for login in ("operator3", "reviewer2"):
        centre.page(login, address)
    assert program(centre, "reviewer3").get(f"/api/v1{address}").status_code == 200
    with centre.sessions() as session:
        by = {one.account_id: one.login for one in accounts(session)}
        read = sorted((row.call_id, by[row.account_id]) for row in session.scalars(select(CallReadingRow)))
    assert read == [(MAIN, "reviewer2"), (MAIN, "reviewer3")]


def program(centre: Appeals, login: str) -> TestClient:
    """Return a program with somebody's token."""
    with centre.sessions.begin() as session:
        token, _ = make_token(session, "呼叫平台", login, (Scope.APPEALS_READ,), 30, NAMES[login], datetime.now())
    app = create_app(centre.sessions, centre.settings)
    return TestClient(app, base_url=HOME, headers={"Authorization": f"Bearer {token}"})
