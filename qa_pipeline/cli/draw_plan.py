"""``hotline-qa draw plan``: how many calls to hear, before they are drawn."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from qa_pipeline.cli.batch import AsJson, Month, check_month
from qa_pipeline.cli.console import out, out_json
from qa_pipeline.errors import UserError

if TYPE_CHECKING:
    from qa_pipeline.runs.planning import DrawPlan, Goal


def register(group: typer.Typer) -> None:
    """Add the command of this module to the commands about the draw."""
    group.command()(plan)


def plan(
    context: typer.Context,
    month: Month,
    half_width: Annotated[
        float | None, typer.Option(help="Half of the wanted 95 % interval of a mean, points; default: 3")
    ] = None,
    below: Annotated[
        float | None, typer.Option(help="Instead: a pass rate to be told from the line of 90 %, such as 0.75")
    ] = None,
    power: Annotated[float, typer.Option(help="With which chance it is to be told from it")] = 0.8,
    handling: Annotated[float, typer.Option(help="Hours of a person for an hour of sound")] = 2.0,
    as_json: AsJson = False,
) -> None:
    """Say how many calls of each operator must be heard for a wanted sureness, and the hours of listening."""
    from qa_pipeline.runs.planning import Goal, plan_draw

    if half_width is not None and below is not None:
        raise UserError("two ends are given: --half-width and --below", "plan for one of them at a time")
    wanted = 3.0 if half_width is None else half_width
    goal = Goal(wanted) if below is None else Goal(None, below, power)
    settings, sessions = context.obj.open()
    with sessions() as session:
        found = plan_draw(session, settings, check_month(month), goal, handling)
    if as_json:
        out_json(asdict(found))
        return
    for line in (*_head(found, goal), *_operators(found), *_foot(found, handling)):
        out(line)


def _head(found: DrawPlan, goal: Goal) -> list[str]:
    known = (
        f"{found.spread:.1f} 分（{'、'.join(found.spread_months)} 的 {found.spread_calls} 通计分通话，按人合并）"
        if found.spread_calls
        else f"{found.spread:.1f} 分（假定值：以往计分通话太少，无从估计；偏大取值）"
    )
    wanted = (
        f"真实合格率 {goal.rate:.0%} 的人以 {goal.power:.0%} 的把握与 90% 的合格线区分开"
        if goal.half_width is None
        else f"每人均分的 95% 区间半宽不超过 {goal.half_width:g} 分"
    )
    return [
        f"{found.month} 抽样测算：总体取 {found.frame_month} 的通话，平均时长 {found.mean_duration_s:.0f} 秒",
        f"目标：{wanted}",
        f"同一话务员各通得分的标准差：{known}",
    ]


def _operators(found: DrawPlan) -> list[str]:
    lines = []
    for need in found.operators:
        shifts = "，".join(f"{name} {calls}" for name, calls in need.shifts.items())
        lines.append(
            f"  {need.operator_id}：{need.size} 通中需听 {need.calls} 通（{shifts}），半宽 {_width(need.half_width)}；"
            f"现行每人 {found.quota} 通，半宽 {_width(need.half_width_now)}"
        )
    return lines


def _width(value: float | None) -> str:
    return "无法估计" if value is None else f"{value:.1f} 分"


def _foot(found: DrawPlan, handling: float) -> list[str]:
    calls, people = sum(need.calls for need in found.operators), len(found.operators)
    most = max(need.calls for need in found.operators)
    gain = "" if found.neyman_gain is None else f"（奈曼分配可使全中心标准误再小 {found.neyman_gain:.0%}）"
    return [
        f"合计 {calls} 通，听音约 {found.hours:.1f} 小时（时长 × {handling:g}）；每人额度取 {most} 通即全部满足",
        f"各班次按通数比例分配{gain}：班次的离散程度只能由少数通话估计，而且下月会变；按比例时各通权重相近，人人可以复算",
        (
            f"误伤：每月 {found.n} 通时，真实合格率 95% 的话务员一年内被误判连续三次的概率，"
            f"只看合格率 {found.naive:.2%}（{people} 人中至少一人 {found.naive_anybody:.1%}），"
            f"按区间判定 {found.gated:.4%}（至少一人 {found.gated_anybody:.2%}）"
        ),
    ]
