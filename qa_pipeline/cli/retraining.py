"""``hotline-qa retraining``: offered before a third failed month can be put forward, and what became of it."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated

import typer

from qa_pipeline.cli.batch import AsJson
from qa_pipeline.cli.console import out, out_json
from qa_pipeline.cli.days import read_day
from qa_pipeline.cli.notice import By


class ResultName(StrEnum):
    """What became of an offer, as it is typed."""

    HELD = "已培训"
    DECLINED = "谢绝"


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    trainings = typer.Typer(no_args_is_help=True, help="Retraining of operators before anybody is put forward.")
    trainings.command("offer")(offer)
    trainings.command("record")(record)
    trainings.command("list")(list_)
    app.add_typer(trainings, name="retraining")


def offer(
    context: typer.Context,
    operator: Annotated[str, typer.Option("--operator", help="To whom: number, or a name nobody shares")],
    subject: Annotated[str, typer.Option("--subject", help="What it is about")],
    on: Annotated[str, typer.Option("--on", help="The day that is planned, YYYY-MM-DD")],
    by: By,
) -> None:
    """Offer an operator a retraining."""
    from qa_pipeline.supervision.retraining import offer_retraining

    _, sessions = context.obj.open()
    with sessions.begin() as session:
        made = offer_retraining(session, operator, subject, read_day(on), by, datetime.now()).retraining
    out(f"已安排 {made.retraining_id} 号培训：工号 {made.operator_id}，{made.planned_on}，{made.subject}")


def record(
    context: typer.Context,
    number: Annotated[int, typer.Argument(help="The number of the offer, as `retraining list` shows it")],
    result: Annotated[ResultName, typer.Option("--result", help="Was it taken or declined")],
    by: By,
    remark: Annotated[str, typer.Option("--remark", help="How it went, or why it was declined")],
    on: Annotated[str | None, typer.Option("--on", help="The day, YYYY-MM-DD; default: today")] = None,
) -> None:
    """Record what became of an offer."""
    from qa_pipeline.models.retraining import RetrainingResult
    from qa_pipeline.supervision.retraining import record_retraining

    _, sessions = context.obj.open()
    day = date.today() if on is None else read_day(on)
    with sessions.begin() as session:
        file = record_retraining(session, number, RetrainingResult[result.name], day, by, remark, datetime.now())
    out(f"已登记 {number} 号培训：工号 {file.retraining.operator_id}，{day}，{result.value}")


def list_(context: typer.Context, as_json: AsJson = False) -> None:
    """List offers, and whom one is due: two or more failed months in a row. Exit code 1 where somebody waits."""
    from qa_pipeline.store.queries.people import operators
    from qa_pipeline.store.queries.retraining import retrainings
    from qa_pipeline.supervision.retraining import retraining_due

    _, sessions = context.obj.open()
    with sessions() as session:
        files, due = retrainings(session), retraining_due(session)
        names = {o.operator_id: o.name for o in operators(session)}
    if as_json:
        from dataclasses import asdict

        out_json({"offers": [asdict(file) for file in files], "due": [asdict(one) for one in due]})
        raise typer.Exit(1 if due else 0)
    out(f"培训安排 {len(files)} 次")
    for file in files:
        offer, word = file.retraining, file.word
        became = "尚未登记结果" if word is None else f"{word.on_day} {word.result.name_zh}（{word.by}）：{word.remark}"
        who = f"{offer.operator_id} {names.get(offer.operator_id, '')}".strip()
        out(f"  {offer.retraining_id} 号 {who}：{offer.planned_on} {offer.subject}（{offer.offered_by}）；{became}")
    out(f"应当先安排培训 {len(due)} 人")
    for one in due:
        open_offer = "" if one.open_offer is None else f"；已安排 {one.open_offer} 号，尚未登记结果"
        months = "、".join(one.run.months)
        out(f"  {one.operator_id} {one.name}：连续 {one.run.run} 个月不合格（{months}）{open_offer}")
    raise typer.Exit(1 if due else 0)
