"""Closing a month: its lines and its ledger are written in one unit of work, or neither is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing as ending
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert
from sqlalchemy.orm import Session

from qa_pipeline.assessment import Beside, ClosedLine, Doubts, settled_body
from qa_pipeline.errors import UserError
from qa_pipeline.ledger.adjustments import adjustment_body
from qa_pipeline.ledger.canonical import Body
from qa_pipeline.ledger.chain import GENESIS, Entry, Head, chained
from qa_pipeline.ledger.months import Closing, Totals, close_body, month_body
from qa_pipeline.ledger.operators import frame_body, frame_digest, notice_body, operator_body
from qa_pipeline.ledger.ordering import ByCall
from qa_pipeline.ledger.writing import Writing
from qa_pipeline.models import SamplePlan
from qa_pipeline.settling.kept import ruleset_texts
from qa_pipeline.settling.operators import JudgedCall, SettledOperator, settled_operators
from qa_pipeline.store.queries.ledger import StoredEntry, add_entries, entry_before
from qa_pipeline.store.queries.month import begin_closing, sampled_count
from qa_pipeline.store.schema import ClosingLineRow
from scoring.settlement import Standards


@dataclass(frozen=True, slots=True)
class ClosedOperator:
    """An operator's line with the name, and how much nobody had decided; which items that were stands in the line."""

    name: str
    line: ClosedLine
    open_items: int
    unheard: int
    unreviewed: int


@dataclass(frozen=True, slots=True)
class ClosedMonth:
    """A month that was settled: its lines by operator id, and the ledger's entries from ``first_seq`` to ``head``."""

    month: str
    operators: tuple[ClosedOperator, ...]
    first_seq: int
    head: Head


def close_into_ledger(
    session: Session, closing: Closing, plan: SamplePlan, standards: Standards, beside: Beside, writing: Writing
) -> ClosedMonth:
    """Settle a month that may be settled: write the closing, a line for each operator, and the ledger.

    Nothing of it stays where it is refused.

    Args:
        session: The unit of work; the month is held (`qa_pipeline.store.queries.month.hold_month`).
        closing: Who closes what and when.
        plan: The month's draw.
        standards: What the month is settled by.
        beside: What counts beside the calls.
        writing: How the entries are written.

    Raises:
        UserError: Something is open and that is not accepted, or the clock goes backwards.
        ScorecardInvalid: The calls were judged by rules that the scorecard does not fit.
    """
    before = ledger_head(session)
    _refuse_clock(closing, plan, before)
    with session.begin_nested():
        begin_closing(session, closing.month, closing.by, closing.at)
        work = _Work(session, closing, plan, standards, beside, writing)
        first = 1 if before is None else before.seq + 1
        previous = GENESIS if before is None else before.sha256
        add_entries(session, work.watched(chained(work.bodies(), closing.month, first - 1, previous)))
        if (still := work.doubts.words()) and not closing.accept_open:
            raise UserError(
                f"{closing.month} 还不能结账：{'；'.join(still)}",
                "复核完再结账；或认可未决（命令行 --accept-open）：待人工的不扣，规则已扣而无人复核的照扣，逐人留痕",
            )
    return ClosedMonth(closing.month, tuple(work.closed), first, Head(work.seq, work.sha256, closing.month, closing.at))


def ledger_head(session: Session) -> Head | None:
    """Return the ledger's last entry, None while it is empty."""
    stored = entry_before(session)
    return None if stored is None else head_of(stored)


def head_of(stored: StoredEntry) -> Head:
    """Return the head that a month's last entry is.

    Raises:
        UserError: The entry does not say when the month was closed: it was changed.
    """
    entry = Entry(*stored)
    try:
        return Head(entry.seq, entry.sha256, entry.month, datetime.fromisoformat(entry.said["at"]))
    except (ValueError, KeyError, TypeError) as error:
        raise UserError(f"账本{entry.about}不是月末", "运行 hotline-qa ledger verify，找出被改动的一条") from error


def _refuse_clock(closing: Closing, plan: SamplePlan, before: Head | None) -> None:
    earlier = [(plan.drawn_at, f"{plan.month} 的抽样")]
    if before is not None:
        earlier.append((before.at, f"{before.month} 的结账"))
    for at, what in earlier:
        if closing.at < at:
            raise UserError(
                f"现在是 {closing.at:%Y-%m-%d %H:%M}，早于{what}（{at:%Y-%m-%d %H:%M}）：时钟倒退了",
                "校准本机时钟后再结账",
            )


class _Work:
    """Makes a month's entries while its lines are written; what the end must say is counted on the way."""

    def __init__(
        self,
        session: Session,
        closing: Closing,
        plan: SamplePlan,
        standards: Standards,
        beside: Beside,
        writing: Writing,
    ) -> None:
        self.session = session
        self.closing = closing
        self.plan = plan
        self.standards = standards
        self.beside = beside
        self.writing = writing
        self.doubts = Doubts()
        self.closed: list[ClosedOperator] = []
        self.seq, self.sha256 = 0, GENESIS
        self.totals = Totals()

    def watched(self, entries: Iterator[Entry]) -> Iterator[Entry]:
        for entry in entries:
            self.seq, self.sha256 = entry.seq, entry.sha256
            yield entry

    def bodies(self) -> Iterator[Body]:
        closing = self.closing
        excluded = {exclusion.call_id: exclusion.reason for exclusion in self.plan.exclusions}
        sampled = sampled_count(self.session, closing.month)
        yield month_body(closing, self.plan, sampled, self.standards, self.writing)
        # Of the rows that were written and not read anew: what is imported meanwhile must not be in one of the two.
        with ending(ByCall()) as frame:
            everybody = settled_operators(self.session, closing.month, self.standards, self.beside, self.writing)
            for settled in everybody:
                frame.add(settled.frame)
                yield from self._of_operator(settled, excluded)
            digest = frame_digest(frame.texts())
        yield close_body(closing, self.totals, digest, ruleset_texts(self.session, self.totals.versions))

    def _of_operator(self, settled: SettledOperator, excluded: Mapping[str, str]) -> Iterator[Body]:
        who = settled.operator.operator_id
        yield frame_body(who, settled.frame, excluded, self.writing)
        for judged in settled.calls:
            self._count(judged)
            yield judged.body
        for notice in settled.given.notices:
            yield notice_body(who, notice, self.writing)
        booked, appeals = self.beside.adjustments.get(who, ()), self.beside.appeals.get(who, ())
        for made, appeal in zip(booked, appeals, strict=True):
            body = adjustment_body(made, appeal, self.writing)
            self.totals.add_adjustment(body)
            yield body
        line = settled_body(
            settled.line, settled.operator.name, settled.left, self.standards.card, self.standards.min_calls
        )
        self.session.execute(insert(ClosingLineRow), [{"month": self.closing.month, "operator_id": who, "body": line}])
        self.doubts = self.doubts + settled.doubts
        left, pay = settled.left, settled.settlement.pay
        n_open = sum(map(len, left.open_items.values()))
        self.closed.append(ClosedOperator(settled.operator.name, settled.line, n_open, left.unheard, left.unreviewed))
        self.totals.add_operator(None if pay is None else pay.total, settled.given.calls)
        yield operator_body(who, settled.given, settled.settlement, line)

    def _count(self, judged: JudgedCall) -> None:
        self.totals.add_call(judged.body)
        if any(decision.created_at > self.closing.at for decision in judged.call.decisions):
            raise UserError(
                f"通话 {judged.call.call_id} 的复核时间晚于现在（{self.closing.at:%Y-%m-%d %H:%M}）：时钟倒退了",
                "校准本机时钟后再结账",
            )
