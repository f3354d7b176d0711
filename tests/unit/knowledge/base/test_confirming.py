"""An owner says once which of the facts that a text states are right."""

from __future__ import annotations

from datetime import date

import pytest

from qa_pipeline.errors import UserError
from qa_pipeline.knowledge.base.confirming import (
    Word,
    as_confirmed,
    listed,
    read_addition,
    read_correction,
    unconfirmed,
)
from qa_pipeline.knowledge.base.lint import Base, lint
from qa_pipeline.knowledge.compare import compare
from qa_pipeline.models import Agreement, Fact, KnowledgeEntry, Role, SpokenFact
from tests import centre

ON = date(2026, 10, 1)


def entry() -> KnowledgeEntry:
    return centre.entry(answer="带户口簿，工本费40元，20个工作日领取。", facts=())


def numbers(of: KnowledgeEntry) -> dict[str, int]:
    return {one.fact.slot: one.number for one in listed(of)}


def test_what_is_confirmed_is_recorded_and_the_rest_is_not() -> None:
    found = as_confirmed(entry(), Word(confirm=[numbers(entry())["fee"]]), "李四", ON)
    assert found.facts == (Fact("fee", "40", "yuan"),)
    assert (found.details["facts_confirmed_by"], found.details["facts_confirmed_at"]) == ("李四", "2026-10-01")


def test_a_mark_that_it_must_be_said_confirms() -> None:
    found = as_confirmed(entry(), Word(must_say=[numbers(entry())["time_limit"]]), "李四", ON)
    assert found.facts == (Fact("time_limit", "20", "workday", must_say=True),)


def test_a_correction_confirms_and_keeps_its_place() -> None:
    number, fact = read_correction(f"{numbers(entry())['fee']}=二十元", entry())
    found = as_confirmed(entry(), Word(corrections={number: fact}), "李四", ON)
    assert found.facts == (Fact("fee", "20", "yuan"),)


def test_a_corrected_value_replaces_what_the_text_still_says_and_lint_says_that_it_does() -> None:
    number, fact = read_correction(f"{numbers(entry())['fee']}=25元", entry())
    found = as_confirmed(entry(), Word(corrections={number: fact}), "李四", ON)
    fees = [one for one in listed(found) if one.fact.slot == "fee"]
    assert [(one.fact.value, one.otherwise, one.place and one.place.text) for one in fees] == [("25", True, "40元")]
    reasons = {one.check: one.flaw.reason for one in lint(Base.of([found], ON))}
    assert reasons["KB12"] == "要点写费用“25元”，正文写“40元”"
    again = as_confirmed(found, Word(must_say=[fees[0].number]), "李四", ON)
    assert again.facts == (Fact("fee", "25", "yuan", must_say=True),)


def test_a_value_corrected_into_one_that_is_there_is_one_fact() -> None:
    twice = centre.entry(
        answer="工本费25元。", facts=(Fact("fee", "20", "yuan", must_say=True), Fact("fee", "25", "yuan"))
    )
    number, fact = read_correction("1=25元", twice)
    found = as_confirmed(twice, Word(corrections={number: fact}), "李四", ON)
    assert found.facts == (Fact("fee", "25", "yuan", must_say=True),)
    assert [one.otherwise for one in listed(found)] == [False]


def test_of_several_values_in_the_text_none_is_taken_for_the_one_that_was_corrected() -> None:
    several = centre.entry(answer="工本费40元，邮寄费15元。", facts=(Fact("fee", "25", "yuan"),))
    assert [(one.fact.value, one.place is None) for one in listed(several)] == [
        ("25", True),
        ("40", False),
        ("15", False),
    ]


def test_a_correction_may_name_another_slot() -> None:
    assert read_correction("1=有效期：3个月", entry())[1] == Fact("validity", "3", "month")


def test_what_the_text_does_not_state_is_added() -> None:
    assert read_addition("电话：0917-3388123") == Fact("phone", "09173388123")


def test_what_is_struck_out_is_gone() -> None:
    recorded = centre.entry(facts=(Fact("fee", "40", "yuan", confirmed=False), Fact("age", "60", "year")))
    assert as_confirmed(recorded, Word(strike=[1]), "李四", ON).facts == (Fact("age", "60", "year"),)


@pytest.mark.parametrize("text", ["二十元", "9", "{0}=", "{0}=二十", "{0}=费用", "99=四十元"])
def test_a_correction_without_a_value_is_told(text: str) -> None:
    with pytest.raises(UserError):
        read_correction(text.format(numbers(entry())["fee"]), entry())


def test_a_number_that_is_not_listed_and_a_missing_name_are_told() -> None:
    with pytest.raises(UserError, match="没有第 99 个要点"):
        as_confirmed(entry(), Word(confirm=[99]), "李四", ON)
    with pytest.raises(UserError, match="由谁确认"):
        as_confirmed(entry(), Word(confirm=[1]), " ", ON)


def test_a_fact_that_nobody_confirmed_gives_a_hint_and_no_contradiction() -> None:
    said = SpokenFact("fee", "20", "yuan", 0, Role.OPERATOR, 0, 900, "二十块钱", 0.99)
    for confirmed, agreement in ((True, Agreement.CONTRADICTS), (False, Agreement.UNSURE)):
        asked = centre.entry(answer="到派出所办理", facts=(Fact("fee", "40", "yuan", confirmed=confirmed),))
        (check,) = compare(asked, [said])
        assert (check.agreement, check.said) == (agreement, said)
    assert unconfirmed(asked) == 1
