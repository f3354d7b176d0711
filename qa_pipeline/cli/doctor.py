"""``hotline-qa doctor``: is everything here that a run needs?"""

from __future__ import annotations

import typer

from qa_pipeline.cli.batch import AsJson
from qa_pipeline.cli.console import State, out, out_json


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command()(doctor)


def doctor(context: typer.Context, as_json: AsJson = False) -> None:
    """Check model, codecs, database and disk, and say what is wrong and what to do about it."""
    from qa_pipeline.doctor import examine

    state: State = context.obj
    symptoms = examine(state.workspace)
    if as_json:
        out_json([{"name": s.name, "ok": s.ok, "found": s.found, "advice": s.advice} for s in symptoms])
    else:
        for s in symptoms:
            out(f"[{'正常' if s.ok else '异常'}] {s.name}：{s.found}")
            if not s.ok:
                out(f"       → {s.advice}")
    raise typer.Exit(0 if all(s.ok for s in symptoms) else 2)
