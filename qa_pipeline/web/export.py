"""What a page shows as a workbook, and the list of calls as one."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote

from fastapi.responses import Response
from openpyxl import Workbook

from qa_pipeline.errors import NotFound
from qa_pipeline.reports.workbook import dress, neutralise, printable
from qa_pipeline.store.queries.calls import months
from qa_pipeline.store.queries.listing import ListedCall, count_listed, listed_calls
from qa_pipeline.web.access import PersonOf, allow, family
from qa_pipeline.web.calls import FiltersOf
from qa_pipeline.web.desk import DeskOf
from qa_pipeline.web.navigation import SEES_CALLS
from qa_pipeline.web.sealed import note_all_read, sealed_for
from qa_pipeline.web.wording import words

router = family()
EXPORTED = 5_000
"""So many calls an export holds at most."""
HEADS = (
    *("通话编号", "开始时间", "工号", "姓名", "班次", "时长（秒）", "得分", "最低", "最高", "失分项", "待判定项"),
    "状态",
)


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file with its media type."""

    media_type: str

    def answer(self, content: bytes, name: str) -> Response:
        """Answer with a file to be saved under a name."""
        headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}"}
        return Response(content, media_type=self.media_type, headers=headers)


XLSX = Kind("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")


def sheet_of(name: str, heads: Sequence[str], rows: Sequence[Sequence[Any]], cut: str = "") -> bytes:
    """Return a workbook of one sheet; no text of it is taken for a formula. ``cut`` says that rows are missing."""
    book = Workbook()
    sheet = book.active
    sheet.title = name
    sheet.append(list(heads))
    for row in rows:
        sheet.append([printable(value) for value in row])
    if cut:
        sheet.append([cut])
    neutralise(sheet)
    dress(sheet)
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


@router.get("/calls/export.xlsx", dependencies=[allow(*SEES_CALLS, looks=True)])
def export_calls(desk: DeskOf, person: PersonOf, filters: FiltersOf) -> Response:
    """Send the calls that fit the filters as a workbook."""
    with desk.sessions() as session:
        known = months(session)
        if not known:
            raise NotFound("还没有通话可导出", "先导入通话记录")
        month = filters.month or known[0]
        wanted = filters.wanted(month, sealed_for(desk, session, person))
        rows, fitting = listed_calls(session, wanted, 0, EXPORTED), count_listed(session, wanted)
    note_all_read(desk, person, wanted)
    cut = f"只导出前 {EXPORTED} 行，共 {fitting} 行" if fitting > EXPORTED else ""
    content = sheet_of("通话", HEADS, [_row(row) for row in rows], cut)
    return XLSX.answer(content, f"通话-{month}-{datetime.now():%Y%m%d-%H%M}.xlsx")


def _row(row: ListedCall) -> tuple[Any, ...]:
    e = row.standing
    lost = "、".join(f"{item.code} −{item.lost}" for item in e.lost)
    who = (e.call_id, e.started_at, e.operator_id, row.operator, e.shift, e.duration_s)
    state = words("zh")(f"state.{e.state}")
    if not e.audit_id:
        return (*who, None, None, None, "", None, state)
    figures = (None if value is None else float(value) for value in (e.points, e.points_low, e.points_high))
    return (*who, *figures, lost, len(e.open_items), state)
