"""One row's cells as typed values; every fault of the row is noted, not only the first."""

from __future__ import annotations

import calendar
import re
import unicodedata
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import TypeVar

from qa_pipeline.ingest.batch import Refusal

T = TypeVar("T")
_DAY = r"(\d{4})[-/.年]?(\d{1,2})[-/.月]?(\d{1,2})日?"
_DATE = re.compile(rf"{_DAY}(?:[ T]+00:00(?::00(?:\.0+)?)?)?")
_SERIAL = re.compile(r"[2-7]\d{4}(?:\.\d+)?")  # days since 1900 as Excel counts them: 1954 to 2119
_MOMENT = re.compile(rf"{_DAY}[ T]+(\d{{1,2}})[:时](\d{{1,2}})(?:[:分](\d{{1,2}})(?:\.\d+)?秒?)?分?")


class Cells:
    """Reads the cells of one row; ``faults`` collects what is wrong. A faulty cell reads as a stand-in value."""

    def __init__(self, file: str, row: int, values: Mapping[str, str], titles: Mapping[str, str]) -> None:
        self.file = file
        self.row = row
        self.values = values
        self.titles = titles
        self.faults: list[Refusal] = []

    def fault(self, column: str, what: str, hint: str) -> None:
        """Note a fault of one column."""
        self.faults.append(Refusal(self.file, self.row, self.titles.get(column, column), what, hint))

    def text(self, column: str, *, required: bool = False) -> str:
        """Return a cell's text, '' where it is empty or absent."""
        value = self.values.get(column, "").replace("\x00", "").strip()  # PostgreSQL keeps no NUL
        if required and not value:
            self.fault(column, "是空的", "填写后再导入")
        return value

    def whole(self, column: str, low: int, high: int, *, required: bool = True) -> int:
        """Return a whole number between ``low`` and ``high``."""
        value = self.text(column, required=required)
        if not value:
            return low
        try:
            number = Decimal(value)
        except InvalidOperation:
            self.fault(column, f"“{value}”不是数字", f"填 {low} 到 {high} 之间的整数")
            return low
        if not number.is_finite() or number != int(number) or not low <= number <= high:
            self.fault(column, f"“{value}”不是 {low} 到 {high} 之间的整数", "核对后改正")
            return low
        return int(number)

    def day(self, column: str) -> date:
        """Return a date that must be there."""
        return self.day_or_none(column, required=True) or date.min

    def day_or_none(self, column: str, *, required: bool = False) -> date | None:
        """Return a date, None where the cell is empty."""
        value = self.text(column, required=required)
        if not value:
            return None
        match = _DATE.fullmatch(unicodedata.normalize("NFKC", value))
        if match is None:
            self._no_date(column, value, "日期", "2026-10-03")
            return None
        return self._existing_day(column, value, *(int(part) for part in match.groups()))

    def moment(self, column: str) -> datetime:
        """Return a date with a time that must be there."""
        return self.moment_or_none(column, required=True) or datetime(1, 1, 1)

    def moment_or_none(self, column: str, *, required: bool = False) -> datetime | None:
        """Return a date with a time, None where the cell is empty."""
        value = self.text(column, required=required)
        if not value:
            return None
        match = _MOMENT.fullmatch(unicodedata.normalize("NFKC", value))
        if match is None:
            self._no_date(column, value, "日期加时间", "2026-10-03 08:15:20")
            return None
        year, month, day, hour, minute, second = (int(part or 0) for part in match.groups())
        existing = self._existing_day(column, value, year, month, day)
        if existing is None:
            return None
        if hour > 23 or minute > 59 or second > 59:
            self.fault(column, f"“{value}”的时间不存在", "时 0–23，分、秒 0–59")
            return None
        return datetime(year, month, day, hour, minute, second)

    def choice(self, column: str, words: Mapping[str, T], otherwise: T) -> T:
        """Return what a word stands for; an empty cell stands for what '' does."""
        value = self.text(column).lower()
        if value in words:
            return words[value]
        self.fault(column, f"“{value}”看不懂", f"可填：{'、'.join(word for word in words if word)}")
        return otherwise

    def _no_date(self, column: str, value: str, what: str, example: str) -> None:
        if _SERIAL.fullmatch(value):
            # Not taken: which of Excel's two calendars counted it, four years apart, cannot be told from the cell.
            self.fault(column, f"“{value}”是 Excel 的日期序号", f"把该列的格式设为{what}（{example}）后再导出")
        else:
            self.fault(column, f"“{value}”不是{what}", f"写成 {example} 这样")

    def _existing_day(self, column: str, value: str, year: int, month: int, day: int) -> date | None:
        try:
            return date(year, month, day)
        except ValueError:
            pass
        if 1 <= month <= 12 and year >= 1 and day > 0:
            last = calendar.monthrange(year, month)[1]
            self.fault(column, f"日期“{value}”不存在", f"{year} 年 {month} 月只有 {last} 天，核对后改正")
        else:
            self.fault(column, f"日期“{value}”不存在", "月份是 1 到 12，日从 1 开始，核对后改正")
        return None
