"""What is left of Chinese in texts that are shown in English."""

from __future__ import annotations

import re

from qa_pipeline.language.gloss import glossed
from qa_pipeline.models import EvidenceKind, RuleResult

HAN = re.compile(r"[\u3400-\u9fff]")
QUOTED = re.compile(r"“[^“”]*”|《[^《》]*》")


def chinese_left(text: str) -> str:
    """Return a text's English form if it has Chinese outside quotation marks, '' if it has none."""
    english = glossed(text, "en")
    return english if HAN.search(QUOTED.sub("", english)) else ""


def messages_left(result: RuleResult) -> list[str]:
    """Return what of a finding has Chinese outside quotation marks in English: its reason, notes, names of fields."""
    notes = [e.note for e in result.evidence if e.note]
    fields = [e.text.partition("：")[0] for e in result.evidence if e.kind is EvidenceKind.FIELD]
    return [left for text in (result.reason, *notes, *fields) if (left := chinese_left(text))]
