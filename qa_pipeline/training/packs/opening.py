"""Who may open a pack, and which of its clips may be heard in it now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from qa_pipeline.errors import NotFound
from qa_pipeline.models.accounts import Person
from qa_pipeline.models.clips import Clip
from qa_pipeline.models.packs import Card, CardVersion, PackFile
from qa_pipeline.store.queries.clips import clip_files
from qa_pipeline.store.queries.packs import pack_file
from qa_pipeline.training.clips.leaving import why_not
from qa_pipeline.training.packs.page import title_of
from qa_pipeline.training.packs.plans import opens_to


@dataclass(frozen=True, slots=True)
class PackClip:
    """A clip of a pack: its place (from 1), its title and card, and why it may not be heard ('': it may)."""

    place: int
    clip: Clip
    title: str
    card: Card
    saved: CardVersion | None
    why_not: str


def openable_pack(session: Session, pack_id: int, person: Person, day: date) -> PackFile:
    """Return a pack to whoever may open it on a day.

    Raises:
        NotFound: There is none, or it is not given out to this person.
    """
    file = pack_file(session, pack_id)
    if not opens_to(session, file.word, person, day):
        raise NotFound(f"{pack_id} 号课包没有发放给您，或已经收回、到期", "向培训师询问")
    return file


def pack_clips(session: Session, file: PackFile) -> tuple[PackClip, ...]:
    """Return the clips of a pack in its order."""
    numbers = file.plan.clips
    found = {one.clip.clip_id: one.clip for one in clip_files(session, numbers)}
    return tuple(
        PackClip(
            place=place,
            clip=found[number],
            title=title_of(place, file.card(number)),
            card=file.card(number),
            saved=file.cards.get(number),
            why_not=why_not(session, number),
        )
        for place, number in enumerate(numbers, 1)
    )
