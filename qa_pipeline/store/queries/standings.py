"""Where sampled calls stand, kept beside audits and decisions: written again by whoever changes what it rests on.

`save_plan`, `save_replacements`, `save_supplement`, `save_audit`, `add_decision` and the jobs call `refresh` (or
`refresh_recording`) in their own unit of work, so that a list never shows what is not so. `rebuild` makes it all anew.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable
from decimal import Decimal
from functools import lru_cache
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from qa_pipeline.assessment.standings import BITS, CallStanding, standing_of
from qa_pipeline.models import CallFile
from qa_pipeline.store.codec import decode
from qa_pipeline.store.queries.documents import document
from qa_pipeline.store.queries.files import failures_in, load_files
from qa_pipeline.store.rows import chunks, put
from qa_pipeline.store.schema import AuditRow, PlanRow, ReachRow, RecordingRow, SampledCallRow, StandingRow
from scoring.exact import rounded
from scoring.scorecard import Scorecard, default_scorecard

WAITS = BITS["open"] | BITS["suspected"] | BITS["unconfirmed"]
LOTS = 1_000_000
MonthOf = tuple[str, str]
"""A month and an operator's id."""


def refresh(session: Session, call_ids: Iterable[str]) -> None:
    """Write anew where calls stand; those that are in no plan are left out."""
    moved: set[MonthOf] = set()
    for some in chunks(sorted(set(call_ids))):
        moved |= _refresh(session, some)
    for month, operator_id in sorted(moved):
        _reach(session, month, operator_id)


def refresh_recording(session: Session, recording_id: str) -> None:
    """Write anew whether the call of a recording failed; one that was audited stands by its audit."""
    call_id = session.scalar(
        select(StandingRow.call_id)
        .join(RecordingRow, RecordingRow.call_id == StandingRow.call_id)
        .where(RecordingRow.recording_id == recording_id, StandingRow.audit_id.is_(None))
    )
    if call_id is None:
        return
    failure = failures_in(session, select(StandingRow.call_id).where(StandingRow.call_id == call_id)).get(call_id)
    state = "waiting" if failure is None else "failed"
    row = session.get_one(StandingRow, call_id, populate_existing=True)
    row.state, row.states, row.failure = state, BITS[state], failure
    session.flush()


def rebuild(session: Session) -> int:
    """Make all of it anew from audits, decisions and jobs; return how many calls there are."""
    session.execute(delete(StandingRow))
    session.execute(delete(ReachRow))
    ids = session.scalars(select(SampledCallRow.call_id).order_by(SampledCallRow.call_id)).all()
    refresh(session, ids)
    return len(ids)


def is_behind(session: Session) -> bool:
    """Whether calls of plans, or audits, are not in it: after a migration, or where something wrote by other ways."""
    sampled = session.scalar(select(func.count(SampledCallRow.call_id))) or 0
    stand = session.scalar(select(func.count(StandingRow.call_id))) or 0
    newest = select(AuditRow.audit_id).join(StandingRow, StandingRow.call_id == AuditRow.call_id)
    audit_id = session.scalar(newest.order_by(AuditRow.audit_id.desc()).limit(1))
    found = select(StandingRow.call_id).where(StandingRow.audit_id == audit_id).limit(1)
    return sampled != stand or (audit_id is not None and session.scalar(found) is None)


def lot_of(seed: str, call_id: str) -> int:
    """Return the number, 0 to 999,999, that a month's seed gives a call; who knows the seed can draw it again."""
    return int(hashlib.sha256(f"repeat\n{seed}\n{call_id}".encode()).hexdigest()[:12], 16) % LOTS


def kept_card(session: Session, version: str) -> Scorecard | None:
    """Return the scorecard of a version that calls were judged by; every run keeps it. None where it is not kept."""
    body = document(session, "scorecard", version)
    if body is not None:
        return _decoded(body)
    shipped = default_scorecard()
    return shipped if shipped.version == version else None


@lru_cache(maxsize=16)
def _decoded(body: str) -> Scorecard:
    return decode(Scorecard, body)


def _refresh(session: Session, call_ids: Collection[str]) -> set[MonthOf]:
    sampled = select(SampledCallRow.call_id, SampledCallRow.month).where(SampledCallRow.call_id.in_(call_ids))
    months = {row.call_id: row.month for row in session.execute(sampled)}
    if not months:
        return set()
    scope = select(SampledCallRow.call_id).where(SampledCallRow.call_id.in_(call_ids))
    cards = _cards(session)
    seeds = {
        row.month: row.seed
        for row in session.execute(
            select(PlanRow.month, PlanRow.seed).where(PlanRow.month.in_(sorted(set(months.values()))))
        )
    }
    found = [_stands(file, months, cards) for file in load_files(session, scope, speech=False)]
    put(session, StandingRow, [_values(one, lot_of(seeds[one.month], one.call_id)) for one in found])
    return {(one.month, one.operator_id) for one in found}


def _stands(file: CallFile, months: dict[str, str], card: Callable[[str], Scorecard | None]) -> CallStanding:
    judged_by = None if file.audit is None else card(file.audit.scorecard_version)
    return standing_of(file, months[file.call.call_id], judged_by)


def _cards(session: Session) -> Callable[[str], Scorecard | None]:
    known: dict[str, Scorecard | None] = {}

    def card(version: str) -> Scorecard | None:
        if version not in known:
            known[version] = kept_card(session, version)
        return known[version]

    return card


def _values(standing: CallStanding, lot: int) -> dict[str, Any]:
    shallow = {name: getattr(standing, name) for name in standing.__slots__}
    n_open = len(standing.open_items) + len(standing.suspected)
    return {**shallow, "n_open": n_open, "waits": int(bool(standing.states & WAITS)), "lot": lot}


def _reach(session: Session, month: str, operator_id: str) -> None:
    its = (StandingRow.month == month, StandingRow.operator_id == operator_id, StandingRow.counts.is_(True))
    sums = (func.sum(column) for column in (StandingRow.points, StandingRow.points_low, StandingRow.points_high))
    n, *totals = session.execute(select(func.count(), *sums).where(*its)).one()
    version = session.scalar(select(StandingRow.scorecard_version).where(*its).limit(1))
    distance = None
    if version is not None and (card := kept_card(session, version)) is not None:
        mean, low, high = (Decimal(total) / n for total in totals)
        distance = nearest_line(card, mean, low, high)
    values = {"month": month, "operator_id": operator_id, "n": n, "distance": distance}
    put(session, ReachRow, [values])


def nearest_line(card: Scorecard, mean: Decimal, low: Decimal, high: Decimal) -> Decimal | None:
    """Return how far a mean is from the nearest line between two grades within its range; None where none is."""
    lines = [band.at_least for band in card.grades if rounded(low) < band.at_least <= rounded(high)]
    return min((abs(rounded(mean) - line) for line in lines), default=None)
