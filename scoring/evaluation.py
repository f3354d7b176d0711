"""What is said of one call's items, and what that comes to in points."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from scoring.outcome import Outcome, Standing


@dataclass(frozen=True, slots=True)
class ItemVerdict:
    """What one rule, or a person in its place, said of one item (or fatal error) of one call.

    ``person`` is True where a person decided; a person's verdict counts whatever the ``standing``.
    ``reviewers`` are the people who decided the same (fatal errors need two, each without seeing the other's verdict).
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
    or unreviewed went against, or for, the operator. ``outside``: it waits for a person (OPEN), and till then it is out
    of the denominator, since what was settled says that it does not apply.
    """

    code: str
    group: str
    points: Decimal
    lost: Decimal
    lost_min: Decimal
    lost_max: Decimal
    state: ItemState
    reasons: tuple[str, ...] = ()
    outside: bool = False

    @property
    def counts(self) -> bool:
        """Whether it is in the denominator as things stand."""
        return self.state is not ItemState.NOT_APPLICABLE and not self.outside


@dataclass(frozen=True, slots=True)
class SectionScore:
    """One group: ``points`` of ``possible`` after not-applicable items left; all None where the group emptied.

    ``points_low`` and ``points_high`` are of the same ``possible``, also where an item may yet leave or come back.
    """

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
