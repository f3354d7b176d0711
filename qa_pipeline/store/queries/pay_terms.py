"""Under what terms people worked in a month: each revision of an operator's month is kept, the latest counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from qa_pipeline.store.queries.month import closing_of, hold_month
from qa_pipeline.store.queries.refused import Refused
from qa_pipeline.store.rows import as_model, as_row, too_long
from qa_pipeline.store.schema import OperatorRow, PayTermRow
from scoring.pay import PayTerm, PayTermProblems, joined
from scoring.pay.scheme import month_ends


def pay_terms(session: Session, month: str) -> dict[str, tuple[PayTerm, ...]]:
    """Return the terms that count in a month (``YYYY-MM``): operator id -> terms by day.

    Who is not in it has none: finance has not stated them.
    """
    latest = (
        select(PayTermRow.operator_id, func.max(PayTermRow.revision).label("revision"))
        .where(PayTermRow.month == month)
        .group_by(PayTermRow.operator_id)
        .subquery()
    )
    same = (latest.c.operator_id == PayTermRow.operator_id) & (latest.c.revision == PayTermRow.revision)
    rows = session.scalars(
        select(PayTermRow)
        .join(latest, same)
        .where(PayTermRow.month == month)
        .order_by(PayTermRow.operator_id, PayTermRow.from_day)
    )
    found: dict[str, list[PayTerm]] = {}
    for row in rows:
        found.setdefault(row.operator_id, []).append(_term(row))
    return {operator_id: tuple(terms) for operator_id, terms in found.items()}


def save_terms(session: Session, month: str, terms: Sequence[PayTerm], now: datetime) -> bool:
    """Keep one operator's month as a new revision; False where it is what counts already.

    A term without a team is of the operator's team on the roster.
    """
    operator_id = terms[0].operator_id
    stated = joined(month, [_with_team(session, term) for term in terms])
    newest = select(func.max(PayTermRow.revision)).where(
        PayTermRow.month == month, PayTermRow.operator_id == operator_id
    )
    revision = session.scalar(newest) or 0
    kept = select(PayTermRow).where(
        PayTermRow.month == month, PayTermRow.operator_id == operator_id, PayTermRow.revision == revision
    )
    if tuple(_term(row) for row in session.scalars(kept.order_by(PayTermRow.from_day))) == stated:
        return False
    rows = [_row(month, term, revision + 1, now) for term in stated]
    for row in rows:
        if (fault := too_long(row)) is not None:
            raise Refused(fault[0], "内容太长", f"不超过 {fault[1]} 个字符")
    session.add_all(rows)
    session.flush()
    return True


def unpayable(session: Session, month: str, terms: Sequence[PayTerm], *, partly: bool) -> Refused | None:
    """Return why one operator's month cannot be taken from a file, None if it can.

    Args:
        session: The unit of work; the month is held until its end, so that nobody closes it meanwhile.
        month: ``YYYY-MM``.
        terms: The operator's lines of the file that could be read.
        partly: Whether some lines of the file could not: of whom they were is not known, so that a month with days
            left out may be one that lacks a line.
    """
    hold_month(session, month)
    if closing_of(session, month) is not None:
        return Refused("月份", f"{month} 已结账", "结账后的更正作为调整登记在以后的月份")
    who = terms[0].operator_id
    try:
        stated = joined(month, terms)
    except PayTermProblems:
        return Refused("自", f"工号“{who}”在 {month} 的各段日期重叠或中间有空缺", "首尾相接；休假的日子写一行“休假”")
    whole = (stated[0].from_day, stated[-1].to_day) == month_ends(month)
    if partly and not whole:
        return Refused("工号", f"本文件有未收的行，工号“{who}”又未写满 {month}，不知是否缺行", "改正未收的行后再导入")
    return None


def _with_team(session: Session, term: PayTerm) -> PayTerm:
    if term.team:
        return term
    return replace(term, team=session.get_one(OperatorRow, term.operator_id).team)


def _term(row: PayTermRow) -> PayTerm:
    return as_model(PayTerm, row, base=Decimal(row.base))


def _row(month: str, term: PayTerm, revision: int, now: datetime) -> PayTermRow:
    return as_row(PayTermRow, term, month=month, revision=revision, base=str(term.base), recorded_at=now)
