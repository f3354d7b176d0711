"""From verdicts on items to the points of one call."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from scoring.outcome import Outcome, Standing


@dataclass(frozen=True, slots=True)
class ItemVerdict:
    """What one rule, or a person in its place, said of one item (or fatal error) of one call.

    ``person`` is True where a person decided; a person's verdict counts whatever the ``standing``.
    ``reviewers`` are the people who decided the same, each without seeing the other's verdict (fatal errors need two).
    """

    item: str
    outcome: Outcome
    faults: int = 0
    parts: int | None = None
    corrected: bool = False
    standing: Standing = Standing.DEDUCT
    person: bool = False
    reviewers: tuple[str, ...] = ()


class ItemState(StrEnum):
    """Where an item of one call stands.

    DECIDED by a person; MACHINE: by rules alone, nobody has looked; OPEN: waits for a person (undetermined, advice
    only, or no rule); NOT_APPLICABLE leaves the denominator.
    """

    DECIDED = "decided"
    MACHINE = "machine"
    OPEN = "open"
    NOT_APPLICABLE = "not_applicable"


@dataclass(frozen=True, slots=True)
class ItemScore:
    """One item's points.

    ``lost`` is the loss as it stands (what is open costs nothing); ``lost_max`` and ``lost_min`` if all that is open
    or unreviewed went against, or for, the operator.
    """

    code: str
    group: str
    points: Decimal
    lost: Decimal
    lost_min: Decimal
    lost_max: Decimal
    state: ItemState
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SectionScore:
    """One group: ``points`` of ``possible`` after not-applicable items left; all None where the group emptied."""

    code: str
    possible: Decimal
    points: Decimal | None
    points_low: Decimal | None
    points_high: Decimal | None


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The points of one call, 0–100 with two decimals.

    ``points`` is the score as it stands: what is open costs nothing, what rules with standing took is taken.
    ``points_low`` and ``points_high`` bound it by what is open or not yet reviewed (a suspected fatal error makes
    ``points_low`` 0). ``suspected`` are fatal errors raised and not decided; ``fatal`` those that two people confirmed
    (then all three are 0). ``open_items`` wait for a person.
    """

    scorecard_version: str
    items: tuple[ItemScore, ...]
    sections: tuple[SectionScore, ...]
    points: Decimal
    points_low: Decimal
    points_high: Decimal
    suspected: tuple[str, ...]
    fatal: tuple[str, ...]
    open_items: tuple[str, ...]
