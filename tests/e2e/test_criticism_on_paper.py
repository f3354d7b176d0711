"""A criticism notice opens without anything else and prints on A4 within its margins."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from qa_pipeline.models.supervision import NoticeDraft, NoticeKind, Office
from qa_pipeline.publish import publish_criticism
from qa_pipeline.store.session import close_store
from qa_pipeline.supervision.notices import approve_notice, enter_notice
from tests.e2e.month import MONTH, seed

pytestmark = [pytest.mark.browser, pytest.mark.server]
NOW = datetime(2026, 10, 31, 9)
DRAFT = NoticeDraft(
    *("1003", NoticeKind.SHIFT_LEADER, "周班长", datetime(2026, 10, 14, 15, 20)),
    *("离席 25 分钟，未向班长报备", "现场巡查记录" * 4, Decimal(2)),
)
A4_PX = 794  # 210 mm at 96 pixels an inch


@pytest.fixture
def page_file(tmp_path: Path) -> Path:
    settings, sessions = seed(tmp_path / "centre")
    for operator_id in ("1003", "1002"):
        with sessions.begin() as session:
            made = enter_notice(session, settings, replace(DRAFT, operator_id=operator_id), "周班长", NOW)
            number = made.notice.notice_id
            approve_notice(session, settings, number, "李主管", Office.SUPERVISOR, "属实", NOW, criticised=True)
    settings = settings.model_copy(update={"notice_basis": "《绩效考核办法》第五条的规定"})
    path = publish_criticism(settings, sessions, MONTH, (), tmp_path / "通报.html", date(2026, 11, 2))
    close_store(sessions)
    return path


def test_a_criticism_notice_prints_on_a4_and_asks_for_nothing_else(browser: Browser, page_file: Path) -> None:
    page = browser.new_context(viewport={"width": 1366, "height": 768}, locale="zh-CN").new_page()
    asked: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: complaints.append(message.text))
    page.goto(page_file.as_uri())
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
    assert complaints == []
    assert page.title() == "通报批评"
    assert page.locator("main").bounding_box()["width"] == pytest.approx(A4_PX, abs=1)  # type: ignore[index]
    assert page.get_by_role("heading", level=1).inner_text().startswith("关于对王海燕等 2 名同志")
    assert page.get_by_role("heading", level=2).all_inner_texts() == ["一、基本事实", "二、处理意见", "三、申诉途径"]
    assert page.locator("tr", has_text="签收").count() == 2
    wider = page.evaluate(
        "[...document.querySelectorAll('main *')].filter(e => e.scrollWidth > e.clientWidth + 1).length"
    )
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.querySelector('main')).boxShadow") == "none"
    printed = page.pdf(prefer_css_page_size=True)
    assert wider == 0
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 2
    assert re.search(rb"/MediaBox\s*\[\s*0 0 59[45]\S* 84[12]\S*\s*\]", printed)
    page.context.close()
