"""How well a stretch of a call was understood."""

from __future__ import annotations

import pytest

from qa_pipeline.models import Outcome, Role
from qa_pipeline.rules.ruleset import load_ruleset
from qa_pipeline.rules.run import check
from qa_pipeline.rules.windows import heard_well, mumbled
from tests.builders import Line, call


def said(*pieces: tuple[str, float]) -> list[Line]:
    return [Line(Role.OPERATOR, text, confidence=confidence) for text, confidence in pieces]


def test_two_characters_that_are_guesses_may_be_a_greeting() -> None:
    assert mumbled(call(said(("一好", 0.35))).transcript.utterances)
    assert not mumbled(call(said(("一好", 0.6))).transcript.utterances)
    assert not mumbled(call(said(("好", 0.35))).transcript.utterances)


def test_an_utterance_counts_by_its_characters() -> None:
    utterances = call(said(("请问有什么可以帮您", 0.9), ("好", 0.1))).transcript.utterances
    assert heard_well(utterances) == pytest.approx((9 * 0.9 + 0.1) / 10)


@pytest.mark.parametrize(("confidence", "outcome"), [(0.35, Outcome.UNDETERMINED), (0.9, Outcome.FAIL)])
def test_a_greeting_is_missing_only_where_what_stands_in_its_place_was_heard(
    confidence: float, outcome: Outcome
) -> None:
    lines = [
        Line(Role.OPERATOR, "一好", confidence=confidence),
        Line(Role.OPERATOR, "欢迎拨打12345热线请问有什么可以帮您"),
        Line(Role.CALLER, "我想问一下居住证怎么办理"),
    ]
    (opening,) = (result for result in check(call(lines), load_ruleset()) if result.code == "PH01")
    assert opening.outcome is outcome
