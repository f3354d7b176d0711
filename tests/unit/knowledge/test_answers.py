"""Branches, days, channels and sentences without a number, held against an entry's own text; the answer's verdict."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_pipeline.knowledge.compare import compare
from qa_pipeline.knowledge.facts import spoken_facts
from qa_pipeline.knowledge.verdicts import verdict
from qa_pipeline.knowledge.written import facts_in
from qa_pipeline.models import Agreement, Exchange, FactCheck, Role
from tests.builders import Line, call
from tests.samples import entry


def checks(answer: str, *said: str, asked: str = "", confidence: float = 0.95) -> tuple[FactCheck, ...]:
    """Hold sentences of an operator against the facts that an entry's own text states."""
    lines = [Line(Role.CALLER, asked)] if asked else []
    ctx = call([*lines, *(Line(Role.OPERATOR, text, confidence=confidence) for text in said)])
    stated = replace(entry({"id": "K1", "title": "事项", "answer": answer}), facts=facts_in(answer))
    spoken, told = ctx.transcript.of(Role.OPERATOR), ctx.transcript.of(Role.CALLER)
    return compare(stated, spoken_facts(ctx.transcript), spoken, told, date(2026, 10, 14))


def agreements(answer: str, *said: str, asked: str = "", confidence: float = 0.95) -> set[Agreement]:
    """Return what the checks that found words say."""
    found = checks(answer, *said, asked=asked, confidence=confidence)
    return {check.agreement for check in found if check.said is not None}


BRANCHES = "本地户籍20日办结，外地户籍30日办结。"


@pytest.mark.parametrize(
    ("said", "asked", "agreement"),
    [
        ("外地户口三十天", "", Agreement.AGREES),
        ("外地户口二十天就好", "", Agreement.CONTRADICTS),
        ("二十天就好", "我是外地户口，几天能办好", Agreement.CONTRADICTS),
        ("三十天就好", "我是外地户口，几天能办好", Agreement.AGREES),
        ("三十天就好", "几天能办好", Agreement.UNSURE),
        ("二十五天就好", "几天能办好", Agreement.CONTRADICTS),
    ],
)
def test_a_value_is_held_against_the_branch_that_the_caller_is_in(said: str, asked: str, agreement: Agreement) -> None:
    assert agreement in agreements(BRANCHES, said, asked=asked)
    assert not {Agreement.AGREES, Agreement.CONTRADICTS} - {agreement} & agreements(BRANCHES, said, asked=asked)


def test_branches_that_no_list_knows_are_told_by_the_words_before_a_value() -> None:
    text = "报名费50元，考试费80元。"
    assert agreements(text, "考试费是五十块") == {Agreement.CONTRADICTS}
    assert agreements(text, "考试费是八十块") == {Agreement.AGREES}


def test_ages_are_branches() -> None:
    text = "80至89周岁每月50元，90至99周岁每月100元。"
    assert Agreement.CONTRADICTS in agreements(text, "八十五岁的话一个月一百块")


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ("供暖开始日期为11月15日，结束日期为次年3月15日。", "暖气到四月十五号才停"),
        ("报名时间为7月1日至7月10日。", "七月五号到七月十五号报名"),
        ("缴费截止日期为12月31日。", "到明年二月底都可以交"),
        ("周一至周五办公，周末不办公。", "周六周日也上班的"),
        ("周二至周日开放，周一闭馆。", "周一也开门的"),
        ("可以在网上申领，也可以到派出所办理。", "这个网上办不了，只能到派出所"),
        ("须三分之二以上业主同意。", "得所有业主都同意才行"),
        ("第6年和第10年需上线检测。", "第八年要上线检测"),
        ("办理无需预约。", "您得先在网上预约才能办"),
        ("须提交体检证明。", "不需要体检"),
        ("大型犬禁止入园。", "大型犬可以入园"),
        ("无需本人往返两地。", "您得先回原来那个地方开个证明"),
        ("未备案的报销比例降低。", "备不备案报销都是一样的"),
        ("不收取任何费用。", "要交手续费的"),
        ("材料齐全的当场办结。", "要三天才能拿到"),
        ("每年接种一次。", "两年打一次就行"),
        ("救援电话96333。", "救援电话是九六三三五"),
        ("须出示残疾人证原件。", "带复印件也行"),
    ],
)
def test_words_that_contradict_the_entry(answer: str, said: str) -> None:
    assert Agreement.CONTRADICTS in agreements(answer, said)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ("15个工作日内办结。", "一般七个工作日就好了"),
        ("15个工作日内办结。", "好像是二十个工作日"),
        ("15个工作日内办结。", "他们跟您说过二十个工作日"),
        ("15个工作日内办结。", "您再等两天"),
        ("15个工作日内办结。", "我们二十四小时都有人"),
        ("15个工作日内办结。", "誓个工作日"),
        ("年满65周岁可以办理。", "三岁小孩的医保怎么交"),
        ("办理无需预约。", "如果预约了您就直接过来"),
        ("办理无需预约。", "您要不要先预约一下"),
        ("大型犬禁止入园。", "您可以打电话举报大型犬"),
        ("可以在网上申领。", "您到派出所也行"),
        ("报销70%。", "咋个报噻，报六成"),
        ("工本费10元。", "侬付五块就行"),
    ],
)
def test_what_is_open_or_of_something_else_contradicts_nothing(answer: str, said: str) -> None:
    assert Agreement.CONTRADICTS not in agreements(answer, said)


def test_in_dialect_nothing_is_missing_for_sure() -> None:
    (check,) = checks("工本费10元。", "这个莫得钱的")
    assert check.agreement is Agreement.UNSURE


def test_two_values_for_one_fact_are_the_bases_fault() -> None:
    row = {"id": "K1", "title": "事项", "facts": [{"slot": "fee", "value": v, "unit": "yuan"} for v in ("10", "20")]}
    ctx = call([("话", "工本费三十块钱")])
    found = compare(entry(row), spoken_facts(ctx.transcript), ctx.transcript.utterances)
    assert {check.agreement for check in found} == {Agreement.UNSURE}


def test_what_the_entry_does_not_speak_of_is_beyond_it() -> None:
    found = [
        check
        for check in checks("15个工作日内办结。", "十五个工作日，押金五百块")
        if check.agreement is Agreement.BEYOND
    ]
    assert [check.said.text for check in found if check.said is not None] == ["五百块"]


def test_both_texts_and_the_place_in_the_sound_are_told() -> None:
    (check,) = [c for c in checks("办理无需预约。", "这个您得先预约") if c.agreement is Agreement.CONTRADICTS]
    assert check.said is not None
    assert (check.expected_value, check.said.text) == ("办理无需预约", "这个您得先预约")
    assert 0 <= check.said.start_ms < check.said.end_ms


@given(
    st.floats(min_value=0, max_value=0.39),
    st.sampled_from(["二十天", "三十块钱", "报六成", "您得先预约", "网上办不了"]),
)
def test_a_contradiction_never_rests_on_a_guess(confidence: float, said: str) -> None:
    text = "15个工作日内办结，工本费10元，报销70%，无需预约，可以网上办。"
    assert Agreement.CONTRADICTS not in agreements(text, said, confidence=confidence)


def judged(*agreements: Agreement, must_say: bool = False) -> Agreement:
    row = entry({"id": "K1", "title": "事项"})
    found = tuple(FactCheck("fee", "10", "yuan", must_say, one) for one in agreements)
    return verdict(Exchange((0,), (1,), row, 0.9, found))


def test_the_worst_is_the_answers_verdict() -> None:
    assert judged(Agreement.AGREES, Agreement.CONTRADICTS, Agreement.UNSURE) is Agreement.CONTRADICTS
    assert judged(Agreement.AGREES, Agreement.CORRECTED) is Agreement.CORRECTED
    assert judged(Agreement.AGREES, Agreement.BEYOND) is Agreement.BEYOND
    assert judged(Agreement.AGREES, Agreement.MISSING) is Agreement.AGREES
    assert judged(Agreement.AGREES, Agreement.MISSING, must_say=True) is Agreement.MISSING


def test_an_answer_without_an_entry_is_not_covered_and_one_without_checks_is_open() -> None:
    assert verdict(Exchange((0,), (1,), None, 0.1)) is Agreement.NOT_COVERED
    assert judged() is Agreement.UNSURE
