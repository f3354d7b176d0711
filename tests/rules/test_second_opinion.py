"""What a language model's opinion does to the finding on an answer: it points people to it and never takes a point."""

from __future__ import annotations

from dataclasses import replace

import pytest

from qa_pipeline.knowledge.retrieval import KnowledgeIndex
from qa_pipeline.models import CallContext, Opinion, OpinionVerdict, Outcome
from qa_pipeline.rules.answer.correct import correct
from qa_pipeline.rules.registry import discover
from tests.builders import call
from tests.samples import entry, with_knowledge

PERMIT = {
    "id": "K1",
    "title": "居住证首次申领",
    "question": "外地人怎么办居住证，要多少钱，几天能拿到",
    "answer": "居住满半年的凭居民身份证和租房合同到居住地派出所申请，15个工作日内发证，首次免费。",
    "facts": [
        {"slot": "materials", "value": "居民身份证"},
        {"slot": "time_limit", "value": "15", "unit": "workday"},
        {"slot": "fee", "value": "0", "unit": "yuan"},
    ],
}
ASKED = "我想问一下居住证怎么办，要多少钱，几天能拿到"
RIGHT = "您带上身份证和租房合同到派出所申请，不收费，十五个工作日内发证"
WRONG = "您带上身份证和租房合同到派出所申请，不收费，三十个工作日内发证"
BY = "qwen，提示词 0123456789ab"


def context(answer: str, facts: bool = True, **opinion: str) -> CallContext:
    row = PERMIT if facts else {**PERMIT, "facts": []}
    ctx = with_knowledge(call([("来", ASKED), ("话", answer), ("来", "好的谢谢")]), KnowledgeIndex([entry(row)]))
    if not opinion:
        return ctx
    verdict = OpinionVerdict(opinion.pop("verdict"))
    return replace(ctx, opinions=(Opinion(0, verdict, "", BY, 1, **opinion),))


def found(ctx: CallContext) -> tuple[Outcome, str, str]:
    rule = discover()["AN02"]
    finding = rule(ctx)
    return finding.outcome, finding.reason, "；".join(piece.text for piece in finding.evidence)


def test_without_opinions_nothing_changes() -> None:
    assert found(context(RIGHT))[0] is Outcome.PASS
    assert found(context(WRONG))[0] is Outcome.FAIL


def test_where_model_and_facts_agree_the_facts_decide() -> None:
    agreed = context(RIGHT, verdict="agrees", said="十五个工作日内发证", written="15个工作日内发证")
    assert found(agreed)[0] is Outcome.PASS
    differs = context(WRONG, verdict="contradicts", said="三十个工作日内发证", written="15个工作日内发证")
    assert found(differs)[0] is Outcome.FAIL
    assert found(differs)[1] == found(context(WRONG))[1]


def test_a_fault_that_the_model_does_not_see_goes_to_a_person() -> None:
    outcome, reason, evidence = found(
        context(WRONG, verdict="agrees", said="到派出所申请", written="到居住地派出所申请")
    )
    assert outcome is Outcome.UNDETERMINED
    assert "意见不一" in reason
    assert "三十个工作日" in evidence
    assert "到派出所申请" in evidence


@pytest.mark.parametrize(("verdict", "written"), [("contradicts", "到居住地派出所申请"), ("beyond", "")])
def test_a_fault_that_only_the_model_sees_goes_to_a_person_with_the_words(verdict: str, written: str) -> None:
    outcome, reason, evidence = found(context(RIGHT, verdict=verdict, said="到派出所申请", written=written))
    assert outcome is Outcome.UNDETERMINED
    assert "话务员说“到派出所申请”" in reason
    assert evidence.startswith("到派出所申请")


def test_an_answer_without_facts_passes_on_the_models_word_and_says_whose_it_is() -> None:
    said, quoted = "带上身份证和租房合同到派出所申请", "合同到派出所申请"
    ctx = context(said, facts=False, verdict="agrees", said=quoted, written="合同到居住地派出所申请")
    assert found(replace(ctx, opinions=()))[0] is Outcome.NOT_APPLICABLE
    outcome, reason, evidence = found(ctx)
    assert outcome is Outcome.PASS
    assert "语言模型认为与条目一致" in reason
    assert evidence == quoted


@pytest.mark.parametrize("verdict", ["unsure", "incomplete"])
def test_a_model_that_is_not_sure_changes_nothing(verdict: str) -> None:
    for answer in (RIGHT, WRONG):
        assert found(context(answer, verdict=verdict))[:2] == found(context(answer))[:2]


@pytest.mark.parametrize("verdict", list(OpinionVerdict))
@pytest.mark.parametrize("answer", [RIGHT, "好的我帮您查一下，到派出所办就可以了您放心", "这个您问派出所吧"])
def test_no_opinion_ever_makes_a_fault(verdict: OpinionVerdict, answer: str) -> None:
    ctx = context(answer, verdict=verdict.value, said="派出所", written="派出所")
    assert found(ctx)[0] is not Outcome.FAIL


def test_whose_opinion_it_was_is_kept_with_the_finding() -> None:
    finding = correct.check(context(RIGHT, verdict="agrees", said="不收费", written="首次免费"), correct.params())
    assert finding.details["opinion_by"] == BY
