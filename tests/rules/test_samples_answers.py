"""Rules on answers and records against the faults that the sample scripts plant, in the scripts' own words."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest

from qa_pipeline.knowledge.retrieval import KnowledgeIndex
from qa_pipeline.models import Outcome
from qa_pipeline.rules.ruleset import load_ruleset
from qa_pipeline.rules.run import check
from tests.english import messages_left
from tests.samples import sample_context, sample_entries, sample_scripts

ITEMS = {"C1", "C2", "C3", "C4", "D1", "D2", "D3", "D4", "D5", "D6", "V6"}


@cache
def index() -> KnowledgeIndex:
    return KnowledgeIndex(sample_entries())


@pytest.mark.parametrize("script", sample_scripts(), ids=lambda script: script["call_id"])
def test_every_planted_fault_is_found_and_no_other_and_all_is_said_in_english_too(script: dict[str, Any]) -> None:
    results = check(sample_context(script, index()), load_ruleset())
    failed = {r.item for r in results if r.outcome is Outcome.FAIL and r.item in ITEMS}
    planted = {fault["item"] for fault in script["faults"]} & ITEMS
    assert [left for r in results for left in messages_left(r)] == [], "give gloss.yaml its English"
    assert failed == planted, [(r.code, r.reason) for r in results if r.outcome is Outcome.FAIL and r.item in ITEMS]


@pytest.mark.parametrize("script", sample_scripts(), ids=lambda script: script["call_id"])
def test_of_a_mono_call_nothing_is_said_that_was_not_planted_and_all_in_english_too(script: dict[str, Any]) -> None:
    results = check(sample_context(script, index(), mono=True), load_ruleset())
    failed = {r.item for r in results if r.outcome is Outcome.FAIL and r.item in ITEMS}
    assert [left for r in results for left in messages_left(r)] == [], "give gloss.yaml its English"
    assert failed <= {fault["item"] for fault in script["faults"]}
