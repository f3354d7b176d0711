"""A month computed again from its ledger alone: verdicts to points, points to pay, seed to sample.

What was settled is computed anew by the functions that settle, and compared to the cent. An adjustment of an earlier
month is, too, where that month is at hand; else it is taken on trust, and counted so. What cannot be done again without
the recordings is recognition; the ledger says which recordings and which model.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from qa_pipeline import sampling
from qa_pipeline.assessment import left_over_of, line_of, operator_month, settled_body
from qa_pipeline.ledger.adjusted_again import Ledger, made_again
from qa_pipeline.ledger.adjustments import adjusted_pay
from qa_pipeline.ledger.calls import call_points, derived_body, scored_again, verdicts_again
from qa_pipeline.ledger.canonical import Body
from qa_pipeline.ledger.chain import Entry, Kind
from qa_pipeline.ledger.checks import broken
from qa_pipeline.ledger.months import Totals, replacements_again, standards_again
from qa_pipeline.ledger.operators import frame_again, frame_digest, input_again, notice_again, outcome
from qa_pipeline.ledger.ordering import ByCall
from qa_pipeline.models import DrawReason, Exclusion, FrameRow, Operator, SampledCall, SamplePlan
from scoring.settlement import ScoredCall, settle


@dataclass(frozen=True, slots=True)
class Difference:
    """What comes out otherwise than it was settled; ``words`` are Chinese."""

    seq: int
    words: str


@dataclass(slots=True)
class Replayed:
    """What a replay has come to so far.

    ``drawn_again`` is None until the end, or where the call log at the closing was not the one that was drawn from.
    Of ``adjustments`` so many are ``on_trust``: what they follow from is not in the entries at hand.
    """

    month: str = ""
    operators: int = 0
    calls: int = 0
    pay_total: Decimal = Decimal("0.00")
    adjusted_total: Decimal = Decimal("0.00")
    unpaid: int = 0
    recordings: int = 0
    models: set[str] = field(default_factory=set)
    drawn_again: bool | None = None
    adjustments: int = 0
    on_trust: int = 0


NOTHING_ELSE = Ledger(tuple, lambda _month: ())


def replay(entries: Iterable[Entry], so_far: Replayed, ledger: Ledger = NOTHING_ELSE) -> Iterator[Difference]:
    """Compute one month again and tell what differs, in the order of the entries.

    Args:
        entries: Of one month, as `qa_pipeline.ledger.checks.checked` hands them on.
        so_far: Is counted into while the differences are asked for.
        ledger: The months at hand, from which adjustments are computed again; without it they are taken on trust.

    Raises:
        LedgerBroken: An entry does not say what is needed, though its hash is right: all of the chain was made anew.
    """
    rest = iter(entries)
    first = next(rest, None)
    if first is None:
        return
    with closing(ByCall()) as frame:
        with _readable(first):
            work = _Month(first, so_far, frame, ledger)
        for entry in rest:
            with _readable(entry):
                found = list(work.take(entry))
            yield from (Difference(entry.seq, f"{entry.about}：{words}") for words in found)


@contextmanager
def _readable(entry: Entry) -> Iterator[None]:
    try:
        yield
    except (ValueError, LookupError, TypeError, ArithmeticError) as error:
        raise broken(entry, f"内容不全或不合规则，无从重算（{type(error).__name__}: {error}）") from error


class _Month:
    """One month under way; of its calls only one operator's are held."""

    def __init__(self, first: Entry, so_far: Replayed, frame: ByCall, ledger: Ledger) -> None:
        self.head, self.so_far, self.frame, self.ledger = first.said, so_far, frame, ledger
        self.booked: list[Body] = []
        self.standards = standards_again(self.head)
        self.totals = Totals()
        self.draw_differs: list[str] = []
        self.operator = _OperatorCalls((), ())
        so_far.month = first.month

    def take(self, entry: Entry) -> Iterator[str]:
        said = entry.said
        if entry.kind == Kind.FRAME:
            rows = frame_again(said)
            self.frame.add(rows)
            self.operator = _OperatorCalls(rows, tuple(call_id for call_id, _ in said["excluded"]))
        elif entry.kind == Kind.CALL:
            yield from self._call(said)
        elif entry.kind == Kind.NOTICE:
            self.operator.notices.append(said)
        elif entry.kind == Kind.ADJUSTMENT:
            self.totals.add_adjustment(said)
            self.booked.append(said)
            pay = adjusted_pay(said)
            yield from differences(said, {"pay": None if pay is None else str(pay)})
        elif entry.kind == Kind.OPERATOR:
            yield from self._settle(said)
        else:
            yield from self._end(said)

    def _call(self, said: Body) -> Iterator[str]:
        verdicts = verdicts_again(said, self.standards.card)
        scored = scored_again(said, self.standards.card, verdicts)
        self.operator.calls.append((said, scored))
        self.totals.add_call(said)
        self.so_far.calls += 1
        self.so_far.recordings += said["recording"] is not None
        if said["heard"] is not None:
            self.so_far.models.add(" ".join(said["heard"][name] for name in ("engine", "model", "model_sha256")))
        yield from differences(said, derived_body(said, scored, verdicts))

    def _settle(self, said: Body) -> Iterator[str]:
        operator = self.operator
        scored = [scored for _, scored in operator.calls]
        given = input_again(self.so_far.month, said, scored, [notice_again(one) for one in operator.notices])
        found = settle(given, self.standards)
        yield from differences(said["outcome"], outcome(found), "结果 ")
        name, points = said["line"]["name"], [call_points(body, scored) for body, scored in operator.calls]
        who = Operator(said["operator"], name, "", None, None)
        shown = operator_month(who, len(operator.frame), found, self.standards.min_calls)
        line = settled_body(
            line_of(given.month, shown), name, left_over_of(points), self.standards.card, self.standards.min_calls
        )
        yield from differences(said["line"], line, "结账行 ")
        self.draw_differs += _draw_differs(self.head, said["operator"], operator)
        total = None if found.pay is None else found.pay.total
        self.totals.add_operator(total, scored)
        self.so_far.operators += 1
        self.so_far.unpaid += total is None
        self.so_far.pay_total += total or 0

    def _end(self, said: Body) -> Iterator[str]:
        self.so_far.adjusted_total = self.totals.adjusted
        yield from self._adjusted()
        yield from differences(said, self.totals.body(), "合计 ")
        frame = frame_digest(self.frame.texts())
        yield from differences(said, {"frame_sha256": frame}, "话单 ")
        if frame == self.head["draw"]["frame_sha256"]:
            self.so_far.drawn_again = not self.draw_differs
            yield from self.draw_differs

    def _adjusted(self) -> Iterator[str]:
        """Compute the month's adjustments again, as far as what they follow from is at hand."""
        for again in made_again(self.booked, self.ledger):
            self.so_far.adjustments += 1
            self.so_far.on_trust += again.on_trust
            said = again.body
            yield from differences(said, again.values, f"话务员 {said['operator']} 对 {said['of']} 的调整 ")


class _OperatorCalls:
    def __init__(self, frame: Sequence[FrameRow], excluded: Sequence[str]) -> None:
        self.frame, self.excluded = frame, excluded
        self.calls: list[tuple[Body, ScoredCall]] = []
        self.notices: list[Body] = []


def differences(settled: Mapping[str, Any], again: Mapping[str, Any], where: str = "") -> Iterator[str]:
    """Yield what was settled otherwise than it comes out again, name by name (Chinese)."""
    for name, value in again.items():
        if not _same(settled.get(name), value):
            yield f"{where}{name} 账本为 {_shown(settled.get(name))}，重算为 {_shown(value)}"


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_same(one[name], other[name]) for name in one)
    if one == other or not (isinstance(one, str) and isinstance(other, str)):
        # Lists of the ledger were tuples before they were written.
        return bool(one == other)
    try:
        return Decimal(one) == Decimal(other)  # 1.10 and 1.1 are one factor
    except InvalidOperation:
        return False


def _shown(value: Any) -> str:
    text = "无" if value is None else str(value)
    return text if len(text) <= 200 else f"{text[:200]}…"


def _draw_differs(head: Body, operator_id: str, operator: _OperatorCalls) -> list[str]:
    """Return how the calls that seed and call log give differ from those in the ledger (Chinese)."""
    draw, rows, barred = head["draw"], operator.frame, set(operator.excluded)
    ids = {row.call_id for row in rows}
    drawn = sampling.drawn_of(rows, barred, head["month"], draw["quota_per_operator"], draw["seed"])
    replaced = [one for one in replacements_again(draw) if one.call_id in ids]
    again = {call.call_id: _as_drawn(call) for call in sampling.as_it_stands(drawn, replaced)}
    kept = {
        body["call"]: (body["stratum"], body["probability"], body["reason"])
        for body, _ in operator.calls
        if body["reason"] != DrawReason.RISK
    }
    wrong = [
        f"通话 {call_id}：账本为 {_shown(was)}，重抽为 {_shown(now)}"
        for call_id in sorted(again.keys() | kept.keys())
        for was, now in [(kept.get(call_id), again.get(call_id))]
        if was != now
    ]
    wrong += sampling.wrong_replacements(_plan(head, drawn, barred), rows, replaced)
    return [f"话务员 {operator_id} 的{words}" for words in wrong]


def _as_drawn(call: SampledCall) -> tuple[str, str, str]:
    return call.stratum, str(call.probability), call.reason.value


def _plan(head: Body, drawn: tuple[SampledCall, ...], barred: Iterable[str]) -> SamplePlan:
    """Return one operator's part of the plan, as it was drawn."""
    draw = head["draw"]
    names = ("seed", "seed_sha256", "frame_sha256", "frame_size", "quota_per_operator")
    excluded = tuple(Exclusion(call_id, "") for call_id in barred)
    fixed = {name: draw[name] for name in names}
    at = datetime.fromisoformat(draw["drawn_at"])
    return SamplePlan(month=head["month"], drawn_at=at, calls=drawn, exclusions=excluded, **fixed)
