"""A real server on a real store, and a real Chromium that may speak to nobody else."""

from __future__ import annotations

import os
import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from sqlalchemy.orm import Session, sessionmaker

from qa_pipeline.settings import Settings
from qa_pipeline.store.session import close_store
from qa_pipeline.web.access import COOKIE
from qa_pipeline.web.server import server_config
from tests.e2e.month import seed
from tests.people import token_for

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--autoplay-policy=no-user-gesture-required",
]
START_S = 30


@dataclass(frozen=True)
class Site:
    """A running server."""

    url: str
    sessions: sessionmaker[Session]
    settings: Settings


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """Serve a freshly seeded month on a free port."""
    with served(tmp_path) as running:
        yield running


@pytest.fixture(scope="module")
def shared_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Serve one seeded month for the tests of a module, none of which changes what another looks at."""
    with served(tmp_path_factory.mktemp("site")) as running:
        yield running


@contextmanager
def served(workspace: Path, make: Callable[[Path], tuple[Settings, sessionmaker[Session]]] = seed) -> Iterator[Site]:
    """Serve a freshly seeded month while the block runs."""
    settings, sessions = make(workspace)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = uvicorn.Server(server_config(sessions, settings, "127.0.0.1", port))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    until = time.monotonic() + START_S
    while not server.started:
        assert thread.is_alive(), "the server ended while starting"
        assert time.monotonic() < until, "the server did not start"
        time.sleep(0.02)
    yield Site(f"http://127.0.0.1:{port}", sessions, settings)
    server.should_exit = True
    thread.join(START_S)
    close_store(sessions)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Start Chromium; without it the test is skipped, but never on a machine that is there to run it."""
    if shutil.which(CHROMIUM) is None:
        if os.environ.get("CI") == "true":
            pytest.fail(f"no Chromium at {CHROMIUM}; set CHROMIUM")
        pytest.skip(f"no Chromium at {CHROMIUM}; set CHROMIUM to run the browser tests")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield started
        started.close()


def enter_as(context: BrowserContext, site: Site, login: str = "reviewer") -> None:
    """Sign somebody in without the sign-in page, whose own tests go through it."""
    context.add_cookies([{"name": COOKIE, "value": token_for(site.sessions, login), "url": site.url}])


@pytest.fixture
def page(browser: Browser, site: Site) -> Iterator[Page]:
    """Open a page at a small laptop's size; the test fails on a console error or on a request to another address."""
    context = browser.new_context(viewport={"width": 1366, "height": 768}, locale="zh-CN", base_url=site.url)
    enter_as(context, site)
    opened = context.new_page()
    opened.set_default_timeout(15_000)
    complaints: list[str] = []
    opened.on("console", lambda m: complaints.append(m.text) if m.type in {"error", "warning"} else None)
    opened.on("pageerror", lambda e: complaints.append(str(e)))
    context.on("request", lambda r: None if r.url.startswith(site.url) else complaints.append(f"asked {r.url}"))
    yield opened
    allowed = getattr(opened, "expected_complaints", ())
    context.close()
    assert [c for c in complaints if not any(part in c for part in allowed)] == []
