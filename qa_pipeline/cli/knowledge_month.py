"""stub."""

import typer


def register(base: typer.Typer) -> None:
    """Add."""
