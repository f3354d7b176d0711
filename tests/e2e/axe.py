"""What axe finds against WCAG AA on a page as it stands: with what is on it, which an empty month does not have."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

LEVELS = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}}


IN_THE_DARK = {"runOnly": {"type": "rule", "values": ["color-contrast"]}}
"""The one rule that another colour scheme can break."""


def violations(page: Page, *, dark: bool = False) -> list[str]:
    """Return each rule that is broken with the elements that break it; ``dark``: by the colours of the night alone."""
    page.emulate_media(reduced_motion="reduce", **({"color_scheme": "dark"} if dark else {}))
    broken = Axe().run(page, options=IN_THE_DARK if dark else LEVELS).response["violations"]
    return [f"{rule['id']}: {node['html'][:120]}" for rule in broken for node in rule["nodes"]]
