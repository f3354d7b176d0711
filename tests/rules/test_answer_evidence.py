"""What a verdict on an answer points at: the words to play, whether they cost points or only want a person's ear."""

from __future__ import annotations

from datetime import date, datetime

from qa_pipeline.ingest.dialogue import read_dialogue
from qa_pipeline.knowledge.retrieval import KnowledgeIndex
from qa_pipeline.models import Agreement, EvidenceKind, Fact, FactCheck, KnowledgeEntry, Outcome, RuleResult
from qa_pipeline.rules.answer.consultations import expected
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
ASKED = "来电人：你好，我身份证丢了，补办身份证要多少钱，要几天？\n话务员："
RULES, BASE = load_ruleset(), KnowledgeIndex((CARD,))


def verdicts(answer: str, asked: str = ASKED) -> tuple[RuleResult, RuleResult]:
    """Return what AN02 and AN03 say of an answer."""
    dialogue = read_dialogue(f"{asked}{answer}\n", datetime(2026, 11, 1))
    results = {result.code: result for result in judged_dialogue(dialogue, RULES, BASE).results}
    return results["AN02"], results["AN03"]


def pointed(result: RuleResult) -> list[tuple[str, str]]:
    assert all(e.kind is EvidenceKind.WORDS and e.end_ms > e.start_ms for e in result.evidence)
    return [(e.text, e.note) for e in result.evidence]


def test_who_mended_a_wrong_answer_sees_both_what_was_wrong_and_what_mended_it() -> None:
    right, whole = verdicts("您到户籍派出所申请，工本费二十元，哦不对，说错了，是四十元，二十个工作日办结。")
    assert right.outcome is Outcome.FAIL
    assert right.reason == "先说错、当场更正：《居民身份证补领》费用“40元”，话务员先说“二十元”"
    assert pointed(right) == [("二十元", "条目费用“40元”"), ("四十元", "后来更正为")]
    assert whole.outcome is Outcome.PASS
    assert ("四十元", "条目费用“40元”") in pointed(whole)


def test_an_answer_that_no_entry_covers_is_given_to_a_person_with_its_question() -> None:
    asked, answer = "来电人：我想问一下养鸽子要不要办证？\n话务员：", "养鸽子不用办证，最多养二十只，每只每年交五块钱。"
    for result in verdicts(answer, asked):
        assert result.outcome is Outcome.UNDETERMINED
        assert [note for _, note in pointed(result)] == ["来电人问", "话务员答"]


def test_beside_a_sure_mistake_a_doubtful_one_is_shown_and_not_counted() -> None:
    right, whole = verdicts("您到户籍派出所申请，工本费二十元，十个工作日办结。")
    assert right.outcome is Outcome.FAIL
    assert pointed(right)[0] == ("二十元", "条目费用“40元”")
    assert ("十个工作日", "条目时限“20个工作日”，未计，请人工复核") in pointed(right)
    assert "十个工作日" not in right.reason
    assert whole.outcome is Outcome.UNDETERMINED
    assert pointed(whole) == [("十个工作日", "条目时限“20个工作日”")]


def test_a_rough_value_of_an_entry_is_read_as_such() -> None:
    check = FactCheck("time_limit", "~7", "day", must_say=False, agreement=Agreement.MISSING)
    assert expected(check) == "时限“约7天”"
