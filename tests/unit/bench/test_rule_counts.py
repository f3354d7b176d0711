"""Rules are counted against what was planted, by rule and by item, on two readings of a call."""

from __future__ import annotations

from decimal import Decimal

from bench.rule_counts import Counts, Verdicts, by_item, by_rule, slips, total
from bench.rules_quality import arrow, cells, percent
from qa_pipeline.models import Outcome, RuleResult, Standing
from qa_pipeline.planted import Said
from scoring.intervals import share


def result(code: str, item: str, outcome: Outcome, standing: Standing = Standing.DEDUCT) -> RuleResult:
    return RuleResult(code=code, item=item, outcome=outcome, reason="", standing=standing)


def hint(code: str, item: str) -> RuleResult:
    return result(code, item, Outcome.FAIL, Standing.ADVISE)


PLANTED = {"a": frozenset({"B5"}), "b": frozenset[str]()}


def test_a_rule_that_is_silent_misses_and_the_item_does_not_where_another_rule_speaks() -> None:
    calls = [Verdicts("a", (result("TN01", "B5", Outcome.PASS), hint("TN02", "B5")))]
    rules, items = by_rule(PLANTED, calls), by_item(PLANTED, calls)
    assert (rules["B5", "TN01"].missed, rules["B5", "TN02"].hinted) == (1, 1)
    assert (items["B5"].missed, items["B5"].hinted) == (0, 1)


def test_a_planted_item_that_no_rule_judges_is_missed() -> None:
    assert by_item(PLANTED, [Verdicts("a", ())])["B5"].missed == 1


def test_what_is_left_open_counts_for_recall_and_accuses_nobody() -> None:
    calls = [Verdicts(name, (result("TN01", "B5", Outcome.UNDETERMINED),)) for name in ("a", "b")]
    counts = by_item(PLANTED, calls)["B5"]
    assert counts == Counts(left_open=1, unsure=1)
    assert (counts.recall.hits, counts.recall.n, counts.precision.n) == (1, 1, 0)


def test_precision_is_of_deductions_and_hints() -> None:
    counts = Counts(deducted=2, hinted=1, left_open=1, missed=1, false_deductions=1, false_hints=0)
    assert (counts.planted, counts.recall.value, counts.precision.value) == (5, Decimal("0.8"), Decimal("0.75"))
    assert counts.deductions_right.n == 3


def test_counts_add_up() -> None:
    assert total([Counts(deducted=1, unsure=2), Counts(missed=3)]) == Counts(deducted=1, missed=3, unsure=2)


def test_slips_name_both_readings_and_keep_the_rules_words_on_the_recognised_one() -> None:
    said = [Verdicts("a", (hint("TN01", "B5"),)), Verdicts("b", (result("PH06", "A6", Outcome.PASS),))]
    heard = [
        Verdicts("a", (result("TN01", "B5", Outcome.PASS),)),
        Verdicts("b", (result("PH06", "A6", Outcome.FAIL),)),
    ]
    missed, false = slips(PLANTED, said, heard)
    assert (missed.kind, missed.said, missed.heard) == ("missed", Said.REFERRED, Said.SILENT)
    assert (false.kind, false.said, false.heard) == ("false deduction", Said.SILENT, Said.DEDUCTED)
    assert [one.code for one in false.results] == ["PH06"]


def test_what_only_the_reference_gets_wrong_is_a_slip_too() -> None:
    said = [Verdicts("b", (hint("V01", "V1"),))]
    heard = [Verdicts("b", (result("V01", "V1", Outcome.PASS),))]
    assert [slip.kind for slip in slips(PLANTED, said, heard)] == ["false hint"]


def test_doubt_where_nothing_was_planted_is_no_slip() -> None:
    open_one = [Verdicts("b", (result("V01", "V1", Outcome.UNDETERMINED),))]
    assert slips(PLANTED, open_one, open_one) == []


def test_cells_show_reference_and_recognised_and_nothing_twice() -> None:
    assert arrow("0", "0") == "0"
    assert arrow("2", "2") == "2 → 2"
    row = cells(Counts(deducted=2), Counts(deducted=1, missed=1))
    assert row[:2] == ["2", "2 → 1"]
    assert row[-2].startswith("100 (34–100) → 50 (9–91)")
    assert percent(share(0, 0)) == "–"
