"""The shipped lists: each accusing phrase accuses by itself, and the scorecard's own list is among them."""

from __future__ import annotations

from pathlib import Path

import pytest

from qa_pipeline.models import Outcome, RuleResult
from qa_pipeline.rules.matching import Phrase
from qa_pipeline.rules.registry import discover
from qa_pipeline.rules.ruleset import BoundRule, Ruleset
from qa_pipeline.rules.run import check
from qa_pipeline.rules.shipped import shipped
from tests.builders import call

SCORECARD = Path(__file__).parents[3] / "shared" / "domain" / "scorecard.md"
ACCUSING = [
    ("PH06", "forbidden"),
    ("TN05", "impatient"),
    ("AN05", "promising"),
    ("FE01", "insults"),
    ("FE01", "mocking"),
    ("FE04", "refusing"),
]
PHRASES = [
    pytest.param(code, phrase, id=f"{code} {phrase.text}")
    for code, name in ACCUSING
    for phrase in dict.fromkeys(shipped(code, name)())
]


def said_by_operator(code: str, text: str) -> RuleResult:
    rule = discover()[code]
    ctx = call([("话", "您好请讲"), ("来", "我想咨询一下"), ("话", text), ("来", "好的")])
    (result,) = check(ctx, Ruleset("test", "0" * 64, (BoundRule(rule, rule.params(), rule.standing),)))
    return result


@pytest.mark.parametrize(("code", "phrase"), PHRASES)
def test_each_phrase_accuses_when_it_is_all_that_was_said(code: str, phrase: Phrase) -> None:
    assert said_by_operator(code, phrase.text).outcome in {Outcome.FAIL, Outcome.UNDETERMINED}


@pytest.mark.parametrize(("code", "name"), ACCUSING)
def test_no_phrase_stands_twice_in_a_list(code: str, name: str) -> None:
    texts = [phrase.text for phrase in shipped(code, name)()]
    assert len(texts) == len(set(texts))


def test_no_shipped_pattern_looks_around() -> None:
    patterns = [pattern for code, name in ACCUSING for phrase in shipped(code, name)() for pattern in phrase.unless]
    leak = discover()["FE05"].params().model_dump()
    patterns += [*leak["patterns"], *leak["unless"]]
    assert [pattern for pattern in patterns if "(?=" in pattern or "(?!" in pattern or "(?<" in pattern] == []


def listed_in_the_scorecard() -> list[str]:
    """Return the forbidden phrases that the centre's scorecard begins with."""
    if not SCORECARD.exists():
        return []
    text = SCORECARD.read_text(encoding="utf-8")
    listed = text.partition("Forbidden phrases to start from")[2].partition("Exceptions:")[0].partition("\n")[2]
    return [phrase.strip().rstrip(".") for phrase in "".join(listed.split("\n")).split("｜")]


@pytest.mark.skipif(not SCORECARD.exists(), reason="the scorecard that the lists were made from is not here")
def test_every_forbidden_phrase_of_the_scorecard_is_one() -> None:
    phrases = listed_in_the_scorecard()
    assert len(phrases) == 28
    said = {phrase: said_by_operator("PH06", phrase.partition("（")[0]).outcome for phrase in phrases}
    assert {phrase: outcome for phrase, outcome in said.items() if outcome is not Outcome.FAIL} == {}


@pytest.mark.parametrize("phrase", ["你去告好了", "你能把我怎么样", "你看不懂汉字吗"])
def test_the_scorecards_three_phrases_raise_a_suspected_insult(phrase: str) -> None:
    assert said_by_operator("FE01", phrase).outcome is Outcome.FAIL


@pytest.mark.parametrize("text", ["不知道您是否方便留个电话", "这个我不清楚，我帮您查一下", "不清楚的情况我为您核实"])
def test_the_scorecards_exceptions_are_none(text: str) -> None:
    assert said_by_operator("PH06", text).outcome is Outcome.PASS
