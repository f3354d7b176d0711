"""A month's files, made when they are asked for: payroll, workbook, report, ledger."""

from __future__ import annotations

import tempfile
import zipfile
from pathlib import Path
from typing import Any
from urllib.parse import quote

from fastapi import Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from qa_pipeline.errors import NotFound
from qa_pipeline.language.personal.viewers import Viewer
from qa_pipeline.ledger.chain import Entry
from qa_pipeline.ledger.files import write_ledger
from qa_pipeline.models.accounts import Person, Role
from qa_pipeline.papers import month_papers
from qa_pipeline.payroll.paying import layout_of, month_payroll, write_both
from qa_pipeline.reports.report import write_report
from qa_pipeline.reports.workbook import write_workbook
from qa_pipeline.store.queries.calls import months
from qa_pipeline.store.queries.ledger import entries_of, ledger_months
from qa_pipeline.store.queries.listing import Wanted
from qa_pipeline.store.queries.month import closing_of, plan_of
from qa_pipeline.web.access import PersonOf, allow, family
from qa_pipeline.web.desk import Desk, DeskOf, page, viewers_of
from qa_pipeline.web.navigation import SEES_CALLS
from qa_pipeline.web.sealed import note_all_read, refuse_sealed_month

router = family()
FILES = "/months/{month}/files"
KINDS = {
    ".csv": "text/csv; charset=utf-8",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".zip": "application/zip",
    ".gz": "application/gzip",
}


@router.get(FILES, dependencies=[allow(*SEES_CALLS)])
def files_page(request: Request, desk: DeskOf, month: str) -> Response:
    """Say which files there are, and of a month that is open that they are provisional."""
    with desk.sessions() as session:
        desk.months.get(session, month)
        values: dict[str, Any] = {
            "drawn": plan_of(session, month, with_calls=False) is not None,
            "closing": closing_of(session, month),
            "in_ledger": month in ledger_months(session),
            "months": months(session),
        }
    return page(request, "files.html", month=month, **values)


@router.get(f"{FILES}/payroll.csv", dependencies=[allow(Role.SUPERVISOR, looks=True)])
def payroll_csv(desk: DeskOf, month: str) -> Response:
    """Send the payroll as finance reads it in."""
    return _payroll(desk, month, 0)


@router.get(f"{FILES}/payroll.xlsx", dependencies=[allow(Role.SUPERVISOR, looks=True)])
def payroll_xlsx(desk: DeskOf, month: str) -> Response:
    """Send the payroll as a workbook that recomputes."""
    return _payroll(desk, month, 1)


@router.get(f"{FILES}/workbook.xlsx", dependencies=[allow(*SEES_CALLS, looks=True)])
def workbook(desk: DeskOf, person: PersonOf, month: str) -> Response:
    """Send the month's workbook, as this person may see it."""
    with desk.sessions() as session, tempfile.TemporaryDirectory() as folder:
        refuse_sealed_month(desk, session, person, month)
        papers = month_papers(session, desk.settings, month, viewer_of(desk, person), speech=False)
        path = Path(folder) / f"质检月报-{month}.xlsx"
        note_all_read(desk, person, Wanted(month))
        write_workbook(papers.view, papers.data, papers.card, path, rules=papers.rules, supervision=papers.supervision)
        return sent(path)


@router.get(f"{FILES}/report.zip", dependencies=[allow(*SEES_CALLS, looks=True)])
def report(desk: DeskOf, person: PersonOf, month: str) -> Response:
    """Send the month's report as pages to open anywhere, without clips, as this person may see it."""
    with desk.sessions() as session, tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"质检月报-{month}.zip"
        refuse_sealed_month(desk, session, person, month)
        _write_report(desk, session, month, viewer_of(desk, person), Path(folder) / "report")
        note_all_read(desk, person, Wanted(month))
        _packed(Path(folder) / "report", path)
        return sent(path)


@router.get(f"{FILES}/ledger.jsonl.gz", dependencies=[allow(Role.SUPERVISOR, looks=True)])
def ledger(desk: DeskOf, person: PersonOf, month: str) -> Response:
    """Send a settled month's ledger: it can be checked without the program and without the store."""
    with desk.sessions() as session, tempfile.TemporaryDirectory() as folder:
        if month not in ledger_months(session):
            raise NotFound(f"账本中没有 {month}", "结账之后才有")
        refuse_sealed_month(desk, session, person, month)
        note_all_read(desk, person, Wanted(month))
        path = Path(folder) / f"账本-{month}.jsonl.gz"
        write_ledger(path, (Entry(*stored) for stored in entries_of(session, month)))
        return sent(path)


def viewer_of(desk: Desk, person: Person) -> Viewer:
    """Return as whom somebody reads a file: of several roles the one that sees all, if one does."""
    return next((v for v in viewers_of(person) if v.value in desk.settings.sees_personal_data), viewers_of(person)[0])


def sent(path: Path) -> Response:
    """Answer with a file, to be saved under its name."""
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(path.name)}"}
    return Response(path.read_bytes(), media_type=KINDS[path.suffix], headers=headers)


def _payroll(desk: Desk, month: str, which: int) -> Response:
    pays = month_payroll(desk.settings, desk.sessions, month)
    with tempfile.TemporaryDirectory() as folder:
        return sent(write_both(pays, Path(folder), month, layout_of(desk.settings))[which])


def _write_report(desk: Desk, session: Session, month: str, viewer: Viewer, folder: Path) -> None:
    papers = month_papers(session, desk.settings, month, viewer)
    write_report(
        *(papers.view, papers.data, papers.card, folder, lambda *_: None, desk.settings.language, papers.rules),
        viewer=viewer,
        allowed=desk.settings.sees_personal_data,
        public=papers.public,
        supervision=papers.supervision,
        drawn=papers.drawn,
    )


def _packed(folder: Path, path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(folder.rglob("*")):
            archive.write(file, file.relative_to(folder))
