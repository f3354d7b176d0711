"""A reviewer's morning by keyboard alone: ten calls, words put right, and nothing lost on the way."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from qa_pipeline.accounts.signing_in import token_sha256
from qa_pipeline.models import Verdict
from qa_pipeline.store.queries.accounts import end_sign_in
from qa_pipeline.store.queries.calls import call_file
from qa_pipeline.store.queries.notes import notes_of
from qa_pipeline.store.queries.review import decisions_of
from tests.e2e.conftest import Site, enter_as, served
from tests.e2e.month import BUSY_MONTH, MAIN, seed_busy
from tests.e2e.test_review_a_call import finding, go_to, wait_until_heard
from tests.people import PASSWORD

pytestmark = pytest.mark.browser
TEN = [f"H2611{day:02}-001" for day in range(1, 11)]
LAST = "H261111-001"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Serve one busy month for these tests, which keep to calls of their own."""
    with served(tmp_path_factory.mktemp("busy"), seed_busy) as running:
        yield running


def open_call(page: Page, call_id: str) -> None:
    page.goto(f"/calls/{call_id}?month={BUSY_MONTH}")
    expect(page.locator("#wave")).to_have_attribute("data-ready", "true")


def decide_all(page: Page, first: bool) -> None:
    """Confirm what is sure, overrule with a reason (typed once, then offered), and pass what is doubtful."""
    keys = {"PH05": ["c"], "TN04": ["x", "Enter"], "AN01": ["o", *("语境不符" if first else "1"), "Enter"]}
    for _ in range(3):
        current = page.locator(".finding.current.waits")
        expect(current).to_have_count(1)
        code = current.get_attribute("data-code") or ""
        for key in keys[code]:
            page.keyboard.insert_text(key) if not key.isascii() else page.keyboard.press(key)
        expect(finding(page, code).locator(".decision")).to_have_count(1)
        expect(finding(page, code)).not_to_have_class(re.compile("waits"))


def test_ten_calls_are_reviewed_by_keyboard_alone(page: Page, site: Site) -> None:
    page.goto(f"/calls/{TEN[0]}?month={BUSY_MONTH}")
    for number, call_id in enumerate(TEN):
        expect(page.locator("h1")).to_have_text(call_id)
        decide_all(page, first=number == 0)
        expect(page.locator("#message")).to_contain_text("都判完了")
        page.keyboard.press("n")
        page.wait_for_url(re.compile(f"H2611{number + 2:02}"))
    with site.sessions() as session:
        taken = [decision for call_id in TEN for decision in decisions_of(session, call_id)]
    assert Counter((d.code, d.verdict, d.reason) for d in taken) == {
        ("PH05", Verdict.CONFIRM, ""): 10,
        ("TN04", Verdict.NOT_APPLICABLE, ""): 10,
        ("AN01", Verdict.OVERRULE, "语境不符"): 10,
    }


def test_words_are_put_right_at_the_cursor_and_the_machines_stay(page: Page, site: Site) -> None:
    open_call(page, LAST)
    page.locator("#u2 .w").first.click()
    page.keyboard.press(" ")
    page.keyboard.press("e")
    field = page.locator("#u2 textarea")
    expect(field).to_be_focused()
    field.fill("落户是五个工作日，带户口簿就行。")
    page.keyboard.press("Escape")
    expect(field).to_have_count(0)
    page.keyboard.press("e")
    expect(field).to_be_focused()
    field.fill("落户是五个工作日，带户口簿就行。")
    page.keyboard.press("Enter")
    expect(page.locator("#u2 .words")).to_contain_text("五个工作日")
    expect(page.locator("#u2 .w.hand")).to_have_text("五")
    expect(page.locator("#unread")).to_contain_text("1 句")
    page.locator("#u2 summary").press("Enter")
    expect(page.locator("#u2 .recognised")).to_contain_text("落户是三个工作日")
    with site.sessions() as session:
        said = call_file(session, LAST).transcript
    assert said is not None
    assert "三个工作日" in said.utterances[2].text


def test_a_session_that_ends_in_the_middle_costs_no_word(page: Page, site: Site) -> None:
    page.expected_complaints = ("status of 401", "Error Code 401")
    page.goto(f"/calls/{MAIN}")
    go_to(page, "AN01")
    with site.sessions.begin() as session:
        end_sign_in(session, token_sha256("token-of-reviewer"))
    page.keyboard.press("o")
    page.keyboard.insert_text("后来更正为五个")
    page.keyboard.press("Enter")
    expect(page.locator("#message")).to_contain_text("登录")
    page.locator("#message input[name=login]").fill("reviewer")
    page.locator("#message input[name=password]").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(finding(page, "AN01").locator(".decision")).to_contain_text("后来更正为五个")
    with site.sessions() as session:
        assert len([d for d in decisions_of(session, MAIN) if d.code == "AN01"]) == 1


def test_what_was_not_saved_is_there_after_a_reload_for_the_same_person_alone(page: Page, site: Site) -> None:
    open_call(page, LAST)
    page.keyboard.press("m")
    page.keyboard.insert_text("背景有人说话")
    page.keyboard.press("Escape")
    go_to(page, "AN01")
    page.keyboard.press("o")
    page.keyboard.insert_text("还没想好")
    page.reload()
    note, reason = page.locator("#notes textarea"), finding(page, "AN01").locator('input[name="reason"]')
    expect(note).to_have_value("背景有人说话")
    expect(reason).to_have_value("还没想好")
    enter_as(page.context, site, "reviewer2")
    page.reload()
    expect(note).to_have_value("")
    expect(reason).to_have_value("")
    enter_as(page.context, site, "reviewer")
    page.reload()
    page.keyboard.press("m")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#notes .note")).to_contain_text("背景有人说话")
    expect(note).to_have_value("")
    with site.sessions() as session:
        assert [one.text for one in notes_of(session, LAST)] == ["背景有人说话"]


def test_speed_and_loudness_are_kept_and_a_channel_can_be_muted(page: Page) -> None:
    open_call(page, LAST)
    for key in ("]", "]", "=", "=", "1"):
        page.keyboard.press(key)
    expect(page.locator("#speed")).to_have_value("1.5")
    expect(page.locator("#gain")).to_have_text("+6 dB")
    expect(page.locator('[data-side="0"]')).to_have_attribute("aria-pressed", "false")
    page.reload()
    expect(page.locator("#wave")).to_have_attribute("data-ready", "true")
    expect(page.locator("#speed")).to_have_value("1.5")
    expect(page.locator("#gain")).to_have_text("+6 dB")
    expect(page.locator('[data-side="0"]')).to_have_attribute("aria-pressed", "true")
    page.keyboard.press(" ")
    wait_until_heard(page, 0.3, 30)
    page.evaluate("localStorage.clear()")


def test_the_waveform_comes_closer_and_shows_where_it_is(page: Page) -> None:
    open_call(page, LAST)
    page.keyboard.press(".")
    page.keyboard.press(".")
    expect(page.locator("#overview")).to_be_visible()
    width = "document.querySelector('#wave > div').shadowRoot.querySelector('.wrapper').clientWidth"
    assert page.evaluate(width) > 3 * page.evaluate("document.getElementById('wave').clientWidth")
    assert page.evaluate("document.documentElement.scrollWidth") <= 1366
    page.keyboard.press(",")
    page.keyboard.press(",")
    expect(page.locator("#overview")).to_be_hidden()


def test_a_fact_of_the_entry_plays_where_it_was_said_otherwise(page: Page) -> None:
    open_call(page, LAST)
    expect(page.locator(".answer mark.contradicts")).to_have_text(["五个工作日内", "三个工作日"])
    fact = page.locator(".facts-of .contradicts button")
    start = float(fact.get_attribute("data-start") or "nan")
    fact.press("Enter")
    wait_until_heard(page, start, start + 2)
    expect(fact).to_have_class(re.compile("playing"))
    expect(page.locator("#u2")).to_have_class(re.compile("playing"))
