"""What changes from one pay scheme to another, in words."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from scoring.pay import GradePay, PayScheme, RestDays, default_scheme, scheme_changes

SHIPPED = default_scheme()


def test_a_version_and_a_date_alone_are_no_change() -> None:
    assert scheme_changes(SHIPPED, replace(SHIPPED, version="v2", effective_from=date(2027, 1, 1), sha256="x")) == ()


def test_each_value_is_told_from_old_to_new() -> None:
    new = replace(
        SHIPPED,
        days="due",
        min_days=8,
        few_days="person",
        most_deducted=Decimal("0.20"),
        rest=RestDays((6, 7), (date(2026, 10, 1), date(2026, 10, 2))),
    )
    assert scheme_changes(SHIPPED, new) == (
        "按什么天数折算：日历天数 → 应出勤天数",
        "评等次至少在岗天数：5 → 8",
        "天数不足时：按基数 → 由人决定",
        "最多扣除基数的份额：未设 → 0.2",
        "休息日：无，另休 无，调班上班 无 → 周六、周日，另休 2026-10-01、2026-10-02，调班上班 无",
    )


def test_a_grade_that_a_scheme_does_not_speak_of_goes_by_the_scorecard() -> None:
    paid = replace(SHIPPED, grades=(GradePay("优秀", factor=Decimal("1.15"), reward=Decimal(200)), GradePay("合格")))
    assert scheme_changes(SHIPPED, paid) == ("优秀：系数 按评分标准 → 1.15；奖励（元） 0 → 200",)
    assert scheme_changes(paid, SHIPPED) == ("优秀：系数 1.15 → 按评分标准；奖励（元） 200 → 0",)


@given(st.builds(PayScheme, st.just("v"), st.just(date(2026, 1, 1)), min_days=st.integers(0, 31)))
def test_a_scheme_does_not_differ_from_itself(scheme: PayScheme) -> None:
    assert scheme_changes(scheme, scheme) == ()
