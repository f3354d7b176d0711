"""A clip from the wish to the approval, in the browser: made by the worker, heard, covered further, let through."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from qa_pipeline.worker import work
from tests.e2e.axe import violations
from tests.e2e.conftest import Site, enter_as
from tests.e2e.month import MAIN

pytestmark = [pytest.mark.browser, pytest.mark.server]


def as_(page: Page, site: Site, login: str, address: str) -> None:
    page.context.clear_cookies()
    enter_as(page.context, site, login)
    page.goto(address)


def test_a_clip_is_asked_for_heard_covered_further_and_approved(page: Page, site: Site) -> None:
    as_(page, site, "trainer", "/training/clips")
    page.get_by_label("通话编号").fill(MAIN)
    page.get_by_label("从", exact=True).fill("0:00")
    page.get_by_label("到", exact=True).fill("0:12")
    page.get_by_role("button", name="制作", exact=True).click()
    expect(page.locator("#making")).to_contain_text("等待")
    work(site.settings, site.sessions, until_idle=True)
    page.locator("table").get_by_role("link", name="1", exact=True).click()  # the list was loaded again by itself
    expect(page.locator("main")).to_contain_text("批准后可以听")

    as_(page, site, "reviewer", "/training/clips/1")
    expect(page.locator("#wave")).to_have_attribute("data-ready", "true")
    page.get_by_role("button", name="播放").click()
    expect(page.locator("#wave")).to_have_attribute("data-playing", "true")
    expect(page.locator("#time")).not_to_have_text("0:00.0")
    # axe's own, in the waveform's tree, and the refusal below
    page.expected_complaints = ("Applying inline style", "400")  # type: ignore[attr-defined]
    assert violations(page) == []
    page.get_by_label("再遮盖这些话").fill("材料")
    page.get_by_role("button", name="重新制作").click()
    page.wait_for_url("**/training/clips")
    work(site.settings, site.sessions, until_idle=True)
    page.locator("table").get_by_role("link", name="2", exact=True).click()
    expect(page.locator(".turns mark").first).to_be_visible()
    expect(page.locator("main")).to_contain_text("由 1 号重新制作")
    expect(page.locator("#wave")).to_have_attribute("data-ready", "true")  # the page's scripts are there
    page.get_by_role("button", name="批准").click()
    expect(page.locator("#message")).to_contain_text("还没有听过")
    expect(page.locator("#heard")).to_contain_text("您还没有从头到尾听完")
    page.get_by_role("button", name="播放").click()
    expect(page.locator("#wave")).to_have_attribute("data-playing", "true")
    expect(page.locator("#heard")).to_contain_text("整段听完", timeout=40_000)
    expect(page.locator("#heard")).not_to_contain_text("您还没有从头到尾听完")
    page.get_by_role("button", name="批准").click()
    expect(page.locator("#state")).to_have_text("已批准")

    as_(page, site, "trainer", "/training/clips/2")
    expect(page.locator("#wave")).to_have_attribute("data-ready", "true")
    page.goto("/training/clips/1")
    expect(page.locator("#state")).to_have_text("已退回")
