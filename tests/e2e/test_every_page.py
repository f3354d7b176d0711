"""Every page in a real browser: WCAG AA by axe, light and dark; nothing cut off on a tablet; no other address asked."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from tests.e2e.axe import violations
from tests.e2e.conftest import Site, enter_as
from tests.routes import pages

pytestmark = pytest.mark.browser
PAGES = sorted({(address, login) for address, login in pages()})


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_breaks_a_rule_of_accessibility(browser: Browser, shared_site: Site, scheme: str) -> None:
    found: dict[str, list[str]] = {}
    for login in sorted({login for _, login in PAGES}):
        context = browser.new_context(
            viewport={"width": 1366, "height": 768}, color_scheme=scheme, base_url=shared_site.url, locale="zh-CN"
        )
        asked: list[str] = []
        context.on("request", lambda r, asked=asked: asked.append(r.url))
        if login:
            enter_as(context, shared_site, login)
        page = context.new_page()
        for address in (a for a, who in PAGES if who == login):
            answer = page.goto(address)
            assert answer is not None, address
            assert answer.status < 500, address
            if broken := violations(page):
                found[f"{address} ({login})"] = broken
        context.close()
        assert [url for url in asked if not url.startswith(shared_site.url)] == []
    assert found == {}


def test_no_page_is_wider_than_a_tablet(browser: Browser, shared_site: Site) -> None:
    wide = []
    for login in sorted({login for _, login in PAGES}):
        context = browser.new_context(viewport={"width": 768, "height": 1024}, base_url=shared_site.url)
        if login:
            enter_as(context, shared_site, login)
        page = context.new_page()
        for address in (a for a, who in PAGES if who == login):
            page.goto(address)
            if (width := page.evaluate("document.documentElement.scrollWidth")) > 768:
                wide.append((address, width))
        context.close()
    assert wide == []
