"""Facts are read out of an entry's own text, with the place that states them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_pipeline.knowledge.base.documents import documents
from qa_pipeline.knowledge.base.proposals import field_text, proposals
from qa_pipeline.language.written_facts import fact_of, in_words
from qa_pipeline.models import FACT_UNITS, Fact
from tests import centre


def read(answer: str, **details: str) -> list[tuple[str, str, str]]:
    entry = centre.entry(answer=answer, facts=(), details=details)
    return [(one.fact.slot, one.fact.value, one.fact.unit) for one in proposals(entry)]


@pytest.mark.parametrize(
    ("answer", "facts"),
    [
        ("工本费二十五元，七个工作日制卡。", [("fee", "25", "yuan"), ("time_limit", "7", "workday")]),
        ("首次申领免费。", [("fee", "0", "yuan")]),
        ("咨询电话0917-3520088，24小时服务。", [("phone", "09173520088", "")]),
        ("由责任单位五个工作日内处理完并回复您。", [("time_limit", "5", "workday")]),
        ("次月发放，每月80元。", []),
        ("周二至周日上午九点到晚上八点半开放。", [("hours", "09:00-20:30", "")]),
        ("9:00至12:00、14:00至17:30对外办公。", [("hours", "09:00-12:00、14:00-17:30", "")]),
    ],
)
def test_typed_facts_of_an_answer(answer: str, facts: list[tuple[str, str, str]]) -> None:
    assert read(answer) == facts


@pytest.mark.parametrize(
    ("answer", "named"),
    [
        ("请携带本人身份证和户口簿到派出所办理。", ["身份证", "户口簿"]),
        ("材料包括：申请表、收入证明及住房情况证明。", ["申请表", "收入证明", "住房情况证明"]),
        ("凭残疾人证、低保证到街道办事处申请。", ["残疾人证", "低保证"]),
        ("带身份证，当天领证。", ["身份证"]),
        ("无需提供户口簿。", []),
        ("现在不再需要您提供户口簿。", []),
        ("任凭风吹雨打，保持畅通。", []),
    ],
)
def test_documents_that_an_answer_asks_for(answer: str, named: list[str]) -> None:
    assert [one.text for one in documents(answer)] == named


def test_a_fact_that_two_fields_state_is_proposed_once_from_the_answer() -> None:
    entry = centre.entry(answer="工本费20元。", facts=(), details={"fee": "20元", "phone": "0917-3520088"})
    found = proposals(entry)
    assert [(one.field, one.fact.slot) for one in found] == [("answer", "fee"), ("phone", "phone")]


def test_a_proposal_is_nobodys_word_yet() -> None:
    (one,) = proposals(centre.entry(answer="工本费20元。", facts=()))
    assert not one.fact.confirmed
    assert not one.fact.must_say


@given(st.text(alphabet="工本费二十元3个作日，。0917-3520088证带身份（）材料：、到", max_size=60))
def test_a_proposal_stands_where_it_says(answer: str) -> None:
    entry = centre.entry(answer=answer, facts=())
    for one in proposals(entry):
        assert field_text(entry, one.field)[one.start : one.end].strip()
        assert one.fact.unit in FACT_UNITS[one.fact.slot]


@pytest.mark.parametrize(
    ("slot", "text", "value", "unit"),
    [
        ("fee", "120元", "120", "yuan"),
        ("fee", "免费", "0", "yuan"),
        ("time_limit", "二十个工作日", "20", "workday"),
        ("materials", "户口簿", "户口簿", ""),
        ("phone", "0917-3388123", "09173388123", ""),
    ],
)
def test_facts_as_people_write_them(slot: str, text: str, value: str, unit: str) -> None:
    assert fact_of(slot, text) == Fact(slot, value, unit)


def test_a_number_without_its_unit_is_no_fact() -> None:
    assert fact_of("fee", "二十") is None
    assert fact_of("time_limit", "十五") is None


def test_a_fact_is_read_out_with_its_unit() -> None:
    assert in_words(Fact("time_limit", "20", "workday")) == "时限“20个工作日”"
    assert in_words(Fact("fee", "0", "yuan")) == "费用“免费”"
    assert in_words(Fact("time_limit", "~7", "day")) == "时限“约7天”"
