"""A trainer records who attended and runs 声音里的微笑; colleagues vote without knowing on whose calls."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy.orm import Session, sessionmaker

from qa_pipeline.settings import Settings
from tests.e2e.axe import violations
from tests.e2e.conftest import Site, enter_as, served
from tests.e2e.month import CLEAN, MAIN, seed
from tests.trained import fill_training
from tests.voted import add_examples, add_voters, approved_clip

pytestmark = [pytest.mark.browser, pytest.mark.server]


def seed_training(workspace: Path) -> tuple[Settings, sessionmaker[Session]]:
    """Make a centre with a training behind it, clips that were approved, and people who may vote."""
    settings, sessions = seed(workspace)
    with sessions.begin() as session:
        fill_training(session)
        add_examples(session)
        add_voters(session)
        for call_id in (CLEAN, MAIN):
            approved_clip(session, call_id, workspace)
    return settings, sessions


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with served(tmp_path_factory.mktemp("training"), seed_training) as running:
        yield running


def as_(page: Page, site: Site, login: str) -> None:
    page.context.clear_cookies()
    enter_as(page.context, site, login)


@pytest.mark.parametrize(
    ("scheme", "addresses"),
    [("light", ("/training/records", "/training/effect?session=1")), ("dark", ("/training/records/overdue",))],
)
def test_pages_of_the_records_with_what_is_on_them_can_be_read_by_everybody(
    page: Page, site: Site, scheme: str, addresses: tuple[str, ...]
) -> None:
    as_(page, site, "trainer")
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    for address in addresses:
        page.goto(address)
        assert violations(page) == [], address


def test_a_session_is_entered_and_its_roster_ticked_from_the_keyboard(page: Page, site: Site) -> None:
    as_(page, site, "trainer")
    page.goto("/training/records")
    page.get_by_label("类别").nth(1).select_option(label="每周小组培训")
    page.get_by_label("主题").fill("先安抚后办理")
    page.get_by_label("班组").nth(1).select_option(label="二组")
    page.get_by_text("对应评分项").click()
    page.get_by_role("checkbox", name="A4 致歉与安抚").check()
    page.get_by_role("button", name="登记", exact=True).press("Enter")
    page.wait_for_url(re.compile(r"/training/records/\d+$"))
    absent = page.get_by_role("group", name="冯军").get_by_label("缺席")
    absent.focus()
    page.keyboard.press("Space")
    page.get_by_label("冯军 原因").fill("当班")
    page.get_by_role("button", name="保存出席").press("Enter")
    expect(page.locator("#said")).to_contain_text("8")
    expect(page.locator("main")).to_contain_text("冯军 1009 缺席 · 当班")
    # A mistake is refused beside the form, which keeps what was ticked.
    page.get_by_role("group", name="冯军").get_by_label("出席").check()
    page.get_by_role("button", name="保存出席").click()
    expect(page.get_by_role("alert")).to_contain_text("没有写明更正原因")
    page.get_by_label("更正原因").fill("迟到，不是缺席")
    page.get_by_role("button", name="保存出席").click()
    expect(page.locator("main")).to_contain_text("更正 迟到，不是缺席")
    page.expected_complaints = ("400",)  # type: ignore[attr-defined]  # the refusal that was provoked


def test_a_contest_is_run_and_voted_on_without_knowing_whose_calls_they_are(page: Page, site: Site) -> None:
    as_(page, site, "trainer")
    page.goto("/training/contest")
    page.get_by_label("名称").fill("十月评比")
    page.get_by_label("时期").select_option("2026-10")
    page.get_by_role("button", name="取出名单").click()
    page.wait_for_url(re.compile(r"/training/contest/\d+$"))
    address = page.url
    for n in range(page.get_by_role("button", name="选用").count()):
        page.get_by_role("button", name="选用").nth(n).click()
        expect(page.get_by_text("已选")).to_have_count(n + 1)
    assert violations(page) == []
    page.get_by_label("投票截止").fill(str(datetime.now().date() + timedelta(days=3)))
    for name in ("话务员庚", "话务员辛", "话务员壬"):
        page.get_by_role("checkbox", name=name).check()
    page.get_by_role("button", name="开始投票").click()
    expect(page.locator("main")).to_contain_text("结束之前，谁也看不到票")
    for login, mark in (("voter1", 5), ("voter2", 4), ("voter3", 5)):
        as_(page, site, login)
        page.goto(f"{address}/vote")
        for name in ("陈晓雯", "王海燕", "一组", CLEAN, MAIN):
            expect(page.locator("body")).not_to_contain_text(name)
        sound = page.locator("audio").first
        sound.evaluate("audio => audio.play()")
        assert sound.evaluate("audio => audio.duration") > 0.5
        for part in ("语气", "清晰", "亲切"):
            for group in page.get_by_role("group", name=part).all():
                group.get_by_label(str(mark)).check()
        if login == "voter1":
            page.locator("details summary").first.click()
            assert violations(page) == []
        page.get_by_role("button", name="保存选票").click()
        expect(page.get_by_role("status")).to_contain_text("已保存")
    as_(page, site, "trainer")
    page.goto(address)
    page.locator("summary", has_text="结束评比").click()
    page.get_by_label("说明").fill("全部投完")
    page.get_by_role("button", name="结束评比").click()
    page.wait_for_url(re.compile(r"/result$"))
    expect(page.locator(".places tbody tr")).to_have_count(2)
    expect(page.locator(".places tbody tr").first).to_contain_text("4.67")
    assert violations(page) == []
    page.emulate_media(media="print")
    expect(page.locator("header.bar")).to_be_hidden()
