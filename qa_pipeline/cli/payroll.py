"""``hotline-qa payroll``: the month's payroll for finance, and a file that finance gives back checked against it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qa_pipeline.cli.batch import Month, check_month
from qa_pipeline.cli.console import out

if TYPE_CHECKING:
    from qa_pipeline.reports.payroll_fields import OperatorPay
    from qa_pipeline.store.queries.month import Closing

Layout = Annotated[Path | None, typer.Option("--layout", help="YAML with the columns; default: the settings' layout")]


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    payroll = typer.Typer(no_args_is_help=True, help="What the month pays, for finance.")
    payroll.callback(invoke_without_command=True)(write)
    payroll.command()(check)
    app.add_typer(payroll, name="payroll")


def write(
    context: typer.Context,
    month: Annotated[str | None, typer.Option("--month", "-m", help="The month as YYYY-MM")] = None,
    layout: Layout = None,
    out_dir: Annotated[Path | None, typer.Option("--out", help="Folder; default: the workspace's reports/")] = None,
) -> None:
    """Write the payroll as CSV and as a workbook that recomputes, and print what each team comes to."""
    from qa_pipeline.errors import UserError
    from qa_pipeline.payroll.paying import layout_of, month_payroll, publish_payroll
    from qa_pipeline.store.queries.month import closing_of

    if context.invoked_subcommand is not None:
        return
    if month is None:
        raise UserError("没有写明月份", "用 --month 2026-10 写明")
    settings, sessions = context.obj.open()
    pays = month_payroll(settings, sessions, check_month(month))
    for path in publish_payroll(settings, pays, check_month(month), layout_of(settings, layout), out_dir):
        out(str(path))
    with sessions() as session:
        out(_standing(str(month), closing_of(session, str(month))))
    for line in _account(pays):
        out(line)


def check(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="The CSV or xlsx that finance gave back")],
    month: Month,
    layout: Layout = None,
) -> None:
    """Say which lines of a payroll file differ from the program's. Exit code 1 where one does."""
    from qa_pipeline.payroll.checking import check_file
    from qa_pipeline.payroll.paying import layout_of, month_payroll

    settings, sessions = context.obj.open()
    pays = month_payroll(settings, sessions, check_month(month))
    checked = check_file(file, pays, layout_of(settings, layout))
    for difference in checked.differences:
        out(str(difference))
    if checked.unbalanced:
        out(f"合计不符：{checked.unbalanced}")
    if checked.missing:
        out(f"表内没有这些列，没有核对：{'、'.join(checked.missing)}")
    if checked.agrees:
        out(f"{file.name} 与程序逐分一致")
    raise typer.Exit(0 if checked.agrees else 1)


def _standing(month: str, closing: Closing | None) -> str:
    if closing is None:
        return f"{month} 尚未结账：以下都是暂定数，结账前不要发放"
    return f"{month} 已由 {closing.closed_by} 于 {closing.closed_at:%Y-%m-%d %H:%M} 结账"


def _account(pays: tuple[OperatorPay, ...]) -> list[str]:
    from scoring.payroll import by_team, payroll_total

    teams = [f"  {team or '（无班组）'}：{amount}" for team, amount in by_team(who.pay for who in pays).items()]
    undecided = [who.line.operator for who in pays if who.pay.total is None]
    names = "、".join(f"{person.operator_id} {person.name}" for person in undecided)
    left = [f"未定 {len(undecided)} 人，不在合计内：{names}"] if undecided else []
    decided = len(pays) - len(undecided) - len([who for who in pays if who.apart])
    return [f"绩效合计 {payroll_total(who.pay for who in pays)} 元，{decided} 人", *teams, *_apart(pays), *left]


def _apart(pays: tuple[OperatorPay, ...]) -> list[str]:
    """Return who is paid for earlier months alone, and how much of the total that is."""
    owed = [f"{who.line.operator.operator_id} {who.line.operator.name} {who.pay.total} 元" for who in pays if who.apart]
    return [f"其中单列补调 {len(owed)} 人，已在合计内：{'、'.join(owed)}"] if owed else []
