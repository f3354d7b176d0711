"""An answer beside the entry of the day: differing values are marked in both texts."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from qa_pipeline.models import Agreement, Fact, FactCheck, KnowledgeEntry, SpokenFact
from qa_pipeline.models.beside import FACTS, ComparedFact, compared_facts, facts_text
from qa_pipeline.models.findings import Exchange
from qa_pipeline.models.speech import Role
from qa_pipeline.rules.answer.correct import CorrectParams, correct
from qa_pipeline.web.answers import entry_view, marked
from tests.builders import call

ENTRY = KnowledgeEntry(
    "K1", 2, "护照", "怎么办？", "工本费120元，7个工作日办结。", date(2026, 1, 1),
    facts=(Fact("fee", "120", "yuan"), Fact("time_limit", "7", "workday", must_say=True)),
)  # fmt: skip
TALK = (("来", "护照多少钱"), ("话", "工本费是160元"))


def facts() -> tuple[ComparedFact, ...]:
    said = SpokenFact("fee", "160", "yuan", 1, Role.OPERATOR, 3_000, 3_500, "160元", 0.9)
    wrong = FactCheck("fee", "120", "yuan", False, Agreement.CONTRADICTS, said)
    missing = FactCheck("time_limit", "7", "workday", True, Agreement.MISSING)
    exchange = Exchange((0,), (1,), ENTRY, 0.95, (missing, wrong))
    return compared_facts(correct(replace(call(TALK), exchanges=(exchange,)), CorrectParams()).details)


def test_the_rule_keeps_each_fact_beside_what_was_said() -> None:
    assert [(f.expected, f.said, f.agreement.value, f.must_say) for f in facts()] == [
        ("时限“7个工作日”", "", "missing", True),
        ("费用“120元”", "160元", "contradicts", False),
    ]


def test_both_texts_mark_the_value_that_differs_and_the_gravest_comes_first() -> None:
    view = entry_view(ENTRY, facts(), call(TALK).transcript)
    assert [fact.agreement.value for fact in view.facts] == ["contradicts", "missing"]
    assert [(p.text, p.kind) for p in view.answer if p.kind] == [("120元", "contradicts"), ("7个工作日", "missing")]
    (sentence,) = view.sentences
    assert [(p.text, p.kind) for p in sentence.pieces] == [("工本费是", ""), ("160元", "contradicts")]
    assert "".join(p.text for p in view.answer) == ENTRY.answer


def test_an_entry_of_another_version_has_none_of_them() -> None:
    assert entry_view(replace(ENTRY, version=3), facts(), None).facts == ()


def test_of_places_that_overlap_the_first_stands() -> None:
    spans = [(0, 3, Agreement.AGREES), (2, 4, Agreement.MISSING)]
    assert [(p.text, p.kind) for p in marked("一二三四", spans)] == [("一二三", "agrees"), ("四", "")]


def test_facts_that_hiding_names_spoiled_are_none() -> None:
    assert compared_facts({FACTS: facts_text(facts())[:-5]}) == ()
    assert compared_facts({FACTS: '[{"agreement": "no such"}]'}) == ()
    assert compared_facts({}) == ()
