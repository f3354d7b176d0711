"""``hotline-qa``: its commands, and what a failure looks like from outside.

Exit codes: 0 done, 1 done with unresolved calls or refused rows, 2 could not run, 130 interrupted.
"""

from __future__ import annotations

import logging
import sys
import traceback
from pathlib import Path
from typing import Annotated

import typer

from qa_pipeline import __version__
from qa_pipeline.cli import (
    account,
    agreement,
    appeal,
    batch,
    demo,
    desk,
    doctor,
    draw,
    examples,
    fairness,
    knowledge,
    ledger,
    month,
    notice,
    payroll,
    phrases,
    rates,
    retraining,
    rules,
    scorecard,
    search,
    show,
    training,
    what_if,
)
from qa_pipeline.cli.console import State, err
from qa_pipeline.errors import QaError
from qa_pipeline.language.personal.logs import mask_logs, quiet_libraries

logger = logging.getLogger(__name__)
LOG_LINE = "%(levelname)s %(name)s: %(message)s"
INTERRUPTED = 130  # what typer makes of Ctrl-C

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help=__doc__)
for module in (
    batch,
    month,
    ledger,
    show,
    training,
    phrases,
    examples,
    desk,
    account,
    rules,
    knowledge,
    rates,
    scorecard,
    search,
    agreement,
    fairness,
    notice,
    payroll,
    appeal,
    retraining,
    doctor,
    draw,
    what_if,
    demo,
):
    module.register(app)


@app.callback()
def common(
    context: typer.Context,
    workspace: Annotated[
        Path, typer.Option("--workspace", "-w", envvar="HOTLINE_QA_WORKSPACE", help="Folder made by `init`")
    ] = Path(),
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="Log what is done to stderr; show tracebacks")
    ] = False,
) -> None:
    """Quality audits of 12345 hotline calls, offline."""
    logging.basicConfig(level=logging.INFO if verbose else logging.WARNING)
    mask_logs(logging.getLogger(), LOG_LINE)
    quiet_libraries(logging.getLogger(), "qa_pipeline")
    # Tracebacks may quote what was said in a call: only who asks for them sees them.
    logging.getLogger("qa_pipeline").setLevel(logging.DEBUG if verbose else logging.NOTSET)
    context.obj = State(workspace=workspace)


@app.command()
def version() -> None:
    """Print the version."""
    typer.echo(__version__)


def main() -> None:
    """Run the command line; errors of the program and crashes become one message and exit code 2."""
    try:
        app(standalone_mode=True)
    except QaError as error:
        err(f"错误：{error.message}")
        if error.hint:
            err(f"  → {error.hint}")
        sys.exit(2)
    except SystemExit as ended:
        if ended.code == INTERRUPTED:
            err("interrupted: what was finished is kept; run the same command again to go on")
        raise
    except Exception as error:  # noqa: BLE001  # exit code 1 would say that the work was done
        _crashed(error)
        sys.exit(2)


def _crashed(error: Exception) -> None:
    """Say in a line what broke and where; its message may quote a call, so that only ``-v`` shows it."""
    place = traceback.extract_tb(error.__traceback__)[-1]
    err(f"error: the program broke: {type(error).__name__} in {Path(place.filename).name}, line {place.lineno}")
    if logger.isEnabledFor(logging.DEBUG):
        err("".join(traceback.format_exception(error)))
    else:
        err("  → run it again as `hotline-qa -v ...` for the traceback, and report it")


if __name__ == "__main__":
    main()
