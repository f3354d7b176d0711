"""Counting planted faults: a crash of the counting would flatter or slander the rules."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from qa_pipeline.models import Outcome, RuleResult, Standing
from qa_pipeline.planted import Said, by_group, compare, planted_faults, said_of


@dataclass(frozen=True)
class HeardCall:
    """As much of an audit as the counting looks at."""

    call_id: str
    results: tuple[RuleResult, ...]


def result(item: str, outcome: Outcome, standing: Standing = Standing.DEDUCT) -> RuleResult:
    return RuleResult(code=f"R-{item}", item=item, outcome=outcome, reason="", standing=standing)


def count(planted: dict[str, frozenset[str]], *calls: HeardCall) -> dict[str, Any]:
    return {tally.name: tally for tally in compare(planted, calls)}


def test_a_planted_fault_that_was_deducted_is_found() -> None:
    tally = count({"c": frozenset({"A1"})}, HeardCall("c", (result("A1", Outcome.FAIL),)))["A1"]
    assert (tally.planted, tally.found, tally.missed, tally.recall, tally.precision) == (1, 1, 0, 1.0, 1.0)


def test_a_planted_fault_that_no_rule_looked_at_is_missed() -> None:
    tally = count({"c": frozenset({"D3"})}, HeardCall("c", ()))["D3"]
    assert (tally.missed, tally.recall, tally.precision) == (1, 0.0, None)


def test_advice_and_doubt_send_a_person_and_accuse_nobody() -> None:
    calls = [
        HeardCall("c", (result("V1", Outcome.FAIL, Standing.ADVISE),)),
        HeardCall("d", (result("V1", Outcome.UNDETERMINED),)),
        HeardCall("e", (result("V1", Outcome.UNDETERMINED),)),
    ]
    tally = count({"c": frozenset({"V1"}), "d": frozenset({"V1"})}, *calls)["V1"]
    assert (tally.referred, tally.false_referrals, tally.false_deductions, tally.unsure) == (2, 0, 0, 1)


def test_a_deduction_without_a_planted_fault_is_false() -> None:
    tally = count({}, HeardCall("c", (result("B3", Outcome.FAIL),)))["B3"]
    assert (tally.false_deductions, tally.precision, tally.recall) == (1, 0.0, None)


@pytest.mark.parametrize("order", [1, -1])
def test_of_two_rules_on_one_item_the_stronger_word_counts(order: int) -> None:
    results = [result("A6", Outcome.FAIL), result("A6", Outcome.PASS)][::order]
    assert said_of(results) == {"A6": Said.DEDUCTED}


def test_groups_add_up_their_items() -> None:
    calls = [HeardCall("c", (result("A1", Outcome.FAIL), result("A5", Outcome.PASS), result("C2", Outcome.FAIL)))]
    groups = {t.name: t for t in by_group(compare({"c": frozenset({"A1", "A5"})}, calls))}  # type: ignore[arg-type]
    assert (groups["A"].planted, groups["A"].found, groups["A"].missed) == (2, 1, 1)
    assert groups["C"].false_deductions == 1
    assert groups["B"].recall is None


def test_scripts_name_the_items_they_were_written_to_fail(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("call_id: H1\nfaults:\n  - {item: A5, turns: [3]}\n  - {item: A5, turns: [4]}\n")
    (tmp_path / "b.yaml").write_text("call_id: H2\nfaults: []\n")
    assert planted_faults(tmp_path) == {"H1": frozenset({"A5"}), "H2": frozenset()}
