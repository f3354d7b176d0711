"""Working days, with public holidays and make-up workdays (调休).

The State Council announces them year by year; `chinesecalendar` carries them. A centre's own list comes first. Of a
year that neither knows Monday to Friday are taken for working days, and it is said that this is a guess.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

import chinese_calendar

from qa_pipeline.errors import SettingsError
from qa_pipeline.settings import Settings

WORDS = {"上班": True, "工作日": True, "workday": True, "休息": False, "节假日": False, "holiday": False}
_SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Deadline:
    """The last day of a period; ``certain`` is False where it reaches into a year whose holidays are not known."""

    day: date
    certain: bool


@dataclass(frozen=True, slots=True)
class Workdays:
    """Which days are worked; ``own`` is the centre's list, before everything else."""

    own: Mapping[date, bool] = field(default_factory=dict)

    def is_workday(self, day: date) -> bool:
        """Whether a day is worked, as far as that is known."""
        if day in self.own:
            return self.own[day]
        announced = _announced(day)
        return day.weekday() < _SATURDAY if announced is None else announced

    def known(self, day: date) -> bool:
        """Whether a day's year has been announced, or the centre's list speaks of it."""
        return _announced(day) is not None or any(listed.year == day.year for listed in self.own)

    def after(self, day: date, count: int) -> Deadline:
        """Return the working day that is the ``count``-th after a day; the day itself does not count."""
        certain, left = True, count
        while left > 0:
            day += timedelta(days=1)
            certain = certain and self.known(day)
            left -= self.is_workday(day)
        return Deadline(day, certain)

    def left(self, day: date, until: date) -> int:
        """Return how many working days follow a day until another, that one included; below 0: so many it is over."""
        first, last = sorted((day, until))
        worked = sum(self.is_workday(first + timedelta(days=n)) for n in range(1, (last - first).days + 1))
        return worked if until >= day else -worked


def _announced(day: date) -> bool | None:
    """Whether a day is worked as the State Council has it, None where its year was not announced yet."""
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return None


def workdays_of(settings: Settings) -> Workdays:
    """Return the working days as a centre has them.

    Raises:
        SettingsError: ``workdays_file`` cannot be read, or a row of it is no day with 上班 or 休息.
    """
    if settings.workdays_file is None:
        return Workdays()
    path = settings.workspace / settings.workdays_file
    return Workdays(dict(_row(path, number, row) for number, row in _rows(path)))


def _rows(path: Path) -> list[tuple[int, list[str]]]:
    try:
        data = path.read_bytes()
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = data.decode("gb18030")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "不是文本文件"
        raise SettingsError(f"workdays_file {path}: {reason}", "检查文件，或去掉该设置") from error
    numbered = list(enumerate(csv.reader(io.StringIO(text)), start=1))
    return [(n, [cell.strip() for cell in row]) for n, row in numbered[1:] if any(cell.strip() for cell in row)]


def _row(path: Path, number: int, row: list[str]) -> tuple[date, bool]:
    try:
        return date.fromisoformat(row[0]), WORDS[row[1].lower()]
    except (ValueError, KeyError, IndexError) as error:
        raise SettingsError(
            f"workdays_file {path} 第 {number} 行：“{','.join(row)}”看不懂", "写成 2027-01-02,上班 或 2027-01-01,休息"
        ) from error
