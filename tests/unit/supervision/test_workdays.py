"""Deadlines go by working days: public holidays, make-up workdays, and the centre's own list before them."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_pipeline.errors import SettingsError
from qa_pipeline.settings import Settings
from qa_pipeline.supervision.workdays import Deadline, Workdays, workdays_of


@pytest.mark.parametrize(
    ("day", "count", "last"),
    [
        (date(2026, 11, 2), 5, date(2026, 11, 9)),
        (date(2026, 9, 30), 1, date(2026, 10, 8)),
        (date(2026, 10, 9), 1, date(2026, 10, 10)),
        (date(2026, 2, 14), 1, date(2026, 2, 24)),
    ],
)
def test_holidays_do_not_count_and_make_up_workdays_do(day: date, count: int, last: date) -> None:
    assert Workdays().after(day, count) == Deadline(last, certain=True)


def test_a_year_that_was_not_announced_is_a_guess_and_says_so() -> None:
    assert Workdays().after(date(2098, 12, 30), 1) == Deadline(date(2098, 12, 31), certain=False)


def test_the_centres_own_list_comes_first(tmp_path: Path) -> None:
    (tmp_path / "own.csv").write_text("日期,类型\n2026-11-03,休息\n2098-01-01,休息\n\n", encoding="gb18030")
    own = workdays_of(Settings(workspace=tmp_path, workdays_file=Path("own.csv")))
    assert own.after(date(2026, 11, 2), 1).day == date(2026, 11, 4)
    assert own.after(date(2097, 12, 31), 1) == Deadline(date(2098, 1, 2), certain=True)


@pytest.mark.parametrize("row", ["2026-13-01,休息", "2026-11-03,也许", "2026-11-03"])
def test_a_row_that_is_no_day_is_named(tmp_path: Path, row: str) -> None:
    (tmp_path / "own.csv").write_text(f"日期,类型\n{row}\n", encoding="utf-8")
    with pytest.raises(SettingsError, match="第 2 行"):
        workdays_of(Settings(workspace=tmp_path, workdays_file=Path("own.csv")))


def test_a_list_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"none\.csv"):
        workdays_of(Settings(workspace=tmp_path, workdays_file=Path("none.csv")))


@given(st.dates(date(2020, 1, 1), date(2026, 11, 30)), st.integers(1, 20))
def test_between_a_day_and_its_deadline_lie_just_so_many_working_days(day: date, count: int) -> None:
    found = Workdays().after(day, count)
    between = [day + timedelta(days=n) for n in range(1, (found.day - day).days + 1)]
    assert sum(map(Workdays().is_workday, between)) == count
    assert Workdays().is_workday(found.day)
    assert found.day <= Workdays().after(day, count + 1).day


@given(st.dates(date(2020, 1, 1), date(2026, 11, 30)), st.integers(1, 20))
def test_just_so_many_are_left_until_a_deadline_and_so_many_over_after_it(day: date, count: int) -> None:
    until = Workdays().after(day, count).day
    assert Workdays().left(day, until) == count
    assert Workdays().left(until, day) == -count
    assert Workdays().left(day, day) == 0
