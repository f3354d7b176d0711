"""What is searched, what is asked, and what is found."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class TextKind(StrEnum):
    """Whose words a text is: of a speaker, of one who cannot be told, or of the work order."""

    OPERATOR = "operator"
    CALLER = "caller"
    UNKNOWN = "unknown"
    ORDER = "order"


class Audience(StrEnum):
    """For whom a text is: everybody where nothing of it is hidden, else as it was said, or with stand-ins."""

    ALL = "all"
    FULL = "full"
    VEILED = "veiled"


class By(StrEnum):
    """What must be alike: the characters, or only how they sound."""

    WORDS = "words"
    SOUND = "sound"


@dataclass(frozen=True, slots=True)
class SearchText:
    """One text of a call: its lines, each with the milliseconds at which it was said (0 of an order's fields)."""

    kind: TextKind
    audience: Audience
    lines: tuple[str, ...]
    starts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """What somebody asks for; '' and None ask nothing.

    Args:
        text: Words apart by spaces; all of them must stand in one text.
        by: Characters or sound.
        sees_all: Whether who asks may see personal data; else only texts with stand-ins are looked at, so that nothing
            hidden can be guessed from what is found.
        kinds: Whose words; empty for all.
        month: ``YYYY-MM``; further filters are of the call.
        first: The first day, ``last`` the last, both included.
    """

    text: str
    by: By = By.WORDS
    sees_all: bool = False
    kinds: tuple[TextKind, ...] = ()
    month: str = ""
    operator: str = ""
    shift: str = ""
    first: date | None = None
    last: date | None = None


@dataclass(frozen=True, slots=True)
class Hit:
    """A text in which something was found."""

    call_id: str
    started_at: datetime
    operator_id: str
    operator_name: str
    shift: str
    text: SearchText


@dataclass(frozen=True, slots=True)
class Found:
    """A page of hits, the best first; ``total`` of all. ``capped``: only the newest texts were ranked."""

    hits: tuple[Hit, ...]
    total: int
    capped: bool


@dataclass(frozen=True, slots=True)
class SavedSearch:
    """An address that somebody keeps; ``shared_with`` is the role that sees it too, '' for nobody else."""

    search_id: int
    account_id: int
    owner: str
    name: str
    address: str
    shared_with: str
    created_at: datetime
