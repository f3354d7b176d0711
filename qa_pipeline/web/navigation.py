"""What the bar at the top leads to, for whom. A family of pages adds its line here."""

from __future__ import annotations

from dataclasses import dataclass

from qa_pipeline.models.accounts import Person, Role

REVIEWS = frozenset({Role.REVIEWER, Role.SUPERVISOR})
SEES_CALLS = REVIEWS | {Role.TRAINER}


@dataclass(frozen=True, slots=True)
class Link:
    """One entry: ``here`` names the family in its templates, ``path`` may have ``{month}``, ``key`` is its word.

    ``without`` is where it leads from a page that is of no month, '' where it then leads nowhere.
    """

    here: str
    key: str
    path: str
    roles: frozenset[Role]
    without: str = ""


LINKS = (
    Link("own", "nav.own", "/me", frozenset({Role.OPERATOR})),
    Link("packs", "nav.packs", "/training/packs", frozenset({Role.OPERATOR})),
    Link("queue", "nav.queue", "/queue", REVIEWS),
    Link("month", "nav.month", "/months/{month}", SEES_CALLS, "/months"),
    Link("calls", "nav.calls", "/calls?month={month}", SEES_CALLS, "/calls"),
    Link("search", "nav.search", "/search", SEES_CALLS),
    Link("failures", "nav.failures", "/months/{month}/failures", REVIEWS, "/calls?state=failed"),
    Link("appeals", "nav.appeals", "/appeals", REVIEWS),
    Link("notices", "nav.notices", "/notices", REVIEWS),
    Link("retraining", "nav.retraining", "/retraining", frozenset({Role.SUPERVISOR, Role.TRAINER})),
    Link("training", "nav.training", "/training", frozenset({Role.SUPERVISOR, Role.TRAINER})),
    Link("clips", "nav.clips", "/training/clips", frozenset({Role.REVIEWER})),
    Link("calibration", "nav.calibration", "/calibration", REVIEWS),
    Link("rules", "nav.rules", "/rules", frozenset(Role)),
    Link("knowledge", "nav.knowledge", "/knowledge", SEES_CALLS | {Role.OPERATOR}),
    Link("setup", "nav.setup", "/setup", frozenset({Role.ADMINISTRATOR, Role.SUPERVISOR})),
    Link("accounts", "nav.accounts", "/admin/accounts", frozenset({Role.ADMINISTRATOR})),
    Link("tokens", "nav.tokens", "/admin/tokens", frozenset({Role.ADMINISTRATOR})),
    Link("hooks", "nav.hooks", "/admin/hooks", frozenset({Role.ADMINISTRATOR})),
    Link("log", "nav.log", "/admin/log", frozenset({Role.ADMINISTRATOR})),
)


def links_for(person: Person | None, month: str | None) -> tuple[tuple[Link, str], ...]:
    """Return what somebody may follow, each with its address; nothing before sign-in or a change of password."""
    if person is None or person.account.must_change:
        return ()
    led = ((link, _path(link, month)) for link in LINKS if person.has(*link.roles))
    return tuple((link, path) for link, path in led if path)


def _path(link: Link, month: str | None) -> str:
    return link.path.format(month=month) if month or "{month}" not in link.path else link.without
