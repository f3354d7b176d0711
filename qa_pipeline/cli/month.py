"""The commands that settle and show a month: close, report."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qa_pipeline.cli.batch import Month, check_month
from qa_pipeline.cli.console import ViewerOption, out
from qa_pipeline.language.personal.viewers import Viewer

if TYPE_CHECKING:
    from qa_pipeline.assessment.closing import ClosedLine
    from qa_pipeline.settling.closing import ClosedOperator


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command()(close)
    app.command()(report)


def close(
    context: typer.Context,
    month: Month,
    by: Annotated[str, typer.Option(help="Who settles the month")],
    accept_open: Annotated[
        bool,
        typer.Option(
            help="Settle although something is open: what waits for a person costs nothing, what rules took and nobody "
            "has reviewed stays taken, and each operator's line says how much of either"
        ),
    ] = False,
) -> None:
    """Settle the month: scores, grades, payroll factors and strikes are frozen."""
    from qa_pipeline.review import close_month

    settings, sessions = context.obj.open()
    with sessions.begin() as session:
        closed = close_month(session, settings, check_month(month), by, datetime.now(), accept_open=accept_open)
    out(f"{closed.month} 已结账：{len(closed.operators)} 名话务员，结账人 {by}")
    for one in closed.operators:
        line = one.line
        out(f"  {line.operator_id} {one.name}：{_points(line)}{_left(one)}")
    out(f"账本第 {closed.first_seq}–{closed.head.seq} 条，末条哈希（请公布）：{closed.head.sha256}")


def _points(line: ClosedLine) -> str:
    if line.mean is None:
        return "没有计分的通话，不评等次"
    taken = f"（通话均分 {line.call_mean}，监督扣 {line.notice_points} 分）" if line.notice_points else ""
    return f"{line.mean} 分{taken}，{line.grade}，系数 {line.factor:.2f}"


def _left(left: ClosedOperator) -> str:
    """Return what nobody had decided of an operator, and what that cost."""
    said = [
        *([f"{left.open_items} 项待人工判定，不扣"] if left.open_items else []),
        *([f"{left.unheard} 通尚未质检，未计入"] if left.unheard else []),
        *([f"{left.unreviewed} 项规则扣分无人复核，照扣"] if left.unreviewed else []),
    ]
    return f"（{'；'.join(said)}）" if said else ""


def report(
    context: typer.Context,
    month: Month,
    out_dir: Annotated[Path | None, typer.Option("--out", help="Folder; default: the workspace's reports/")] = None,
    viewer: ViewerOption = Viewer.OPERATOR,
) -> None:
    """Write the month's HTML report with playable evidence, the workbook and the payroll file."""
    from qa_pipeline.publish import publish_month

    settings, sessions = context.obj.open()
    for path in publish_month(settings, sessions, check_month(month), out_dir, viewer):
        out(str(path))
