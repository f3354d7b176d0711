"""``hotline-qa appeal``: filed by an operator, answered by a reviewer, decided by a supervisor."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from qa_pipeline.cli.batch import AsJson, check_month
from qa_pipeline.cli.console import ViewerOption, out, out_json
from qa_pipeline.cli.notice import By, Reason, read_points
from qa_pipeline.errors import UserError
from qa_pipeline.language.personal.viewers import Viewer

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sqlalchemy.orm import Session

    from qa_pipeline.models.appeals import AppealFile, AppealTarget
    from qa_pipeline.settings import Settings
    from scoring.adjustments import Adjustment

Number = Annotated[int, typer.Argument(help="The number of the appeal, as `appeal list` shows it")]


class RulingName(StrEnum):
    """Rulings as they are typed."""

    UPHELD = "成立"
    PARTLY = "部分成立"
    REJECTED = "不成立"


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    appeals = typer.Typer(no_args_is_help=True, help="Appeals against deductions, notices and months that count.")
    appeals.command("file")(file_)
    appeals.command("answer")(answer)
    appeals.command("decide")(decide)
    appeals.command("adjust")(adjust)
    appeals.command("withdraw")(withdraw)
    appeals.command("list")(list_)
    appeals.command("show")(show)
    app.add_typer(appeals, name="appeal")


def file_(
    context: typer.Context,
    by: Annotated[str, typer.Option("--by", help="The operator who appeals: number, or a name nobody shares")],
    reason: Reason,
    call: Annotated[str | None, typer.Option("--call", help="The call, with --item")] = None,
    item: Annotated[
        str | None, typer.Option("--item", help="The item of the call (A6), or a rule that judged it")
    ] = None,
    notice: Annotated[int | None, typer.Option("--notice", help="Or the number of a supervision notice")] = None,
    month: Annotated[
        str | None, typer.Option("--month", "-m", help="Or a settled month that counts towards three in a row")
    ] = None,
) -> None:
    """Appeal against an item of a call, a supervision notice, or a month that counts towards three in a row."""
    from qa_pipeline.supervision.appeals import file_appeal

    settings, sessions = context.obj.open()
    with sessions.begin() as session:
        target = _target(session, settings, by, call, item, notice, month)
        filed = file_appeal(session, settings, target, by, reason, datetime.now())
    out(f"已受理 {_line(filed, {})}，应于 {filed.appeal.due_on} 前裁定")
    if filed.appeal.late_doubt:
        out("注意：可能已过申诉期限，但期限所跨年份的放假安排未知，请主管一并审查（workdays_file）")


def answer(
    context: typer.Context,
    number: Number,
    by: By,
    words: Annotated[str, typer.Option("--words", help="What a second look found")],
) -> None:
    """Answer an appeal: by a reviewer who did not judge it."""
    from qa_pipeline.supervision.appeals import answer_appeal

    settings, sessions = context.obj.open()
    with sessions.begin() as session:
        file = answer_appeal(session, settings, number, by, words, datetime.now())
    out(f"已答复 {_line(file, {})}")


def decide(
    context: typer.Context,
    number: Number,
    by: By,
    ruling: Annotated[RulingName, typer.Option("--ruling", help="What becomes of it")],
    reason: Reason,
    not_applicable: Annotated[
        bool, typer.Option("--not-applicable", help="The item does not apply to the call (with 成立)")
    ] = False,
    code: Annotated[str | None, typer.Option("--code", help="Which finding of the item (with 部分成立)")] = None,
    faults: Annotated[int | None, typer.Option("--faults", help="How many faults are left (with 部分成立)")] = None,
    points: Annotated[str | None, typer.Option("--points", help="How many points of a notice are left")] = None,
) -> None:
    """Decide an appeal that was answered. In a settled month what is won is booked in the next open one."""
    from qa_pipeline.supervision.appeal_changes import Outcome, Ruling
    from qa_pipeline.supervision.appeals import decide_appeal

    settings, sessions = context.obj.open()
    left = None if points is None else read_points(points)
    word = Ruling(Outcome[ruling.name], not not_applicable, code, faults, left)
    with sessions.begin() as session:
        file = decide_appeal(session, settings, number, by, word, reason, datetime.now())
    out(f"已裁定 {_line(file, {})}")
    with sessions() as session:
        from qa_pipeline.supervision.recomputing import unadjusted

        waits = any(one.appeal.appeal_id == number for one in unadjusted(session))
    if waits:
        adjust(context, number)


def adjust(context: typer.Context, number: Number) -> None:
    """Book what an appeal that was won changes in a settled month (`decide` does it; this tries again)."""
    from qa_pipeline.supervision.recomputing import book_adjustment

    settings, sessions = context.obj.open()
    with sessions.begin() as session:
        made = book_adjustment(session, settings, number, datetime.now())
    out(_adjustment(made))


def withdraw(context: typer.Context, number: Number, by: By, reason: Reason) -> None:
    """Take an appeal back before it is decided."""
    from qa_pipeline.supervision.appeals import withdraw_appeal

    _, sessions = context.obj.open()
    with sessions.begin() as session:
        file = withdraw_appeal(session, number, by, reason, datetime.now())
    out(f"已撤回 {_line(file, {})}")


def list_(
    context: typer.Context,
    month: Annotated[str | None, typer.Option("--month", "-m", help="Only those of this month, YYYY-MM")] = None,
    overdue: Annotated[bool, typer.Option("--overdue", help="Only those that should have been decided")] = False,
    viewer: ViewerOption = Viewer.OPERATOR,
    as_json: AsJson = False,
) -> None:
    """List appeals. Exit code 1 where some are overdue, or were won and are not adjusted yet."""
    from qa_pipeline.reports.hiding import hidden_from
    from qa_pipeline.store.queries.appeals import appeals_of
    from qa_pipeline.store.queries.people import operators
    from qa_pipeline.supervision.recomputing import unadjusted

    settings, sessions = context.obj.open()
    hide = hidden_from(settings, viewer, ())
    today = datetime.now().date()
    with sessions() as session:
        files = appeals_of(session, None if month is None else check_month(month))
        names = {o.operator_id: o.name for o in operators(session)}
        waiting = {file.appeal.appeal_id for file in unadjusted(session)}
    late = {file.appeal.appeal_id for file in files if file.overdue(today)}
    chosen = [file for file in files if not overdue or file.appeal.appeal_id in late]
    if as_json:
        out_json([{**_values(f, hide), "overdue": f.appeal.appeal_id in late} for f in chosen])
    else:
        out(f"申诉 {len(chosen)} 件，逾期未裁定 {len(late)} 件，成立而尚未调整 {len(waiting)} 件")
        for file in chosen:
            marks = "  ※已逾期" if file.appeal.appeal_id in late else ""
            marks += "  ※尚未调整" if file.appeal.appeal_id in waiting else ""
            out(f"  {_line(file, names)}{marks}")
    raise typer.Exit(1 if late or waiting else 0)


def show(context: typer.Context, number: Number, viewer: ViewerOption = Viewer.OPERATOR) -> None:
    """Show an appeal with all that was said to it and what came of it."""
    from qa_pipeline.reports.hiding import hidden_from
    from qa_pipeline.store.queries.appeals import adjustments_of, appeal_file
    from qa_pipeline.store.queries.people import operators

    settings, sessions = context.obj.open()
    hide = hidden_from(settings, viewer, ())
    with sessions() as session:
        file = appeal_file(session, number)
        names = {o.operator_id: o.name for o in operators(session)}
        made = adjustments_of(session, file.appeal.target.month, file.appeal.target.operator_id).get(number)
    out(_line(file, names))
    appeal = file.appeal
    out(f"  {appeal.filed_at:%Y-%m-%d %H:%M} {appeal.filed_by} 申诉：{hide(appeal.reason)}")
    for word in file.words:
        out(f"  {word.said_at:%Y-%m-%d %H:%M} {word.by} {_STEPS[word.step.value]}：{hide(word.reason)}")
        for change in word.changes:
            out(f"      {_change(change.code, change.verdict, change.faults, change.points)}")
    if made is not None:
        out(f"  {_adjustment(made)}")


_STEPS = {
    "answered": "答复",
    "upheld": "裁定成立",
    "partly": "裁定部分成立",
    "rejected": "裁定不成立",
    "withdrawn": "撤回",
}
_VERDICTS = {"overrule": "改判为无差错", "not_applicable": "改判为不适用"}


def _change(code: str, verdict: str | None, faults: int, points: object) -> str:
    if points is not None:
        return f"监督记录 {code} 号改为扣 {points} 分"
    if verdict is None:
        return f"{code} 不再计入连续不合格"
    return f"{code} {_VERDICTS.get(verdict, f'改判为 {faults} 处差错')}"


def _target(
    session: Session,
    settings: Settings,
    by: str,
    call: str | None,
    item: str | None,
    notice: int | None,
    month: str | None,
) -> AppealTarget:
    from qa_pipeline.supervision.appeal_targets import item_target, notice_target, strike_target
    from qa_pipeline.supervision.asking import known_operator, roster_of

    if sum((call is not None, notice is not None, month is not None)) != 1 or (call is None) != (item is None):
        raise UserError("没有写明申诉什么", "写 --call 通话 --item 评分项，或 --notice 编号，或 --month 月份，三者取一")
    if call is not None:
        return item_target(session, settings, call, str(item))
    if notice is not None:
        return notice_target(session, notice)
    return strike_target(session, known_operator(roster_of(session), by).operator_id, check_month(str(month)))


def _line(file: AppealFile, names: Mapping[str, str]) -> str:
    appeal = file.appeal
    who = f"{appeal.target.operator_id} {names.get(appeal.target.operator_id, '')}".strip()
    return f"{appeal.appeal_id} 号 {who}：{appeal.target.name_zh}；{file.state.name_zh}"


def _adjustment(made: Adjustment) -> str:
    pay = "" if made.pay is None else f"，绩效工资 +{made.pay} 元"
    factors = " → ".join("无" if one.factor is None else f"{one.factor:.2f}" for one in (made.before, made.after))
    grades = f"{made.before.grade} → {made.after.grade}，系数 {factors}"
    what = f"调整 {made.month} 工号 {made.operator_id}，记入 {made.booked_in}"
    return f"{what}：{made.before.points} → {made.after.points} 分，{grades}{pay}（{made.words}）"


def _values(file: AppealFile, hide: Callable[[str], str]) -> dict[str, object]:
    from dataclasses import asdict

    words = [{**asdict(word), "reason": hide(word.reason)} for word in file.words]
    return {**asdict(file.appeal), "reason": hide(file.appeal.reason), "state": file.state.value, "words": words}
