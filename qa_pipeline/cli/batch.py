"""The commands of the monthly batch: init, import, draw, run."""

from __future__ import annotations

import secrets
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from qa_pipeline.cli.console import State, err, out, out_json, progress_bar
from qa_pipeline.errors import UserError

Month = Annotated[str, typer.Option("--month", "-m", help="The month as YYYY-MM")]
AsJson = Annotated[bool, typer.Option("--json", help="Print for a program to read")]


def check_month(month: str) -> str:
    """Return the month if it is one.

    Raises:
        UserError: It is not written as YYYY-MM.
    """
    try:
        return datetime.strptime(month, "%Y-%m").strftime("%Y-%m")
    except ValueError as error:
        raise UserError(f"“{month}”不是月份", "写成 2026-10 这样") from error


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command()(init)
    app.command("import")(import_)
    app.command()(draw)
    app.command()(run)


def init(context: typer.Context) -> None:
    """Make a workspace: database, folders, settings, default scorecard and ruleset."""
    from qa_pipeline.standards import ruleset_of, scorecard_of
    from qa_pipeline.workspace import init_workspace

    state: State = context.obj
    settings, _ = init_workspace(state.workspace)
    card, ruleset = scorecard_of(settings), ruleset_of(settings)
    out(f"工作区已就绪：{state.workspace.resolve()}")
    out(f"评分标准 {card.version}：{len(card.items)} 项，{len(card.fatal_errors)} 个一票否决")
    out(f"规则集 {ruleset.version}：{len(ruleset.rules)} 条规则")


def import_(context: typer.Context, paths: Annotated[list[Path], typer.Argument()], as_json: AsJson = False) -> None:
    """Take recordings, roster, shift plan, call log, work orders and knowledge from files or folders."""
    from qa_pipeline.asr.audio import probe
    from qa_pipeline.runs import import_paths

    settings, sessions = context.obj.open()
    with progress_bar("导入") as bar:
        report = import_paths(
            settings, sessions, paths, datetime.now(), partial(probe, max_minutes=settings.max_recording_minutes), bar
        )
    if as_json:
        out_json(report.as_dict())
    else:
        for line in report.lines():
            out(line)
    raise typer.Exit(1 if report.refused else 0)


def draw(
    context: typer.Context,
    month: Month,
    seed: Annotated[str | None, typer.Option(help="Seed committed before; default: drawn by the system")] = None,
    quota: Annotated[int | None, typer.Option(help="Calls of each operator; default: the settings'")] = None,
    early: Annotated[bool, typer.Option("--early", help="Draw although the month is not over")] = False,
) -> None:
    """Make the month's sampling plan: which calls are heard, drawn so that anybody can draw the same again."""
    from qa_pipeline.runs import draw_month

    settings, sessions = context.obj.open()
    plan = draw_month(
        sessions,
        check_month(month),
        quota or settings.quota_per_operator,
        seed or secrets.token_hex(16),
        datetime.now(),
        early=early,
    )
    if plan.exclusions:
        err(
            f"注意：{plan.frame_size} 通中有 {len(plan.exclusions)} 通没有可用的录音，没有参加抽样；抽样只做一次，"
            "之后补导的录音抽不到"
        )
    out(f"{plan.month} 抽样：总体 {plan.frame_size} 通，抽中 {len(plan.calls)} 通，排除 {len(plan.exclusions)} 通")
    out(f"随机种子 SHA-256 {plan.seed_sha256}，总体 SHA-256 {plan.frame_sha256}")
    for exclusion in plan.exclusions:
        out(f"  排除 {exclusion.call_id}：{exclusion.reason}")


def run(
    context: typer.Context,
    month: Month,
    retry: Annotated[bool, typer.Option(help="Try again the calls that failed before")] = False,
    as_json: AsJson = False,
) -> None:
    """Transcribe, measure, check and score what is due. Can be stopped at any time and started again."""
    from qa_pipeline.asr.engines import make_transcriber
    from qa_pipeline.runs import run_month
    from qa_pipeline.standards import ruleset_of, scorecard_of

    settings, sessions = context.obj.open()
    transcriber = make_transcriber(settings)
    with progress_bar("识别与检查") as bar:
        summary = run_month(
            settings, sessions, check_month(month), transcriber, scorecard_of(settings), ruleset_of(settings),
            now=datetime.now, progress=bar, retry=retry,
        )  # fmt: skip
    for line in (*summary.demoted, *summary.restored):
        err(line)
    if as_json:
        out_json(summary.as_dict())
    else:
        out(summary.line())
        for call_id, reason in summary.failed:
            err(f"  {call_id}: {reason}")
    raise typer.Exit(1 if summary.failed else 0)
