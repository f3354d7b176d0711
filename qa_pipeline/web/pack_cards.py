"""Scenario cards of a pack's clips: suggested, written, every version kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from fastapi import Request
from fastapi.responses import Response

from qa_pipeline.errors import NotFound, UserError
from qa_pipeline.models.accounts import Person
from qa_pipeline.models.packs import CARD_TEXTS, Card, CardVersion, PackFile
from qa_pipeline.models.passages import Handling, Scenario
from qa_pipeline.standards import ruleset_of
from qa_pipeline.store.queries.packs import card_versions, pack_file
from qa_pipeline.training.clips.leaving import why_not
from qa_pipeline.training.packs.cards import MOST, MOST_LINES, Basis, CardDesk, card_to_write, save_card
from qa_pipeline.training.packs.original import OriginalFinding, once
from qa_pipeline.training.packs.plans import MAKERS
from qa_pipeline.training.packs.suggesting import SAID_LISTS, said_lists
from qa_pipeline.web.access import PersonOf, allow, family
from qa_pipeline.web.desk import Desk, DeskOf, page
from qa_pipeline.web.going_on import go_to
from qa_pipeline.web.pack_desk import note_told, told_of
from qa_pipeline.web.sealed import sealed_for
from qa_pipeline.web.typed import FormOf

router = family()
_FEW = 24
Asked = tuple[Scenario | None, Handling | None]


@dataclass(frozen=True, slots=True)
class SeenCard:
    """A card that somebody is to write.

    Args:
        file: Its pack.
        writing: The clip, and the card with suggestions in what is empty.
        lists: By Chinese name the ruleset's lists of what an operator should say.
        found: What was found on the operator's own words.
        sealed: Whether that is kept back, from who has to judge the call blind first.
        why_not: Why the clip may not be heard, '' where it may.
    """

    file: PackFile
    writing: CardDesk
    lists: dict[str, list[str]]
    found: tuple[OriginalFinding, ...]
    sealed: bool
    why_not: str


@router.get("/training/packs/{pack}/cards/{clip}", dependencies=[allow(*MAKERS, looks=True)])
def card_page(
    request: Request,
    desk: DeskOf,
    person: PersonOf,
    pack: int,
    clip: int,
    scenario: str = "",
    handling: str = "",
    version: int = 0,
) -> Response:
    """Ask for the card of a clip; ``scenario`` and ``handling`` bring other suggestions, ``version`` an older card."""
    asked = (_scenario(scenario), _handling(handling)) if scenario or handling else None
    seen = seen_card(desk, person, pack, clip, asked, version)
    return page(
        request,
        "pack_card.html",
        file=seen.file,
        place=seen.file.plan.clips.index(clip) + 1,
        writing=seen.writing,
        scenarios=tuple(Scenario),
        handlings=tuple(Handling),
        texts=CARD_TEXTS,
        most={name: MOST.get(name, MOST_LINES) for name in CARD_TEXTS} | {"title": MOST["title"]},
        lists=seen.lists,
        found=seen.found,
        sealed=seen.sealed,
        why_not=seen.why_not,
        version=version,
    )


@router.post("/training/packs/{pack}/cards/{clip}", dependencies=[allow(*MAKERS)])
def post_card(request: Request, desk: DeskOf, person: PersonOf, pack: int, clip: int, form: FormOf) -> Response:
    """Save a card as a new version."""
    faced, dealt = (str(form.get(name, "")) for name in ("scenario", "handling"))
    texts = {name: str(form.get(name, "")) for name in ("title", *CARD_TEXTS)}
    card = Card(scenario=_scenario(faced), handling=_handling(dealt)).with_texts(texts)
    seen = str(form.get("seen", ""))
    if not seen.isdecimal():
        raise UserError("不知道您看到的是哪一版卡片", "刷新页面后再保存")
    write_card(desk, person, pack, clip, card, int(seen))
    return go_to(request, f"/training/packs/{pack}#clip-{clip}")


def seen_card(desk: Desk, person: Person, pack: int, clip: int, asked: Asked | None, version: int) -> SeenCard:
    """Return the card of a clip to be written: suggestions for another scenario and handling, or an older version.

    It is noted that somebody who reviews read what was found there; from who has to judge it blind it is kept back.

    Raises:
        NotFound: There is no such pack, it has no such clip, or the card no such version.
    """
    ruleset = ruleset_of(desk.settings)
    with desk.sessions() as session:
        file = pack_file(session, pack)
        older = _older(card_versions(session, pack, clip), version)
        base = older if older is not None else file.card(clip)
        chosen = _with_other(base, *asked) if asked is not None else older
        basis = Basis(ruleset, desk.card, sealed_for(desk, session, person))
        writing = card_to_write(session, pack, clip, basis, chosen)
        told = told_of(desk, session, person, writing.clip)
        stopped = why_not(session, clip)
    note_told(desk, person, writing.clip, told)
    lists = {SAID_LISTS[name]: [p.text for p in phrases[:_FEW]] for name, phrases in said_lists(ruleset).items()}
    return SeenCard(file, writing, lists, once(told.found), told.sealed, stopped)


def write_card(desk: Desk, person: Person, pack: int, clip: int, card: Card, seen: int) -> CardVersion:
    """Save a card as a new version; errors as `save_card`."""
    with desk.deciding, desk.sessions.begin() as session:
        basis = Basis(ruleset_of(desk.settings), desk.card, sealed_for(desk, session, person))
        sees = desk.sees_all(person)
        return save_card(session, pack, clip, seen, card, basis, person, datetime.now(), sees_all=sees)


def _older(versions: Sequence[CardVersion], version: int) -> Card | None:
    if not version:
        return None
    for one in versions:
        if one.version == version:
            return one.card
    raise NotFound(f"这张卡片没有第 {version} 版", "从卡片页面选")


def _with_other(card: Card, scenario: Scenario | None, handling: Handling | None) -> Card:
    """Return a card for another scenario: what stood in it as suggested is suggested anew."""
    emptied = card.with_texts(dict.fromkeys(card.suggested, ""))
    return replace(emptied, scenario=scenario, handling=handling, suggested=())


def _scenario(text: str) -> Scenario | None:
    if text and text not in set(Scenario):
        raise UserError(f"没有“{text[:20]}”这种情形", "从列表中选")
    return Scenario(text) if text else None


def _handling(text: str) -> Handling | None:
    if text and text not in set(Handling):
        raise UserError(f"没有“{text[:20]}”这种处理", "从列表中选")
    return Handling(text) if text else None
