"""``hotline-qa what-if``: a month by other standards, before they are adopted."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qa_pipeline.cli.batch import AsJson, Month, check_month
from qa_pipeline.cli.console import out, out_json, progress_bar

if TYPE_CHECKING:
    from scoring.pay import PayScheme


def register(app: typer.Typer) -> None:
    """Add the command of this module."""
    app.command("what-if")(what_if_command)


def what_if_command(
    context: typer.Context,
    month: Month,
    scorecard: Annotated[
        str | None, typer.Option(help="Another scorecard: a file, default, current, or a version that is kept")
    ] = None,
    ruleset: Annotated[
        str | None, typer.Option(help="Another ruleset: a file, default, current, or a version that has judged calls")
    ] = None,
    pay_scheme: Annotated[str | None, typer.Option(help="Another pay scheme: a file, or default")] = None,
    calls: Annotated[list[int] | None, typer.Option(help="So many calls of each operator; may be repeated")] = None,
    handling: Annotated[float, typer.Option(help="Hours of a person for an hour of sound")] = 2.0,
    as_json: AsJson = False,
) -> None:
    """Show what a month would come to by other standards, any of them together: grades, pay, work. Nothing is written.

    No word of a call is in it, so that it shows the same to every role; `rules diff` shows findings.
    """
    from qa_pipeline.cli.scorecard import card_named
    from qa_pipeline.cli.what_if_told import what_if_lines
    from qa_pipeline.trial import Otherwise, ruleset_named, what_if
    from qa_pipeline.trial.what_if_values import what_if_values

    settings, sessions = context.obj.open()
    with sessions() as session, progress_bar("重算") as bar:
        wanted = Otherwise(
            card=None if scorecard is None else card_named(context.obj, scorecard),
            ruleset=None if ruleset is None else ruleset_named(ruleset, settings, session),
            scheme=None if pay_scheme is None else _scheme(pay_scheme),
            calls=tuple(calls or ()),
        )
        found = what_if(session, settings, check_month(month), wanted, bar, handling)
    if as_json:
        out_json(what_if_values(found))
        return
    for line in what_if_lines(found):
        out(line)


def _scheme(name: str) -> PayScheme:
    from qa_pipeline.standards import DEFAULT, pay_scheme_in
    from scoring.pay import default_scheme

    return default_scheme() if name == DEFAULT else pay_scheme_in(Path(name))
