"""Takes what was read from files. The same again changes nothing; other content for what is there is refused."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from qa_pipeline.ingest.batch import Batch, FileKind, FileReport, Numbered, Refusal
from qa_pipeline.knowledge.base.changes import ChangeKind, changes_of
from qa_pipeline.models import CallRecord, KnowledgeEntry, MonthTerm, Operator, Place, ShiftDuty, WorkOrder
from qa_pipeline.store.queries.knowledge import entries, entry_row, versions_of
from qa_pipeline.store.queries.pay_terms import save_terms, unpayable
from qa_pipeline.store.queries.refused import Refused
from qa_pipeline.store.queries.search_index import index_calls
from qa_pipeline.store.queries.training_import import Registrar, take_attendance
from qa_pipeline.store.rows import as_model, as_row, chunks, too_long
from qa_pipeline.store.schema import (
    Base,
    CallRow,
    DutyRow,
    ImportRow,
    OperatorRow,
    PlaceRow,
    RefusalRow,
    WorkOrderRow,
)
from scoring.pay import PayTerm

Take = Callable[[Any], bool]
"""Takes one model: True it is new, False it was there; raises `Refused`."""


def take(session: Session, batch: Batch, now: datetime, who: Registrar | None = None) -> FileReport:
    """Take the rows of one file that can be taken and note what became of it.

    Rows that speak of an unknown operator or call, or that give other content to what is stored, are refused; a
    roster may change people, a work order gets a new revision, a knowledge version may only be ended. ``who`` vouches
    for attendance.
    """
    refusals = list(batch.refusals)
    taken = unchanged = 0
    if batch.kind is not None and batch.rows:
        take_one = _taker(batch.kind, session, batch, now, who or Registrar())
        for row in _in_order(batch):
            try:
                new = take_one(row.value)
            except Refused as refused:
                column = batch.titles.get(refused.column, refused.column)
                refusals.append(Refusal(batch.file, row.row, column, refused.what, refused.hint))
                continue
            taken, unchanged = taken + new, unchanged + (not new)
        session.flush()
        if batch.kind is FileKind.WORK_ORDERS:
            index_calls(session, {row.value.call_id for row in batch.rows})
    report = FileReport(batch.file, batch.kind, taken, unchanged, tuple(sorted(refusals, key=lambda r: r.row or 0)))
    note_import(session, report, now)
    return report


def _taker(kind: FileKind, session: Session, batch: Batch, now: datetime, who: Registrar) -> Take:
    if kind is FileKind.ATTENDANCE:
        return take_attendance(session, batch.rows, now, who)
    if kind is FileKind.PAY_TERMS:
        return _take_terms(session, batch, now)
    return _TAKERS[kind](session, batch.rows, now)


def note_import(session: Session, report: FileReport, now: datetime) -> None:
    """Note what became of a file, its refusals row by row."""
    row = ImportRow(
        file=report.file,
        kind=report.kind.value if report.kind is not None else "",
        taken=report.taken,
        unchanged=report.unchanged,
        refused=len(report.refusals),
        imported_at=now,
    )
    session.add(row)
    session.flush()
    session.add_all(
        RefusalRow(batch_id=row.batch_id, row=r.row, column=r.column, what=r.what, hint=r.hint) for r in report.refusals
    )


def last_refusals(session: Session, kind: FileKind) -> dict[str, str]:
    """Return file name -> why the last import of each file of a kind refused it as a whole, '' where it did not."""
    statement = (
        select(ImportRow.file, RefusalRow.what)
        .outerjoin(RefusalRow, RefusalRow.batch_id == ImportRow.batch_id)
        .where(ImportRow.kind == kind.value)
        .order_by(ImportRow.batch_id)
    )
    return {file: what or "" for file, what in session.execute(statement)}


def _in_order(batch: Batch) -> Sequence[Numbered[Any]]:
    if batch.kind is FileKind.KNOWLEDGE:  # an older version must be ended before a newer one can begin
        return sorted(batch.rows, key=lambda row: (row.value.entry_id, row.value.version))
    return batch.rows


def _add(session: Session, row: Base) -> bool:
    fault = too_long(row)
    if fault is not None:
        raise Refused(fault[0], "内容太长", f"不超过 {fault[1]} 个字符")
    session.add(row)
    return True


def _known_operators(session: Session) -> set[str]:
    return set(session.scalars(select(OperatorRow.operator_id)))


def _require_operator(known: set[str], operator_id: str) -> None:
    if operator_id not in known:
        raise Refused("工号", f"工号“{operator_id}”不在花名册里", "先导入含此人的花名册，或改正工号")


def _take_operators(session: Session, rows: Sequence[Numbered[Operator]], now: datetime) -> Take:  # noqa: ARG001
    stored = {row.operator_id: row for row in session.scalars(select(OperatorRow))}
    seen: set[str] = set()

    def take_one(person: Operator) -> bool:
        row = stored.get(person.operator_id)
        if row is None:
            row = stored[person.operator_id] = as_row(OperatorRow, person)
            seen.add(person.operator_id)
            return _add(session, row)
        if as_model(Operator, row) == person:
            seen.add(person.operator_id)
            return False
        if person.operator_id in seen:
            raise Refused("工号", f"工号“{person.operator_id}”在此文件里出现两次，内容不同", "只留下正确的一行")
        seen.add(person.operator_id)
        for name in ("name", "team", "leader_id", "hired_on"):
            setattr(row, name, getattr(person, name))
        return _add(session, row)

    return take_one


def _take_duties(session: Session, rows: Sequence[Numbered[ShiftDuty]], now: datetime) -> Take:  # noqa: ARG001
    known = _known_operators(session)
    days = [row.value.day for row in rows]
    between = select(DutyRow).where(DutyRow.day >= min(days), DutyRow.day <= max(days))
    stored = {as_model(ShiftDuty, row) for row in session.scalars(between)}

    def take_one(duty: ShiftDuty) -> bool:
        _require_operator(known, duty.operator_id)
        if duty in stored:
            return False
        stored.add(duty)
        return _add(session, as_row(DutyRow, duty))

    return take_one


def _take_calls(session: Session, rows: Sequence[Numbered[CallRecord]], now: datetime) -> Take:  # noqa: ARG001
    known = _known_operators(session)
    stored: dict[str, CallRecord] = {}
    for part in chunks(row.value.call_id for row in rows):
        for row in session.scalars(select(CallRow).where(CallRow.call_id.in_(part))):
            stored[row.call_id] = as_model(CallRecord, row)
    owners: dict[str, str] = {}
    for part in chunks(row.value.recording_file for row in rows if row.value.recording_file):
        pairs = session.execute(select(CallRow.recording_file, CallRow.call_id).where(CallRow.recording_file.in_(part)))
        owners.update((file, call_id) for file, call_id in pairs)

    def take_one(call: CallRecord) -> bool:
        _require_operator(known, call.operator_id)
        if call.call_id in stored:
            if stored[call.call_id] == call:
                return False
            differing = "、".join(_differences(stored[call.call_id], call))
            raise Refused(
                "通话编号", f"通话“{call.call_id}”已经登记，内容不同（{differing}）", "核对来源；已登记的通话不被覆盖"
            )
        owner = owners.get(call.recording_file) if call.recording_file else None
        if owner is not None:
            raise Refused("录音文件", f"录音“{call.recording_file}”已属于通话“{owner}”", "一段录音只能属于一通电话")
        _add(session, as_row(CallRow, call, month=f"{call.started_at:%Y-%m}"))
        stored[call.call_id] = call
        owners[call.recording_file] = call.call_id
        return True

    return take_one


def _differences(before: CallRecord, after: CallRecord) -> list[str]:
    return [name for name in CallRecord.__slots__ if getattr(before, name) != getattr(after, name)]


def _take_orders(session: Session, rows: Sequence[Numbered[WorkOrder]], now: datetime) -> Take:
    calls: set[str] = set()
    for part in chunks(row.value.call_id for row in rows):
        calls.update(session.scalars(select(CallRow.call_id).where(CallRow.call_id.in_(part))))
    newest: dict[str, WorkOrderRow] = {}
    for part in chunks(row.value.order_id for row in rows):
        of_orders = select(WorkOrderRow).where(WorkOrderRow.order_id.in_(part)).order_by(WorkOrderRow.revision)
        newest.update({row.order_id: row for row in session.scalars(of_orders)})
    seen: set[str] = set()

    def take_one(order: WorkOrder) -> bool:
        if order.call_id not in calls:
            raise Refused("通话编号", f"没有通话“{order.call_id}”", "先导入含此通话的通话记录，或改正编号")
        before = newest.get(order.order_id)
        if before is not None:
            if as_model(WorkOrder, before) == order:
                seen.add(order.order_id)
                return False
            if order.order_id in seen:
                raise Refused("工单编号", f"工单“{order.order_id}”在此文件里出现两次，内容不同", "只留下正确的一行")
            if before.call_id != order.call_id:
                raise Refused("通话编号", f"工单“{order.order_id}”已属于通话“{before.call_id}”", "核对后改正")
        revision = 1 if before is None else before.revision + 1
        row = as_row(WorkOrderRow, order, revision=revision, fields=dict(order.fields), recorded_at=now)
        _add(session, row)
        newest[order.order_id] = row
        seen.add(order.order_id)
        return True

    return take_one


def _take_entries(session: Session, rows: Sequence[Numbered[KnowledgeEntry]], now: datetime) -> Take:  # noqa: ARG001
    stored = versions_of(entries(session))

    def take_one(entry: KnowledgeEntry) -> bool:
        versions = stored.setdefault(entry.entry_id, {})
        changes = changes_of(entry, versions)
        for change in changes:
            if change.kind is ChangeKind.REFUSED:
                raise Refused(change.column, change.what, change.hint)
            if change.kind is not ChangeKind.UNCHANGED:
                _add(session, entry_row(change.entry, now))
                versions[change.entry.version] = change.entry
        return any(change.kind is not ChangeKind.UNCHANGED for change in changes)

    return take_one


def _take_terms(session: Session, batch: Batch, now: datetime) -> Take:
    """Take an operator's month as a whole: part of it would be paid as if the rest were not worked."""
    known = _known_operators(session)
    given: dict[tuple[str, str], list[PayTerm]] = {}
    for row in batch.rows:
        given.setdefault((row.value.month, row.value.term.operator_id), []).append(row.value.term)
    partly = bool(batch.refusals)
    faults = {of: unpayable(session, of[0], terms, partly=partly) for of, terms in given.items() if of[1] in known}
    new: dict[tuple[str, str], bool] = {}

    def take_one(line: MonthTerm) -> bool:
        of = (line.month, line.term.operator_id)
        _require_operator(known, of[1])
        if (fault := faults[of]) is not None:
            raise fault
        if of not in new:
            new[of] = save_terms(session, line.month, given[of], now)
        return new[of]

    return take_one


def _take_places(session: Session, rows: Sequence[Numbered[Place]], now: datetime) -> Take:  # noqa: ARG001
    stored = {(row.name, row.parent): row for row in session.scalars(select(PlaceRow))}
    names = {name for name, _ in stored} | {row.value.name for row in rows}
    seen: set[tuple[str, str]] = set()

    def take_one(place: Place) -> bool:
        if place.parent and place.parent not in names:
            raise Refused("上级", f"地名库里没有“{place.parent}”", "先写上级地名一行，或把上级留空")
        key = (place.name, place.parent)
        row = stored.get(key)
        if row is not None and as_model(Place, row) == place:
            seen.add(key)
            return False
        if key in seen:
            raise Refused("地名", f"“{place.name}”在此文件里出现两次，内容不同", "只留下正确的一行")
        seen.add(key)
        if row is None:
            row = stored[key] = as_row(PlaceRow, place)
        row.kind, row.aliases = place.kind, place.aliases
        return _add(session, row)

    return take_one


_TAKERS: dict[FileKind, Callable[[Session, Sequence[Numbered[Any]], datetime], Take]] = {
    FileKind.ROSTER: _take_operators,
    FileKind.SHIFT_PLAN: _take_duties,
    FileKind.CALL_LOG: _take_calls,
    FileKind.WORK_ORDERS: _take_orders,
    FileKind.KNOWLEDGE: _take_entries,
    FileKind.GAZETTEER: _take_places,
}
