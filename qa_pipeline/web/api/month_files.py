"""A month's files by the API, as the desk makes them: payroll, workbook, report, ledger.

A file holds what several scopes read, so that it needs all of them.
"""

from __future__ import annotations

from fastapi.responses import Response

from qa_pipeline.models.accounts import Role
from qa_pipeline.models.tokens import Scope
from qa_pipeline.web import downloads
from qa_pipeline.web.access import PersonOf
from qa_pipeline.web.api.base import api_family, by_token, file_of
from qa_pipeline.web.desk import DeskOf
from qa_pipeline.web.downloads import KINDS
from qa_pipeline.web.navigation import SEES_CALLS

router = api_family("months")
WITHIN = (Scope.CALLS_READ, Scope.NOTICES_READ)
"""What is in a workbook, a report and a ledger beside the month's figures: calls' words, and notices."""
PAYS = [by_token(Scope.PAYROLL_READ, Role.SUPERVISOR, looks=True)]
TELLS = [by_token(Scope.MONTHS_READ, *SEES_CALLS, also=WITHIN, looks=True)]
PROVES = [by_token(Scope.MONTHS_READ, Role.SUPERVISOR, also=(*WITHIN, Scope.PAYROLL_READ), looks=True)]


@router.get(
    "/months/{month}/payroll.xlsx", dependencies=PAYS, response_class=Response, responses=file_of(KINDS[".xlsx"])
)
def get_payroll_workbook(desk: DeskOf, month: str) -> Response:
    """Return the payroll as a workbook that recomputes; of a month that is open it is provisional."""
    return downloads.payroll_xlsx(desk, month)


@router.get(
    "/months/{month}/workbook.xlsx", dependencies=TELLS, response_class=Response, responses=file_of(KINDS[".xlsx"])
)
def get_workbook(desk: DeskOf, person: PersonOf, month: str) -> Response:
    """Return the month's workbook, as the token's account may see it."""
    return downloads.workbook(desk, person, month)


@router.get("/months/{month}/report.zip", dependencies=TELLS, response_class=Response, responses=file_of(KINDS[".zip"]))
def get_report(desk: DeskOf, person: PersonOf, month: str) -> Response:
    """Return the month's report as pages to open anywhere, without clips, as the token's account may see it."""
    return downloads.report(desk, person, month)


@router.get(
    "/months/{month}/ledger.jsonl.gz", dependencies=PROVES, response_class=Response, responses=file_of(KINDS[".gz"])
)
def get_ledger(desk: DeskOf, person: PersonOf, month: str) -> Response:
    """Return a settled month's ledger: it can be checked without the program and without the store."""
    return downloads.ledger(desk, person, month)
