"""The month as its first page shows it, put together from the view and what is stored."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from qa_pipeline.assessment import CallPoints, ItemMonth, MonthView
from qa_pipeline.models import CallFile, MonthData
from qa_pipeline.reports.clips import file_name
from scoring.score import ItemScore
from scoring.scorecard import Item, Scorecard

SHOWN_ITEMS = 10


@dataclass(frozen=True, slots=True)
class CallRow:
    """One line of the calls' table; ``lost`` are items that cost points, the dearest first."""

    points: CallPoints
    file: CallFile
    page: str
    operator: str
    lost: tuple[ItemScore, ...]
    n_open: int


@dataclass(frozen=True, slots=True)
class LostItem:
    """One item of the list of those that lose most; ``bar`` is its length, 0–100."""

    item: Item
    month: ItemMonth
    bar: int


@dataclass(frozen=True, slots=True)
class Provenance:
    """What the figures were made with; several where calls differ."""

    scorecard: tuple[str, ...]
    ruleset: tuple[str, ...]
    model: tuple[str, ...]
    knowledge: tuple[str, ...]
    seed: str | None


def call_rows(view: MonthView, data: MonthData) -> tuple[CallRow, ...]:
    """Return the sampled calls in order of time."""
    by_id = {file.call.call_id: file for file in data.files}
    names = {operator.operator_id: operator.name for operator in data.operators}
    rows = (_row(points, by_id[points.call_id], names) for points in view.calls)
    return tuple(sorted(rows, key=lambda row: (row.file.call.started_at, row.points.call_id)))


def lost_items(view: MonthView, card: Scorecard) -> tuple[LostItem, ...]:
    """Return the items that lost points, most first."""
    months = {month.code: month for month in view.centre.items if month.lost > 0}
    worst = sorted((i for i in card.items if i.code in months), key=lambda i: (-months[i.code].lost, i.code))
    most = max((month.lost for month in months.values()), default=None)
    return tuple(
        LostItem(item, months[item.code], int(months[item.code].lost / most * 100) if most else 0)
        for item in worst[:SHOWN_ITEMS]
    )


def provenance(data: MonthData, card: Scorecard) -> Provenance:
    """Return what the month's figures were made with. The seed stays hidden until the month is closed."""
    audits = [file.audit for file in data.files if file.audit is not None]
    stamps = [file.transcript.stamp for file in data.files if file.transcript is not None]
    return Provenance(
        scorecard=(f"{card.version} · {card.sha256}",),
        ruleset=_distinct(f"{audit.ruleset.version} · {audit.ruleset.sha256}" for audit in audits),
        model=_distinct(f"{s.engine} {s.model} · {s.sha256} · {s.settings}" for s in stamps),
        knowledge=_distinct(audit.knowledge_sha256 for audit in audits),
        seed=data.plan.seed if data.plan is not None and data.closed_at is not None else None,
    )


def risk_reasons(data: MonthData) -> Mapping[str, tuple[str, ...]]:
    """Return what each call of the risk supplement was added for."""
    supplement = None if data.plan is None else data.plan.supplement
    return {} if supplement is None else {call.call_id: call.reasons for call in supplement.calls}


def _distinct(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(set(texts)))


def _row(points: CallPoints, file: CallFile, names: Mapping[str, str]) -> CallRow:
    evaluation = points.evaluation
    lost = [] if evaluation is None else [item for item in evaluation.items if item.lost > 0]
    return CallRow(
        points=points,
        file=file,
        page=f"calls/{file_name(points.call_id)}.html",
        operator=f"{points.operator_id} {names.get(points.operator_id, '')}".strip(),
        lost=tuple(sorted(lost, key=lambda item: (-item.lost, item.code))),
        n_open=0 if evaluation is None else len(evaluation.open_items),
    )
