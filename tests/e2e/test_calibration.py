"""Two reviewers score one call without seeing each other's words, and then see where they differ."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Page, Route, expect

from tests.e2e.axe import violations
from tests.e2e.conftest import Site, enter_as
from tests.e2e.month import MAIN

pytestmark = [pytest.mark.browser, pytest.mark.server]


def as_(page: Page, site: Site, login: str, address: str) -> None:
    page.context.clear_cookies()
    enter_as(page.context, site, login)
    page.goto(address)


def score(page: Page, faults: dict[str, str]) -> None:
    """Say what is wrong, that the rest is not, and hand it in."""
    page.get_by_role("link", name=MAIN).click()
    for item, why in faults.items():
        row = page.locator(f'tr[data-item="{item}"]')
        row.get_by_label("有差错").check()
        expect(row.get_by_label(f"{item} 理由")).to_be_focused()
        page.keyboard.type(why)
    page.get_by_role("button", name="其余都无差错").click()
    expect(page.locator("#left")).to_have_text("已全部评完")
    page.get_by_role("button", name="保存，下一通").click()
    page.get_by_role("button", name="提交我的评分").click()


def opened(page: Page, site: Site, title: str) -> str:
    """Open a session of two on one call, and return its address, where the page stands."""
    as_(page, site, "reviewer", "/calibration/new")
    page.get_by_label("名称").fill(title)
    page.get_by_label("截止日期").fill(str(datetime.now().date() + timedelta(days=7)))
    page.get_by_role("checkbox", name="质检员乙").check()
    page.get_by_role("checkbox", name=MAIN).check()
    page.get_by_role("button", name="发起", exact=True).click()
    page.wait_for_url(re.compile(r"/calibration/\d+$"))
    return page.url


def test_a_fault_said_while_the_page_still_loads_asks_for_its_reason(page: Page, site: Site) -> None:
    opened(page, site, "慢网校准")
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/static/calibration.js", hold)
    page.get_by_role("link", name=MAIN).click(no_wait_after=True)
    row = page.locator('tr[data-item="A6"]')
    row.get_by_label("有差错").check()
    expect(row.get_by_label("A6 理由")).not_to_be_focused()
    held[0].continue_()
    expect(row.get_by_label("A6 理由")).to_be_focused()


def test_two_people_score_a_call_and_see_where_they_differ(page: Page, site: Site) -> None:
    address = opened(page, site, "十一月校准")
    score(page, {"A6": "说了“你自己看着办”"})
    expect(page.locator("main")).to_contain_text("等其他人评完")
    as_(page, site, "reviewer2", "/calibration")
    page.locator("section.card").get_by_role("link", name="十一月校准").click()
    expect(page.locator("main")).not_to_contain_text("你自己看着办")
    score(page, {"C2": "应为五个工作日"})
    expect(page.locator("#differing")).to_be_visible()
    expect(page.locator(".differ")).to_have_count(2)
    expect(page.locator('.differ[data-item="A6"]')).to_contain_text("说了“你自己看着办”")
    assert violations(page) == []
    page.locator('.differ[data-item="A6"] button.ev').first.click()
    expect(page.locator("#recording")).to_be_visible()
    as_(page, site, "reviewer", address)
    row = page.locator('.differ[data-item="C2"]')
    row.locator("summary").click()
    row.get_by_label("讨论结论").fill("以知识库当日版本为准")
    row.get_by_role("button", name="记下").click()
    expect(page.locator('.differ[data-item="C2"]')).to_contain_text("以知识库当日版本为准")


def test_a_call_is_scored_by_keyboard_alone(page: Page, site: Site) -> None:
    as_(page, site, "reviewer", "/calibration/new")
    page.get_by_label("名称").fill("键盘")
    page.get_by_label("截止日期").fill(str(datetime.now().date() + timedelta(days=7)))
    page.get_by_role("checkbox", name="质检员乙").check()
    page.get_by_role("checkbox", name=MAIN).check()
    page.get_by_role("button", name="发起", exact=True).click()
    page.get_by_role("link", name=MAIN).click()
    assert violations(page) == []
    page.locator('input[name="score_A1"][value="none"]').focus()
    page.keyboard.press("Space")
    page.keyboard.press("ArrowRight")  # the next verdict of the same item: a fault, whose reason is asked for
    expect(page.locator('input[name="reason_A1"]')).to_be_focused()
    page.keyboard.type("开头语不全")
    page.locator("[data-rest]").focus()
    page.keyboard.press("Enter")
    page.locator("form#scores button.strong").focus()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/calibration/\d+$"))
    expect(page.locator("main")).to_contain_text("已评")
