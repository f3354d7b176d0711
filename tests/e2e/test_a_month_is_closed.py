"""A supervisor's day at the month's end, and a reviewer who looks for what was said: in a real browser."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Page, expect

from qa_pipeline.store.queries.ledger import last_entry_of
from tests.e2e.conftest import Site, enter_as
from tests.e2e.month import MAIN, MONTH
from tests.people import PASSWORD

pytestmark = pytest.mark.browser


def test_a_month_is_closed_from_its_checklist_down_to_the_payroll(page: Page, site: Site) -> None:
    enter_as(page.context, site, "supervisor")
    page.goto(f"/months/{MONTH}")
    page.get_by_role("link", name="结账").click()
    suspected = page.locator('tr[data-point="suspected"]')
    expect(suspected).to_contain_text("1 通疑似一票否决")
    suspected.get_by_role("link", name="去看").click()
    expect(page.locator("tbody tr")).to_contain_text(MAIN)
    page.go_back()
    page.get_by_role("checkbox").check()
    page.get_by_label(re.compile("再输入一次密码")).fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_text("结账完成")).to_be_visible()
    expect(page.locator("#verified")).to_contain_text("逐条相符")
    with site.sessions() as session:
        last = last_entry_of(session, MONTH)
    assert last is not None
    assert page.locator("#head").inner_text() == last[4]
    with page.expect_download() as waiting:
        page.get_by_role("link", name="绩效 CSV").click()
    rows = list(csv.reader(io.StringIO(_content(waiting.value.path()).decode("utf-8-sig"))))
    assert {"1001", "1002", "1003"} <= {cell for row in rows for cell in row}
    assert waiting.value.suggested_filename == f"绩效-{MONTH}.csv"


def test_a_figure_of_a_chart_leads_to_its_operators_months(page: Page) -> None:
    page.goto(f"/months/{MONTH}")
    chart = page.locator("#chart-operators canvas")
    box = chart.bounding_box()
    assert box is not None
    # Four places on the axis, the last for the names of grades: the third operator's dot is somewhere up its column.
    at = box["x"] + 40 + (box["width"] - 48) * 2.5 / 4
    for y in range(26, int(box["height"]) - 20, 4):
        page.mouse.click(at, box["y"] + y)
        if "/operators/" in page.url:
            break
    page.wait_for_url(re.compile(f"/months/{MONTH}/operators/1003"))
    expect(page.locator("#chart-months canvas")).to_be_visible()
    page.get_by_role("link", name="二组", exact=True).first.click()
    expect(page.locator("h1")).to_contain_text("班组 二组")


def test_what_was_said_is_found_by_sound_and_opened_at_its_second(page: Page) -> None:
    page.goto("/search")
    page.get_by_role("searchbox").fill("字几看着办")
    page.keyboard.press("Enter")
    expect(page.get_by_text("没有找到")).to_be_visible()
    page.get_by_role("link", name="按读音再找一次").click()
    expect(page.locator("mark")).to_have_text("自己看着办")
    page.get_by_role("link", name=re.compile("从 .* 听起")).click()
    page.wait_for_url(re.compile(rf"/calls/{MAIN}.*#t=\d+\.\d"))
    expect(page.locator("#wave")).to_have_attribute("data-ready", "true")
    second = float(page.url.rpartition("#t=")[2])
    expect(page.locator("#time")).to_contain_text(f"{int(second // 60)}:{second % 60:04.1f}")


def test_a_search_is_kept_and_what_it_shows_is_exported(page: Page) -> None:
    page.goto(f"/search?q=落户&operator=1003&month={MONTH}")
    page.get_by_label("名称").fill("落户答复")
    page.get_by_role("button", name="保存这个检索").click()
    page.goto("/search")
    page.get_by_role("link", name="落户答复").click()
    expect(page.get_by_role("searchbox")).to_have_value("落户")
    with page.expect_download() as waiting:
        page.get_by_role("link", name="导出 xlsx").click()
    sheet = load_workbook(io.BytesIO(_content(waiting.value.path()))).active
    rows = list(sheet.iter_rows(min_row=2, values_only=True))
    assert {row[2] for row in rows} == {"1003"}
    assert all("落户" in row[7] for row in rows)


def _content(path: Path | str | None) -> bytes:
    assert path is not None
    return Path(path).read_bytes()
