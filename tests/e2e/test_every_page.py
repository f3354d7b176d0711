"""Every page in a real browser: WCAG AA by axe, light and dark; nothing cut off on a tablet; no other address asked."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from tests.e2e.axe import violations
from tests.e2e.conftest import Site, enter_as
from tests.routes import pages

pytestmark = pytest.mark.browser
PAGES = sorted({(address, login) for address, login in pages()})


def test_every_page_can_be_read_by_everybody_and_on_a_tablet(browser: Browser, shared_site: Site) -> None:
    broken: dict[str, list[str]] = {}
    wide: list[tuple[str, int]] = []
    for login in sorted({login for _, login in PAGES}):
        context = browser.new_context(viewport={"width": 1366, "height": 768}, base_url=shared_site.url, locale="zh-CN")
        asked: list[str] = []
        context.on("request", lambda r, asked=asked: asked.append(r.url))
        if login:
            enter_as(context, shared_site, login)
        page = context.new_page()
        for address in (a for a, who in PAGES if who == login):
            answer = page.goto(address)
            assert answer is not None, address
            assert answer.status < 500, address
            # Light, dark and narrow at one visit: to load each page three times takes most of the time.
            if found := [*violations(page), *violations(page, dark=True)]:
                broken[f"{address} ({login})"] = found
            page.emulate_media(color_scheme="light")
            page.set_viewport_size({"width": 768, "height": 1024})
            if (width := page.evaluate("document.documentElement.scrollWidth")) > 768:
                wide.append((address, width))
            page.set_viewport_size({"width": 1366, "height": 768})
        context.close()
        assert [url for url in asked if not url.startswith(shared_site.url)] == []
    assert broken == {}
    assert wide == []
