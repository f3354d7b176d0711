"""Sentences that operators may say: none of the rules on words may fail, or even suspect, for them."""

from __future__ import annotations

from pathlib import Path

import pytest

from qa_pipeline.models import Outcome
from qa_pipeline.rules.registry import discover
from tests.builders import call

SENTENCES = (Path(__file__).parent / "innocent.txt").read_text(encoding="utf-8").splitlines()
CODES = ("PH06", "TN05", "AN05", "FE01", "FE02", "FE04", "FE05")


@pytest.mark.parametrize("sentence", SENTENCES)
def test_an_innocent_sentence_is_no_fault(sentence: str) -> None:
    assert _marked(sentence) == {}
    assert _marked("".join(c for c in sentence if c.isalnum())) == {}, "as a recogniser writes it: without punctuation"


def _marked(sentence: str) -> dict[str, str]:
    ctx = call([("来", "你好，我想咨询一下"), ("话", sentence), ("来", "好的")])
    said = {code: discover()[code](ctx) for code in CODES}
    return {code: finding.reason for code, finding in said.items() if finding.outcome is not Outcome.PASS}
