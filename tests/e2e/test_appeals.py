"""An appeal from the finding that it is against to what it wins, each step in the browser of who takes it."""

from __future__ import annotations

import re
import time
from datetime import date, datetime
from decimal import Decimal

import pytest
from playwright.sync_api import Page, expect

from qa_pipeline import sampling
from qa_pipeline.ingest.batch import FileKind
from qa_pipeline.models import Verdict
from qa_pipeline.payroll.paying import month_payroll
from qa_pipeline.reports.payroll_fields import OperatorPay
from qa_pipeline.review import close_month, decide
from qa_pipeline.store.queries.appeals import adjustments_of
from qa_pipeline.store.queries.month import save_plan
from qa_pipeline.store.queries.pay_terms import save_terms
from scoring.pay import PayStatus, PayTerm
from tests import centre
from tests.e2e.axe import violations
from tests.e2e.conftest import Site, enter_as
from tests.e2e.month import MAIN, MONTH

pytestmark = [pytest.mark.browser, pytest.mark.server]


def as_(page: Page, site: Site, login: str, address: str) -> None:
    page.context.clear_cookies()
    enter_as(page.context, site, login)
    page.goto(address)


def file_appeal(page: Page, site: Site, item: str) -> str:
    """Find the item among one's own results, listen, write why, and send it."""
    as_(page, site, "operator3", "/me")
    page.get_by_role("link", name=MAIN, exact=True).click()
    card = page.locator(f"#item-{item}")
    card.locator("summary").click()
    card.get_by_label("申诉理由").fill("“不是说了吗”之前已向来电人致歉，请重听")
    card.get_by_role("button", name="提交申诉").click()
    page.wait_for_url(re.compile(r"/appeals/\d+"))
    expect(page.locator(".headline")).to_contain_text("待质检员答复")
    return page.url


def answer_and_uphold(page: Page, site: Site, address: str) -> None:
    as_(page, site, "reviewer2", "/appeals")
    page.get_by_role("link", name=f"通话 {MAIN}").click()
    page.get_by_label("重听后的意见").fill("重听过，致歉在前")
    page.get_by_role("button", name="提交答复").click()
    expect(page.locator(".headline")).to_contain_text("待主管裁定")
    as_(page, site, "supervisor", address)
    page.get_by_label("成立", exact=True).check()
    page.get_by_label("裁定理由").fill("语境不构成禁语")
    page.get_by_role("button", name="作出裁定").click()
    expect(page.locator(".headline .tag").first).to_have_text("成立")


def points(page: Page) -> Decimal:
    return Decimal(page.locator(".headline .big").inner_text())


def test_in_an_open_month_an_appeal_that_is_won_gives_the_points_back_at_once(page: Page, site: Site) -> None:
    as_(page, site, "operator3", f"/me/calls/{MAIN}")
    before = points(page)
    answer_and_uphold(page, site, file_appeal(page, site, "A6"))
    expect(page.locator("#effective")).to_be_visible()
    as_(page, site, "operator3", f"/me/calls/{MAIN}")
    assert points(page) > before
    assert violations(page) == []
    expect(page.locator("#item-A6")).to_contain_text("成立")
    expect(page.locator("#item-A6")).not_to_contain_text("主管丁")


def test_in_a_settled_month_it_is_booked_in_the_next_and_the_payroll_pays_it(page: Page, site: Site) -> None:
    settle_with_pay(site)
    answer_and_uphold(page, site, file_appeal(page, site, "C2"))
    expect(page.locator("#adjustment")).to_contain_text("记入 2026-11")
    assert violations(page) == []
    as_(page, site, "operator3", f"/me?month={MONTH}")
    expect(page.locator("table.grid").first).to_contain_text("申诉成立")
    drawn_next(site)
    with site.sessions() as session:
        (made,) = adjustments_of(session, MONTH, "1003").values()
    lines = [who.pay for who in month_payroll(site.settings, site.sessions, "2026-11") if _of(who) == "1003"]
    assert made.pay is not None
    assert made.pay > 0
    assert sum(part.amount for pay in lines for part in pay.parts) == made.pay


def test_words_that_are_contested_can_be_heard_and_stop_where_they_end(page: Page, site: Site) -> None:
    as_(page, site, "operator3", f"/me/calls/{MAIN}")
    button = page.locator("#item-A6 button.ev").first
    end = float(button.get_attribute("data-end") or "nan")
    button.click()
    expect(button).to_have_class(re.compile("playing"))
    until = time.monotonic() + 15
    while page.evaluate("!document.getElementById('recording').paused") or time.monotonic() > until:
        page.wait_for_timeout(50)
    assert end <= page.evaluate("document.getElementById('recording').currentTime") <= end + 1
    expect(button).not_to_have_class(re.compile("playing"))


def test_what_was_written_stays_where_it_is_refused(page: Page, site: Site) -> None:
    page.expected_complaints = ("status of 400", "Error Code 400")  # type: ignore[attr-defined]
    address = file_appeal(page, site, "A6")
    as_(page, site, "reviewer2", address)
    page.get_by_label("重听后的意见").fill("重听过")
    page.get_by_role("button", name="提交答复").click()
    expect(page.locator(".headline")).to_contain_text("待主管裁定")
    as_(page, site, "supervisor", address)
    page.get_by_label("部分成立", exact=True).check()
    page.get_by_label("裁定理由").fill("两处里有一处不算")
    page.get_by_role("button", name="作出裁定").click()
    expect(page.locator("#message")).to_contain_text("还剩几处")
    expect(page.get_by_label("裁定理由")).to_have_value("两处里有一处不算")


def test_a_lost_connection_loses_no_words(page: Page, site: Site) -> None:
    page.expected_complaints = ("ERR_INTERNET_DISCONNECTED", "htmx:")  # type: ignore[attr-defined]
    as_(page, site, "operator3", f"/me/calls/{MAIN}")
    card = page.locator("#item-A6")
    card.locator("summary").click()
    card.get_by_label("申诉理由").fill("请重听")
    page.context.set_offline(True)
    card.get_by_role("button", name="提交申诉").click()
    expect(page.locator("#message")).to_contain_text("连接中断")
    page.context.set_offline(False)
    expect(card.get_by_label("申诉理由")).to_have_value("请重听")
    card.get_by_role("button", name="提交申诉").click()
    page.wait_for_url(re.compile(r"/appeals/\d+"))


def _of(who: OperatorPay) -> str:
    return who.line.operator.operator_id


def settle_with_pay(site: Site) -> None:
    days = (date(2026, 10, 1), date(2026, 10, 31))
    term = PayTerm("1003", *days, "二组", PayStatus.REGULAR, Decimal(3000))
    with site.sessions.begin() as session:
        save_terms(session, MONTH, [term], datetime(2026, 10, 31))
        # So that what the appeal wins makes the difference of a grade, and of pay.
        decide(session, MAIN, "PH06", Verdict.OVERRULE, 1, "质检员丙", "语境不符", datetime(2026, 10, 31))
        close_month(session, site.settings, MONTH, "管理员己", datetime.now(), accept_open=True)


def drawn_next(site: Site) -> None:
    """Draw the month in which the adjustment is booked, so that it has a payroll."""
    later = centre.call("N1", operator_id="1003", started_at=datetime(2026, 11, 3, 8))
    with site.sessions.begin() as session:
        centre.put(session, FileKind.CALL_LOG, later)
        save_plan(session, sampling.draw([later], "2026-11", 1, "seed", {}, datetime(2026, 12, 1)))
