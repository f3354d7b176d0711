"""What the caller is left with: another value at the end, a yes to a wrong one, a guess, a promise beyond the entry."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from qa_pipeline.ingest.dialogue import read_dialogue
from qa_pipeline.knowledge.retrieval import KnowledgeIndex
from qa_pipeline.models import Fact, KnowledgeEntry, Outcome, RuleResult
from qa_pipeline.rules.ruleset import load_ruleset
from qa_pipeline.trial import judged_dialogue

CARD = KnowledgeEntry(
    entry_id="K01",
    version=1,
    title="居民身份证补领",
    question="身份证丢了怎么补办",
    answer="本人到户籍派出所申请，工本费40元，20个工作日办结。",
    valid_from=date(2026, 1, 1),
    paraphrases=("补身份证多少钱", "补办身份证要几天"),
    facts=(Fact("fee", "40", "yuan", must_say=True), Fact("time_limit", "20", "workday", must_say=True)),
)
ASKED = "来电人：你好，我身份证丢了，补办身份证要多少钱，要几天？"
FULL = "话务员：您到户籍派出所申请，工本费四十元，二十个工作日办结。"
RULES, BASE = load_ruleset(), KnowledgeIndex((CARD,))


def verdicts(*lines: str) -> tuple[RuleResult, RuleResult]:
    """Return what AN02 and AN03 say of a call that goes on after the question."""
    dialogue = read_dialogue("\n".join((ASKED, *lines)) + "\n", datetime(2026, 11, 1))
    results = {result.code: result for result in judged_dialogue(dialogue, RULES, BASE).results}
    return results["AN02"], results["AN03"]


def agrees(result: RuleResult) -> bool:
    """Whether the text alone agrees with the entry; without an order nothing is judged to the end."""
    return "只看文字：与条目一致" in result.reason or result.outcome is Outcome.PASS


def test_a_full_answer_passes() -> None:
    right, whole = verdicts(FULL, "来电人：好的谢谢。")
    assert agrees(right)
    assert whole.outcome is Outcome.PASS


def test_another_value_at_the_end_is_for_a_person() -> None:
    right, whole = verdicts(FULL, "来电人：是十天对吧？", "话务员：对，十天就能拿到。", "来电人：好的谢谢。")
    assert (right.outcome, whole.outcome) == (Outcome.UNDETERMINED, Outcome.UNDETERMINED)
    assert "十天" in right.reason


@pytest.mark.parametrize("yes", ["对。", "是的。", "嗯对，没错。", "对对。"])
def test_a_yes_to_a_wrong_value_is_for_a_person(yes: str) -> None:
    right, _ = verdicts(FULL, "来电人：工本费是二十块对吧？", f"话务员：{yes}", "来电人：好的谢谢。")
    assert right.outcome is Outcome.UNDETERMINED
    assert "话务员肯定了来电人说的“二十块”" in right.reason


@pytest.mark.parametrize(
    "lines",
    [
        ("来电人：是二十个工作日对吧？", "话务员：对。"),
        ("来电人：工本费是二十块对吧？", "话务员：不是，是四十元。"),
        ("来电人：工本费是二十块对吧？", "话务员：对，是四十元。"),
        ("来电人：我三天前丢的是吧？", "话务员：对。"),
        ("来电人：能快点吗？", "话务员：快的话十来天就好了。"),
        ("来电人：能快点吗？", "话务员：三天后您可以再来电查询进度。"),
    ],
)
def test_a_right_last_word_passes(lines: tuple[str, ...]) -> None:
    assert agrees(verdicts(FULL, *lines, "来电人：好的谢谢。")[0])


def test_what_was_put_right_again_passes() -> None:
    right, _ = verdicts(
        FULL,
        "来电人：工本费是二十块对吧？",
        "话务员：对。",
        "来电人：嗯。",
        "话务员：工本费是四十元。",
        "来电人：好的。",
    )
    assert agrees(right)


@pytest.mark.parametrize(
    "answer",
    [
        "您到户籍派出所申请，工本费好像是四十元，二十个工作日办结。",
        "您到户籍派出所申请，二十个工作日办结，工本费应该是四十元，具体我也不太清楚。",
    ],
)
def test_a_guess_that_was_not_checked_is_for_a_person(answer: str) -> None:
    right, whole = verdicts(f"话务员：{answer}", "来电人：好的谢谢。")
    assert (right.outcome, whole.outcome) == (Outcome.UNDETERMINED, Outcome.UNDETERMINED)
    assert "话务员自己说不确定，又没有查" in right.reason


@pytest.mark.parametrize(
    "answer",
    [
        "工本费好像是四十元，我给您查一下，对，四十元，二十个工作日办结。",
        "工本费四十元，二十个工作日办结，您家在哪个区我不清楚。",
        "工本费四十元，二十个工作日办结，您要是还有不清楚的，可以再打过来。",
    ],
)
def test_what_was_checked_or_is_no_guess_passes(answer: str) -> None:
    assert agrees(verdicts(f"话务员：您到户籍派出所申请，{answer}", "来电人：好的谢谢。")[0])


def test_money_that_the_entry_does_not_promise_is_told_and_nobodys_fault() -> None:
    right, _ = verdicts(FULL, "话务员：另外还有一个月三百块的高龄补贴可以领。", "来电人：好的谢谢。")
    assert agrees(right)
    assert "条目没有写到：“三百块”" in right.reason
