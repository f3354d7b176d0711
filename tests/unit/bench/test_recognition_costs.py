"""What a recogniser changes in verdicts: one text's held against the other's, call by call."""

from __future__ import annotations

from bench.recognition_costs import HEADER, pairs, rows
from bench.rule_counts import Verdicts
from qa_pipeline.models import Outcome, RuleResult


def _said(call_id: str, **outcomes: Outcome) -> Verdicts:
    results = [RuleResult(f"X{item}", item, outcome, "as told") for item, outcome in outcomes.items()]
    return Verdicts(call_id, tuple(results))


PASS, FAIL, OPEN = Outcome.PASS, Outcome.FAIL, Outcome.UNDETERMINED
ON_REFERENCE = {"1": FAIL, "2": FAIL, "3": FAIL, "4": PASS, "5": PASS, "6": OPEN}
REFERENCE = [_said(call_id, C2=said, A1=FAIL) for call_id, said in ON_REFERENCE.items()]
AS_RECOGNISED = {"6": PASS, "5": FAIL, "4": OPEN, "3": PASS, "2": OPEN, "1": FAIL}
HEARD = [_said(call_id, C2=said) for call_id, said in AS_RECOGNISED.items()]


def test_what_becomes_of_deductions_and_what_is_new_is_told_by_item() -> None:
    answers, _, records = rows(pairs(REFERENCE, HEARD))
    told = dict(zip(HEADER, answers, strict=True))
    assert told["item"].startswith("C2 ")
    assert (told["calls"], told["judged the same"]) == ("6", "1")
    assert (told["deducted on reference text"], told["still deducted"], told["left open"], told["lost"]) == tuple(
        "3111"
    )
    assert (told["deducted only as recognised"], told["left open only as recognised"]) == ("1", "1")
    assert records[:2] == ["**D**", "0"]


def test_the_same_text_costs_nothing() -> None:
    (same, *_) = rows(pairs(REFERENCE, REFERENCE))
    assert same[1:3] == ["6", "6"]
    assert same[5:] == ["3", "0", "0", "0", "0", "0"]
