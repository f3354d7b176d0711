"""A pack from sign-in to a page opened from disk; role-play by keyboard, recorded, recognised and checked."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlalchemy.orm import Session, sessionmaker

from qa_pipeline.settings import Settings
from qa_pipeline.store.queries.packs import pack_lines
from qa_pipeline.training.packs.plans import give_out
from qa_pipeline.worker import work
from tests.e2e.axe import violations
from tests.e2e.conftest import CHROMIUM, FLAGS, Site, enter_as, served
from tests.e2e.month import seed
from tests.packed import add_approved, add_pack, person
from tests.people import PASSWORD
from tests.sounds import write_wav
from tests.unit.packs.spoken import operators_words

pytestmark = [pytest.mark.browser, pytest.mark.server]
ELSEWHERE = "desk.test"


def make(workspace: Path) -> tuple[Settings, sessionmaker[Session]]:
    settings, sessions = seed(workspace)
    with sessions.begin() as session:
        plan = add_pack(session, workspace)
        add_approved(session, workspace)
        give_out(session, plan.pack_id, "", None, person(session), datetime.now())
    return settings.model_copy(update={"site_names": (ELSEWHERE,)}), sessions


@pytest.fixture(scope="module")
def packed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with served(tmp_path_factory.mktemp("packed"), make) as running:
        yield running


@pytest.fixture(scope="module")
def speaking(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """A browser whose microphone hears an operator of the sample calls, and which finds the site by another name."""
    heard = tmp_path_factory.mktemp("microphone") / "answer.wav"
    write_wav(heard, operators_words(), 16_000)
    flags = [
        *FLAGS,
        "--use-fake-device-for-media-stream",
        "--use-fake-ui-for-media-stream",
        f"--use-file-for-fake-audio-capture={heard}%noloop",
        f"--host-resolver-rules=MAP {ELSEWHERE} 127.0.0.1",
    ]
    started = browser.browser_type.launch(executable_path=CHROMIUM, args=flags)
    yield started
    started.close()


def opened(context: BrowserContext) -> tuple[Page, list[str]]:
    page, complaints = context.new_page(), []
    page.set_default_timeout(15_000)
    page.on("console", lambda m: complaints.append(m.text) if m.type in {"error", "warning"} else None)
    page.on("pageerror", lambda e: complaints.append(str(e)))
    return page, complaints


def context_of(browser: Browser, site: Site, login: str = "") -> BrowserContext:
    context = browser.new_context(
        viewport={"width": 1366, "height": 768}, locale="zh-CN", base_url=site.url, accept_downloads=True
    )
    if login:
        enter_as(context, site, login)
    return context


def test_a_pack_is_made_from_sign_in_to_zip_and_its_page_plays_from_disk(browser, packed, tmp_path) -> None:
    context = context_of(browser, packed)
    page, complaints = opened(context)
    page.goto("/training/packs")
    page.get_by_label("账号").fill("trainer")
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.get_by_label("新课包").fill("十二月课：<b>不是标签</b>")
    page.get_by_role("button", name="新建").click()
    page.get_by_role("checkbox", name="2 号剪辑").check()
    page.get_by_role("checkbox", name="1 号剪辑").check()
    page.get_by_label("另加一个环节").fill("小结")
    page.get_by_role("button", name="保存流程").click()
    expect(page.locator("form.order tbody tr")).to_have_count(3)
    page.get_by_role("button", name="第 2 个环节上移").click()
    expect(page.locator("form.order tbody tr").first).to_contain_text("1 号剪辑")
    assert violations(page) == []
    page.get_by_role("link", name="写场景卡").first.click()
    page.wait_for_load_state()  # what is chosen is asked for by the page's scripts
    page.get_by_label("情形").select_option(label="反复投诉")
    page.wait_for_url(re.compile("scenario=repeated"))
    page.get_by_label("处理得怎样").select_option(label="升级")
    expect(page.locator("textarea[name=situation]")).to_have_value(re.compile("为同一件事打过多次电话"))
    assert violations(page) == []
    page.get_by_label("标题").fill("第三次来电催办")
    page.locator("textarea[name=goal]").fill("想知道上次反映的事到了哪一步")
    page.get_by_role("button", name="保存卡片").click()
    expect(page.locator("form.order")).to_contain_text("4 项仍是参考写法")
    with page.expect_download() as waiting:
        page.get_by_role("button", name="下载课包").click()
    taken = tmp_path / "pack.zip"
    waiting.value.save_as(taken)
    assert re.fullmatch(r"课包-\d+-第3版\.zip", waiting.value.suggested_filename)
    page.reload()
    expect(page.locator("section", has=page.get_by_role("heading", name="谁下载过"))).to_contain_text("培训师戊")
    assert complaints == []
    context.close()
    with zipfile.ZipFile(taken) as archive:
        archive.extractall(tmp_path / "pack")
    from_disk(browser, tmp_path / "pack" / "index.html")


def from_disk(browser: Browser, index: Path) -> None:
    """Open the page without any server, and look at it, play it and print it."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page, complaints = opened(context)
    asked: list[str] = []
    context.on("request", lambda r: asked.append(r.url))
    page.goto(index.as_uri())
    expect(page.get_by_role("heading", level=1)).to_have_text("十二月课：<b>不是标签</b>")
    expect(page.locator("article")).to_have_count(2)
    first = page.locator("article").first
    expect(first).to_contain_text("第三次来电催办")
    expect(first).to_contain_text("想知道上次反映的事到了哪一步")
    first.locator(".talk button").nth(1).click()
    expect(first.locator(".talk p").nth(1)).to_have_class(re.compile("now"))
    page.wait_for_function("() => document.querySelector('audio').currentTime > 4")
    assert violations(page) == []
    page.screenshot(path=str(index.parent / "page.png"), full_page=True)
    printed = page.pdf()
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) >= 3, "the running order, and a page for each card"
    assert complaints == []
    assert asked
    assert all(url.startswith(index.parent.as_uri()) for url in asked)
    context.close()


@pytest.mark.model
def test_role_play_by_keyboard_is_recorded_recognised_and_checked(speaking, packed) -> None:
    context = context_of(speaking, packed, "operator")
    page, complaints = opened(context)
    page.goto("/training/packs")
    page.get_by_role("link", name="十二月模拟接电").click()
    page.get_by_role("link", name="演练", exact=True).first.click()
    expect(page.locator("#telling")).to_contain_text("按 R 听来电人说话")
    expect(page.locator(".original .talk")).to_be_hidden()
    page.keyboard.press("r")
    expect(page.locator("#telling")).to_contain_text("来电人正在说话")
    page.keyboard.press("p")
    expect(page.locator("#telling")).to_contain_text("已暂停")
    page.keyboard.press("p")
    expect(page.locator("#telling")).to_contain_text("来电人正在说话")
    expect(page.locator("#telling")).to_contain_text("轮到您了", timeout=15_000)
    expect(page.locator("#answer")).to_be_focused()
    page.keyboard.press("Space")
    expect(page.locator("#telling")).to_contain_text("正在录您的应答")
    page.wait_for_timeout(1_600)
    page.keyboard.press("p")
    expect(page.locator("#telling")).to_contain_text("已暂停")
    page.keyboard.press("p")
    page.wait_for_timeout(2_400)
    page.keyboard.press("Space")
    expect(page.locator("#answers")).to_contain_text("正在识别")
    assert work(packed.settings, packed.sessions, until_idle=True) >= 1
    mine = page.locator(".answer").first
    expect(mine).to_contain_text("抱歉")
    for passed in ("A4 致歉、安抚", "A6 不说一般禁语", "B6 激动来电先安抚后办理"):
        expect(mine.locator(".passed")).to_contain_text(passed)
    expect(mine.locator(".used")).to_contain_text("致歉、安抚：")
    expect(mine).to_contain_text("条规则在片段上不判")
    expect(page.locator(".original .talk")).to_contain_text("你自己看着办")
    assert violations(page) == []
    page.evaluate("() => document.querySelector('.answer audio').play()")
    page.wait_for_function("() => document.querySelector('.answer audio').currentTime > 0.2")
    page.keyboard.press("n")
    expect(page.get_by_role("heading", name="第 2 轮，共 2 轮")).to_be_visible()
    page.wait_for_load_state()  # keys are taken once the page's scripts are there
    page.keyboard.press("n")
    expect(page.get_by_role("heading", name="第 1 轮，共 2 轮")).to_be_visible()
    expect(page.locator("main")).to_contain_text("抱歉")
    assert complaints == []
    context.close()


def test_without_a_microphone_the_page_says_so_and_takes_a_file(browser, packed, tmp_path) -> None:
    context = context_of(browser, packed, "operator3")
    page, complaints = opened(context)
    page.goto(f"/training/packs/{first_pack(packed)}/play/1")
    page.keyboard.press("Space")
    expect(page.locator("#trouble")).to_contain_text(re.compile("没有找到麦克风|没有得到麦克风的许可"))
    answer = tmp_path / "answer.wav"
    write_wav(answer, operators_words(), 16_000)
    page.get_by_label("录音文件").set_input_files(str(answer))
    page.get_by_role("button", name="送出").click()
    expect(page.locator("#answers")).to_contain_text("正在识别")
    assert complaints == []
    context.close()


def test_where_no_browser_gives_its_microphone_the_page_says_what_is_missing(speaking, packed) -> None:
    context = context_of(speaking, packed)
    elsewhere = Site(packed.url.replace("127.0.0.1", ELSEWHERE), packed.sessions, packed.settings)
    enter_as(context, elsewhere, "operator3")
    page, complaints = opened(context)
    page.goto(f"{elsewhere.url}/training/packs/{first_pack(packed)}/play/1")
    page.keyboard.press("Space")
    expect(page.locator("#trouble")).to_contain_text("不是 https，也不是 localhost")
    expect(page.get_by_label("录音文件")).to_be_visible()
    # An address without encryption: Chromium itself says that it leaves out a header of ours.
    assert [c for c in complaints if "Cross-Origin-Opener-Policy" not in c] == []
    context.close()


def first_pack(site: Site) -> int:
    with site.sessions() as session:
        lines, _ = pack_lines(session, 50, 0)
    return min(line.plan.pack_id for line in lines)


@pytest.mark.parametrize("login", ["trainer", "operator"])
def test_the_pages_of_a_pack_fit_a_tablet_and_break_no_rule_in_the_dark(browser, packed, login) -> None:
    context = browser.new_context(viewport={"width": 768, "height": 1024}, color_scheme="dark", base_url=packed.url)
    enter_as(context, packed, login)
    page, _ = opened(context)
    pack = first_pack(packed)
    own = [
        f"/training/packs/{pack}/read",
        f"/training/packs/{pack}",
        f"/training/packs/{pack}/cards/1?scenario=grief",
        f"/training/packs/{pack}/rehearsals",
    ]
    shared = ["/training/packs", f"/training/packs/{pack}/play/1/whole"]
    for path in own if login == "trainer" else shared:
        page.goto(path)
        assert violations(page) == [], path
        assert page.evaluate("() => document.documentElement.scrollWidth") <= 768, path
    context.close()
