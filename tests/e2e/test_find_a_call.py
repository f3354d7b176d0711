"""From the month to a call: figures are links, filters are in the address."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.month import CLEAN, MAIN, MONTH

pytestmark = pytest.mark.browser


def test_the_front_page_leads_to_the_month_with_its_figures_and_charts(page: Page) -> None:
    page.goto("/")
    page.locator(".counts a", has_text=MONTH).click()
    page.wait_for_url(re.compile(f"/months/{MONTH}"))
    expect(page.locator("h1")).to_have_text(f"{MONTH} 月度质检")
    expect(page.locator("table.grid").first).to_contain_text("王海燕")
    expect(page.locator("#chart-operators canvas")).to_be_visible()
    expect(page.locator("#chart-items canvas")).to_be_visible()


def test_a_figure_leads_to_the_calls_behind_it(page: Page) -> None:
    page.goto(f"/months/{MONTH}")
    page.locator(".facts .suspected a").click()
    page.wait_for_url(re.compile("state=suspected"))
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page.locator("tbody tr")).to_contain_text(MAIN)


def test_a_press_on_a_bar_leads_to_the_calls_that_lost_there(page: Page) -> None:
    page.goto(f"/months/{MONTH}")
    chart = page.locator("#chart-items canvas")
    expect(chart).to_be_visible()
    box = chart.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] * 0.45, box["y"] + 18)
    page.wait_for_url(re.compile("item=C2"))
    expect(page.locator("tbody tr")).to_have_count(1)


def test_a_filter_goes_into_the_address_and_to_the_next_call(page: Page) -> None:
    page.goto("/calls")
    page.select_option('select[name="operator"]', "1002")
    page.wait_for_url(re.compile("operator=1002"))
    expect(page.locator("tbody tr")).to_have_count(3)
    page.locator("tbody tr a").first.click()
    page.wait_for_url(re.compile(r"H261004-002.*operator=1002"))
    page.keyboard.press("n")
    page.wait_for_url(re.compile(r"H261006-001.*operator=1002"))


def test_a_column_sorts_up_and_down(page: Page) -> None:
    page.goto("/calls")
    page.locator("thead a", has_text="得分").click()
    page.wait_for_url(re.compile("sort=points"))
    expect(page.locator("tbody tr").first).to_contain_text(MAIN)
    page.locator("thead a", has_text="得分").click()
    page.wait_for_url(re.compile("sort=-points"))
    expect(page.locator("tbody tr").first).to_contain_text(CLEAN)


def test_a_failed_call_says_why_everywhere(page: Page) -> None:
    page.goto(f"/months/{MONTH}/failures")
    expect(page.locator("tbody tr")).to_contain_text("录音被截断")
    page.locator("tbody tr a").click()
    expect(page.locator("#verdicts")).to_contain_text("录音被截断")


def test_a_lost_point_leads_to_the_rules_own_words(page: Page) -> None:
    page.goto(f"/calls/{MAIN}")
    page.locator('.finding[data-code="PH05"] .why').click()
    page.wait_for_url(re.compile("/rules/PH05"))
    expect(page.locator("dl.doc").first).to_contain_text("依据")


def test_a_wrong_address_gets_a_page_in_chinese(page: Page) -> None:
    page.expected_complaints = ("status of 404",)
    answer = page.goto("/calls/NOPE")
    assert answer is not None
    assert answer.status == 404
    expect(page.locator("h1")).to_have_text("没有找到")


def test_english_stays_english_from_page_to_page(page: Page) -> None:
    page.goto(f"/months/{MONTH}")
    page.locator("header a", has_text="English").click()
    expect(page.locator("h1")).to_have_text(f"Audits of {MONTH}")
    page.locator(".facts .suspected a").click()
    page.locator("tbody tr a").first.click()
    expect(page.locator("#verdicts .decide button").first).to_contain_text("Confirm")
    page.locator("header a", has_text="中文").click()
    expect(page.locator("#verdicts .decide button").first).to_contain_text("确认")
