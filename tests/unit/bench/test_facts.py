"""The bench of spoken facts: what counts as right, slips that can be made again, and rivals that are not there."""

from __future__ import annotations

from datetime import date

import pytest

from bench import facts
from bench.facts_plain import in_figures, typed
from bench.facts_scores import Tally, read, wanted
from bench.facts_slips import slipped
from qa_pipeline.language.values import stated


def test_a_fact_is_right_where_type_value_and_unit_are() -> None:
    row = {"facts": [{"type": "duration", "value": "20 workday"}, {"type": "money", "value": "20"}]}
    tally = Tally()
    tally.add("…", wanted(row), read(stated("二十个工作日，工本费三十块钱")))
    assert (tally.wanted.total(), tally.read.total(), tally.right.total()) == (2, 2, 1)
    assert tally.f1 == 0.5


def test_a_day_is_right_where_the_call_resolves_it() -> None:
    assert read(stated("下周三您再来"), date(2026, 10, 14)) == [("date", "2026-10-21")]


def test_the_shared_sets_form_is_read_too() -> None:
    assert wanted({"type": "materials", "value": "身份证,一寸照片x2"}) == [
        ("materials", "身份证"),
        ("materials", "一寸照片x2"),
    ]


def test_a_slip_is_one_character_and_the_same_each_time() -> None:
    said = "二十个工作日给您发证"
    heard = slipped(said, 7)
    assert heard == slipped(said, 7)
    assert sum(a != b for a, b in zip(said, heard, strict=True)) == 1
    assert slipped("好的", 7) == "好的"


def test_a_rivals_figures_are_read() -> None:
    assert in_figures("工本费20块钱,15个工作日,报70%") == [
        ("percent", "70%"),
        ("money", "20"),
        ("duration", "15 workday"),
    ]
    assert typed([["datetimeV2.duration", '{"values": [{"timex": "P20D"}]}']], None) == [("duration", "20 day")]


@pytest.mark.parametrize(
    ("said", "verdict"),
    [
        ("要二十个工作日", "contradict"),
        ("十五个工作日", "entail"),
        ("您稍等", "neutral"),
        ("好像是二十个工作日", "unsure"),
    ],
)
def test_pairs_are_judged(said: str, verdict: str) -> None:
    assert facts.judge("15个工作日内办结。", said) == verdict


def test_a_rival_that_is_not_installed_is_left_out_and_said(capsys: pytest.CaptureFixture[str]) -> None:
    row = {"text": "二十天", "type": "duration", "value": "20 day"}
    pair = {"premise": "15日办结。", "hypothesis": "二十天", "label": "contradict"}
    text = facts.report({"one": [row]}, {"pairs": [pair]}, None)
    assert "wetext: not installed, skipped" in text
    assert capsys.readouterr().out == ""
