"""Writes docs/worked-month.md: one operator's month from lost points to yuan, each figure as the program has it.

``python docs/worked_month.py`` writes it; a test compares it with the committed page and does every sum of it again.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from scoring.card import GradeBand
from scoring.grades import grade_of
from scoring.intervals import weighted_mean
from scoring.outcome import Outcome
from scoring.pay import GradePay, MonthPay, PayScheme, PayStatus, PayTerm, default_scheme, month_pay
from scoring.payroll import by_team
from scoring.score import Evaluation, ItemScore, ItemState, ItemVerdict, score_call
from scoring.scorecard import default_scorecard

PAGE = Path(__file__).with_name("worked-month.md")
CARD = default_scorecard()
MONTH = "2026-10"
NOT_APPLICABLE = Outcome.NOT_APPLICABLE


@dataclass(frozen=True, slots=True)
class Call:
    """A call of the example: what happened, and what was found; every other item was without fault."""

    name: str
    story: str
    probability: Decimal
    found: tuple[ItemVerdict, ...]

    @property
    def evaluation(self) -> Evaluation:
        """Its points."""
        said = {verdict.item for verdict in self.found}
        passed = (ItemVerdict(i.code, Outcome.PASS, person=True) for i in CARD.items if i.code not in said)
        return score_call(CARD, (*self.found, *passed))


def fault(item: str, faults: int = 1, **more: object) -> ItemVerdict:
    """A fault that a person confirmed."""
    return ItemVerdict(item, Outcome.FAIL, faults, person=True, **more)  # type: ignore[arg-type]


def away(*items: str) -> tuple[ItemVerdict, ...]:
    """Items that did not apply."""
    return tuple(ItemVerdict(item, NOT_APPLICABLE, person=True) for item in items)


DAY, NIGHT = Decimal("0.25"), Decimal("0.5")
CALLS = (
    Call("第 1 通", "没有让来电人等待（A3 不适用），来电人平静（A4、B6 不适用）；结束语少了致谢，工单漏了地点",
         DAY, (fault("A5"), fault("D2"), *away("A3", "A4", "B6"))),
    Call("第 2 通", "只是咨询，没有形成工单（C4 和整个“记录完整”不适用）；费用答错，通话中自己更正",
         DAY, (fault("C2", corrected=True), *away("C4", "D1", "D2", "D3", "D4", "D5", "D6"))),
    Call("第 3 通", "禁语 4 处；两次冷场；时限答错，没有更正；工单漏记两处经过",
         DAY, (fault("A6", 4), fault("B4", 2), fault("C2"), fault("D3", 2))),
    Call("第 4 通", "开头语三样全缺；疑似不耐烦，质检员还没有判定；材料漏说两样",
         NIGHT, (fault("A1", 3, parts=3), ItemVerdict("B5", Outcome.UNDETERMINED), fault("C3", 2))),
    Call("第 5 通", "答非所问并与知识条目不符；越权承诺；电话、地点都没有记；没有告知去向和时限",
         NIGHT, (fault("C1"), fault("C2"), fault("C5"), fault("C4", 2), fault("D1", 2), fault("D2", 2))),
)  # fmt: skip


def term(first: int, last: int, team: str, status: str, base: str) -> PayTerm:
    """A stretch of the month."""
    return PayTerm("1002", date(2026, 10, first), date(2026, 10, last), team, PayStatus(status), Decimal(base))


TERMS = (
    term(1, 12, "二组", "probation", "1600.00"),
    term(13, 20, "二组", "regular", "1800.00"),
    term(21, 23, "二组", "leave", "1800.00"),
    term(24, 31, "一组", "regular", "1860.00"),
)
OWN = replace(
    default_scheme(),
    version="示例",
    grades=(GradePay("合格", per_point=Decimal("0.005"), at_most=Decimal("0.98")),),
)


def page() -> str:
    """Return the whole page."""
    points = weighted_mean([call.evaluation.points for call in CALLS], [call.probability for call in CALLS])
    if points is None:
        raise ValueError("no calls: the example needs some")
    band = grade_of(CARD, points)
    paid = month_pay(MONTH, points, band, TERMS, default_scheme())
    sections = (_head(), _calls(), _mean(points), _grade(points, band), _pay(paid), _own(points, band), _else())
    return "\n".join(line for section in sections for line in section) + "\n"


def _head() -> Iterator[str]:
    yield from (
        "# 一个月的绩效，用计算器算一遍",
        "",
        "(For a finance officer: one operator's month from points to yuan. `python docs/worked_month.py` writes it",
        "from the program's own functions; a test does every sum again.)",
        "",
        f"人物和通话是虚构的。评分标准 `{CARD.version}`，绩效办法 `{default_scheme().version}`：",
        "产品自带的两份，中心可以各换成自己的。",
        "每一行“＝”右边都可以用计算器从左边算出来；小数四舍五入到写出的位数，写到几位就用几位往下算。",
        "",
        "## 一、每通电话得多少分",
        "",
        "每项的扣分见评分标准。不适用的项目退出，它所在的大类按剩下的分值折算；",
        "整个大类都不适用的，总分按剩下的大类折算。",
    )


def _calls() -> Iterator[str]:
    for call in CALLS:
        found = call.evaluation
        yield from ("", f"**{call.name}**：{call.story}。", "", "| 项目 | 情形 | 扣分 |", "|---|---|---|")
        yield from (_item(item) for item in found.items if item.reasons or item.state is ItemState.OPEN)
        yield ""
        yield from _call_sums(found)


def _item(item: ItemScore) -> str:
    name = next(one.name for one in CARD.items if one.code == item.code)
    return f"| {item.code} {name} | {'；'.join(item.reasons) or '待人工判定，不扣'} | {item.lost} |"


def _call_sums(found: Evaluation) -> Iterator[str]:
    """Yield the sums of one call: each group to four decimals is fine for a hand, the program carries fractions."""
    groups = {group.code: group for group in CARD.groups}
    applying = [section for section in found.sections if section.points is not None]
    parts = [f"{_plain(s.points)} ÷ {_plain(s.possible)} × {_plain(groups[s.code].points)}" for s in applying]
    weights = [_plain(groups[s.code].points) for s in applying]
    lost = {s.code: [i for i in found.items if i.group == s.code and i.lost] for s in applying}
    for section in applying:
        taken = "".join(f" − {_plain(item.lost)}" for item in lost[section.code])
        if taken:
            yield f"    {groups[section.code].name}：{_plain(section.possible)}{taken} ＝ {_plain(section.points)}"
    scaled = "" if len(applying) == len(groups) else f" ÷ ({' ＋ '.join(weights)}) × 100"
    sum_ = " ＋ ".join(parts)
    yield f"    得分：{f'({sum_}){scaled}' if scaled else sum_} ＝ {found.points}"


def _mean(points: Decimal) -> Iterator[str]:
    weighed = [(call.evaluation.points, 1 / Fraction(call.probability)) for call in CALLS]
    yield from (
        "",
        "## 二、当月均分",
        "",
        "白天抽中的概率是 0.25，晚上是 0.5；概率小的一通代表的通话多，权重是 1 ÷ 抽中概率。",
        "",
    )
    for call in CALLS:
        yield f"    {call.name}的权重：1 ÷ {call.probability} ＝ {1 / Fraction(call.probability)}"
    upper = " ＋ ".join(f"{value} × {weight}" for value, weight in weighed)
    lower = " ＋ ".join(str(weight) for _, weight in weighed)
    yield f"    均分：({upper}) ÷ ({lower}) ＝ {points}"
    yield ""
    yield "计分的通话只有 5 通，少于 10 通：不作为连续不合格的依据；等次和绩效照算。"


def _grade(points: Decimal, band: GradeBand) -> Iterator[str]:
    yield from ("", "## 三、等次与系数", "", "| 等次 | 分数从 | 系数 |", "|---|---|---|")
    yield from (f"| {one.name} | {one.at_least} | {one.factor:.2f} |" for one in CARD.grades)
    yield from ("", f"{points} 分是“{band.name}”，系数 {band.factor:.2f}。试用期的系数不低于 1。")


def _pay(paid: MonthPay) -> Iterator[str]:
    yield from (
        "",
        "## 四、每一段的绩效",
        "",
        "财务在绩效基数表（见 `recordings_sample/pay_terms.csv`）里写明每一段的班组、身份和基数。",
        "十月有 31 天，按日历天数折算：",
        "每段 ＝ 基数 × 计发天数 ÷ 当月天数 × 系数，四舍五入到分，再相加。",
        "",
        "| 自 | 至 | 班组 | 身份 | 基数 | 天数 |",
        "|---|---|---|---|---|---|",
    )
    for part in paid.parts:
        yield f"| {part.from_day} | {part.to_day} | {part.team} | {part.status.label} | {part.base} | {part.days} |"
    yield ""
    yield from _amounts(paid)
    teams = by_team([paid])
    sums = "；".join(f"{team} {amount} 元" for team, amount in teams.items())
    yield from ("", f"班组小计：{sums}。调动的人，各段记在当时的班组。", "")
    yield from (
        "`hotline-qa payroll --month 2026-10` 写出的工作簿里，“明细”表一行就是上面的一行（金额是公式），",
        "“绩效”表一人一行，“核对”表把班组小计、合计与程序的数相比。",
        "财务改过的表用 `hotline-qa payroll check 文件 --month 2026-10` 核对，逐行指出不同。",
    )


def _amounts(paid: MonthPay) -> Iterator[str]:
    for part in paid.parts:
        when = f"{part.from_day:%m-%d} 至 {part.to_day:%m-%d} {part.status.label}"
        yield f"    {when}：{part.base} × {part.days} ÷ {part.month_days} × {part.factor} ＝ {part.amount}"
    yield f"    当月绩效：{' ＋ '.join(str(part.amount) for part in paid.parts)} ＝ {paid.total}"


def _own(points: Decimal, band: GradeBand) -> Iterator[str]:
    worth, paid = OWN.worth(band), month_pay(MONTH, points, band, TERMS, OWN)
    yield from (
        "",
        "## 五、换一份绩效办法",
        "",
        f"同一个月，若中心规定“合格”从 0.90 起，每高出等次线 1 分加 {worth.per_point}，最多 {worth.at_most}",
        "（`grades`，写法见 `scoring/schemes/default-2026.yaml`）：",
        "",
        f"    系数：0.90 ＋ {worth.per_point} × ({points} − {band.at_least}) ＝ {worth.factor_at(points, band)}",
        *_amounts(paid),
    )


def _else() -> Iterator[str]:
    scheme: PayScheme = default_scheme()
    yield from (
        "",
        "## 六、其他情形",
        "",
        "- 一通都没有听到：程序不给数，由人决定；合计里没有这个人，“核对”表写明未定人数。",
        f"- 在岗不足 {scheme.min_days} 天：不定等次，按系数 1 计发，不奖不扣。全月休假：绩效 0.00，不作为考核月。",
        "- 两段首尾相接而班组、身份、基数都相同：按一段算，所以怎样分行录入不影响结果。",
        "- 等次有奖励或扣款（整月的元数）的，另起一行，按天数折算；扣款不会使某一段低于 0，试用期不扣。",
        "- 待人工判定的不扣分；判定以后，得分、均分、等次和绩效都重新算。",
        "- 申诉成立而要补发以前月份的：登记在最近结账月的下一个月，随那个月发，列在“补调”。",
        "  那个月本人的绩效还没有定的，补调另列一行照发；人已离岗（没有通话，也没有任职）的，只有补调这一行。",
        "  所以合计 ＝ 已定的绩效 ＋ 全部补调，与账本里的 `pay_total` ＋ `adjusted_total` 到分相同，一笔只发一次。",
    )


def _plain(value: Decimal | None) -> str:
    return f"{(value or Decimal(0)).normalize():f}"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
