"""Session packs as they are kept: every saved plan and card stays, the last one counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select, true
from sqlalchemy.orm import Session

from qa_pipeline.errors import NotFound
from qa_pipeline.models.packs import CardVersion, PackDownload, PackFile, PackWord, Plan
from qa_pipeline.store.rows import as_model, as_row
from qa_pipeline.store.schema import PackCardRow, PackDownloadRow, PackPlanRow, PackRow, PackWordRow


@dataclass(frozen=True, slots=True)
class PackLine:
    """A pack for a list: its plan, the last word on who may open it, and how often it was taken away."""

    plan: Plan
    made_by: str
    word: PackWord | None
    downloads: int


def add_pack(session: Session, by: str, now: datetime) -> int:
    """Begin a pack and return its number; it has no plan yet."""
    row = PackRow(made_by=by, made_at=now)
    session.add(row)
    session.flush()
    return row.pack_id


def add_plan(session: Session, plan: Plan) -> None:
    """Write a plan; the database refuses a version that is there."""
    session.add(as_row(PackPlanRow, plan))
    session.flush()


def add_card(session: Session, saved: CardVersion) -> None:
    """Write a card; the database refuses a version that is there."""
    session.add(as_row(PackCardRow, saved))
    session.flush()


def add_pack_word(session: Session, word: PackWord) -> None:
    """Write that a pack was given out or taken back."""
    session.add(as_row(PackWordRow, word))
    session.flush()


def add_pack_download(session: Session, plan: Plan, by: str, now: datetime) -> None:
    """Write that somebody took a pack away."""
    clips = len(set(plan.clips))
    row = PackDownloadRow(pack_id=plan.pack_id, version=plan.version, clips=clips, taken_by=by, taken_at=now)
    session.add(row)
    session.flush()


def pack_file(session: Session, pack_id: int) -> PackFile:
    """Return a pack with the last plan, the last card of each clip, and who took it away, the latest first.

    Raises:
        NotFound: There is no such pack.
    """
    row = session.get(PackRow, pack_id)
    plans = _last_plans(session, PackPlanRow.pack_id == pack_id)
    if row is None or not plans:
        raise NotFound(f"没有 {pack_id} 号课包", "从课包列表进入")
    taken = select(PackDownloadRow).where(PackDownloadRow.pack_id == pack_id)
    return PackFile(
        plan=plans[0],
        made_by=row.made_by,
        made_at=row.made_at,
        cards={card.clip_id: card for card in _last_cards(session, pack_id)},
        word=_last_words(session, [pack_id]).get(pack_id),
        downloads=tuple(
            as_model(PackDownload, one) for one in session.scalars(taken.order_by(PackDownloadRow.download_id.desc()))
        ),
    )


def pack_lines(session: Session, limit: int, offset: int) -> tuple[tuple[PackLine, ...], int]:
    """Return some packs, the newest first, and how many there are."""
    total = session.scalar(select(func.count()).select_from(PackRow)) or 0
    rows = session.scalars(select(PackRow).order_by(PackRow.pack_id.desc()).limit(limit).offset(offset)).all()
    numbers = [row.pack_id for row in rows]
    plans = {plan.pack_id: plan for plan in _last_plans(session, PackPlanRow.pack_id.in_(numbers))}
    words = _last_words(session, numbers)
    counted = select(PackDownloadRow.pack_id, func.count()).where(PackDownloadRow.pack_id.in_(numbers))
    taken = {row[0]: row[1] for row in session.execute(counted.group_by(PackDownloadRow.pack_id))}
    found = tuple(
        PackLine(plans[n], row.made_by, words.get(n), taken.get(n, 0)) for row in rows if (n := row.pack_id) in plans
    )
    return found, total


def given_packs(session: Session) -> tuple[tuple[Plan, PackWord], ...]:
    """Return the packs that are given out to anybody, the newest first, each with the word that gives it."""
    last = select(PackWordRow.pack_id, func.max(PackWordRow.position).label("at")).group_by(PackWordRow.pack_id)
    newest = last.subquery()
    rows = session.scalars(
        select(PackWordRow).join(
            newest, (PackWordRow.pack_id == newest.c.pack_id) & (PackWordRow.position == newest.c["at"])
        )
    )
    words = {row.pack_id: as_model(PackWord, row) for row in rows}
    plans = _last_plans(session, PackPlanRow.pack_id.in_(words))
    return tuple((plan, words[plan.pack_id]) for plan in sorted(plans, key=lambda one: -one.pack_id))


def card_versions(session: Session, pack_id: int, clip_id: int) -> tuple[CardVersion, ...]:
    """Return all saved versions of a card, the newest first."""
    rows = select(PackCardRow).where(PackCardRow.pack_id == pack_id, PackCardRow.clip_id == clip_id)
    return tuple(as_model(CardVersion, row) for row in session.scalars(rows.order_by(PackCardRow.version.desc())))


def plan_versions(session: Session, pack_id: int) -> tuple[Plan, ...]:
    """Return all saved plans of a pack, the newest first."""
    rows = select(PackPlanRow).where(PackPlanRow.pack_id == pack_id).order_by(PackPlanRow.version.desc())
    return tuple(as_model(Plan, row) for row in session.scalars(rows))


def _last_plans(session: Session, which: ColumnElement[bool] = true()) -> list[Plan]:  # noqa: B008  # a constant of SQL
    last = select(func.max(PackPlanRow.version)).where(PackPlanRow.pack_id == PackRow.pack_id).correlate(PackRow)
    rows = select(PackPlanRow).join(PackRow, PackRow.pack_id == PackPlanRow.pack_id)
    return [
        as_model(Plan, row) for row in session.scalars(rows.where(which, PackPlanRow.version == last.scalar_subquery()))
    ]


def _last_cards(session: Session, pack_id: int) -> list[CardVersion]:
    newest: dict[int, CardVersion] = {}
    rows = select(PackCardRow).where(PackCardRow.pack_id == pack_id).order_by(PackCardRow.version)
    for row in session.scalars(rows):
        newest[row.clip_id] = as_model(CardVersion, row)
    return list(newest.values())


def _last_words(session: Session, packs: Sequence[int]) -> dict[int, PackWord]:
    rows = select(PackWordRow).where(PackWordRow.pack_id.in_(packs)).order_by(PackWordRow.position)
    return {row.pack_id: as_model(PackWord, row) for row in session.scalars(rows)}
