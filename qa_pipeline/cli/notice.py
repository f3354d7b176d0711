"""``hotline-qa notice``: supervision notices, from what somebody saw to a criticism notice on paper."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qa_pipeline.cli.batch import AsJson, Month, check_month
from qa_pipeline.cli.console import ViewerOption, out, out_json
from qa_pipeline.cli.days import read_day
from qa_pipeline.errors import UserError
from qa_pipeline.language.personal.viewers import Viewer

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from qa_pipeline.models.supervision import NoticeFile

By = Annotated[str, typer.Option("--by", help="Who does it: name or number")]
Reason = Annotated[str, typer.Option("--reason", help="Why, in a sentence")]
Number = Annotated[int, typer.Argument(help="The number of the notice, as `notice list` shows it")]


class KindName(StrEnum):
    """Channels as they are typed."""

    REMINDER = "互相提醒"
    TEAM_LEADER = "组长监管"
    SHIFT_LEADER = "班长巡查"


class OfficeName(StrEnum):
    """Offices as they are typed."""

    TEAM_LEADER = "组长"
    SHIFT_LEADER = "班长"
    SUPERVISOR = "主管"


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    notices = typer.Typer(no_args_is_help=True, help="Supervision notices: entered, approved by another, printed.")
    notices.command("add")(add)
    notices.command("import")(import_)
    notices.command("approve")(approve)
    notices.command("reject")(reject)
    notices.command("withdraw")(withdraw)
    notices.command("list")(list_)
    notices.command("print")(print_)
    app.add_typer(notices, name="notice")


def read_points(text: str) -> Decimal:
    """Return points as they were typed.

    Raises:
        UserError: It is no number.
    """
    try:
        return Decimal(text)
    except InvalidOperation as error:
        raise UserError(f"“{text}”不是数字", "写 0、1、2.5 这样的数") from error


def read_time(text: str) -> datetime:
    """Return a day with a time as it was typed.

    Raises:
        UserError: It is none, or has no time.
    """
    try:
        moment = datetime.strptime(text.strip().replace("/", "-"), "%Y-%m-%d %H:%M")
    except ValueError as error:
        raise UserError(f"“{text}”不是日期加时间", '写成 "2026-10-03 08:15" 这样') from error
    return moment


def add(
    context: typer.Context,
    operator: Annotated[str, typer.Option("--operator", help="Whom it is about: number, or a name nobody shares")],
    kind: Annotated[KindName, typer.Option("--kind", help="By which channel")],
    when: Annotated[str, typer.Option("--when", help='When it happened: "2026-10-14 15:20"')],
    what: Annotated[str, typer.Option("--what", help="What happened, in a sentence")],
    evidence: Annotated[str, typer.Option("--evidence", help="What shows it")],
    by: By,
    seen_by: Annotated[str, typer.Option("--seen-by", help="Who saw it; default: who enters it")] = "",
    points: Annotated[str, typer.Option("--points", help="Points proposed")] = "0",
    call: Annotated[str | None, typer.Option("--call", help="The call that shows it")] = None,
    at: Annotated[str | None, typer.Option("--at", help="The moment of that call: 01:35")] = None,
) -> None:
    """Enter what somebody saw. It takes no point until another person, a leader or supervisor, approves it."""
    from qa_pipeline.models.supervision import NoticeDraft, NoticeKind, moment_ms
    from qa_pipeline.supervision.notices import enter_notice

    at_ms = None if at is None else moment_ms(at)
    if at is not None and at_ms is None:
        raise UserError(f"“{at}”不是通话中的时刻", "写成 分:秒，如 01:35")
    draft = NoticeDraft(
        operator,
        NoticeKind[kind.name],
        seen_by or by,
        read_time(when),
        what,
        evidence,
        read_points(points),
        call,
        at_ms,
    )
    settings, sessions = context.obj.open()
    now = datetime.now()
    with sessions.begin() as session:
        file = enter_notice(session, settings, draft, by, now)
    if file.notice.entered_at != now:
        out(f"已在 {file.notice.notice_id} 号登记，没有另记：{_line(file, {})}")
        return
    out(f"已登记 {_line(file, {})}")
    out("由他人审批后才扣分：hotline-qa notice approve")


def import_(
    context: typer.Context,
    path: Annotated[
        Path, typer.Argument(help="CSV or xlsx: 工号,类别,发现人,发生时间,事实,依据,建议扣分,通话编号,时刻")
    ],
    by: By,
) -> None:
    """Enter the notices of a table; the same table again enters nothing. Exit code 1 where rows were refused."""
    from qa_pipeline.runs.notices_import import import_notices

    settings, sessions = context.obj.open()
    found = import_notices(settings, sessions, path, by, datetime.now())
    out(f"{path.name}：登记 {len(found.entered)} 条，已有 {found.unchanged} 条，未收 {len(found.refusals)} 条")
    for refusal in found.refusals:
        out(f"  {refusal}")
    raise typer.Exit(1 if found.refusals else 0)


def approve(
    context: typer.Context,
    number: Number,
    by: By,
    office: Annotated[OfficeName, typer.Option("--as", help="In which capacity")],
    reason: Reason,
    points: Annotated[str | None, typer.Option("--points", help="Fewer points than were proposed")] = None,
    criticise: Annotated[bool, typer.Option("--criticise", help="A criticism notice (通报批评) follows")] = False,
) -> None:
    """Approve a notice: it takes its points from the month in which it happened."""
    from qa_pipeline.models.supervision import Office
    from qa_pipeline.supervision.notices import approve_notice

    settings, sessions = context.obj.open()
    taken = None if points is None else read_points(points)
    with sessions.begin() as session:
        file = approve_notice(
            session, settings, number, by, Office[office.name], reason, datetime.now(),
            points=taken, criticised=criticise,
        )  # fmt: skip
    out(f"已批准 {_line(file, {})}")


def reject(context: typer.Context, number: Number, by: By, reason: Reason) -> None:
    """Reject a notice: it takes nothing."""
    from qa_pipeline.supervision.notices import reject_notice

    _, sessions = context.obj.open()
    with sessions.begin() as session:
        file = reject_notice(session, number, by, reason, datetime.now())
    out(f"已驳回 {_line(file, {})}")


def withdraw(context: typer.Context, number: Number, by: By, reason: Reason) -> None:
    """Take a notice back: who entered or saw it, or a leader once it was approved, before the month is settled."""
    from qa_pipeline.supervision.notices import withdraw_notice

    _, sessions = context.obj.open()
    with sessions.begin() as session:
        file = withdraw_notice(session, number, by, reason, datetime.now())
    out(f"{file.state.name_zh} {_line(file, {})}")


def list_(
    context: typer.Context, month: Month, viewer: ViewerOption = Viewer.OPERATOR, as_json: AsJson = False
) -> None:
    """List a month's notices, where each stands and what they take; who judges also reads who saw it."""
    from qa_pipeline.language.personal.viewers import may_see
    from qa_pipeline.reports.hiding import hidden_from
    from qa_pipeline.store.queries.people import operators
    from qa_pipeline.store.queries.supervision import approved_notices, notices_of
    from scoring.notices import notice_total

    settings, sessions = context.obj.open()
    hide, all_seen = hidden_from(settings, viewer, ()), may_see(viewer, settings.sees_personal_data)
    with sessions() as session:
        files = [_hidden(file, hide, all_seen=all_seen) for file in notices_of(session, check_month(month))]
        names = {o.operator_id: o.name for o in operators(session)}
        taken = approved_notices(session, month)
    if as_json:
        out_json([_values(file) for file in files])
        return
    out(f"{month} 监督记录 {len(files)} 条")
    for file in files:
        out(f"  {_line(file, names)}")
        for word in file.words:
            office = f"（{word.office.name_zh}）" if word.office is not None else ""
            out(f"      {word.said_at:%m-%d %H:%M} {word.by}{office}：{word.reason}")
    for operator_id, notices in sorted(taken.items()):
        out(f"合计扣 {operator_id} {names.get(operator_id, '')} {notice_total(notices)} 分")


def print_(
    context: typer.Context,
    month: Month,
    numbers: Annotated[list[int] | None, typer.Argument(help="Numbers of notices; default: all of the month")] = None,
    out_file: Annotated[
        Path | None, typer.Option("--out", help="The page; default: in the workspace's reports/")
    ] = None,
    day: Annotated[str | None, typer.Option("--day", help="The day it bears; default: today")] = None,
    reference: Annotated[str, typer.Option("--reference", help="Reference number (文号); default: a blank")] = "",
    viewer: ViewerOption = Viewer.OUTSIDER,
) -> None:
    """Write a criticism notice (通报批评) as a page that prints on A4."""
    from qa_pipeline.publish import publish_criticism

    settings, sessions = context.obj.open()
    path = out_file or settings.reports_dir / check_month(month) / f"通报批评-{month}.html"
    bears = date.today() if day is None else read_day(day)
    out(str(publish_criticism(settings, sessions, month, tuple(numbers or ()), path, bears, reference, viewer)))


def _hidden(file: NoticeFile, hide: Callable[[str], str], *, all_seen: bool) -> NoticeFile:
    """Return a notice as its reader may see it; who reminded a colleague is named to those who judge only."""
    from dataclasses import replace

    notice = file.notice
    seen_by, entered_by = (notice.seen_by, notice.entered_by) if all_seen else ("", "")
    shown = replace(
        notice, what=hide(notice.what), evidence=hide(notice.evidence), seen_by=seen_by, entered_by=entered_by
    )
    return replace(file, notice=shown, words=tuple(replace(word, reason=hide(word.reason)) for word in file.words))


def _line(file: NoticeFile, names: Mapping[str, str]) -> str:
    notice = file.notice
    who = f"{notice.operator_id} {names.get(notice.operator_id, '')}".strip()
    proposed = f"提出扣 {notice.points} 分" if notice.points else "不扣分"
    taken = f"扣 {file.points} 分" if file.points else proposed
    seen = f"（{notice.seen_by}）" if notice.seen_by else ""
    marks = "，通报批评" if file.criticised else ""
    place = f"，通话 {notice.call_id}" if notice.call_id else ""
    return (
        f"{notice.notice_id} 号 {notice.happened_at:%m-%d %H:%M} {who} {notice.kind.name_zh}{seen}："
        f"{notice.what}{place}；{file.state.name_zh}，{taken}{marks}"
    )


def _values(file: NoticeFile) -> dict[str, object]:
    from dataclasses import asdict

    words: Sequence[dict[str, object]] = [asdict(word) for word in file.words]
    return {
        **asdict(file.notice),
        "state": file.state.value,
        "taken": file.points,
        "criticised": file.criticised,
        "words": words,
    }
