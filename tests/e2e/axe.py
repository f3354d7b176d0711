"""What axe finds against WCAG AA on a page as it stands: with what is on it, which an empty month does not have."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

LEVELS = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}}


def violations(page: Page) -> list[str]:
    """Return each rule that is broken with the elements that break it."""
    page.emulate_media(reduced_motion="reduce")
    broken = Axe().run(page, options=LEVELS).response["violations"]
    return [f"{rule['id']}: {node['html'][:120]}" for rule in broken for node in rule["nodes"]]
