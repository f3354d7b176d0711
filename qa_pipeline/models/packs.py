"""Session packs: clips in a running order, a scenario card for each, and what trainees answered in role-play."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from qa_pipeline.models.passages import Handling, Scenario
from scoring.outcome import Outcome

CARD_TEXTS = ("situation", "goal", "judged", "phrases", "knowledge", "questions")
"""The fields of a card that somebody writes, in the order in which they are read."""


@dataclass(frozen=True, slots=True)
class Card:
    """What a clip is about, for those who discuss it.

    Args:
        title: What the clip is called in the pack; it names nobody.
        scenario: What the operator faced, None where it was not chosen; ``handling`` what became of it.
        situation: How it began; ``goal`` what the caller wanted; ``judged`` what went wrong or right.
        phrases: Standard phrases that would have served, a line each, as are ``questions`` to discuss.
        knowledge: The entry that was in force that day, '' where the answer matched none.
        suggested: Of `CARD_TEXTS` those that stand as they were suggested: nobody has written them.
    """

    title: str = ""
    scenario: Scenario | None = None
    handling: Handling | None = None
    situation: str = ""
    goal: str = ""
    judged: str = ""
    phrases: str = ""
    knowledge: str = ""
    questions: str = ""
    suggested: tuple[str, ...] = ()

    def with_texts(self, texts: Mapping[str, str]) -> Card:
        """Return the card with other texts, each under its field's name."""
        changes: dict[str, Any] = dict(texts)
        return replace(self, **changes)

    @property
    def phrase_lines(self) -> tuple[str, ...]:
        """The phrases one by one."""
        return _lines(self.phrases)

    @property
    def question_lines(self) -> tuple[str, ...]:
        """The questions one by one."""
        return _lines(self.questions)


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.splitlines() if line.strip())


@dataclass(frozen=True, slots=True)
class CardVersion:
    """A card as somebody saved it; ``version`` counts from 1 for each clip of each pack, the last one counts."""

    pack_id: int
    clip_id: int
    version: int
    card: Card
    saved_by: str
    saved_at: datetime


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the running order: a clip, or (``clip_id`` None) what ``text`` says. ``minutes`` from 1."""

    minutes: int
    clip_id: int | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """A pack's title, aim and running order as somebody saved them; ``version`` from 1, the last one counts."""

    pack_id: int
    version: int
    title: str
    aim: str
    steps: tuple[Step, ...]
    saved_by: str
    saved_at: datetime

    @property
    def clips(self) -> tuple[int, ...]:
        """The numbers of its clips, in order."""
        return tuple(step.clip_id for step in self.steps if step.clip_id is not None)

    @property
    def minutes(self) -> int:
        """How long the session lasts."""
        return sum(step.minutes for step in self.steps)


class PackStep(StrEnum):
    """Whether operators may open a pack."""

    GIVEN = "given"
    TAKEN_BACK = "taken_back"


@dataclass(frozen=True, slots=True)
class PackWord:
    """That a pack was given out to a team ('': to all operators) until a day (None: no end), or taken back."""

    pack_id: int
    position: int
    step: PackStep
    team: str
    until: date | None
    by: str
    said_at: datetime

    def opens_to(self, team: str, day: date) -> bool:
        """Whether an operator of a team may open the pack on a day."""
        in_time = self.until is None or day <= self.until
        return self.step is PackStep.GIVEN and in_time and self.team in {"", team}


@dataclass(frozen=True, slots=True)
class PackDownload:
    """That somebody took a pack away as a file: which plan it held, and how many clips."""

    download_id: int
    pack_id: int
    version: int
    clips: int
    taken_by: str
    taken_at: datetime


@dataclass(frozen=True, slots=True)
class PackFile:
    """A pack: its plan, the cards of its clips by their numbers, the last word on who may open it, who took it."""

    plan: Plan
    made_by: str
    made_at: datetime
    cards: dict[int, CardVersion] = field(default_factory=dict)
    word: PackWord | None = None
    downloads: tuple[PackDownload, ...] = ()

    def card(self, clip_id: int) -> Card:
        """Return the card of a clip as it was saved last; an empty one where nobody has written it."""
        saved = self.cards.get(clip_id)
        return Card() if saved is None else saved.card


@dataclass(frozen=True, slots=True)
class PassageFinding:
    """What one rule says of an answer, or of the operator's words in a clip. ``said`` are the words it points at."""

    code: str
    item: str
    name: str
    outcome: Outcome
    reason: str
    said: tuple[str, ...] = ()
    advises: bool = False


@dataclass(frozen=True, slots=True)
class UsedPhrase:
    """A standard phrase that was heard: of which ``kind`` (soothing, listening …), and the words."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Heard:
    """What the recogniser made of an answer, and what the rules that can judge a passage say of it.

    ``not_applicable`` are the rules that need a whole call, as code and name.
    """

    text: str
    duration_ms: int
    rate_cpm: float | None = None
    findings: tuple[PassageFinding, ...] = ()
    used: tuple[UsedPhrase, ...] = ()
    not_applicable: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """One answer that a trainee recorded; it is the trainee's own, and is deleted after a term.

    Args:
        cue: Which of the clip's cues (what the caller says without being answered) it answers, from 0.
        sound_path: Relative to the workspace: what was sent, then what was decoded of it.
        heard: None until it was recognised, or where it could not be: ``error`` says why, ``hint`` what to do.
    """

    rehearsal_id: int
    pack_id: int
    clip_id: int
    cue: int
    account_id: int
    name: str
    sound_path: str
    sent_at: datetime
    heard: Heard | None = None
    error: str = ""
    hint: str = ""

    @property
    def waits(self) -> bool:
        """Whether it has yet to be recognised."""
        return self.heard is None and not self.error
