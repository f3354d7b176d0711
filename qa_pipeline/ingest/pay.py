"""Finance's file of pay terms: 月份, 工号, 自, 至, 班组, 身份, 绩效基数; one line for each stretch of a month."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal, InvalidOperation

from qa_pipeline.ingest.cells import Cells
from qa_pipeline.models import MonthTerm
from scoring.exact import rounded
from scoring.pay import PayStatus, PayTerm
from scoring.pay.scheme import month_ends

PAY_COLUMNS = {
    "month": ("月份", "month"),
    "operator_id": ("工号", "坐席工号", "operator_id"),
    "from_day": ("自", "起", "开始日期", "from", "from_day"),
    "to_day": ("至", "止", "结束日期", "to", "to_day"),
    "team": ("班组", "team"),
    "status": ("身份", "状态", "status"),
    "base": ("绩效基数", "基数", "base"),
}
PAY_REQUIRED = ("month", "operator_id", "base")
STATUSES = {"": PayStatus.REGULAR} | {
    word: status
    for status, words in {
        PayStatus.REGULAR: ("正式", "在岗", "regular"),
        PayStatus.PROBATION: ("试用", "试用期", "probation"),
        PayStatus.LEAVE: ("休假", "请假", "leave"),
    }.items()
    for word in words
}
# A spreadsheet makes a date of 2026-10 by itself: the first of the month.
_MONTH = re.compile(r"(\d{4})[-/.年]?(\d{1,2})月?(?:[-/.]0?1(?:[ T]+00:00:00)?)?")


def read_term(cells: Cells) -> MonthTerm:
    """Read one row. Without days it is for the whole month; somebody on leave needs no base."""
    month, (first, last) = _month(cells)
    from_day = cells.day_or_none("from_day") or first
    to_day = cells.day_or_none("to_day") or last
    if not first <= from_day <= to_day <= last:
        cells.fault("from_day", f"{from_day} 至 {to_day} 不在 {month} 之内，或先后颠倒", "跨月的拆成每月一行")
    status = cells.choice("status", STATUSES, PayStatus.REGULAR)
    base = _base(cells, required=status is not PayStatus.LEAVE)
    operator_id = cells.text("operator_id", required=True)
    return MonthTerm(month, PayTerm(operator_id, from_day, to_day, cells.text("team"), status, base))


def _month(cells: Cells) -> tuple[str, tuple[date, date]]:
    value = cells.text("month", required=True)
    match = _MONTH.fullmatch(value)
    if match is not None and 1 <= int(match[2]) <= 12 and int(match[1]):
        month = f"{match[1]}-{int(match[2]):02d}"
        return month, month_ends(month)
    if value:
        cells.fault("month", f"“{value}”不是月份", "写成 2026-10 这样")
    return "", (date.min, date.max)


def _base(cells: Cells, *, required: bool) -> Decimal:
    value = (
        cells.text("base", required=required).replace(",", "").replace("，", "").removeprefix("¥").removesuffix("元")
    )
    try:
        amount = Decimal(value or 0)
    except InvalidOperation:
        cells.fault("base", f"“{value}”不是金额", "写元数，如 2000 或 1800.50")
        return Decimal(0)
    if not amount.is_finite() or not 0 <= amount < 10**9 or amount != rounded(amount):
        cells.fault("base", f"“{value}”不是 0 以上、最多两位小数的金额", "保留到分后再导入")
        return Decimal(0)
    return rounded(amount)
