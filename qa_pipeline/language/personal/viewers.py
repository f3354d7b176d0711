"""Who looks at a screen, an export or a printout, and whether they see whom a call is about.

Whoever must judge a call sees all of it; everybody else sees stand-ins. Of a page the sign-in says who looks; a command
takes a viewer, and what is not said is the strictest.
"""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum


class Viewer(StrEnum):
    """A role that looks at what was said in calls."""

    REVIEWER = "reviewer"
    SUPERVISOR = "supervisor"
    OPERATOR = "operator"
    TRAINER = "trainer"
    OUTSIDER = "outsider"

    @property
    def name_zh(self) -> str:
        """It in Chinese."""
        return _NAMES[self]


_NAMES = {
    Viewer.REVIEWER: "质检员",
    Viewer.SUPERVISOR: "主管",
    Viewer.OPERATOR: "话务员",
    Viewer.TRAINER: "培训师",
    Viewer.OUTSIDER: "外部人员",
}
WHO_JUDGES = frozenset((Viewer.REVIEWER, Viewer.SUPERVISOR))


def may_see(viewer: Viewer, allowed: Collection[str] = WHO_JUDGES) -> bool:
    """Whether a viewer sees personal data as it was said; ``allowed`` are the roles that the centre lets."""
    return viewer.value in allowed
