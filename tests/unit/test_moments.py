"""Days and times of day as they are said and written."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_pipeline.language.clocks import clocks_of, part_of_day, speaks_of_now
from qa_pipeline.language.lasting import lasting_since
from qa_pipeline.language.moments import days_of

TODAY = date(2026, 11, 16)  # a Monday


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("昨天下午买的", date(2026, 11, 15)),
        ("前天晚上开始的", date(2026, 11, 14)),
        ("大前天", date(2026, 11, 13)),
        ("上周三就坏了", date(2026, 11, 11)),
        ("上个礼拜五下的单", date(2026, 11, 13)),
        ("上上周一", date(2026, 11, 2)),
        ("上个月十五号", date(2026, 10, 15)),
        ("这个月一号", date(2026, 11, 1)),
        ("十一月二号晚上八点", date(2026, 11, 2)),
        ("十二月二十号", date(2025, 12, 20)),
        ("去年六月三号", date(2025, 6, 3)),
        ("2026-10-28 20:00", date(2026, 10, 28)),
        ("2026年10月28日", date(2026, 10, 28)),
        ("十五号供暖到现在", date(2026, 11, 15)),
        ("二十号就坏了，来人修过", date(2026, 10, 20)),
        ("三天前", date(2026, 11, 13)),
    ],
)
def test_a_day_is_read_from_the_day_of_the_call(said: str, day: date) -> None:
    assert days_of(said, TODAY)[0].spans == ((day, day),)


@pytest.mark.parametrize(
    ("said", "year"),
    [
        ("2024年3月8日", 2024),
        ("2024-3-8", 2024),
        ("２０２４年３月８日", 2024),
        ("二零二四年三月八号", 2024),
        ("二〇二四年三月八日", 2024),
        ("二○二四年三月八日", 2024),
        ("二O二四年三月八日", 2024),
        ("二零一九年三月八号", 2019),
        ("二零零八年三月八号", 2008),
        ("二四年三月八号", 2024),
        ("24年3月8日", 2024),
        ("零八年三月八号", 2008),
        ("一九年三月八号", 2019),
        ("今年三月八号", 2026),
        ("本年3月8日", 2026),
        ("去年的三月八号", 2025),
        ("前年三月八号", 2024),
        ("大前年三月八号", 2023),
        ("住了二十二年三月八号搬的", 2026),
    ],
)
def test_a_year_is_read_however_it_is_written(said: str, year: int) -> None:
    assert days_of(said, TODAY)[0].spans == ((date(year, 3, 8), date(year, 3, 8)),)


def test_this_saturday_may_be_the_last_or_the_next_one() -> None:
    (one,) = days_of("这个星期六下午", TODAY)
    assert one.holds(date(2026, 11, 14))
    assert one.holds(date(2026, 11, 21))
    assert not one.holds(TODAY)


def test_a_month_is_a_span_and_meets_a_day_in_it() -> None:
    (month,), (day,) = days_of("从九月份起就没发了", TODAY), days_of("2026-09-12", TODAY)
    assert not month.exact
    assert month.meets(day)


@pytest.mark.parametrize("said", ["和平路二十三号门口", "三十二号", "2月30日", "这个我不清楚", "13900002146", "三号楼"])
def test_what_names_no_day_is_none(said: str) -> None:
    assert days_of(said, TODAY) == ()


@given(
    st.dates(date(2020, 1, 1), date(2035, 12, 31)),
    st.text(alphabet="上下个这月周三号一二十天前昨今0123-年日", max_size=12),
)
def test_any_text_is_read_on_any_day(today: date, text: str) -> None:
    for one in days_of(text, today):
        assert text[one.start : one.end] == one.text
        assert all(first <= last for first, last in one.spans)


@pytest.mark.parametrize(
    ("said", "minutes"),
    [
        ("六点四十左右", 400),
        ("傍晚五点半", 1050),
        ("凌晨三点", 180),
        ("晚上九点多", 1260),
        ("中午一点", 780),
        ("夜里两点", 120),
        ("08:05", 485),
        ("20时", 1200),
        ("七点零五", 425),
    ],
)
def test_a_time_of_day_is_read(said: str, minutes: int) -> None:
    assert clocks_of(said)[0].minutes == minutes


def test_halves_of_the_day_are_held_apart_only_where_both_are_known() -> None:
    (six,), (evening,), (written,) = clocks_of("六点"), clocks_of("晚上六点"), clocks_of("06:00")
    assert six.near(evening, 0)
    assert six.near(written, 0)
    assert not evening.near(written, 60)


def test_a_part_of_the_day_holds_its_hours() -> None:
    assert part_of_day("今天中午停的电", 12 * 60 + 30)
    assert not part_of_day("今天中午停的电", 18 * 60)


@pytest.mark.parametrize("said", ["刚才看到的", "就十来分钟前", "现在还在烧"])
def test_what_is_happening_now_is_told(said: str) -> None:
    assert speaks_of_now(said)


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("有四五天了吧", date(2026, 11, 12)),
        ("四个多月了", date(2026, 7, 10)),
        ("半个月", date(2026, 11, 1)),
        ("一个礼拜了", date(2026, 11, 9)),
    ],
)
def test_what_lasts_began_about_then(said: str, day: date) -> None:
    spans = lasting_since(said, datetime(2026, 11, 16, 9))
    assert any(first <= day <= last for first, last in spans)
