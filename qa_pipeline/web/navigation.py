"""What the bar at the top leads to, for whom. A family of pages adds its line here."""

from __future__ import annotations

from dataclasses import dataclass

from qa_pipeline.models.accounts import Person, Role

REVIEWS = frozenset({Role.REVIEWER, Role.SUPERVISOR})
SEES_CALLS = REVIEWS | {Role.TRAINER}


@dataclass(frozen=True, slots=True)
class Link:
    """One entry: ``here`` names the family in its templates, ``path`` may have ``{month}``, ``key`` is its word."""

    here: str
    key: str
    path: str
    roles: frozenset[Role]


LINKS = (
    Link("month", "nav.month", "/months/{month}", SEES_CALLS),
    Link("calls", "nav.calls", "/calls?month={month}", SEES_CALLS),
    Link("search", "nav.search", "/search", SEES_CALLS),
    Link("failures", "nav.failures", "/months/{month}/failures", REVIEWS),
    Link("rules", "nav.rules", "/rules", frozenset(Role)),
    Link("knowledge", "nav.knowledge", "/knowledge", SEES_CALLS | {Role.OPERATOR}),
)


def links_for(person: Person | None, month: str | None) -> tuple[tuple[Link, str], ...]:
    """Return what somebody may follow, each with its address; nothing before sign-in or a change of password."""
    if person is None or person.account.must_change:
        return ()
    return tuple(
        (link, link.path.format(month=month))
        for link in LINKS
        if person.has(*link.roles) and (month or "{month}" not in link.path)
    )
