"""Who owes which training, and the records as files."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from fastapi import Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from qa_pipeline.models.accounts import Person
from qa_pipeline.models.training_records import SessionFile
from qa_pipeline.reports.formulas import as_text
from qa_pipeline.store.queries.people import month_bounds, operators
from qa_pipeline.store.queries.training_records import SessionsWanted, training_between
from qa_pipeline.supervision.workdays import workdays_of
from qa_pipeline.training.records.owing import Induction, Owed, Owing
from qa_pipeline.training.records.standing import Standing, standing, teams_of
from qa_pipeline.web.access import PersonOf, allow, family
from qa_pipeline.web.desk import Desk, DeskOf, page
from qa_pipeline.web.export import XLSX, Kind, sheet_of
from qa_pipeline.web.hiding import hides
from qa_pipeline.web.training_records import TRAINS, WantedOf

router = family()
CSV = Kind("text/csv; charset=utf-8")
HEADS = (
    *("记录编号", "培训日期", "培训类别", "培训主题", "主讲", "培训分钟", "培训班组", "对应评分项"),
    *("工号", "姓名", "所在班组", "出席", "补课日期", "缺席原因", "更正原因", "登记人", "登记时间"),
)
OVERDUE_HEADS = ("班组", "工号", "姓名", "应参加", "期间", "起", "止", "说明")


@router.get("/training/records/overdue", dependencies=[allow(*TRAINS, looks=True)])
def overdue_page(request: Request, desk: DeskOf, person: PersonOf, team: str = "") -> Response:
    """Show by team who has which week's and month's training, and how far who is new has come."""
    today, found = datetime.now().date(), told_standing(desk, team)
    with desk.sessions() as session:
        teams = teams_of(operators(session))
    return page(
        request,
        "training_overdue.html",
        hide=hides(desk, person),
        since=found.since,
        tables=[
            (name, _table(rows))
            for name in (*teams, "")
            if (rows := [one for one in found.owing if one.operator.team == name])
        ],
        periods=tuple(dict.fromkeys(one.period for one in found.owing)),
        inductions=found.inductions,
        overdue=sum(one.state is Owed.OVERDUE for one in found.owing),
        states=tuple(Owed),
        teams=teams,
        team=team,
        today=today,
    )


@router.get("/training/records/overdue.xlsx", dependencies=[allow(*TRAINS, looks=True)])
def export_overdue(desk: DeskOf, team: str = "") -> Response:
    """Send what is overdue as a workbook."""
    return overdue_xlsx(desk, team)


@router.get("/training/records/export.xlsx", dependencies=[allow(*TRAINS, looks=True)])
def export_training_xlsx(desk: DeskOf, person: PersonOf, wanted: WantedOf) -> Response:
    """Send who attended what as a workbook; of a month, or of the last year."""
    return training_xlsx(desk, person, wanted)


@router.get("/training/records/export.csv", dependencies=[allow(*TRAINS, looks=True)])
def export_training_csv(desk: DeskOf, person: PersonOf, wanted: WantedOf) -> Response:
    """Send who attended what as CSV; of a month, or of the last year."""
    return training_csv(desk, person, wanted)


def told_standing(desk: Desk, team: str) -> Standing:
    """Return where everybody stands, or a team; of who was new what is still to be told."""
    today = datetime.now().date()
    with desk.sessions() as session:
        found = _standing(desk, session, today)
    return Standing(
        found.since,
        tuple(one for one in found.owing if team in {"", one.operator.team}),
        tuple(one for one in found.inductions if team in {"", one.operator.team} and _recent(one, today)),
    )


def overdue_xlsx(desk: Desk, team: str) -> Response:
    """Return what is overdue as a workbook."""
    today = datetime.now().date()
    with desk.sessions() as session:
        found = _standing(desk, session, today)
    late = [one for one in found.owing if one.state is Owed.OVERDUE and team in {"", one.operator.team}]
    rows: list[tuple[Any, ...]] = [
        (*_who(one), one.period.kind.name_zh, one.period.label, str(one.period.first), str(one.period.last), one.why)
        for one in sorted(late, key=lambda o: (o.operator.team, o.operator.operator_id, o.period.first))
    ]
    rows += [
        (*_who(one), "岗前培训", f"还差 {one.left} 天", str(one.hired_on), str(one.due_on), "已过期限")
        for one in found.inductions
        if one.overdue(today) and team in {"", one.operator.team}
    ]
    return XLSX.answer(sheet_of("未参加培训", OVERDUE_HEADS, rows), f"未参加培训-{today:%Y%m%d}.xlsx")


def training_xlsx(desk: Desk, person: Person, wanted: SessionsWanted) -> Response:
    """Return who attended what as a workbook; of a month, or of the last year."""
    rows = _export(desk, person, wanted)
    return XLSX.answer(sheet_of("培训记录", HEADS, rows), f"培训记录-{wanted.month or '近一年'}.xlsx")


def training_csv(desk: Desk, person: Person, wanted: SessionsWanted) -> Response:
    """Return who attended what as CSV that spreadsheets open as UTF-8; no text of it is taken for a formula."""
    kept = io.StringIO(newline="")
    rows = [[as_text(str(cell if cell is not None else "")) for cell in row] for row in _export(desk, person, wanted)]
    csv.writer(kept).writerows([HEADS, *rows])
    return CSV.answer(kept.getvalue().encode("utf-8-sig"), f"培训记录-{wanted.month or '近一年'}.csv")


def _export(desk: Desk, person: Person, wanted: SessionsWanted) -> list[tuple[Any, ...]]:
    today, hide = datetime.now().date(), hides(desk, person)
    first, after = (
        month_bounds(wanted.month)
        if wanted.month
        else (date(today.year - 1, today.month, 1), date(today.year + 1, 1, 1))
    )
    with desk.sessions() as session:
        files = [f for f in training_between(session, first, after) if f.session.held_on < after]
        people = {o.operator_id: (o.name, o.team) for o in operators(session)}
    chosen = [
        f
        for f in files
        if wanted.kind in {None, f.session.kind} and (not wanted.team or f.session.team in {wanted.team, ""})
    ]
    return [row for file in chosen for row in _rows(file, people, hide)]


def _rows(file: SessionFile, people: dict[str, tuple[str, str]], hide: Any) -> Iterable[tuple[Any, ...]]:
    s = file.session
    of_session = (
        *(s.session_id, str(s.held_on), s.kind.name_zh, hide(s.topic), s.leader, s.minutes, s.team or "全体"),
        "、".join(s.items),
    )
    for operator_id, word in sorted(file.latest.items()):
        name, team = people.get(operator_id, ("", ""))
        yield (
            *of_session,
            *(operator_id, name, team, word.presence.name_zh, str(word.made_up_on or "")),
            *(hide(word.reason), hide(word.why), word.by, f"{word.said_at:%Y-%m-%d %H:%M}"),
        )


def _standing(desk: Desk, session: Session, today: date) -> Standing:
    return standing(session, today, workdays_of(desk.settings).is_workday)


def _table(found: Sequence[Owing]) -> list[tuple[Any, dict[Any, Owing], int]]:
    """Return each operator with what is owed by period, and how much of it is overdue; most overdue first."""
    rows: dict[str, tuple[Any, dict[Any, Owing]]] = {}
    for one in found:
        rows.setdefault(one.operator.operator_id, (one.operator, {}))[1][one.period] = one
    counted = [(who, owed, sum(one.state is Owed.OVERDUE for one in owed.values())) for who, owed in rows.values()]
    return sorted(counted, key=lambda row: (-row[2], row[0].operator_id))


def _recent(one: Induction, today: date) -> bool:
    """Whether an induction is still to be told of: days remain, or it was over less than two months ago."""
    return one.left > 0 or (today - one.due_on).days < 60


def _who(one: Owing | Induction) -> tuple[str, str, str]:
    return one.operator.team, one.operator.operator_id, one.operator.name
