"""``hotline-qa serve``: the review pages."""

from __future__ import annotations

from typing import Annotated

import typer

from qa_pipeline.cli.console import err


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command()(serve)


def serve(
    context: typer.Context,
    host: Annotated[str, typer.Option(help="Loopback only until there is sign-in")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535)] = 8345,
) -> None:
    """Show the month, the calls and one call with its audio, and take the reviewers' decisions."""
    from qa_pipeline.web.server import server_config, start

    settings, sessions = context.obj.open()
    config = server_config(sessions, settings, host, port)
    err(f"http://{host}:{port}/  (Ctrl-C ends it)")
    start(config)
