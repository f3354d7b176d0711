"""An operator's words held against an entry, fact by fact."""

from __future__ import annotations

import pytest

from qa_pipeline.knowledge.compare import compare
from qa_pipeline.knowledge.facts import spoken_facts
from qa_pipeline.models import Agreement, FactCheck, Role
from tests.builders import Line, call
from tests.samples import entry


def check(fact: dict[str, object], *said: str, answer: str = "", confidence: float = 0.95) -> FactCheck:
    ctx = call([Line(Role.OPERATOR, text, confidence=confidence) for text in said])
    row = {"id": "K1", "title": "事项", "answer": answer, "facts": [fact]}
    result, *_ = compare(entry(row), spoken_facts(ctx.transcript), ctx.transcript.utterances)
    return result


TIME = {"slot": "time_limit", "value": "20", "unit": "workday", "must_say": True}
FEE = {"slot": "fee", "value": "20", "unit": "yuan"}
FREE = {"slot": "fee", "value": "0", "unit": "yuan"}


@pytest.mark.parametrize(
    ("fact", "said", "agreement"),
    [
        (TIME, "二十个工作日发证", Agreement.AGREES),
        (TIME, "20个工作日", Agreement.AGREES),
        (TIME, "二十个工作日左右", Agreement.AGREES),
        (TIME, "十五个工作日发证", Agreement.CONTRADICTS),
        (TIME, "二十天发证", Agreement.CONTRADICTS),
        (TIME, "一个月左右", Agreement.UNSURE),
        (TIME, "十五到二十个工作日", Agreement.UNSURE),
        (TIME, "您等通知就行", Agreement.MISSING),
        (TIME, "如果超过三十个工作日，您再打电话", Agreement.MISSING),
        (TIME, "我们五个工作日内给您回电", Agreement.MISSING),
        ({"slot": "time_limit", "value": "2-3", "unit": "workday"}, "三个工作日", Agreement.AGREES),
        ({"slot": "time_limit", "value": "12", "unit": "month"}, "一年", Agreement.AGREES),
        ({"slot": "time_limit", "value": "1", "unit": "month"}, "三十天", Agreement.AGREES),
        ({"slot": "time_limit", "value": "24", "unit": "hour"}, "一天之内", Agreement.AGREES),
        ({"slot": "time_limit", "value": "10", "unit": "day"}, "四天", Agreement.UNSURE),
        (FEE, "工本费二十块钱", Agreement.AGREES),
        (FEE, "工本费四十块钱", Agreement.CONTRADICTS),
        (FEE, "这个是免费的", Agreement.CONTRADICTS),
        (FEE, "补贴是四十块钱", Agreement.MISSING),
        (FEE, "押金四十块钱", Agreement.MISSING),
        (FREE, "不收费", Agreement.AGREES),
        (FREE, "不要钱的", Agreement.AGREES),
        (FREE, "收费二十块", Agreement.CONTRADICTS),
        ({"slot": "amount_cap", "value": "1500", "unit": "yuan"}, "每月最高一千二百元", Agreement.CONTRADICTS),
        ({"slot": "percent", "value": "70", "unit": "percent"}, "报销百分之六十", Agreement.CONTRADICTS),
        ({"slot": "percent", "value": "70", "unit": "percent"}, "报七成", Agreement.AGREES),
        ({"slot": "age", "value": "65", "unit": "year"}, "满六十周岁就能办", Agreement.CONTRADICTS),
        ({"slot": "age", "value": "65", "unit": "year"}, "以前是七十岁，现在六十五岁", Agreement.AGREES),
        ({"slot": "validity", "value": "3", "unit": "month"}, "有效期三个月，三天能办好", Agreement.AGREES),
        ({"slot": "validity", "value": "3", "unit": "month"}, "三天能办好", Agreement.MISSING),
        ({"slot": "validity", "value": "12月31日", "unit": ""}, "到12月31号截止", Agreement.AGREES),
        ({"slot": "hours", "value": "22:00-06:00"}, "晚上十点到早上六点", Agreement.AGREES),
        ({"slot": "hours", "value": "22:00-06:00"}, "晚上十一点到早上六点", Agreement.CONTRADICTS),
        ({"slot": "hours", "value": "9:00-12:00，14:00-17:30"}, "下午两点到五点半", Agreement.AGREES),
        ({"slot": "phone", "value": "0999-8601230"}, "零九九九，八六零幺二三零", Agreement.AGREES),
        ({"slot": "phone", "value": "0999-8601230"}, "电话是8601230", Agreement.AGREES),
        ({"slot": "phone", "value": "0999-8601230"}, "电话是零九九九，八六零幺五五零", Agreement.CONTRADICTS),
        ({"slot": "phone", "value": "0999-8601230"}, "电话是零九九九，八六零幺二", Agreement.UNSURE),
        ({"slot": "phone", "value": "0999-8601230"}, "您的电话是幺三九，零零零零，二幺四六", Agreement.MISSING),
        ({"slot": "materials", "value": "户口簿"}, "您带上户口本", Agreement.AGREES),
        ({"slot": "materials", "value": "户口簿"}, "您带上户口部", Agreement.AGREES),
        ({"slot": "materials", "value": "居民身份证"}, "带身份证原件", Agreement.AGREES),
        ({"slot": "materials", "value": "户口簿"}, "不用带户口簿", Agreement.CONTRADICTS),
        ({"slot": "materials", "value": "出生医学证明"}, "带结婚证就行", Agreement.MISSING),
        ({"slot": "place", "value": "户口所在地派出所"}, "到户口所在地的派出所", Agreement.AGREES),
    ],
)
def test_verdicts(fact: dict[str, object], said: str, agreement: Agreement) -> None:
    assert check(fact, said).agreement is agreement


def test_a_correction_is_no_contradiction() -> None:
    result = check(TIME, "三十个工作日", "不对，我说错了，应该是二十个工作日")
    assert result.agreement is Agreement.CORRECTED
    assert result.said is not None
    assert result.said.value == "30"


def test_two_values_without_a_correction_let_the_right_one_count() -> None:
    assert check(TIME, "三十个工作日", "二十个工作日").agreement is Agreement.AGREES


def test_another_value_that_the_entry_states_contradicts_nothing() -> None:
    result = check(TIME, "公示五个工作日", answer="公示5个工作日，20个工作日内发证。")
    assert result.agreement is Agreement.UNSURE


def test_the_branch_that_was_asked_about_is_enough() -> None:
    fact = {"slot": "amount_cap", "value": "800000", "unit": "yuan"}
    answer = "单人最高45万元，夫妻最高80万元。"
    assert check(fact, "单人最高四十五万", answer=answer).agreement is Agreement.UNSURE
    assert check(fact, "夫妻最高八十万", answer=answer).agreement is Agreement.AGREES
    assert check(fact, "最高六十万", answer=answer).agreement is Agreement.CONTRADICTS


def test_the_hours_of_the_other_half_of_the_day_say_the_same() -> None:
    fact = {"slot": "hours", "value": "07:30-20:00"}
    assert check(fact, "晚上八点到早上七点半不收费").agreement is Agreement.AGREES


def test_a_document_that_the_entry_itself_waives_contradicts_nothing() -> None:
    fact = {"slot": "materials", "value": "户口簿"}
    assert check(fact, "不用带户口簿", answer="本地户口无需户口簿。").agreement is not Agreement.CONTRADICTS


def test_words_that_the_recogniser_was_unsure_of_contradict_nothing() -> None:
    assert check(TIME, "十五个工作日发证", confidence=0.2).agreement is Agreement.UNSURE


def test_a_number_heard_with_another_unit_is_not_missing() -> None:
    fact = {"slot": "fee", "value": "400", "unit": "yuan"}
    assert check(fact, "是400人").agreement is Agreement.UNSURE


def test_the_callers_words_are_nobodys_answer() -> None:
    ctx = call([("来", "是不是要三十个工作日"), ("话", "您稍等")])
    row = {"id": "K1", "title": "事项", "facts": [TIME]}
    (result,) = compare(entry(row), spoken_facts(ctx.transcript), ctx.transcript.of(Role.OPERATOR))
    assert result.agreement is Agreement.MISSING


def test_an_entry_without_facts_has_no_checks() -> None:
    assert compare(entry({"id": "K1", "title": "事项"}), ()) == ()


@pytest.mark.parametrize("slot", ["time_limit", "fee", "phone", "hours", "place", "materials", "amount_cap", "other"])
@pytest.mark.parametrize("value", ["", "—", "见附件", "abc", "99999999999999", "十到"])
def test_a_fact_that_cannot_be_read_contradicts_nothing(slot: str, value: str) -> None:
    fact = {"slot": slot, "value": value, "unit": "workday", "must_say": True}
    said = check(fact, "二十个工作日，四十块钱，电话零九九九，八六零幺二三零，上午九点到五点，带身份证到派出所")
    if value in {"", "—"}:
        assert said.agreement is Agreement.UNSURE
    elif value != "99999999999999":
        assert said.agreement is not Agreement.CONTRADICTS


AGE = {"slot": "age", "value": "80", "unit": "year", "must_say": True}


@pytest.mark.parametrize("said", ["满八十竹嘴每个月有到了九十岁就涨", "满八十竹睡的有，九十岁的也有"])
def test_another_value_contradicts_nothing_where_the_right_one_was_perhaps_said(said: str) -> None:
    assert check(AGE, said).agreement is not Agreement.CONTRADICTS


@pytest.mark.parametrize(
    ("fact", "said"),
    [
        ({"slot": "fee", "value": "0", "unit": "yuan", "must_say": True}, "补花钱的当场就给您发"),
        ({"slot": "amount_cap", "value": "110", "unit": "yuan", "must_say": True}, "每个月一百一到社区领"),
    ],
)
def test_an_amount_in_other_words_is_not_missing(fact: dict[str, object], said: str) -> None:
    assert check(fact, said).agreement is Agreement.UNSURE


def test_nothing_that_sounds_like_the_amount_leaves_it_missing() -> None:
    fact = {"slot": "amount_cap", "value": "110", "unit": "yuan", "must_say": True}
    assert check(fact, "每个月到社区去领就可以了").agreement is Agreement.MISSING
