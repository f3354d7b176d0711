"""Makes the README's pictures from the demo's workspace: `make demo docs`.

Starts the real server on a free loopback port and photographs real pages in headless Chromium.
"""

from __future__ import annotations

import argparse
import shutil
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import uvicorn
from picture_pack import pictured_pack
from playwright.sync_api import Browser, Page, sync_playwright

from qa_pipeline.accounts.sample_people import FILE
from qa_pipeline.settings import load_settings
from qa_pipeline.store.session import open_store
from qa_pipeline.web.app import create_app

MONTH = "2026-10"
SIZE = {"width": 1366, "height": 860}
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]


@contextmanager
def served(workspace: Path) -> Iterator[str]:
    """Serve a workspace on a free port while the block runs."""
    settings = load_settings(workspace)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    app = create_app(open_store(settings.url), settings)
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_level="warning"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.05)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join()


def take(page: Page, address: str, picture: Path, wait_for: str | None = None) -> None:
    """Photograph one page once it is quiet."""
    page.goto(address)
    page.wait_for_load_state("networkidle")
    if wait_for:
        page.wait_for_selector(wait_for)
    page.wait_for_timeout(1500)
    page.screenshot(path=picture)


def logins(demo: Path) -> dict[str, str]:
    """Return the password of each of the demo's people."""
    lines = (demo / FILE).read_text(encoding="utf-8").splitlines()[1:]
    return {line.split()[0]: line.split()[1] for line in lines}


def pages_of(call: str) -> dict[str, dict[str, tuple[str, str | None]]]:
    """Return by login which pages are photographed, and what is waited for."""
    return {
        "reviewer": {
            "review": (f"/calls/{call}", "#wave[data-ready=true]"),
            "queue": ("/queue", None),
            "search": ("/search?q=工作日", None),
        },
        "supervisor": {
            "front": ("/", None),
            "month": (f"/months/{MONTH}", None),
            "close": (f"/months/{MONTH}/close", None),
            "appeals": ("/appeals", None),
            "setup": ("/setup", None),
        },
        "operator": {"own": ("/me", None)},
        "trainer": {"training": (f"/training?month={MONTH}", None)},
        "admin": {"accounts": ("/admin/accounts", None)},
    }


def packs_of(browser: Browser, demo: Path, out: Path) -> None:
    """Photograph role-play, a pack as its trainer has it, and its page opened from disk: of a copy of the demo."""
    with TemporaryDirectory() as folder:
        copy = Path(folder) / "demo"
        shutil.copytree(demo, copy)
        settings = load_settings(copy)
        made = pictured_pack(settings, open_store(settings.url), MONTH, Path(folder))
        page = browser.new_page(viewport=SIZE)
        take(page, made.index.as_uri(), out / "pack-page.png")
        address = f"/training/packs/{made.pack}"
        wanted: dict[str, dict[str, tuple[str, str | None]]] = {
            "operator": {"play": (f"{address}/play/1?cue={made.cue}", ".answer .found")},
            "trainer": {"pack": (address, None)},
        }
        with served(copy) as base:
            as_people(browser, base, logins(demo), wanted, out)


def as_people(
    browser: Browser,
    base: str,
    passwords: dict[str, str],
    wanted: dict[str, dict[str, tuple[str, str | None]]],
    out: Path,
) -> None:
    """Sign each person in and photograph their pages."""
    for login, pages in wanted.items():
        context = browser.new_context(viewport=SIZE, locale="zh-CN", base_url=base)
        page = context.new_page()
        page.goto("/sign-in")
        page.fill("input[name=login]", login)
        page.fill("input[name=password]", passwords[login])
        page.press("input[name=password]", "Enter")
        page.wait_for_url(lambda url: "sign-in" not in url)
        for name, (address, wait_for) in pages.items():
            take(page, address, out / f"{name}.png", wait_for)
        context.close()


def main() -> None:
    """Photograph the report, and the desk as each of the demo's people sees it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--demo", type=Path, default=Path("demo"))
    parser.add_argument("--out", type=Path, default=Path("docs/pictures"))
    parser.add_argument("--packs", action="store_true", help="only what the training room gives out")
    parser.add_argument("--call", default="H261023-001", help="call id to photograph")
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    if arguments.packs:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
            packs_of(browser, arguments.demo, arguments.out)
            browser.close()
        return
    report = (arguments.demo / "reports" / MONTH / "index.html").resolve()
    passwords = logins(arguments.demo)
    with sync_playwright() as playwright, served(arguments.demo) as base:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        page = browser.new_page(viewport=SIZE)
        take(page, report.as_uri(), arguments.out / "report.png")
        take(page, (report.parent / "calls" / f"{arguments.call}.html").as_uri(), arguments.out / "report-call.png")
        as_people(browser, base, passwords, pages_of(arguments.call), arguments.out)
        packs_of(browser, arguments.demo, arguments.out)
        browser.close()


if __name__ == "__main__":
    main()
