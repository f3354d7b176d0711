"""Supervision notices from a table that leaders keep (CSV or xlsx)."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from pathlib import Path

from qa_pipeline.errors import ImportRefused
from qa_pipeline.ingest.batch import Numbered, Refusal
from qa_pipeline.ingest.cells import Cells
from qa_pipeline.ingest.tables import Table, plain_header, read_tables
from qa_pipeline.models.supervision import NoticeDraft, NoticeKind, moment_ms

NOTICE_COLUMNS = {
    "operator_id": ("工号", "坐席工号", "operator_id"),
    "kind": ("类别", "监督方式", "kind"),
    "seen_by": ("发现人", "seen_by"),
    "happened_at": ("发生时间", "happened_at"),
    "what": ("事实", "what"),
    "evidence": ("依据", "evidence"),
    "points": ("建议扣分", "扣分", "points"),
    "call_id": ("通话编号", "call_id"),
    "at": ("时刻", "at"),
}
NOTICE_REQUIRED = ("operator_id", "kind", "seen_by", "happened_at", "what", "evidence")
KINDS = {kind.name_zh: kind for kind in NoticeKind} | {kind.value: kind for kind in NoticeKind}


def read_notices(path: Path) -> tuple[tuple[Numbered[NoticeDraft], ...], tuple[Refusal, ...]]:
    """Read the notices of a file, and the rows that are none.

    Raises:
        ImportRefused: The file cannot be read, or lacks a column.
    """
    rows: list[Numbered[NoticeDraft]] = []
    refusals: list[Refusal] = []
    for table in read_tables(path):
        titles = _titles(table)
        places = {title: field for field, title in titles.items()}
        for number, record in table.rows:
            values = {places[t]: cell for t, cell in zip(table.header, record, strict=False) if t in places}
            cells = Cells(table.name, number, values, titles)
            draft = read_notice(cells)
            refusals += cells.faults
            if not cells.faults:
                rows.append(Numbered(number, draft))
    return tuple(rows), tuple(refusals)


def read_notice(cells: Cells) -> NoticeDraft:
    """Read one row."""
    return NoticeDraft(
        operator_id=cells.text("operator_id", required=True),
        kind=cells.choice("kind", KINDS, NoticeKind.REMINDER),
        seen_by=cells.text("seen_by", required=True),
        happened_at=cells.moment("happened_at"),
        what=cells.text("what", required=True),
        evidence=cells.text("evidence", required=True),
        points=_points(cells),
        call_id=cells.text("call_id") or None,
        at_ms=_at_ms(cells),
    )


def _titles(table: Table) -> dict[str, str]:
    plain = {plain_header(title): title for title in reversed(table.header)}
    found = {field: next((plain[n] for n in names if n in plain), None) for field, names in NOTICE_COLUMNS.items()}
    if missing := [NOTICE_COLUMNS[field][0] for field in NOTICE_REQUIRED if found[field] is None]:
        raise ImportRefused(
            f"{table.name}（监督记录）缺少列：{'、'.join(missing)}",
            f"全部列：{'、'.join(names[0] for names in NOTICE_COLUMNS.values())}",
        )
    return {field: title for field, title in found.items() if title is not None}


def _points(cells: Cells) -> Decimal:
    value = cells.text("points")
    try:
        return Decimal(value or 0)
    except InvalidOperation:
        cells.fault("points", f"“{value}”不是数字", "写 0、1、2.5 这样的数")
        return Decimal(0)


def _at_ms(cells: Cells) -> int | None:
    value = cells.text("at")
    found = moment_ms(value)
    if value and found is None:
        cells.fault("at", f"“{value}”不是通话中的时刻", "写成 分:秒，如 01:35")
    return found
