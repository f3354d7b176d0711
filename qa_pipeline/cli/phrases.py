"""``hotline-qa phrases``: what operators say, and what one says more than the others; material for phrase lists."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from qa_pipeline.cli.batch import Month, check_month
from qa_pipeline.cli.console import out
from qa_pipeline.errors import NotFound
from qa_pipeline.models import CallFile, Role

if TYPE_CHECKING:
    from collections.abc import Iterable


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command()(phrases)


def phrases(
    context: typer.Context,
    month: Month,
    operator: Annotated[
        str | None, typer.Option(help="Number of an operator: what this one says more than others")
    ] = None,
    role: Annotated[Role, typer.Option(help="Whose words")] = Role.OPERATOR,
    most: Annotated[int, typer.Option(min=1, help="How many phrases")] = 20,
) -> None:
    """Count the phrases of a month's transcribed calls: the frequent ones, or those that tell one operator apart."""
    from qa_pipeline.knowledge.phrases import phrase_counts, telling_phrases
    from qa_pipeline.store.queries import month_data

    _, sessions = context.obj.open()
    with sessions() as session:
        files = [file for file in month_data(session, check_month(month)).files if file.transcript is not None]
    if operator is None:
        for count in phrase_counts(_said(files, role))[:most]:
            out(f"{count.texts:>4} 通  {count.phrase}")
        return
    own = [file for file in files if file.call.operator_id == operator]
    if not own:
        raise NotFound(f"话务员 {operator} 在 {month} 没有转写过的通话", "月度页面上有哪些人被抽到")
    others = [file for file in files if file.call.operator_id != operator]
    for telling in telling_phrases(_said(own, role), _said(others, role))[:most]:
        out(f"本人 {telling.texts}/{len(own)} 通，他人 {telling.others}/{len(others)} 通  {telling.phrase}")


def _said(files: Iterable[CallFile], role: Role) -> list[str]:
    """Return what a role said, a text a call."""
    return ["，".join(u.text for u in file.transcript.of(role)) for file in files if file.transcript is not None]
