"""How the operator handled a passage: by words, by sound, and by what reviewers say."""

from __future__ import annotations

from dataclasses import replace

import pytest

from qa_pipeline.assessment.verdicts import judge
from qa_pipeline.models import Evidence, EvidenceKind, Outcome, Role, Verdict
from qa_pipeline.models.passages import Handling, Passage
from qa_pipeline.training.finding import Heard, passages_of
from tests.builders import call
from tests.month_builder import CARD, audit, decision, result

ANGRY = ("来", "你们这群饭桶，电梯坏了五天没人修，老人下不了楼！")
SOOTHES = ("话", "非常抱歉让您等了这么久，您的心情我理解，我马上转住建局，今天下午联系您。")
EXPLAINS = ("话", "电梯由物业维修，按规定五个工作日内答复，我帮您登记。")
THANKS = ("来", "行，那谢谢你了，刚才我话说重了。")
CURT = ("话", "嗯。")


def heard(*lines: tuple[object, ...], results=(), decisions=()) -> Heard:
    ctx = call([("话", "您好，请问有什么可以帮您？"), *lines])
    return Heard(ctx, 1, tuple(judge(CARD, audit(results), decisions)))


def only(one: Heard) -> Passage:
    (found,) = passages_of(one)
    return found


@pytest.mark.parametrize(
    ("handling", "lines"),
    [
        (Handling.CALMED, (ANGRY, SOOTHES, THANKS)),
        (Handling.HELD, (ANGRY, EXPLAINS, ("来", "那我等着"))),
        (Handling.HELD, (ANGRY, SOOTHES, ("来", "哼"))),
        (Handling.ESCALATED, (ANGRY, ("话", "你再骂我就挂了，爱找谁找谁。"), ("来", "你什么态度"))),
        (Handling.GAVE_IN, (ANGRY, ("话", "我给您打包票，明天一定修好，您放心。"), ("来", "好"))),
        (Handling.UNCLEAR, (ANGRY, CURT, ("来", "算了"))),
        # Rude weighs more than what was said before or after it.
        (Handling.ESCALATED, (ANGRY, SOOTHES, ("来", "真的吗"), ("话", "烦不烦，爱等不等。"), THANKS)),
    ],
)
def test_what_the_operator_says_and_the_caller_then_tells_how_it_was_handled(handling, lines) -> None:
    assert only(heard(*lines)).handling is handling


def test_thanks_without_soothing_before_is_no_calming() -> None:
    assert only(heard(ANGRY, EXPLAINS, THANKS)).handling is Handling.HELD


def test_what_the_operator_repeats_of_the_callers_words_is_not_rude() -> None:
    said = ("来", "物业骂我，说爱找谁找谁，你们这群饭桶也不管")
    again = ("话", "您是说物业说爱找谁找谁，对吗？我帮您登记，五个工作日答复。")
    assert only(heard(said, again)).handling is Handling.HELD


QUARREL = ("话", "你冲我喊什么，跟我吵有什么用")


def found_rude(*decisions) -> Handling:
    """The handling where a rule found impatience in the operator's answer, and people said something to it."""
    ctx = call([("话", "您好"), ANGRY, ("话", "这个事情您找物业去反映一下")])
    said = ctx.transcript.utterances[2]
    shown = Evidence(EvidenceKind.WORDS, said.start_ms, said.end_ms, 0, Role.OPERATOR, 2, said.text)
    rude = result("TN05", "B5", Outcome.FAIL, evidence=(shown,), reason="不耐烦的话")
    one = Heard(ctx, 1, tuple(judge(CARD, audit([rude]), decisions)))
    return only(one).handling


def test_what_a_rule_found_in_the_passage_is_evidence_until_a_reviewer_overrules_it() -> None:
    assert found_rude() is Handling.ESCALATED
    assert found_rude(decision("TN05", "B5", Verdict.CONFIRM)) is Handling.ESCALATED
    assert found_rude(decision("TN05", "B5", Verdict.OVERRULE)) is not Handling.ESCALATED
    assert found_rude(decision("TN05", "B5", Verdict.NOT_APPLICABLE)) is not Handling.ESCALATED


def test_own_cues_of_rudeness_do_not_outlive_the_reviewers_word_either() -> None:
    rude = (ANGRY, ("话", "爱找谁找谁，谁怕谁。"))
    passed = result("TN05", "B5", Outcome.PASS)
    assert only(heard(*rude, results=[passed])).handling is Handling.ESCALATED
    cleared = decision("TN05", "B5", Verdict.OVERRULE)
    assert only(heard(*rude, results=[passed], decisions=[cleared])).handling is Handling.UNCLEAR


def test_a_fault_that_only_a_reviewer_heard_counts_as_confirmed() -> None:
    heard_it = decision("B5", "B5", Verdict.FAULT)
    one = only(heard(ANGRY, EXPLAINS, results=[result("TN05", "B5", Outcome.PASS)], decisions=[heard_it]))
    assert one.handling is Handling.ESCALATED
    assert "质检员已确认" in one.reasons


def test_a_rules_finding_elsewhere_in_the_call_is_not_of_this_passage() -> None:
    far = Evidence(EvidenceKind.WORDS, 0, 400, 0, Role.OPERATOR, 0, "您好")
    rude = result("TN05", "B5", Outcome.FAIL, evidence=(far,))
    assert only(heard(ANGRY, EXPLAINS, results=[rude])).handling is Handling.HELD


def test_a_caller_whose_voice_falls_after_soothing_was_calmed() -> None:
    one = heard(
        ("来", "我想问停水的事情怎么回事"),
        ("话", "请问您是哪个小区的"),
        ("来", "金桂花园到底什么时候来水，急死人了"),
        ("话", "您别着急，非常抱歉，今晚八点恢复，我帮您登记。"),
        ("来", "好，那我等到八点看看"),
    )
    levels = tuple(
        replace(m, loudness_db=-14.0, pitch_hz=250.0) if m.index == 3 else m for m in one.ctx.acoustics.utterances
    )
    loud = replace(one, ctx=replace(one.ctx, acoustics=replace(one.ctx.acoustics, utterances=levels)))
    assert only(loud).handling is Handling.CALMED
