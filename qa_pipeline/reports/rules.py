"""The rules with what reviews show of them: places of their small charts, and their sheets of the workbook."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import pandas as pd

from qa_pipeline.assessment.rule_table import MonthShare, RuleLine, RuleTable
from qa_pipeline.models import Standing
from scoring.intervals import Interval

STANDINGS = {Standing.DEDUCT: "直接扣分", Standing.ADVISE: "只提示"}
SHARES = (
    *(
        "准确率",
        "准确率下限",
        "准确率上限",
        "精确法下限",
        "精确法上限",
        "存疑属实率",
        "召回率",
        "召回率下限",
        "召回率上限",
    ),
    *("误报率", "误报率下限", "误报率上限"),
)
HEADS = (
    *("规则", "评分项", "名称", "规则集规定", "本月效力", "标出次数", "复核次数", "确认次数", *SHARES[:5]),
    *("尚缺复核次数", "存疑复核次数", *SHARES[5:6], "人工另发现次数", *SHARES[6:]),
    *("本月复核次数", "本月确认次数", "自动降级"),
)
MOST_MONTHS = 12
STEP_PX = 18
HEIGHT_PX = 40
LEAST_MONTHS = 6
PAD_PX = 4


@dataclass(frozen=True, slots=True)
class Dot:
    """A month's precision in pixels, with the ends of its interval and its words."""

    x: int
    y: float
    low: float
    high: float
    label: str


@dataclass(frozen=True, slots=True)
class Trend:
    """A rule's small chart of the last months; ``floor`` is the height of the line."""

    width: int
    height: int
    floor: float
    dots: tuple[Dot, ...]


def trends(table: RuleTable | None) -> dict[str, Trend]:
    """Return the charts by rule, all over the same months; rules that were never reviewed have none."""
    if table is None:
        return {}
    months = table.months[-MOST_MONTHS:]
    width = 2 * PAD_PX + STEP_PX * max(LEAST_MONTHS, len(months))
    found = {line.rule.code: _dots(line.trend, months) for line in table.lines}
    return {code: Trend(width, HEIGHT_PX, _y(table.floor.at), dots) for code, dots in found.items() if dots}


def rule_sheets(table: RuleTable | None) -> dict[str, pd.DataFrame]:
    """Return the workbook's sheets of the rules by name."""
    if table is None:
        return {}
    return {
        "规则": pd.DataFrame([_row(line) for line in table.lines], columns=HEADS),
        "规则逐月": pd.DataFrame(
            [_month(line, one) for line in table.lines for one in line.trend],
            columns=["规则", "名称", "月份", "复核次数", "确认次数", *SHARES[:3]],
        ),
    }


def _dots(trend: Sequence[MonthShare], months: Sequence[str]) -> tuple[Dot, ...]:
    return tuple(
        Dot(
            x=PAD_PX + STEP_PX * months.index(one.month) + STEP_PX // 2,
            y=_y(one.precision.value),
            low=_y(one.precision.interval.low),
            high=_y(one.precision.interval.high),
            label=f"{one.month} {one.precision.hits}/{one.precision.n}",
        )
        for one in trend
        if one.month in months and one.precision.value is not None and one.precision.interval is not None
    )


def _y(value: Decimal) -> float:
    return round(PAD_PX + float(1 - value) * (HEIGHT_PX - 2 * PAD_PX), 1)


def _row(line: RuleLine) -> list[object]:
    found, rule = line.figures, line.rule
    counts, rate, recall = found.counts, found.false_alarms, found.recall
    return [
        *(rule.code, rule.item, rule.name, STANDINGS[rule.standing], STANDINGS[line.effect]),
        *(counts.fails, counts.judged, counts.upheld),
        *(_number(found.precision.value), *_ends(found.precision.interval), *_ends(found.exact)),
        *(found.lacking, counts.doubts, _number(found.doubts.value), counts.missed),
        *((None, None, None) if recall is None else (_number(recall.value), *_ends(recall.interval))),
        *((None, None, None) if rate is None else (float(rate.value), float(rate.low), float(rate.high))),
        *(line.own.n, line.own.hits, line.demoted),
    ]


def _month(line: RuleLine, one: MonthShare) -> list[object]:
    found = one.precision
    return [
        *(line.rule.code, line.rule.name, one.month, found.n, found.hits),
        *(_number(found.value), *_ends(found.interval)),
    ]


def _ends(interval: Interval | None) -> tuple[float | None, float | None]:
    return (None, None) if interval is None else (float(interval.low), float(interval.high))


def _number(value: Decimal | None) -> float | None:
    return None if value is None else float(value)
