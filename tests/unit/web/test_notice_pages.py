"""A supervision notice in the browser: entered by one, approved by another, put on paper."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest

from qa_pipeline.models.supervision import NoticeState
from qa_pipeline.review import close_month
from qa_pipeline.store.queries.supervision import notice_file
from qa_pipeline.store.session import close_store
from tests.e2e.month import CLEAN, MAIN, MONTH, seed
from tests.unit.web.browsers import Centre

FACTS = {
    "operator": "1003",
    "kind": "shift_leader",
    "happened": "2026-10-14T15:20",
    "what": "离席25分钟未报备",
    "evidence": "监控 15:20–15:45",
    "points": "2",
}


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Centre]:
    settings, sessions = seed(tmp_path_factory.mktemp("notices"))
    yield Centre(settings, sessions)
    close_store(sessions)


@pytest.fixture
def centre(tmp_path: Path) -> Iterator[Centre]:
    settings, sessions = seed(tmp_path)
    based = settings.model_copy(update={"notice_basis": "《话务员管理办法》第十二条的规定"})
    yield Centre(based, sessions)
    close_store(sessions)


def stands(centre: Centre, number: int = 1) -> tuple[NoticeState, Decimal]:
    with centre.sessions() as session:
        file = notice_file(session, number)
    return file.state, file.points


def test_a_notice_takes_points_once_another_has_approved_it_and_its_operator_reads_of_it(centre: Centre) -> None:
    address = centre.taken("reviewer", "/notices", **FACTS, seen_by="周班长", call_id=MAIN, at="00:19")
    assert stands(centre) == (NoticeState.ENTERED, 0)
    assert "须另一名主管审批" in centre.page("reviewer", address)
    assert "周班长" in centre.page("supervisor", address)
    centre.taken("supervisor", f"{address}/approval", reason="属实", points="1.5", criticised="true")
    assert stands(centre) == (NoticeState.APPROVED, Decimal("1.5"))
    assert "−1.5" in centre.page("reviewer", f"/notices?month={MONTH}&lang=en")
    mine = centre.page("operator3", "/me")
    assert "离席25分钟未报备" in mine
    assert "周班长" not in mine
    assert "质检员甲" not in mine
    appeal = centre.taken("operator3", "/me/notices/1/appeals", reason="当时在打水，已向班长报备")
    assert "离席25分钟未报备" in centre.page("reviewer2", appeal)
    centre.taken("reviewer2", f"{appeal}/answer", reason="属实")
    status, text = centre.send("supervisor", f"{appeal}/decision", ruling="upheld", reason="有报备")
    assert (status, "审批人" in text) == (400, True)  # who approved it does not decide of it


def test_a_criticism_notice_opens_in_the_browser_with_its_own_style_and_stand_ins(centre: Centre) -> None:
    facts = {**FACTS, "evidence": "来电人 13900001234 反映"}
    address = centre.taken("reviewer", "/notices", **facts)
    centre.taken("supervisor", f"{address}/approval", reason="属实", points="2", criticised="true")
    answer = centre.as_("reviewer").get(f"/notices/criticism?month={MONTH}&n=1&reference=某通〔2026〕3号")
    assert "关于对王海燕同志" in answer.text
    assert "某通〔2026〕3号" in answer.text
    assert "《话务员管理办法》第十二条" in answer.text
    assert "13900001234" not in answer.text
    nonce = answer.headers["content-security-policy"].partition("'nonce-")[2].partition("'")[0]
    assert f'<style nonce="{nonce}">' in answer.text
    assert "style=" not in answer.text


def test_without_criticism_there_is_nothing_to_print(shared: Centre) -> None:
    answer = shared.as_("reviewer").get(f"/notices/criticism?month={MONTH}")
    assert (answer.status_code, "没有通报批评" in answer.text) == (400, True)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"kind": ""}, "没有选择监督方式"),
        ({"happened": "昨天"}, "没有填写发生时间"),
        ({"happened": "2099-01-01T10:00"}, "还没有到"),
        ({"points": "两分"}, "不是分数"),
        ({"points": "9"}, "超过一份监督记录的上限"),
        ({"at": "一分半", "call_id": MAIN}, "不是通话中的时刻"),
        ({"call_id": CLEAN}, "不是工号 1003 的通话"),
        ({"operator": "9999"}, "花名册上没有"),
        ({"what": " "}, "没有写明事实"),
        ({"seen_by": "王海燕"}, "被记录人本人"),
    ],
)
def test_a_notice_that_says_too_little_or_too_much_is_refused(shared: Centre, change, words: str) -> None:
    status, text = shared.send("reviewer", "/notices", **{**FACTS, **change})
    assert status in {400, 404}, text
    assert words in text


def test_a_reviewer_does_not_approve_and_a_supervisor_not_the_own(centre: Centre) -> None:
    address = centre.taken("supervisor", "/notices", **FACTS)
    assert centre.send("reviewer", f"{address}/approval", reason="属实")[0] == 403
    status, text = centre.send("supervisor", f"{address}/approval", reason="属实")
    assert (status, "登记人" in text) == (400, True)
    centre.taken("supervisor", f"{address}/withdrawal", reason="记错了人")
    assert stands(centre)[0] is NoticeState.WITHDRAWN
    assert "离席25分钟未报备" not in centre.page("operator3", "/me")


def test_a_rejected_notice_takes_nothing_and_an_approved_one_is_revoked_by_a_supervisor(centre: Centre) -> None:
    first = centre.taken("reviewer", "/notices", **FACTS)
    centre.taken("supervisor", f"{first}/rejection", reason="查无此事")
    assert stands(centre) == (NoticeState.REJECTED, 0)
    second = centre.taken("reviewer", "/notices", **{**FACTS, "what": "席位上接私人电话"})
    centre.taken("supervisor", f"{second}/approval", reason="属实")
    assert centre.send("reviewer", f"{second}/withdrawal", reason="算了")[0] == 403
    centre.taken("supervisor", f"{second}/withdrawal", reason="误会")
    assert stands(centre, 2) == (NoticeState.REVOKED, 0)


def test_a_settled_month_takes_no_notice(centre: Centre) -> None:
    with centre.sessions.begin() as session:
        close_month(session, centre.settings, MONTH, "管理员己", datetime.now(), accept_open=True)
    status, text = centre.send("reviewer", "/notices", **FACTS)
    assert (status, "已结账" in text) == (409, True)
