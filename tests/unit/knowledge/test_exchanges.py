"""Questions and answers of a call."""

from __future__ import annotations

from datetime import date

import pytest

from qa_pipeline.knowledge.exchanges import exchanges
from qa_pipeline.knowledge.facts import spoken_facts
from qa_pipeline.knowledge.retrieval import KnowledgeIndex
from qa_pipeline.models import Agreement, Exchange, Role
from tests.builders import call
from tests.samples import entry

DAY = date(2026, 10, 3)
PERMIT = {
    "id": "K1",
    "title": "居住证首次申领",
    "question": "外地人怎么办居住证，要多少钱，几天能拿到",
    "answer": "凭居民身份证和租房合同到派出所申请，15个工作日内发证，首次免费。",
    "facts": [
        {"slot": "time_limit", "value": "15", "unit": "workday", "must_say": True},
        {"slot": "materials", "value": "租房合同", "must_say": True},
    ],
}
PASSPORT = {
    "id": "K2",
    "title": "普通护照首次申领",
    "question": "第一次办护照要什么材料，多少钱",
    "answer": "带身份证到出入境窗口，工本费120元，7个工作日。",
    "facts": [{"slot": "fee", "value": "120", "unit": "yuan", "must_say": True}],
}
INDEX = KnowledgeIndex([entry(PERMIT), entry(PASSPORT)])


def cut(*dialogue: tuple[str, str]) -> tuple[Exchange, ...]:
    return exchanges(call(dialogue).transcript, INDEX, DAY)


def entries(found: tuple[Exchange, ...]) -> list[str | None]:
    return [e.entry.entry_id if e.entry else None for e in found]


def test_follow_ups_stay_with_their_matter() -> None:
    (one,) = cut(
        ("话", "您好"),
        ("来", "我想问一下外地人居住证怎么办"),
        ("话", "带租房合同到派出所"),
        ("来", "那几天能拿到"),
        ("话", "十五个工作日"),
        ("来", "好的"),
        ("话", "再见"),
    )
    assert one.question == (1, 3)
    assert one.answer == (2, 4)
    assert [c.agreement for c in one.checks] == [Agreement.AGREES, Agreement.AGREES]


def test_another_matter_is_another_exchange() -> None:
    found = cut(
        ("来", "我想问一下外地人居住证怎么办"),
        ("话", "带租房合同到派出所，十五个工作日"),
        ("来", "还有，第一次办护照要多少钱"),
        ("话", "一百二十元"),
    )
    assert entries(found) == ["K1", "K2"]
    assert [c.agreement for c in found[1].checks] == [Agreement.AGREES]


def test_an_answer_to_the_operator_is_no_question() -> None:
    (one,) = cut(
        ("来", "我想问一下外地人居住证怎么办"),
        ("话", "请问您住了多久"),
        ("来", "住了七个多月"),
        ("话", "带租房合同到派出所"),
    )
    assert one.question == (0,)
    assert one.answer == (3,)
    assert one.clarified == (1, 2)


def test_a_question_that_nothing_covers_has_no_entry() -> None:
    assert entries(cut(("来", "请问游泳馆几点开门"), ("话", "早上九点"))) == [None]


def test_a_call_without_words_has_no_exchanges() -> None:
    assert cut() == ()
    assert cut(("话", "您好"), ("来", "喂"), ("话", "您好")) == ()


def test_nobody_told_apart_means_no_exchanges() -> None:
    assert cut(("？", "我想问一下居住证怎么办"), ("？", "带租房合同")) == ()


def test_ten_questions_are_cut_into_their_matters() -> None:
    found = cut(*[("来", "居住证怎么办"), ("话", "带租房合同"), ("来", "办护照要多少钱"), ("话", "一百二十元")] * 5)
    assert sorted(entries(found)) == ["K1", "K2"]
    assert sum(len(e.question) for e in found) == 10


def test_a_number_read_out_over_the_others_voice_is_one_number() -> None:
    ctx = call([("来", "电话是幺三九"), ("话", "嗯"), ("来", "零零零零"), ("话", "好"), ("来", "二幺四六")])
    (fact,) = [f for f in spoken_facts(ctx.transcript) if f.role is Role.CALLER]
    assert (fact.slot, fact.value, fact.utterance) == ("phone", "13900002146", 0)


def test_a_fact_has_the_time_and_the_confidence_of_its_words() -> None:
    ctx = call([("话", "工本费二十块钱吧", 1.0, 2.6, 0.8)])
    (fact,) = spoken_facts(ctx.transcript)
    assert fact.confidence == 0.8
    assert 1_000 < fact.start_ms < fact.end_ms <= 2_600


LAMP = {"id": "K3", "title": "路灯故障报修", "question": "路灯坏了怎么报修", "answer": "三日内修复。"}
HEAT = {"id": "K4", "title": "供暖温度不达标投诉", "question": "暖气不热找谁", "answer": "24小时内上门测温。"}


def cut_with(rows: list[dict[str, object]], *dialogue: tuple[str, str]) -> tuple[Exchange, ...]:
    return exchanges(call(dialogue).transcript, KnowledgeIndex([entry(row) for row in rows]), DAY)


def test_two_questions_in_one_turn_get_their_own_answers() -> None:
    permit, passport = cut(
        ("来", "外地人居住证怎么办，还有第一次办护照要多少钱"),
        ("话", "居住证带租房合同到派出所申请，十五个工作日发证"),
        ("话", "护照工本费一百二十元，到出入境窗口"),
    )
    assert (permit.answer, passport.answer) == ((1,), (2,))
    assert {c.agreement for e in (permit, passport) for c in e.checks} == {Agreement.AGREES}


def test_a_second_complaint_needs_no_question_mark() -> None:
    found = cut_with(
        [LAMP, HEAT],
        ("来", "我们家暖气不热，冻得不行"),
        ("话", "二十四小时内上门测温"),
        ("来", "还有门口那个路灯也坏了"),
        ("话", "路灯三日内修复"),
    )
    assert entries(found) == ["K4", "K3"]


def test_what_is_asked_after_an_offer_is_another_matter() -> None:
    found = cut_with(
        [LAMP, HEAT],
        ("来", "我们家暖气不热，冻得不行"),
        ("话", "二十四小时内上门测温，请问还有其他需要帮助的吗"),
        ("来", "有，楼下路灯坏了好几天"),
        ("话", "三日内修复"),
    )
    assert entries(found) == ["K4", "K3"]


def test_a_question_that_was_taken_back_is_none() -> None:
    (one,) = cut(
        ("来", "我想问一下外地人居住证怎么办"),
        ("话", "好的"),
        ("来", "不对，我不是问居住证，我是问第一次办护照要多少钱"),
        ("话", "一百二十元"),
    )
    assert entries((one,)) == ["K2"]
    assert one.question == (2,)


def test_a_question_that_was_answered_cannot_be_taken_back() -> None:
    found = cut(
        ("来", "外地人居住证怎么办"),
        ("话", "带租房合同到派出所"),
        ("来", "算了，那第一次办护照要多少钱"),
        ("话", "一百二十元"),
    )
    assert entries(found) == ["K1", "K2"]


def test_what_the_operator_tells_unasked_is_compared_with_its_own_entry() -> None:
    asked, unasked = cut(
        ("来", "第一次办护照要多少钱"),
        ("话", "工本费一百二十元"),
        ("话", "另外外地人办居住证的话，首次免费，十五个工作日，到派出所申请"),
    )
    assert (asked.answer, unasked.answer) == ((1,), (2,))
    assert unasked.volunteered
    assert unasked.question == ()
    assert {c.agreement for c in (*asked.checks, *unasked.checks)} == {Agreement.AGREES}


def test_what_was_only_asked_back_contradicts_nothing() -> None:
    (one,) = cut(
        ("来", "第一次办护照要多少钱"),
        ("话", "您是听说要两百块钱是吗"),
        ("来", "对"),
        ("话", "工本费一百二十元"),
    )
    assert [c.agreement for c in one.checks] == [Agreement.AGREES]


def test_a_paper_that_was_asked_for_is_not_left_out() -> None:
    (one,) = cut(
        ("来", "外地人居住证怎么办"),
        ("话", "您有租房合同吗"),
        ("来", "有"),
        ("话", "那您去派出所，十五个工作日"),
    )
    assert Agreement.MISSING not in {c.agreement for c in one.checks}


def test_an_entry_with_two_versions_for_the_day_is_never_sure() -> None:
    (one,) = cut_with(
        [PASSPORT | {"version": 1}, PASSPORT | {"version": 2}], ("来", "第一次办护照要多少钱"), ("话", "一百五十元")
    )
    assert one.entry is not None
    assert one.score <= 0.5


def test_a_wrong_number_asks_nothing() -> None:
    assert cut(("话", "您好"), ("来", "哦，我打错了，不好意思"), ("话", "没关系，再见")) == ()


def test_only_a_complaint_is_an_exchange_without_an_entry() -> None:
    found = cut(("来", "你们那个接线员态度太差了，我要投诉"), ("话", "非常抱歉，我给您记录下来反映"))
    assert entries(found) == [None]


@pytest.mark.parametrize("more", ["还有，要带什么材料", "对了，那几天能拿到呀", "另外网上能不能办呢"])
def test_more_of_the_same_matter_stays_with_it(more: str) -> None:
    (one,) = cut(("来", "外地人居住证怎么办"), ("话", "到派出所申请"), ("来", more), ("话", "带租房合同，十五个工作日"))
    assert one.question == (0, 2)
    assert one.answer == (1, 3)


def test_another_matter_that_nothing_covers_leaves_the_first_alone() -> None:
    found = cut(
        ("来", "外地人居住证怎么办"),
        ("话", "带租房合同到派出所"),
        ("来", "还有咱们市里动物园的门票怎么卖"),
        ("话", "这个要问动物园"),
    )
    assert entries(found) == ["K1", None]


def test_a_follow_up_of_what_nothing_covers_is_covered_by_nothing() -> None:
    found = cut(
        ("来", "动物园的门票在哪里卖"),
        ("话", "这个我查不到"),
        ("来", "那你们能不能管"),
        ("话", "这个要问公园管理处，您可以到派出所旁边那个窗口问一下"),
    )
    assert entries(found) == [None]
