"""The criticism notice (通报批评) of a month, from the supervision notices that led to it and still stand."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from qa_pipeline.errors import UserError
from qa_pipeline.language.personal.public import public_words
from qa_pipeline.language.personal.viewers import Viewer
from qa_pipeline.reports.hiding import hidden_from
from qa_pipeline.reports.supervision import CriticismHead, NoticeLine, criticism_page, supervision_of
from qa_pipeline.settings import SETTINGS_FILE, Settings
from qa_pipeline.store.queries.appeals import appeals_of
from qa_pipeline.store.queries.knowledge import entries
from qa_pipeline.store.queries.people import operators
from qa_pipeline.store.queries.supervision import notices_of
from qa_pipeline.supervision.notices import as_appealed, criticised


def criticism_notice(
    session: Session,
    settings: Settings,
    month: str,
    numbers: tuple[int, ...],
    day: date,
    reference: str = "",
    viewer: Viewer = Viewer.OUTSIDER,
    nonce: str = "",
) -> str:
    """Return a criticism notice of a month as a page that prints on A4.

    Args:
        session: The unit of work.
        settings: The centre's name, the rule it rests on, the deadline of appeals.
        month: ``YYYY-MM``.
        numbers: Of the supervision notices that it is about; none: all of the month that led to criticism and still
            stand after appeals.
        day: The day that it bears.
        reference: Its reference number (文号).
        viewer: Who reads it: those whom the settings do not let see personal data get stand-ins.
        nonce: Of the style sheet, where a server's policy asks for one.

    Raises:
        NotFound: One of the numbers led to no criticism that stands.
        UserError: There are no such notices, or the settings do not say what they rest on.
    """
    lines = criticised_of(session, settings, month, numbers, viewer)
    if not lines:
        raise UserError(
            f"{month} 没有通报批评的监督记录",
            "批准监督记录时选了通报批评的才打印（命令行 --criticise）",
        )
    if not settings.notice_basis.strip():
        raise UserError(
            "没有写明通报批评依据哪份文件哪一条",
            f"在 {settings.workspace / SETTINGS_FILE} 写上 notice_basis: 《……》（×发〔20××〕×号）第×条的规定",
        )
    head = CriticismHead(settings.centre_name, reference, settings.notice_basis, day, settings.appeal_workdays)
    return criticism_page(lines, head, nonce)


def criticised_of(
    session: Session,
    settings: Settings,
    month: str,
    numbers: tuple[int, ...] = (),
    viewer: Viewer = Viewer.OUTSIDER,
) -> tuple[NoticeLine, ...]:
    """Return what a criticism notice of a month lists; none where nothing of it led to criticism that stands.

    Raises:
        NotFound: One of the numbers led to no criticism that stands.
    """
    standing = as_appealed(notices_of(session, month), appeals_of(session, month))
    hide = hidden_from(settings, viewer, public_words(entries(session)))
    return supervision_of(criticised(standing, numbers), (), operators(session), hide).notices
