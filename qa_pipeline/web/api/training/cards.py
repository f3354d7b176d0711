"""Scenario cards of a pack's clips by the API: suggested, written, every version kept."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query

from qa_pipeline.models.clips import ClipTurn
from qa_pipeline.models.packs import CARD_TEXTS, Card, CardVersion
from qa_pipeline.models.passages import Handling, Scenario
from qa_pipeline.models.tokens import Scope
from qa_pipeline.training.packs.original import OriginalFinding
from qa_pipeline.training.packs.plans import MAKERS
from qa_pipeline.web.access import PersonOf
from qa_pipeline.web.api.base import Number, Values, api_family, by_token
from qa_pipeline.web.desk import DeskOf
from qa_pipeline.web.pack_cards import seen_card, write_card

router = api_family("training")
Text = Annotated[str, Query(max_length=5000)]
Version = Annotated[int, Query(ge=0, le=2**31 - 1)]


class CardDetail(Values):
    """A card to be written: as it was saved last, with suggestions in what is empty (``card.suggested`` says where).

    ``seen`` is the newest saved version, 0 before the first; ``found`` what was found on the operator's own words, kept
    back (``sealed``) from who has to judge the call blind first; ``lists`` by name what the ruleset takes for said.
    ``turns`` are none where the clip may not be heard (``why_not``).
    """

    card: Card
    seen: int
    versions: list[CardVersion]
    found: list[OriginalFinding]
    sealed: bool
    lists: dict[str, list[str]]
    turns: list[ClipTurn]
    why_not: str


class CardGiven(Values):
    """A card, all of it; ``seen`` is the version that it was changed from. Phrases and questions stand a line each."""

    seen: Version
    scenario: Scenario | None = None
    handling: Handling | None = None
    title: Text = ""
    situation: Text = ""
    goal: Text = ""
    judged: Text = ""
    phrases: Text = ""
    knowledge: Text = ""
    questions: Text = ""


@router.get("/training/packs/{pack}/cards/{clip}", dependencies=[by_token(Scope.TRAINING_READ, *MAKERS, looks=True)])
def get_card(
    desk: DeskOf,
    person: PersonOf,
    pack: Number,
    clip: Number,
    scenario: Scenario | None = None,
    handling: Handling | None = None,
    version: Version = 0,
) -> CardDetail:
    """Return the card of a clip: with suggestions for another scenario and handling, or as an older version was."""
    asked = None if scenario is None and handling is None else (scenario, handling)
    seen = seen_card(desk, person, pack, clip, asked, version)
    return CardDetail(
        card=seen.writing.card,
        seen=seen.writing.seen,
        versions=list(seen.writing.versions),
        found=list(seen.found),
        sealed=seen.sealed,
        lists=seen.lists,
        turns=[] if seen.why_not else list(seen.writing.clip.turns),
        why_not=seen.why_not,
    )


@router.post(
    "/training/packs/{pack}/cards/{clip}", dependencies=[by_token(Scope.TRAINING_WRITE, *MAKERS)], status_code=201
)
def save_pack_card(desk: DeskOf, person: PersonOf, pack: Number, clip: Number, given: CardGiven) -> CardVersion:
    """Save a card as a new version."""
    texts = {name: getattr(given, name) for name in ("title", *CARD_TEXTS)}
    card = Card(scenario=given.scenario, handling=given.handling).with_texts(texts)
    return write_card(desk, person, pack, clip, card, given.seen)
