"""``hotline-qa search rebuild``: make everything searchable anew."""

from __future__ import annotations

import typer

from qa_pipeline.cli.console import out


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    search = typer.Typer(no_args_is_help=True, help="What can be searched of transcripts and work orders.")
    search.callback()(_search)
    search.command()(rebuild)
    app.add_typer(search, name="search")


def _search() -> None:
    """Say what can be searched; a group of one command needs a callback to stay a group."""


def rebuild(context: typer.Context) -> None:
    """Make the index anew: after an update of an older store, or where words of replaced transcripts must be gone."""
    from qa_pipeline.store.queries.search_index import rebuild_index

    _, sessions = context.obj.open()
    with sessions.begin() as session:
        out(f"检索索引已重建：{rebuild_index(session)} 通通话")
