"""Texts that people wrote about calls and colleagues, as those read them who may not see whom they are about."""

from __future__ import annotations

import re
from collections.abc import Collection

from qa_pipeline.language.personal.masking import masked
from qa_pipeline.language.personal.viewers import Viewer, may_see
from qa_pipeline.reports.supervision import Hide
from qa_pipeline.settings import Settings

DAY = re.compile(r"(?<!\d)20\d{2}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])(?!\d)")


def hidden_from(settings: Settings, viewer: Viewer, public: Collection[str]) -> Hide:
    """Return what puts stand-ins into texts that people wrote, for who may not see personal data; days stay readable.

    Args:
        settings: Says who may see it.
        viewer: Who reads it.
        public: Numbers and places that anybody may know.
    """
    if may_see(viewer, settings.sees_personal_data):
        return str

    def hide(text: str) -> str:
        days = {re.sub(r"\D", "", day) for day in DAY.findall(text)}
        return masked(text, public={*public, *days})

    return hide
