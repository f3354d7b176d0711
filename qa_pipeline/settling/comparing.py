"""Does the store still say what the ledger says? Months settled before there was a ledger are told apart."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from qa_pipeline.assessment import Beside
from qa_pipeline.errors import LedgerBroken
from qa_pipeline.ledger.adjustments import adjustment_body
from qa_pipeline.ledger.calls import stored_body
from qa_pipeline.ledger.canonical import Body
from qa_pipeline.ledger.chain import Entry, Kind
from qa_pipeline.ledger.checks import KEEP, START, Before, broken, checked
from qa_pipeline.ledger.months import draw_body
from qa_pipeline.ledger.operators import excluded_hash, notice_body, term_rows
from qa_pipeline.ledger.replay import differences
from qa_pipeline.ledger.writing import UNKEYED, Writing
from qa_pipeline.models import SettlingCall
from qa_pipeline.settling.as_of import AtClosing, Rows, at_closing, can_be
from qa_pipeline.settling.beside import beside_of
from qa_pipeline.settling.kept import ruleset_texts, standards_kept, writing_of
from qa_pipeline.settling.operators import AT_ONCE
from qa_pipeline.store.queries.ledger import entries_of, entry_before, ledger_months
from qa_pipeline.store.queries.month import plan_of, sampled_count
from qa_pipeline.store.queries.settling import frame_of, settling_calls
from qa_pipeline.store.schema import ClosingLineRow, ClosingRow

UNREADABLE = (ValueError, LookupError, ArithmeticError, TypeError, EOFError, OSError, zlib.error)
"""What reading a record raises that somebody wrote over."""


@dataclass(frozen=True, slots=True)
class Verified:
    """What was looked at; ``heads`` are the hashes that months ended with, by month, ``older`` months without entries.

    ``added``: calls that came into the log of a settled month later; they change nothing that was settled.
    """

    entries: int
    heads: Mapping[str, str]
    older: tuple[str, ...]
    added: int


def verify_store(session: Session, month: str | None = None) -> Verified:
    """Check the ledger's chain, and that the store is as it says.

    Looked at are plans, the criteria of risk supplements, scorecards, pay schemes and rulesets, calls, verdicts, words,
    notices, pay terms, adjustments, lines, retrainings, earlier months and pending appeals.

    Args:
        session: The unit of work.
        month: Only this month; the chain is then checked from its first entry on.

    Raises:
        LedgerBroken: At the first entry that is not as it was written, or not as the store has it.
    """
    older = _older(session)
    entries = (Entry(*stored) for stored in entries_of(session, month))
    work = _Compared(session)
    for some in _blocks(checked(entries, _before(session, month))):
        work.take(some)
    return Verified(work.entries, work.heads, older, work.added)


def _before(session: Session, month: str | None) -> Before | None:
    if month is None:
        return START
    first = next(entries_of(session, month), None)
    stored = None if first is None else entry_before(session, first[0])
    return START if stored is None else Before(stored[0], stored[4])


def _older(session: Session) -> tuple[str, ...]:
    """Return the months settled before there was a ledger; refuse one that was settled later and is not in it."""
    known = ledger_months(session)
    without = session.scalars(select(ClosingRow.month).where(ClosingRow.month.not_in(known)).order_by(ClosingRow.month))
    older = tuple(without)
    for month in older:
        if known and month > min(known):
            raise LedgerBroken(f"{month} 已结账，账本中却没有这个月", KEEP)
    return older


def _blocks(entries: Iterable[Entry]) -> Iterator[list[Entry]]:
    """Yield the entries of some operators at a time, and those around them one by one."""
    block: list[Entry] = []
    finished = 0
    for entry in entries:
        if entry.kind in {Kind.MONTH, Kind.CLOSE}:
            if block:
                yield block
            block, finished = [], 0
            yield [entry]
            continue
        block.append(entry)
        finished += entry.kind == Kind.OPERATOR
        if finished == AT_ONCE:
            yield block
            block, finished = [], 0


class _Compared:
    """Entries beside what is stored; whatever differs is told of the first entry."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.entries = self.added = 0
        self._left = _Left(Beside(), "", Writing(UNKEYED))
        self.heads: dict[str, str] = {}
        self._head: Body = {}
        self._excluded: dict[str, str] = {}
        self._beside = Beside()
        self._writing = Writing(UNKEYED)
        self._at_closing = AtClosing("", ())
        self._earlier: dict[str, tuple[Rows, ...]] = {}

    def take(self, some: list[Entry]) -> None:
        self.entries += len(some)
        try:
            self._compare(some)
        except UNREADABLE as error:
            raise broken(some[0], f"库中的记录读不出来（{type(error).__name__}）") from error

    def _compare(self, some: list[Entry]) -> None:
        first = some[0]
        if first.kind == Kind.MONTH:
            self._begin(first)
        elif first.kind == Kind.CLOSE:
            self.heads[first.month] = first.sha256
            self._same(first, first.said["counts"], {"operators": self._lines(first.month)})
            kept = first.said.get("ruleset_texts", {})
            self._same(first, kept, ruleset_texts(self.session, kept))
        else:
            self._operators(first.month, some)

    def _begin(self, entry: Entry) -> None:
        self._head = entry.said
        closing, plan = self.session.get(ClosingRow, entry.month), plan_of(self.session, entry.month, with_calls=False)
        if closing is None or plan is None:
            raise broken(entry, "库中没有这个月的结账或抽样方案")
        self._same(entry, self._head, {"by": closing.closed_by, "at": closing.closed_at.isoformat()})
        self._same(entry, self._head, standards_kept(self.session, self._head))
        writing = writing_of(self.session, self._head)
        if writing is None:
            raise broken(entry, "库中没有这个月的密钥，或已被改动：理由的哈希无从核对")
        self._writing = writing
        self._same(entry, self._head["draw"], draw_body(plan, sampled_count(self.session, entry.month), writing))
        self._excluded = {one.call_id: excluded_hash(one.call_id, one.reason, writing) for one in plan.exclusions}
        self._beside = beside_of(self.session, entry.month)
        self._at_closing = at_closing(self.session, entry.month, closing.closed_at)

    def _lines(self, month: str) -> int:
        found = self.session.scalars(select(ClosingLineRow.operator_id).where(ClosingLineRow.month == month))
        return len(found.all())

    def _operators(self, month: str, some: list[Entry]) -> None:
        ids = sorted({entry.said["operator"] for entry in some})
        calls = {call.call_id: call for mine in settling_calls(self.session, month, ids).values() for call in mine}
        frame = {row.call_id: row for rows in frame_of(self.session, month, ids).values() for row in rows}
        lines = select(ClosingLineRow.operator_id, ClosingLineRow.body).where(
            ClosingLineRow.month == month, ClosingLineRow.operator_id.in_(ids)
        )
        self._earlier = self._at_closing.earlier(self.session, ids)
        bodies = {row.operator_id: dict(row.body) for row in self.session.execute(lines)}
        for entry in some:
            said = entry.said
            if entry.kind == Kind.FRAME:
                self._left = _Left(self._beside, said["operator"], self._writing)
                self._frame(entry, said, frame)
            elif entry.kind == Kind.CALL:
                self._call(entry, said, calls.pop(said["call"], None))
            elif entry.kind == Kind.NOTICE:
                self._same(entry, said, self._left.notice(entry))
            elif entry.kind == Kind.ADJUSTMENT:
                self._adjustment(entry, said)
            else:
                self._outcome(entry, said)
                self._line(entry, said["line"], bodies.get(said["operator"], {}))
        for call in calls.values():
            raise LedgerBroken(f"通话 {call.call_id} 在 {month} 的抽样中，账本里却没有", KEEP)
        self.added += len(frame)

    def _frame(self, entry: Entry, said: Body, frame: dict[str, Any]) -> None:
        for call_id, at, duration_s, shift in said["calls"]:
            row = frame.pop(call_id, None)
            now = None if row is None else [row.started_at, row.duration_s, row.shift]
            self._same(entry, {f"话单中的 {call_id}": [at, duration_s, shift]}, {f"话单中的 {call_id}": now})
        for call_id, reason in said["excluded"]:
            self._same(entry, {f"{call_id} 的排除": reason}, {f"{call_id} 的排除": self._excluded.get(call_id)})

    def _line(self, entry: Entry, settled: Body, stored: Body) -> None:
        self._same(entry, settled, {name: stored.get(name) for name in settled.keys() | stored.keys()})

    def _call(self, entry: Entry, said: Body, call: SettlingCall | None) -> None:
        if call is None:
            raise broken(entry, "库中的抽样没有这通通话")
        self._same(entry, said, stored_body(call, self._writing))

    def _adjustment(self, entry: Entry, said: Body) -> None:
        if self.session.get(ClosingRow, said["of"]) is None:
            raise broken(entry, f"{said['of']} 从未结账，无从调整")
        self._left.take_adjustment(entry)

    def _outcome(self, entry: Entry, said: Body) -> None:
        """Compare what an operator's month was settled from beside calls; a retraining may have been recorded since."""
        self._left.refuse_any(entry)
        who, recorded = said["operator"], self._beside.retrained_on
        kept = {day.isoformat() for day in recorded.get(who, ())} & set(said["retrained_on"])
        terms = term_rows(self._beside.terms.get(who, ()))
        self._same(entry, said, {"terms": terms, "retrained_on": sorted(kept)})
        pending = self._at_closing.pending(who)
        self._same(entry, said, {"appeal_pending": said["appeal_pending"] if len(pending) > 1 else pending.pop()})
        earlier = self._earlier[who]
        self._same(entry, said, {"earlier": said["earlier"] if can_be(said["earlier"], earlier) else earlier[1]})

    def _same(self, entry: Entry, settled: Mapping[str, Any], stored: Mapping[str, Any]) -> None:
        for words in islice(differences(settled, stored), 1):
            raise broken(entry, f"库中与账本不同：{words.replace('重算为', '库中为')}")


class _Left:
    """Of one operator, the notices and adjustments of the store that no entry has spoken of yet."""

    def __init__(self, beside: Beside, operator_id: str, writing: Writing) -> None:
        notices = (notice_body(operator_id, one, writing) for one in beside.notices.get(operator_id, ()))
        self._notices = {body["notice"]: body for body in notices}
        booked, appeals = beside.adjustments.get(operator_id, ()), beside.appeals.get(operator_id, ())
        both = zip(booked, appeals, strict=True)
        self._adjustments = [adjustment_body(made, appeal, writing) for made, appeal in both]

    def notice(self, entry: Entry) -> Body:
        """Return what the store says of an entry's notice."""
        found = self._notices.pop(entry.said["notice"], None)
        if found is None:
            raise broken(entry, "库中没有这份已批准的监督记录")
        return found

    def take_adjustment(self, entry: Entry) -> None:
        """Look for an entry's adjustment in the store."""
        found = next((made for made in self._adjustments if entry.said.items() >= made.items()), None)
        if found is None:
            raise broken(entry, "库中没有这条调整")
        self._adjustments.remove(found)

    def refuse_any(self, entry: Entry) -> None:
        """Refuse what the store has and no entry spoke of."""
        for number in self._notices:
            raise broken(entry, f"库中有 {number} 号监督记录，账本里没有")
        for made in self._adjustments:
            raise broken(entry, f"库中有对 {made['of']} 的调整，账本里没有")
