"""声音里的微笑: a shortlist of exemplary calls, voted on blind. Append-only, and nobody's pay changes by itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

LOWEST, HIGHEST = 1, 5
"""What a vote gives on each of the three: 1 to 5."""


class ContestState(StrEnum):
    """Where a contest stands."""

    SHORTLISTED = "shortlisted"
    VOTING = "voting"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class ContestDraft:
    """A contest before it is opened: of which month or quarter (2026-10, 2026-Q4), so many calls a team."""

    title: str
    period: str
    per_team: int


@dataclass(frozen=True, slots=True)
class Contest:
    """A contest as it was opened. ``seed`` gives each voter an order of their own, and is shown to nobody."""

    contest_id: int
    title: str
    period: str
    per_team: int
    seed: str
    opened_by: str
    opened_by_id: int
    opened_at: datetime


@dataclass(frozen=True, slots=True)
class ContestEntry:
    """A call of the shortlist, with whoever answered it as they stood then, and why it was chosen (Chinese)."""

    entry_id: int
    call_id: str
    operator_id: str
    operator: str
    team: str
    value: float
    reasons: tuple[str, ...]


class EntryStep(StrEnum):
    """What somebody did with an entry: took it off, put it back, or said which clip is heard."""

    REMOVED = "removed"
    RESTORED = "restored"
    CLIP = "clip"


@dataclass(frozen=True, slots=True)
class EntryWord:
    """What one person did with an entry; ``clip_id`` where the step is CLIP, ``reason`` where it is not."""

    entry_id: int
    step: EntryStep
    clip_id: int | None
    reason: str
    by: str
    by_id: int
    said_at: datetime


@dataclass(frozen=True, slots=True)
class Voter:
    """Somebody who was invited; the name and the operator's number as they were then."""

    account_id: int
    name: str
    operator_id: str | None


@dataclass(frozen=True, slots=True)
class Voting:
    """That the vote was opened, until which day."""

    until: date
    opened_by: str
    opened_at: datetime


@dataclass(frozen=True, slots=True)
class Ballot:
    """What a voter gives an entry, 1 to 5 each; of one voter and entry the latest counts."""

    account_id: int
    entry_id: int
    tone: int
    clarity: int
    warmth: int
    said_at: datetime

    @property
    def marks(self) -> tuple[int, int, int]:
        """The three marks: tone, clarity, warmth."""
        return self.tone, self.clarity, self.warmth


@dataclass(frozen=True, slots=True)
class ContestClosing:
    """That a contest was ended: from then on its result may be seen."""

    closed_by: str
    closed_at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class ContestFile:
    """A contest with all that was said in it. ``ballots`` are each voter's latest on each entry."""

    contest: Contest
    entries: tuple[ContestEntry, ...]
    words: tuple[EntryWord, ...] = ()
    voting: Voting | None = None
    voters: tuple[Voter, ...] = ()
    ballots: tuple[Ballot, ...] = ()
    closing: ContestClosing | None = None

    @property
    def state(self) -> ContestState:
        """Where it stands."""
        if self.closing is not None:
            return ContestState.CLOSED
        return ContestState.SHORTLISTED if self.voting is None else ContestState.VOTING

    @property
    def removed(self) -> dict[int, EntryWord]:
        """The words that took entries off the shortlist, by entry; without those that were put back."""
        last = {word.entry_id: word for word in self.words if word.step is not EntryStep.CLIP}
        return {number: word for number, word in last.items() if word.step is EntryStep.REMOVED}

    @property
    def standing(self) -> tuple[ContestEntry, ...]:
        """The entries that were not taken off."""
        removed = self.removed
        return tuple(entry for entry in self.entries if entry.entry_id not in removed)

    @property
    def heard_as(self) -> dict[int, int]:
        """The number of the clip that is heard, by entry."""
        return {w.entry_id: w.clip_id for w in self.words if w.step is EntryStep.CLIP and w.clip_id is not None}

    def voter(self, account_id: int) -> Voter | None:
        """Return somebody's invitation, None where they have none."""
        return next((voter for voter in self.voters if voter.account_id == account_id), None)
