"""``hotline-qa demo``: a whole month on the sample recordings."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from qa_pipeline.cli.console import err, out, progress_bar


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command()(demo)


def demo(
    samples: Annotated[Path, typer.Option(help="Folder of the sample recordings")] = Path("recordings_sample"),
    folder: Annotated[Path, typer.Option("--out", help="Fresh workspace; an earlier demo's is replaced")] = Path(
        "demo"
    ),
) -> None:
    """Import, draw, transcribe, check, score, report and settle the sample month in a fresh folder."""
    from qa_pipeline.demo import MONTH, run_demo

    with progress_bar("演示") as bar:
        outcome = run_demo(samples, folder, bar, err)
    for line in outcome.lines():
        out(line)
    out("")
    out("看什么 / what to look at:")
    out(f"  月报 report       {outcome.report}")
    out(f"  工作簿 workbook    {outcome.workbook}")
    out(f"  绩效 payroll      {outcome.payroll}")
    out(f"  一通电话 one call  hotline-qa -w {folder} show {outcome.example_call}")
    out(f"  工作台 desk        hotline-qa -w {folder} serve     → http://127.0.0.1:8345/")
    out(f"                    各角色的账号与密码 logins: {outcome.accounts}")
    out(f"  （结账在副本 {outcome.closed} 中完成，{folder} 里的 {MONTH} 仍可复核）")
