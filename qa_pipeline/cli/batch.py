"""The commands of the monthly batch: init, import, run; `draw` has a module of its own."""

from __future__ import annotations

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
    app.command()(run)


def init(context: typer.Context) -> None:
    """Make a workspace: database, folders, settings, default scorecard and ruleset."""
    from qa_pipeline.standards import ruleset_of, scorecard_of
    from qa_pipeline.store.queries.search_index import fill_empty_index
    from qa_pipeline.workspace import init_workspace

    state: State = context.obj
    settings, sessions = init_workspace(state.workspace)
    with sessions.begin() as session:
        indexed = fill_empty_index(session)
    card, ruleset = scorecard_of(settings), ruleset_of(settings)
    out(f"工作区已就绪：{state.workspace.resolve()}")
    out(f"评分标准 {card.version}：{len(card.items)} 项，{len(card.fatal_errors)} 个一票否决")
    out(f"规则集 {ruleset.version}：{len(ruleset.rules)} 条规则")
    if indexed:
        out(f"检索索引已建立：{indexed} 通通话")


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


def run(
    context: typer.Context,
    month: Month,
    retry: Annotated[bool, typer.Option(help="Try again the calls that failed before")] = False,
    as_json: AsJson = False,
) -> None:
    """Transcribe, measure, check and score what is due. Can be stopped at any time and started again."""
    from qa_pipeline.standards import require_effective, ruleset_of, scorecard_of

    settings, sessions = context.obj.open()
    card = scorecard_of(settings)
    require_effective(card, check_month(month))

    # Below, so that what is refused is refused at once: loading a recogniser takes seconds.
    from qa_pipeline.asr.engines import make_transcriber
    from qa_pipeline.runs import run_month

    transcriber = make_transcriber(settings)
    with progress_bar("识别与检查") as bar:
        summary = run_month(
            settings, sessions, check_month(month), transcriber, card, ruleset_of(settings),
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
