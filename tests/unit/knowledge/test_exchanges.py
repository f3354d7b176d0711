"""Questions and answers of a call."""

from __future__ import annotations

from datetime import date

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
    assert one.answer == (2, 4, 6)
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
    assert one.answer == (1, 3)


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
