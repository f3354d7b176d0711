"""The commands that settle and show a month: close, report."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from qa_pipeline.cli.batch import Month, check_month
from qa_pipeline.cli.console import out


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
        typer.Option(help="Settle although findings are open; what is open costs nobody anything, and is recorded"),
    ] = False,
) -> None:
    """Settle the month: scores, grades, payroll factors and strikes are frozen."""
    from qa_pipeline.review import close_month

    settings, sessions = context.obj.open()
    with sessions.begin() as session:
        view = close_month(session, settings, check_month(month), by, datetime.now(), accept_open=accept_open)
    out(f"{view.month} 已结账：{len(view.operators)} 名话务员，结账人 {by}")
    for line in view.operators:
        mark = "（暂定：仍有未复核项，存疑不扣）" if line.provisional else ""
        who = f"{line.operator.operator_id} {line.operator.name}"
        out(f"  {who}：{line.mean} 分，{line.grade}，系数 {line.factor}{mark}")


def report(
    context: typer.Context,
    month: Month,
    out_dir: Annotated[Path | None, typer.Option("--out", help="Folder; default: the workspace's reports/")] = None,
) -> None:
    """Write the month's HTML report with playable evidence, the workbook and the payroll file."""
    from qa_pipeline.publish import publish_month

    settings, sessions = context.obj.open()
    for path in publish_month(settings, sessions, check_month(month), out_dir):
        out(str(path))
