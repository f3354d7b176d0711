"""A work order beside its call: what agrees, what is missing, what differs, what nobody said."""

from __future__ import annotations

from dataclasses import replace

import pytest

from qa_pipeline.models import Evidence, EvidenceKind, Outcome, RuleResult, WorkOrder
from qa_pipeline.models.beside import FieldMark, Stands, field_details, field_marks
from qa_pipeline.rules.record.contact import ContactParams, contact
from qa_pipeline.rules.record.demand import DemandParams, demand
from qa_pipeline.rules.record.time_and_place import TimeAndPlaceParams, time_and_place
from qa_pipeline.store.queries.calls import call_file
from qa_pipeline.web.order import UNCHECKED, order_fields
from tests.builders import call
from tests.e2e.month import MAIN

ORDER = {
    "姓名或称谓": "李女士",
    "联系方式": "13900001234",
    "诉求类型": "投诉",
    "标题": "路灯不亮",
    "主要内容": "人民路路灯不亮",
    "具体诉求": "希望尽快维修",
    "发生时间": "昨天晚上",
    "事发地点": "",
}
TALK = (
    ("话", "您好，请问有什么可以帮您？"),
    ("来", "我姓李，人民路的路灯昨天晚上不亮，希望尽快维修"),
    ("话", "请问您的联系电话是多少？"),
    ("来", "幺三九零零零零幺二三四"),
)


@pytest.fixture
def file(month):
    with month[1]() as session:
        return call_file(session, MAIN)


def shown(file, *results: RuleResult, order: dict[str, str] | None = None) -> dict[str, tuple[str, bool]]:
    """Return how each field stands and whether it can be played, had the call these results."""
    made = WorkOrder("GD1", MAIN, order or ORDER)
    audit = replace(file.audit, results=results)
    return {f.name: (f.stands, f.end_ms > 0) for f in order_fields(replace(file, work_order=made, audit=audit))}


def test_rules_say_of_each_field_how_it_stands_and_where_it_was_said() -> None:
    ctx = call(TALK, work_order=ORDER)
    place = {m.name: m for m in field_marks(time_and_place(ctx, TimeAndPlaceParams()).details)}["事发地点"]
    assert place.stands is Stands.MISSING
    assert place.end_ms > place.start_ms
    agreeing = {m.name: m.stands for m in field_marks(contact(ctx, ContactParams()).details)}
    assert agreeing["联系方式"] is Stands.AGREES or agreeing["联系方式"] is Stands.DIFFERS
    assert {m.name: m.stands for m in field_marks(demand(ctx, DemandParams()).details)} == {"具体诉求": Stands.AGREES}


def test_an_empty_demand_is_missing_and_its_wish_can_be_played() -> None:
    ctx = call(TALK, work_order={**ORDER, "具体诉求": ""})
    (mark,) = field_marks(demand(ctx, DemandParams()).details)
    assert (mark.name, mark.stands) == ("具体诉求", Stands.MISSING)


def test_what_differs_outweighs_what_agrees(file) -> None:
    one = RuleResult("RD01", "D1", Outcome.PASS, "", details=field_details([FieldMark("标题", Stands.AGREES)]))
    two = RuleResult("RD03", "D3", Outcome.FAIL, "", details=field_details([FieldMark("标题", Stands.DIFFERS, 5, 9)]))
    assert shown(file, one, two)["标题"] == ("differs", True)


def test_of_one_result_the_first_mark_of_a_field_counts() -> None:
    marks = [FieldMark("标题", Stands.MISSING, 5, 9), FieldMark("标题", Stands.AGREES)]
    assert field_marks(field_details(marks)) == (marks[0],)


def test_a_field_that_no_rule_looked_at_says_so(file) -> None:
    assert shown(file)["标题"] == (UNCHECKED, False)


def test_a_result_without_marks_tells_by_its_evidence(file) -> None:
    empty = Evidence(EvidenceKind.FIELD, 0, 9, text="事发地点：（空）", note="没有填写")
    other = Evidence(EvidenceKind.FIELD, 0, 9, text="联系方式：139", note="工单上的号码")
    results = (
        RuleResult("X1", "D2", Outcome.FAIL, "", (empty,), 1),
        RuleResult("X2", "D1", Outcome.FAIL, "", (other,), 1),
    )
    assert {name: state for name, (state, _) in shown(file, *results).items() if state != UNCHECKED} == {
        "事发地点": "missing",
        "联系方式": "differs",
    }


def test_a_number_that_agrees_plays_where_it_was_read_out(file) -> None:
    result = RuleResult("RD01", "D1", Outcome.PASS, "", details=field_details([FieldMark("联系方式", Stands.AGREES)]))
    heard = replace(file, transcript=call(TALK).transcript)
    assert shown(heard, result)["联系方式"] == ("agrees", True)
    assert shown(file, result)["联系方式"] == ("agrees", False)


@pytest.mark.parametrize("text", ["", "agrees", "agrees@x-y", "other@1-2"])
def test_a_mark_that_cannot_be_read_is_left_out(text: str) -> None:
    assert field_marks({"field:标题": text, "demoted": "why"}) == ()
