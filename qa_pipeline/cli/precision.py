"""``hotline-qa rules precision``: what reviews show of each rule, and which have lost their right to deduct."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any

import typer

from qa_pipeline.cli.batch import AsJson, check_month
from qa_pipeline.cli.console import out, out_json
from qa_pipeline.errors import NotFound
from qa_pipeline.language.columns import pad
from qa_pipeline.models import Standing

if TYPE_CHECKING:
    from qa_pipeline.assessment.rule_table import RuleLine, RuleTable
    from scoring.intervals import Interval, Share
    from scoring.rule_precision import Rate, Together

STANDINGS = {Standing.DEDUCT: "扣分", Standing.ADVISE: "提示"}
WIDTHS = (7, 6, 18, 16, 26, 10, 26, 26)
HEADS = (
    "规则",
    "项目",
    "规定→现行",
    "确认/复核/标出",
    "准确率（95%区间）",
    "尚缺复核",
    "存疑属实",
    "召回率（人工另发现）",
)
NOT_KNOWN = "未知"


def register(rules: typer.Typer) -> None:
    """Add the command to those of ``hotline-qa rules``."""
    rules.command("precision")(precision)


def precision(
    context: typer.Context,
    month: Annotated[str | None, typer.Option("--month", "-m", help="YYYY-MM; default: the newest")] = None,
    as_json: AsJson = False,
) -> None:
    """Show how often each rule was right by reviews of earlier months, and what it may do in the month."""
    from qa_pipeline.precision import table_in_force
    from qa_pipeline.standards import ruleset_of, scorecard_of
    from qa_pipeline.store.queries import months

    settings, sessions = context.obj.open()
    with sessions() as session:
        known = months(session)
        if not known:
            raise NotFound("there are no calls yet", "import a call log with `hotline-qa import`")
        asked = known[0] if month is None else check_month(month)
        table = table_in_force(session, settings, asked, ruleset_of(settings), scorecard_of(settings))
    if as_json:
        out_json(as_dict(table))
        return
    for line in lines(table):
        out(line)


def lines(table: RuleTable) -> Iterator[str]:
    """Yield the table for people."""
    floor = table.floor
    yield f"规则准确率：{table.month} 生效的依据是此前各月通话的复核；规则集 {table.version}"
    yield (
        f"底线 {_percent(floor.at)}：复核满 {floor.reviews} 次而 95% 区间下限不高于底线的规则，自动降为只提示；"
        "不满的按设置 unproven_rules 处理"
    )
    yield ""
    yield _row(*HEADS)
    for line in table.lines:
        yield _row(*_cells(line))
    yield ""
    yield from (line.demoted for line in table.lines if line.demoted)
    yield from _drift(table)
    yield from _together(table.together)
    yield "复核的多是机器标出的：没有标出的差错多半没人看，所以召回率只按随机抽中且逐项全部复核的通话计算，其余不计。"


def as_dict(table: RuleTable) -> dict[str, Any]:
    """Return the table for programs; what is not known is null."""
    return {
        "month": table.month,
        "ruleset": table.version,
        "floor": table.floor.at,
        "min_reviews": table.floor.reviews,
        "rules": [_rule_dict(line) for line in table.lines],
        "deductions_right": _share_dict(table.together.right),
        "clean_calls_losing_points_by_chance": _rate_dict(table.together.chance),
        "rules_with_known_false_alarms": table.together.known,
        "rules_with_unknown_false_alarms": table.together.unknown,
    }


def _cells(line: RuleLine) -> tuple[str, ...]:
    found = line.figures
    effect = f"{STANDINGS[line.rule.standing]}→{STANDINGS[line.effect]}{'（降）' if line.demoted else ''}"
    recall = NOT_KNOWN if found.recall is None else _estimate(found.recall)
    return (
        line.rule.code,
        line.rule.item,
        effect,
        f"{found.counts.upheld}/{found.counts.judged}/{found.counts.fails}",
        _estimate(found.precision),
        str(found.lacking or "–"),
        _estimate(found.doubts) if found.doubts.n else "–",
        f"{recall}（{found.counts.missed}）",
    )


def _drift(table: RuleTable) -> Iterator[str]:
    drifting = [line for line in table.lines if line.trend]
    if not drifting:
        return
    yield "逐月（确认/复核）："
    for line in drifting:
        told = "，".join(f"{one.month} {one.precision.hits}/{one.precision.n}" for one in line.trend)
        yield f"  {line.rule.code} {told}"


def _together(found: Together) -> Iterator[str]:
    if found.right.n:
        yield (
            f"扣分规则合计：复核过的扣分 {found.right.n} 次，维持 {found.right.hits} 次，"
            f"即 {_estimate(found.right)} 是对的。"
        )
    else:
        yield "扣分规则合计：还没有复核过的扣分，扣分有几成是对的，未知。"
    if found.chance is None:
        yield f"清白的通话被误扣的比例：未知（{found.unknown} 条扣分规则都还没有足够的复核）。"
        return
    more = f"；另有 {found.unknown} 条复核不足、未计入，实际只会更高" if found.unknown else ""
    yield (
        f"清白的通话被误扣的比例：{_percent(found.chance.value)}（{_percent(found.chance.low)}–"
        f"{_percent(found.chance.high)}），按 {found.known} 条已知误报率的扣分规则互不相关计算{more}。"
    )


def _estimate(found: Share) -> str:
    if found.value is None or found.interval is None:
        return NOT_KNOWN
    return f"{_percent(found.value)}（{_percent(found.interval.low)}–{_percent(found.interval.high)}）"


def _percent(value: Decimal) -> str:
    return f"{value * 100:.1f}".removesuffix(".0") + "%"


def _row(*cells: str) -> str:
    return "".join(pad(cell, width) for cell, width in zip(cells, WIDTHS, strict=True)).rstrip()


def _rule_dict(line: RuleLine) -> dict[str, Any]:
    found = line.figures
    return {
        "code": line.rule.code,
        "item": line.rule.item,
        "name": line.rule.name,
        "standing": line.rule.standing.value,
        "standing_in_effect": line.effect.value,
        "demoted": line.demoted or None,
        "proof": found.proof.value,
        "judged": found.counts.judged,
        "upheld": found.counts.upheld,
        "precision": _share_dict(found.precision),
        "precision_exact": _interval_dict(found.exact),
        "reviews_lacking": found.lacking,
        "doubts": _share_dict(found.doubts),
        "recall": None if found.recall is None else _share_dict(found.recall),
        "missed_by_rule_found_by_people": found.counts.missed,
        "calls": found.counts.calls,
        "fails": found.counts.fails,
        "false_alarms": _rate_dict(found.false_alarms),
        "by_month": [{"month": one.month, **_share_dict(one.precision)} for one in line.trend],
    }


def _share_dict(found: Share) -> dict[str, Any]:
    return {"hits": found.hits, "n": found.n, "value": found.value, "interval": _interval_dict(found.interval)}


def _interval_dict(interval: Interval | None) -> list[Decimal] | None:
    return None if interval is None else [interval.low, interval.high]


def _rate_dict(rate: Rate | None) -> dict[str, Any] | None:
    return None if rate is None else {"value": rate.value, "low": rate.low, "high": rate.high}
