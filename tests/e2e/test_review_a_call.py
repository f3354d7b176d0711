"""One call in a real browser: what is heard, what is marked, what is decided."""

from __future__ import annotations

import re
import time
from datetime import datetime

import pytest
from playwright.sync_api import Page, expect

from qa_pipeline.models import Verdict
from qa_pipeline.review import decide
from qa_pipeline.store.queries.review import decisions_of
from tests.e2e.conftest import Site, enter_as
from tests.e2e.month import MAIN

pytestmark = pytest.mark.browser
CALL = f"/calls/{MAIN}"


def open_call(page: Page) -> None:
    page.goto(CALL)
    expect(page.locator("#wave")).to_have_attribute("data-ready", "true")


def finding(page: Page, code: str):
    return page.locator(f'.finding[data-code="{code}"]')


def go_to(page: Page, code: str) -> None:
    """Walk down with j, then up with k, until a finding is the current one."""
    page.evaluate("document.activeElement.blur()")
    for step in range(120):
        if "current" in (finding(page, code).get_attribute("class") or ""):
            return
        page.keyboard.press("j" if step < 60 else "k")
    pytest.fail(f"j never came to {code}")


def seconds(page: Page) -> float:
    return page.evaluate("Player.now()")


def wait_until_heard(page: Page, after: float, before: float) -> None:
    """Wait until playing stands between two times; polled from here, since the page's policy forbids eval."""
    until = time.monotonic() + 10
    while not after < (now := seconds(page)) < before:
        assert time.monotonic() < until, f"playing stands at {now}, not between {after} and {before}"
        page.wait_for_timeout(30)


# A decision ends a look at its item that is still under way; htmx tells the console of it.
OVERTAKEN = ("htmx:sendAbort", "htmx:afterRequest")


def wait_until_drawn(page: Page, what: str, test: str) -> None:
    """Wait until the number of elements in the waveform's shadow tree passes a test; fail after five seconds."""
    found = f"document.querySelector('#wave > div').shadowRoot.querySelectorAll('{what}').length"
    page.wait_for_function(f"{found} {test}", timeout=5000)


def test_both_channels_are_drawn_with_their_evidence_talk_over_and_silence(page: Page) -> None:
    open_call(page)
    wait_until_drawn(page, "canvas", ">= 2")
    wait_until_drawn(
        page, "[part~=region]", "== 6"
    )  # three places of evidence, the current one's, a talk-over, a silence


def test_the_window_searched_in_vain_is_drawn_while_its_finding_is_current(page: Page) -> None:
    open_call(page)
    go_to(page, "PH05")
    wait_until_drawn(page, "[part~=region]", "== 6")
    page.keyboard.press("k")
    wait_until_drawn(page, "[part~=region]", "== 5")


def test_a_press_on_evidence_plays_its_span_and_stops(page: Page) -> None:
    open_call(page)
    button = finding(page, "PH06").locator("button.ev").first
    start, end = (float(button.get_attribute(f"data-{name}") or "nan") for name in ("start", "end"))
    button.click()
    expect(page.locator("#wave")).to_have_attribute("data-playing", "true")
    wait_until_heard(page, start, end)
    expect(page.locator("#wave")).to_have_attribute("data-playing", "false")
    assert end <= seconds(page) <= end + 0.6
    expect(page.locator(".w.marked").first).to_have_text(re.compile("我"))
    assert "".join(page.locator(".w.marked").all_inner_texts()).startswith("我不是说了吗")


def test_the_transcript_follows_what_is_played(page: Page) -> None:
    open_call(page)
    finding(page, "PH06").locator("button.ev").first.click()
    expect(page.locator("#u4")).to_have_class(re.compile("playing"))
    page.locator("#u2 .w").first.click()
    expect(page.locator("#u2")).to_have_class(re.compile("playing"))


def test_words_that_the_recogniser_was_unsure_of_are_underlined(page: Page) -> None:
    open_call(page)
    low = page.locator(".w.low")
    assert low.count() > 0
    assert "underline" in low.first.evaluate("e => getComputedStyle(e).textDecorationLine")
    assert page.locator("#u0 .w.low").count() == 0


def test_overruling_gives_the_points_back_without_a_reload(page: Page, site: Site) -> None:
    open_call(page)
    page.evaluate("window.stayed = true")
    before = float(page.inner_text("#points"))
    go_to(page, "AN01")
    page.keyboard.press("o")
    page.keyboard.type("话务员后来说的是五个")
    page.keyboard.press("Enter")
    expect(finding(page, "AN01").locator(".decision")).to_contain_text("质检员甲")
    assert float(page.inner_text("#points")) == before + 12
    assert page.evaluate("window.stayed") is True
    with site.sessions() as session:
        taken = decisions_of(session, MAIN)
    assert [(d.code, d.verdict, d.reason) for d in taken] == [("AN01", Verdict.OVERRULE, "话务员后来说的是五个")]


def test_confirming_keeps_the_points_and_raises_what_is_certain(page: Page, site: Site) -> None:
    open_call(page)
    go_to(page, "PH05")
    page.keyboard.press("c")
    expect(finding(page, "PH05").locator(".decision")).to_contain_text("确认")
    expect(page.locator("#range")).to_contain_text("98.00")
    with site.sessions() as session:
        assert [d.verdict for d in decisions_of(session, MAIN)] == [Verdict.CONFIRM]


def test_after_a_decision_the_next_open_finding_is_current(page: Page) -> None:
    open_call(page)
    go_to(page, "PH05")
    page.keyboard.press("c")
    expect(finding(page, "PH05").locator(".decision")).to_be_visible()
    expect(finding(page, "PH06")).to_have_class(re.compile("current"))


def test_a_loss_is_told_with_what_it_costs_and_the_points_with_their_sum(page: Page) -> None:
    open_call(page)
    expect(page.locator("#item-C2 .effect")).to_have_text(re.compile(r"折合总分 −\d+\.\d\d"))
    expect(page.locator("#score .formula")).to_contain_text(f"＝{page.inner_text('#points')}")


def test_fatal_errors_stand_above_the_four_standards(page: Page) -> None:
    open_call(page)
    assert page.locator(".group").first.get_attribute("id") == "group-V"


def test_a_person_decides_items_that_no_rule_covers(page: Page) -> None:
    open_call(page)
    before = float(page.inner_text("#points"))
    go_to(page, "B5")
    page.keyboard.press("f")
    page.keyboard.type("反问来电人")
    page.keyboard.press("Enter")
    expect(finding(page, "B5").locator(".decision")).to_contain_text("判为差错 1 处")
    assert float(page.inner_text("#points")) < before
    expect(page.locator("#score .open")).not_to_contain_text("B5")


def test_a_double_press_makes_one_decision(page: Page, site: Site) -> None:
    open_call(page)
    go_to(page, "PH05")
    finding(page, "PH05").locator("button.yes").dblclick()
    expect(finding(page, "PH05").locator(".decision")).to_be_visible()
    page.wait_for_load_state("networkidle")
    with site.sessions() as session:
        assert len(decisions_of(session, MAIN)) == 1


def test_an_overruling_without_a_reason_is_refused_and_what_was_written_stays(page: Page) -> None:
    page.expected_complaints = ("status of 400", "Error Code 400")
    open_call(page)
    go_to(page, "PH05")
    page.keyboard.press("o")
    page.keyboard.press("Enter")
    expect(page.locator("#message")).to_contain_text("没有填写理由")
    expect(finding(page, "PH05").locator(".decision")).to_have_count(0)


def test_enter_in_the_reason_never_sends_a_verdict_that_was_not_chosen(page: Page, site: Site) -> None:
    open_call(page)
    go_to(page, "PH05")
    finding(page, "PH05").locator('input[name="reason"]').click()
    page.keyboard.type("想一想")
    page.keyboard.press("Enter")
    expect(page.locator("#message")).to_contain_text("请先选结论")
    with site.sessions() as session:
        assert decisions_of(session, MAIN) == ()


def test_who_comes_second_sees_what_the_first_decided_and_keeps_the_reason(page: Page, site: Site) -> None:
    page.expected_complaints = ("status of 409", "Error Code 409")
    open_call(page)
    go_to(page, "PH05")
    with site.sessions.begin() as session:
        decide(session, MAIN, "PH05", Verdict.CONFIRM, 1, "质检员丙", "", datetime(2026, 10, 31, 10, 0))
    page.keyboard.press("o")
    page.keyboard.type("已经问过了")
    page.keyboard.press("Enter")
    expect(page.locator("#message")).to_contain_text("质检员丙刚刚已对该项作出决定")
    expect(finding(page, "PH05").locator(".decision")).to_contain_text("质检员丙")
    expect(finding(page, "PH05").locator('input[name="reason"]')).to_have_value("已经问过了")
    finding(page, "PH05").locator('button[value="overrule"]').click()
    expect(finding(page, "PH05").locator(".decision")).to_have_count(2)


def test_a_press_on_a_lost_connection_goes_through_once_it_is_back(page: Page, site: Site) -> None:
    page.expected_complaints = ("ERR_INTERNET_DISCONNECTED", "htmx:")
    open_call(page)
    go_to(page, "PH05")
    page.keyboard.press("o")
    page.keyboard.type("语境不符")
    page.context.set_offline(True)
    page.keyboard.press("Enter")
    expect(page.locator("#connection")).to_contain_text("连接中断")
    expect(finding(page, "PH05").locator('input[name="reason"]')).to_have_value("语境不符")
    page.context.set_offline(False)
    expect(finding(page, "PH05").locator(".decision")).to_contain_text("语境不符")
    expect(page.locator("#connection")).to_be_hidden()
    with site.sessions() as session:
        assert len(decisions_of(session, MAIN)) == 1


def test_a_fatal_error_takes_two_reviewers_blind_to_each_other(page: Page, site: Site) -> None:
    page.expected_complaints = OVERTAKEN
    open_call(page)
    go_to(page, "FE01")
    page.keyboard.press("c")
    expect(finding(page, "FE01").locator(".two")).to_contain_text("等待另一名")
    expect(page.locator("#score")).to_contain_text("疑似一票否决")

    enter_as(page.context, site, "reviewer2")
    open_call(page)
    expect(finding(page, "FE01").locator(".two")).to_contain_text("已有 1 人表态")
    assert "质检员甲" not in page.inner_text("#item-V1")
    go_to(page, "FE01")
    page.keyboard.press("c")
    expect(page.locator("#score")).to_contain_text("一票否决成立")
    expect(page.locator("#points")).to_have_text("0.00")
    expect(page.locator("#item-V1")).to_contain_text("质检员甲")


def test_who_has_voted_sees_the_vote_again_after_a_reload(page: Page) -> None:
    page.expected_complaints = OVERTAKEN
    open_call(page)
    go_to(page, "FE01")
    page.keyboard.press("c")
    expect(finding(page, "FE01").locator(".decision")).to_be_visible()
    page.reload()
    expect(finding(page, "FE01").locator(".decision")).to_contain_text("质检员甲")


def test_the_keys_do_what_the_help_says(page: Page) -> None:
    open_call(page)
    page.keyboard.press("?")
    expect(page.locator("#help")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#help")).to_be_hidden()

    page.keyboard.press(" ")
    expect(page.locator("#wave")).to_have_attribute("data-playing", "true")
    page.keyboard.press(" ")
    expect(page.locator("#wave")).to_have_attribute("data-playing", "false")

    first = page.locator(".finding.current").get_attribute("data-code")
    page.keyboard.press("j")
    second = page.locator(".finding.current").get_attribute("data-code")
    assert first != second
    page.keyboard.press("k")
    expect(page.locator(".finding.current")).to_have_attribute("data-code", first or "")

    go_to(page, "PH06")
    page.keyboard.press("Enter")
    expect(page.locator("#wave")).to_have_attribute("data-playing", "true")
    expect(finding(page, "PH06").locator("button.ev").first).to_have_class(re.compile("playing"))
    page.keyboard.press(" ")
    here = seconds(page)
    page.keyboard.press("ArrowLeft")
    wait_until_heard(page, -1, here - 2)

    page.keyboard.press("n")
    page.wait_for_url(re.compile("H261004-001"))
    expect(page.locator("h1")).to_have_text("H261004-001")
    page.keyboard.press("p")
    page.wait_for_url(re.compile(MAIN))


def test_after_a_press_by_mouse_space_still_plays_and_pauses(page: Page) -> None:
    open_call(page)
    finding(page, "PH06").locator("button.ev").first.click()
    expect(page.locator("#wave")).to_have_attribute("data-playing", "true")
    page.keyboard.press(" ")
    expect(page.locator("#wave")).to_have_attribute("data-playing", "false")


def test_letters_written_as_a_reason_are_no_shortcuts(page: Page) -> None:
    open_call(page)
    go_to(page, "PH05")
    page.keyboard.press("o")
    page.keyboard.type("no ckjn ?")
    expect(finding(page, "PH05").locator('input[name="reason"]')).to_have_value("no ckjn ?")
    expect(page.locator("#help")).to_be_hidden()
    assert MAIN in page.url


def test_the_whole_call_can_be_reviewed_by_keyboard_alone(page: Page, site: Site) -> None:
    open_call(page)
    for _ in range(60):
        if page.locator(".finding.waits").count() == 0:
            break
        current = page.locator(".finding.waits.current")  # the page moves on to it by itself
        expect(current).to_have_count(1)
        code = current.get_attribute("data-code")
        if current.get_attribute("data-outcome") in {"fail", "suspected"}:
            page.keyboard.press("c")
        else:
            page.keyboard.press("o")
            page.keyboard.press("Enter")
        expect(page.locator(f'.finding[data-code="{code}"] .decision')).to_have_count(1)
        expect(finding(page, code or "")).not_to_have_class(re.compile("waits"))
    assert page.locator(".finding.waits").count() == 0
    expect(page.locator("#score .open")).to_have_text("没有待人工项")


def test_the_work_order_and_the_knowledge_entry_stand_beside_the_call(page: Page) -> None:
    open_call(page)
    expect(page.locator("#order")).to_contain_text("李女士")
    expect(page.locator("#order")).to_contain_text("<b>不是标签</b>")
    expect(page.locator("#order")).to_contain_text("五个工作日内办结")
    go_to(page, "RD02")
    assert finding(page, "RD02").locator("button.ev").count() == 0
    expect(page.locator('#order [data-field="事发地点"]')).to_have_class(re.compile("marked"))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_at_a_small_laptops_size_nothing_scrolls_sideways(page: Page, scheme: str) -> None:
    page.emulate_media(color_scheme=scheme)
    open_call(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 1366
    assert page.evaluate("document.documentElement.scrollHeight") <= 768
