"""Scenario cards: suggested, written by trainers, every version kept."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from qa_pipeline.errors import NotFound
from qa_pipeline.language.personal.public import public_words
from qa_pipeline.models import CallFile, KnowledgeEntry
from qa_pipeline.models.accounts import Person
from qa_pipeline.models.beside import compared_facts
from qa_pipeline.models.clips import Clip
from qa_pipeline.models.packs import CARD_TEXTS, Card, CardVersion
from qa_pipeline.rules.ruleset import Ruleset
from qa_pipeline.store.queries.calls import call_file
from qa_pipeline.store.queries.clips import clip_file
from qa_pipeline.store.queries.knowledge import entries, versions_of
from qa_pipeline.store.queries.packs import add_card, card_versions, pack_file
from qa_pipeline.training.clips.facing import passage_within
from qa_pipeline.training.packs.naming import names_in, refuse_names
from qa_pipeline.training.packs.original import CardOf, once, original_findings
from qa_pipeline.training.packs.plans import refuse_stale
from qa_pipeline.training.packs.suggesting import as_written, filled, suggested_card
from qa_pipeline.training.packs.writing import clean

NAMES = {
    "title": "标题",
    "situation": "情境",
    "goal": "来电人想要什么",
    "judged": "处理得对不对",
    "phrases": "规范用语",
    "knowledge": "知识条目",
    "questions": "讨论题",
}
MOST = {"title": 40, "knowledge": 3000} | dict.fromkeys(("situation", "goal", "judged"), 600)
MOST_LINES = 1500


@dataclass(frozen=True, slots=True)
class Basis:
    """What suggestions rest on: the ruleset in force, and the scorecard of each version.

    ``sealed`` are the calls that whoever writes has to judge blind first: nothing that was found there is suggested.
    """

    ruleset: Ruleset
    card_of: CardOf
    sealed: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class CardDesk:
    """A card to be written: as it was saved last, with suggestions in what is empty; ``seen`` is 0 before the first."""

    clip: Clip
    card: Card
    seen: int
    versions: tuple[CardVersion, ...]


def card_to_write(session: Session, pack_id: int, clip_id: int, basis: Basis, chosen: Card | None = None) -> CardDesk:
    """Return a clip's card to be written.

    Args:
        session: The unit of work.
        pack_id: The pack.
        clip_id: A clip of it.
        basis: What suggestions rest on.
        chosen: A scenario and a handling that were chosen anew, and what had been written by then.

    Raises:
        NotFound: The pack has no such clip.
    """
    clip = clip_of_pack(session, pack_id, clip_id)
    versions = card_versions(session, pack_id, clip_id)
    card = chosen or (versions[0].card if versions else begun_card(session, clip))
    suggestion = _suggestion(session, clip, card, basis)
    if chosen is not None or not versions:
        card = filled(card, suggestion)
    return CardDesk(clip, card, versions[0].version if versions else 0, versions)


def begun_card(session: Session, clip: Clip) -> Card:
    """Return the card of a clip that has none: what the operator faced there, as far as it was found.

    What the passage was found under when the clip was asked for comes first; of older clips, what is found there now.
    """
    if clip.scenario is not None or clip.handling is not None:
        return Card(scenario=clip.scenario, handling=clip.handling)
    found = passage_within(session, clip.call_id, clip.start_ms, clip.end_ms)
    return Card() if found is None else Card(scenario=found.scenarios[0], handling=found.handling)


def save_card(
    session: Session,
    pack_id: int,
    clip_id: int,
    seen: int,
    card: Card,
    basis: Basis,
    person: Person,
    now: datetime,
    *,
    sees_all: bool = False,
) -> CardVersion:
    """Save a clip's card as a new version; what stands as it was suggested says so.

    ``sees_all``: whether the person may be told which word gives somebody away.

    Raises:
        NotFound: The pack has no such clip.
        Conflict: Somebody else has saved it since version ``seen``.
        UserError: A text is too long, or gives away whom the clip is of.
    """
    clip = clip_of_pack(session, pack_id, clip_id)
    versions = card_versions(session, pack_id, clip_id)
    newest = versions[0] if versions else None
    refuse_stale(newest.version if newest else 0, seen, newest.saved_by if newest else "", "场景卡")
    suggestion = _suggestion(session, clip, card, basis)
    public = public_words(entries(session))
    texts = {
        name: clean(getattr(card, name), NAMES[name], MOST.get(name, MOST_LINES), suggestion.knowledge, public)
        for name in ("title", *CARD_TEXTS)
    }
    named = [(NAMES[name], text) for name, text in texts.items()]
    refuse_names(named, names_in(session, clip), suggestion.knowledge, sees_all=sees_all)
    written = as_written(card.with_texts(texts), suggestion)
    if newest is not None and clip.call_id in basis.sealed:  # what they left as it was suggested to somebody else
        written = _still_marked(written, newest.card)
    saved = CardVersion(pack_id, clip_id, seen + 1, written, person.name, now)
    add_card(session, saved)
    return saved


def clip_of_pack(session: Session, pack_id: int, clip_id: int) -> Clip:
    """Return a clip of a pack.

    Raises:
        NotFound: There is no such pack, or it has no such clip.
    """
    if clip_id not in pack_file(session, pack_id).plan.clips:
        raise NotFound(f"{pack_id} 号课包里没有 {clip_id} 号剪辑", "从课包页面进入")
    return clip_file(session, clip_id).clip


def entries_of(session: Session, clip: Clip) -> tuple[KnowledgeEntry, ...]:
    """Return the entries that the answers in a clip were held against, as they were in force on the day of the call."""
    file = call_file(session, clip.call_id, speech=False)
    wanted = _entry_keys(file, clip)
    if not wanted:
        return ()
    day, known = file.call.started_at.date(), versions_of(entries(session))
    found = [known.get(entry_id, {}).get(version) for entry_id, version in wanted]
    return tuple(entry for entry in found if entry is not None and entry.valid_on(day))


def _still_marked(card: Card, before: Card) -> Card:
    """Return a card in which what stood as suggested says so as long as nobody has changed it."""
    same = {name for name in before.suggested if getattr(card, name) == getattr(before, name)}
    return replace(card, suggested=tuple(name for name in CARD_TEXTS if name in same or name in card.suggested))


def _suggestion(session: Session, clip: Clip, card: Card, basis: Basis) -> Card:
    known = () if clip.call_id in basis.sealed else original_findings(session, basis.card_of, clip)
    found = [f"{one.item} {one.name}" for one in once(known)]
    return suggested_card(card.scenario, card.handling, basis.ruleset, entries_of(session, clip), found)


def _entry_keys(file: CallFile, clip: Clip) -> tuple[tuple[str, int], ...]:
    """Return the entries, each with its version, beside which something was judged that was said in the clip."""
    keys: dict[tuple[str, int], None] = {}
    for result in file.audit.results if file.audit is not None else ():
        for fact in compared_facts(result.details):
            if fact.said and _within(clip, fact.start_ms, fact.end_ms):
                keys[fact.entry_id, fact.entry_version] = None
        version = result.details.get("entry_version", "")
        inside = any(_within(clip, e.start_ms, e.end_ms) for e in result.evidence)
        if inside and result.details.get("entry_id") and version.isdecimal():
            keys[result.details["entry_id"], int(version)] = None
    return tuple(keys)


def _within(clip: Clip, start_ms: int, end_ms: int) -> bool:
    return start_ms < clip.end_ms and clip.start_ms < end_ms
