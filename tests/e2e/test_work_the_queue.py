"""A reviewer's day through the queue: from call to call by keyboard, and never two people at one call."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from qa_pipeline.models import Verdict
from qa_pipeline.review import decide
from tests.e2e.conftest import Site, enter_as
from tests.e2e.month import MAIN, NOW

pytestmark = pytest.mark.browser


def test_from_the_front_page_from_call_to_call_by_keyboard(page: Page, browser: Browser, site: Site) -> None:
    page.goto("/")
    page.get_by_role("link", name="开始下一通").click()
    page.wait_for_url(re.compile(rf"/calls/{MAIN}\?queue=all"))
    expect(page.locator("#claim")).to_contain_text("您正在复核")

    context = browser.new_context(base_url=site.url, locale="zh-CN")
    enter_as(context, site, "reviewer2")
    other = context.new_page()
    other.goto("/queue")
    expect(other.locator("tr", has_text=MAIN)).to_contain_text("质检员甲")
    other.get_by_role("link", name="开始下一通").click()
    other.wait_for_url(re.compile(r"/calls/H261007-001\?queue=all"))
    context.close()

    page.keyboard.press("n")
    page.wait_for_url(re.compile(r"/calls/H261004-002\?queue=all"))
    page.keyboard.press("c")
    expect(page.locator(".finding[data-code=PH05] .decision")).to_contain_text("质检员甲")
    page.keyboard.press("n")
    page.wait_for_url(re.compile(r"/calls/H261005-001\?queue=all"))
    page.get_by_role("link", name="返回列表").click()
    page.wait_for_url(re.compile("/queue$"))
    held = page.locator(".held")
    expect(held).to_contain_text(MAIN)
    expect(held).not_to_contain_text("H261004-002")
    held.get_by_role("button", name=f"释放 {MAIN}").click()
    expect(page.locator(".held")).not_to_contain_text(MAIN)


def test_a_blind_repeat_plays_its_evidence_and_goes_on(page: Page, site: Site) -> None:
    with site.sessions.begin() as session:
        decide(session, "H261005-001", "PH05", Verdict.CONFIRM, 1, "质检员乙", "", NOW)
    page.goto("/repeats/H261005-001")
    page.locator("button.ev").first.click()
    page.wait_for_function("() => !document.getElementById('recording').paused")
    page.get_by_label("无差错").check()
    page.get_by_role("button", name="提交，下一通").click()
    page.wait_for_url(re.compile(r"/calls/.*queue=all"))
