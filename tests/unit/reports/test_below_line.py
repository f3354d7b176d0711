"""Whose mean lies below the line, and whether that may be chance."""

from decimal import Decimal

import pytest

from qa_pipeline.assessment import Beside, assess
from qa_pipeline.reports.below_line import Chance, below_month
from qa_pipeline.reports.report import write_report
from scoring.notices import NoticePoints
from scoring.strike_gate import chance_below
from tests.month_builder import CARD, call_file, clean, month, operator, result

POOR = [
    result("KN01", "C2"),
    result("KN02", "C1"),
    result("PH01", "A1", faults=3, parts=3),
    result("RD02", "D2", faults=2),
    result("PH06", "A6", faults=3),
]


def calls(who, poor, good):
    return [
        call_file(f"{who.operator_id}-{n}", clean(but=POOR if n < poor else ()), who, probability="0.1")
        for n in range(poor + good)
    ]


ALWAYS, OFTEN, ONCE, NEVER = (operator(str(1001 + n), name) for n, name in enumerate("甲乙丙丁"))


@pytest.fixture(scope="module")
def centre():
    return month([*calls(ALWAYS, 12, 0), *calls(OFTEN, 9, 3), *calls(ONCE, 1, 0), *calls(NEVER, 2, 10)])


SPREAD = Decimal(100)
"""Of calls within operators, of the month that was settled before."""
SETTLED = Beside(variance=SPREAD)


def test_who_is_below_is_listed_from_the_lowest_with_what_can_be_said(centre):
    found = below_month(assess(centre, CARD, min_calls=10, beside=SETTLED), CARD)
    assert (found.line, found.level) == (75, 0.025)
    assert [(row.operator.operator.name, row.said) for row in found.rows] == [
        ("甲", Chance.BEYOND),
        ("丙", Chance.UNTOLD),
        ("乙", Chance.MAY_BE),
    ]
    assert all(row.found.p is None or row.found.p <= row.found.p_holm for row in found.rows)


def test_of_few_calls_nothing_is_beyond_chance_and_yet_worth_a_look(centre):
    found = below_month(assess(centre, CARD, min_calls=20, beside=SETTLED), CARD)
    assert found.rows[0].said is Chance.LISTED


@pytest.mark.parametrize("spread", [SPREAD, None])
def test_the_spread_is_that_by_which_the_month_is_settled(centre, spread):
    view = assess(centre, CARD, min_calls=10, beside=Beside(variance=spread))
    for row in below_month(view, CARD).rows:
        mine = [call for call in view.calls if call.operator_id == row.operator.operator.operator_id]
        points, chances = [call.evaluation.points for call in mine], [call.probability for call in mine]
        assert row.found.p == chance_below(points, chances, Decimal(75), spread)


def test_in_a_first_month_calls_that_are_all_alike_tell_nothing(centre):
    rows = below_month(assess(centre, CARD, min_calls=10), CARD).rows
    assert {row.operator.operator.name: row.said for row in rows}["甲"] is Chance.UNTOLD


def test_who_is_below_by_a_notice_is_not_said_to_be_so_by_chance(centre):
    beside = Beside(notices={"1004": [NoticePoints("1", Decimal(40), "")]})
    before, after = (assess(centre, CARD, min_calls=10, beside=one) for one in (Beside(), beside))
    assert "丁" not in [row.operator.operator.name for row in below_month(before, CARD).rows]
    (row,) = (row for row in below_month(after, CARD).rows if row.operator.operator.name == "丁")
    assert row.said is Chance.BEYOND


def test_where_nobody_is_below_the_report_says_so(tmp_path):
    data = month(calls(NEVER, 0, 3))
    view = assess(data, CARD, min_calls=10)
    assert below_month(view, CARD).rows == ()
    page = write_report(view, data, CARD, tmp_path, lambda *_: None)
    assert "没有均分低于合格线的话务员" in page.read_text("utf-8")


def test_the_report_lists_who_is_below(centre, tmp_path):
    page = write_report(assess(centre, CARD, min_calls=10, beside=SETTLED), centre, CARD, tmp_path, lambda *_: None)
    text = page.read_text("utf-8")
    assert "均分低于合格线 75 分的话务员" in text
    assert "超出偶然</td>" in text
