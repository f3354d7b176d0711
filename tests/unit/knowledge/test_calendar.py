"""Days relative to the call."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_pipeline.language.calendar import resolve
from qa_pipeline.language.values import values

WEDNESDAY = date(2026, 10, 14)


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("明天", date(2026, 10, 15)),
        ("大后天", date(2026, 10, 17)),
        ("下周三", date(2026, 10, 21)),
        ("这周五", date(2026, 10, 16)),
        ("上个礼拜天", date(2026, 10, 11)),
        ("下下周一", date(2026, 10, 26)),
        ("下个月十五号", date(2026, 11, 15)),
        ("月底前", date(2026, 10, 31)),
        ("十二月底", date(2026, 12, 31)),
        ("年底", date(2026, 12, 31)),
        ("明年三月一号", date(2027, 3, 1)),
        ("去年七月一号", date(2025, 7, 1)),
        ("二零二五年九月一号", date(2025, 9, 1)),
        ("2026年12月31日", date(2026, 12, 31)),
        ("三月十五号", date(2027, 3, 15)),
        ("九月二十八号", date(2026, 9, 28)),
    ],
)
def test_a_day_is_resolved_on_the_day_of_the_call(said: str, day: date) -> None:
    (value,) = values(said)
    span = resolve(value.value, WEDNESDAY)
    assert span is not None
    assert span[1] == day


def test_a_week_is_all_its_days() -> None:
    assert resolve("下周", WEDNESDAY) == (date(2026, 10, 19), date(2026, 10, 25))


@pytest.mark.parametrize("value", ["", "02-30", "13-01", "20", "下周八", "下个月31日x"])
def test_what_is_no_day_is_none(value: str) -> None:
    assert resolve(value, WEDNESDAY) is None


@given(st.dates(min_value=date(1990, 1, 1), max_value=date(2100, 1, 1)), st.sampled_from("一二三四五六日"))
def test_next_week_is_one_to_thirteen_days_away(day: date, name: str) -> None:
    span = resolve(f"下周{name}", day)
    assert span is not None
    assert 1 <= (span[0] - day).days <= 13
