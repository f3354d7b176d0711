"""Calls cut by hand, and the questions that retrieval is measured on."""

from __future__ import annotations

import pytest

from bench.cut_calls import SETS, cut_calls
from bench.question_sets import Question, tuning, unseen


@pytest.mark.parametrize("name", SETS)
def test_every_turn_belongs_to_an_exchange_of_its_call(name: str) -> None:
    for one in cut_calls(name):
        assert one.turns
        assert {number for numbers, _, _, _ in one.turns for number in numbers} <= set(one.entries)


@pytest.mark.parametrize("name", SETS)
def test_operators_answer_and_callers_ask(name: str) -> None:
    for one in cut_calls(name):
        assert {role for _, mark, role, _ in one.turns if mark == "="} <= {"话"}
        assert {role for _, mark, role, _ in one.turns if mark in "?!"} <= {"来"}


@pytest.mark.parametrize("questions", [tuning(), unseen()])
def test_only_questions_of_no_kind_have_no_entry(questions: list[Question]) -> None:
    assert all((question.gold is None) == (question.kind == "none") for question in questions)


def test_what_was_tuned_on_is_not_what_is_measured_on() -> None:
    assert not {question.text for question in tuning()} & {question.text for question in unseen()}
