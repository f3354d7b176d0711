"""The calls of a month as the list shows them: where each stands, what it lost, which fit the filters."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal

from qa_pipeline.assessment import final_evaluation
from qa_pipeline.models import CallAudit, CallFile, Outcome
from scoring.score import Evaluation, ItemScore
from scoring.scorecard import Scorecard
from scoring.standing import is_open, unconfirmed

STATES = ("open", "suspected", "unconfirmed", "reviewed", "clean", "hinted", "fatal", "failed", "waiting")
SORTS = ("time", "points", "operator", "length", "open", "call")


@dataclass(frozen=True, slots=True)
class CallRow:
    """One call. ``state`` is the most pressing of ``states``; ``lost`` the items that cost points as it stands."""

    file: CallFile
    evaluation: Evaluation | None
    state: str
    states: frozenset[str]
    lost: tuple[ItemScore, ...]

    @property
    def call_id(self) -> str:
        """The call's number."""
        return self.file.call.call_id

    @property
    def is_open(self) -> bool:
        """Whether something of it waits for a person."""
        return "open" in self.states


@dataclass(frozen=True, slots=True)
class Filters:
    """What the address asks of the list; '' asks nothing. ``sort`` begins with - for descending."""

    month: str = ""
    operator: str = ""
    shift: str = ""
    item: str = ""
    state: str = ""
    rule: str = ""
    sort: str = "time"
    page: int = 1
    team: str = ""

    def query(self, **changes: object) -> dict[str, str]:
        """Return the address's query, changed, without what asks nothing; a changed filter begins at the first page."""
        merged = {**asdict(self), "page": 1, **changes}
        idle = {("sort", "time"), ("page", 1)}
        return {key: str(value) for key, value in merged.items() if value and (key, value) not in idle}

    def sorted_by(self, key: str) -> str:
        """Return the sort to ask for when the column's head is pressed."""
        return f"-{key}" if self.sort == key else key


def call_rows(files: Iterable[CallFile], card: Callable[[str], Scorecard]) -> tuple[CallRow, ...]:
    """Return the rows of calls; ``card`` gives the scorecard of a version."""
    return tuple(_row(file, card) for file in files)


def _row(file: CallFile, card: Callable[[str], Scorecard]) -> CallRow:
    if file.audit is None:
        state = "waiting" if file.failure is None else "failed"
        return CallRow(file, None, state, frozenset({state}), ())
    standard = card(file.audit.scorecard_version)
    evaluation = final_evaluation(standard, file.audit, file.decisions)
    states = states_of(evaluation, bool(file.decisions), _hinted(file.audit, standard))
    first = next(s for s in ("fatal", "suspected", "open", "unconfirmed", "reviewed", "hinted", "clean") if s in states)
    return CallRow(file, evaluation, first, states, tuple(i for i in evaluation.items if i.lost > 0))


def counts(rows: Sequence[CallRow]) -> dict[str, int]:
    """Return how many calls stand where."""
    return {state: sum(state in row.states for row in rows) for state in STATES}


def _hinted(audit: CallAudit, card: Scorecard) -> bool:
    """Whether rules point at something in items that cost nothing, so that nobody has to decide of it."""
    free = {item.code for item in card.items if item.hint_only}
    return any(r.item in free and r.outcome in {Outcome.FAIL, Outcome.UNDETERMINED} for r in audit.results)


def states_of(evaluation: Evaluation, decided: bool, hinted: bool = False) -> frozenset[str]:
    """Return where an audited call stands; it may stand at several places at once.

    Where nothing is left to do it is reviewed, or clean if there was nothing that anybody had to decide; ``hinted``
    if there is something worth a look all the same, which costs nothing.
    """
    found = {
        "fatal": bool(evaluation.fatal),
        "suspected": bool(evaluation.suspected),
        "open": is_open(evaluation),
        "unconfirmed": bool(unconfirmed(evaluation)),
    }
    states = {name for name, holds in found.items() if holds}
    settled = "reviewed" if decided else "hinted" if hinted else "clean"
    return frozenset(states if states - {"fatal"} else states | {settled})


def select(rows: Sequence[CallRow], filters: Filters) -> tuple[CallRow, ...]:
    """Return the rows that fit the filters, sorted."""
    return tuple(row for row in in_order(rows, filters.sort) if fits(row, filters))


def in_order(rows: Sequence[CallRow], sort: str) -> list[CallRow]:
    """Sort rows; an unknown sort is by time. Calls without points come last either way."""
    key = sort.removeprefix("-")
    keyed = sorted(rows, key=lambda row: (row.file.call.started_at, row.call_id))
    if key in SORTS and key != "time":
        keyed.sort(key=_KEYS[key], reverse=sort.startswith("-"))
    elif sort == "-time":
        keyed.reverse()
    if key in {"points", "open"}:
        keyed.sort(key=lambda row: row.evaluation is None)
    return keyed


def fits(row: CallRow, filters: Filters) -> bool:
    """Whether a row is asked for."""
    call = row.file.call
    return (
        filters.operator in {"", call.operator_id}
        and filters.shift in {"", call.shift}
        and filters.team in {"", row.file.operator.team if row.file.operator is not None else None}
        and (not filters.state or filters.state in row.states)
        and (not filters.item or filters.item in _marked(row))
        and (not filters.rule or filters.rule in _spoke(row))
    )


def neighbours(rows: Sequence[CallRow], filters: Filters, call_id: str) -> tuple[str | None, str | None]:
    """Return the calls before and after a call in the list, whether or not the call itself still fits it."""
    ordered = in_order(rows, filters.sort)
    here = next((i for i, row in enumerate(ordered) if row.call_id == call_id), None)
    if here is None:
        return None, None
    before = next((row.call_id for row in reversed(ordered[:here]) if fits(row, filters)), None)
    after = next((row.call_id for row in ordered[here + 1 :] if fits(row, filters)), None)
    return before, after


def _marked(row: CallRow) -> set[str]:
    if row.evaluation is None:
        return set()
    return {item.code for item in row.lost} | set(row.evaluation.suspected) | set(row.evaluation.fatal)


def _spoke(row: CallRow) -> set[str]:
    results = row.file.audit.results if row.file.audit is not None else ()
    return {r.code for r in results if r.outcome in {Outcome.FAIL, Outcome.UNDETERMINED}}


def _points(row: CallRow) -> Decimal:
    return row.evaluation.points if row.evaluation is not None else Decimal(0)


def _open(row: CallRow) -> int:
    return len(row.evaluation.open_items) + len(row.evaluation.suspected) if row.evaluation is not None else 0


_KEYS: dict[str, Callable[[CallRow], tuple[object, ...]]] = {
    "points": lambda row: (_points(row),),
    "open": lambda row: (_open(row),),
    "operator": lambda row: (row.file.call.operator_id,),
    "length": lambda row: (row.file.call.duration_s,),
    "call": lambda row: (row.call_id,),
}
