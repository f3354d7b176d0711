"""What the commands share: results to stdout, everything else to stderr, a progress bar only on a terminal."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from qa_pipeline.errors import SettingsError
from qa_pipeline.language.personal.viewers import Viewer
from qa_pipeline.settings import SETTINGS_FILE, Settings, load_settings

if TYPE_CHECKING:
    from sqlalchemy.orm import Session, sessionmaker


ViewerOption = Annotated[
    Viewer,
    typer.Option("--for", help="Who reads it: a role that settings.yaml does not let see personal data gets stand-ins"),
]


@dataclass(frozen=True, slots=True)
class State:
    """What the options before a command said."""

    workspace: Path

    def settings(self) -> Settings:
        """Read the workspace's settings.

        Raises:
            SettingsError: The folder is not a workspace.
        """
        if not (self.workspace / SETTINGS_FILE).is_file():
            raise SettingsError(
                f"{self.workspace.resolve()} is not a workspace: it has no {SETTINGS_FILE}",
                "run `hotline-qa -w FOLDER init`, or name the folder with -w or HOTLINE_QA_WORKSPACE",
            )
        return load_settings(self.workspace)

    def open(self) -> tuple[Settings, sessionmaker[Session]]:
        """Read the settings and open the database."""
        from qa_pipeline.store.session import open_store

        settings = self.settings()
        return settings, open_store(settings.url)


def out(text: str) -> None:
    """Print a result."""
    typer.echo(text)


def out_json(value: object) -> None:
    """Print a result for a program to read."""
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2, default=str))


def err(text: str) -> None:
    """Print what is not a result."""
    typer.echo(text, err=True)


class Bar:
    """Counts calls. On a terminal it draws; elsewhere it is silent."""

    def __init__(self, progress: Progress, task: int) -> None:
        self._progress, self._task = progress, task

    def __call__(self, done: int, total: int, what: str) -> None:
        """Show that ``done`` of ``total`` are finished and ``what`` is under way."""
        self._progress.update(self._task, completed=done, total=total, description=what)  # type: ignore[arg-type]


@contextmanager
def progress_bar(title: str) -> Iterator[Bar]:
    """Show a progress bar on stderr while the block runs."""
    columns = (
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TimeRemainingColumn(),
    )  # fmt: skip
    with Progress(*columns, console=Console(stderr=True), disable=not sys.stderr.isatty()) as progress:
        yield Bar(progress, progress.add_task(title, total=None))
