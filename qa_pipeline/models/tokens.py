"""What a program may do at the HTTP API."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Scope(StrEnum):
    """What a token may be used for. It never allows more than the roles of the account that it acts for."""

    CALLS_READ = "calls:read"
    CALLS_WRITE = "calls:write"
    FILES_WRITE = "files:write"
    MONTHS_READ = "months:read"
    PAYROLL_READ = "payroll:read"
    APPEALS_READ = "appeals:read"
    APPEALS_WRITE = "appeals:write"
    NOTICES_READ = "notices:read"
    NOTICES_WRITE = "notices:write"
    KNOWLEDGE_READ = "knowledge:read"
    KNOWLEDGE_WRITE = "knowledge:write"
    ERRANDS_READ = "errands:read"
    ERRANDS_WRITE = "errands:write"
    CALIBRATION_READ = "calibration:read"
    CALIBRATION_WRITE = "calibration:write"
    OWN_READ = "own:read"
    OWN_WRITE = "own:write"
    ACCOUNTS_READ = "accounts:read"
    ACCOUNTS_WRITE = "accounts:write"
    HOOKS_READ = "hooks:read"
    HOOKS_WRITE = "hooks:write"
    LOG_READ = "log:read"
    STANDARDS_READ = "standards:read"
    STANDARDS_WRITE = "standards:write"
    MONTHS_WRITE = "months:write"
    SEARCHES_WRITE = "searches:write"
    TRAINING_READ = "training:read"
    TRAINING_WRITE = "training:write"


OWN = frozenset({Scope.OWN_READ, Scope.OWN_WRITE})
"""What operators read and say of their own work."""
OPERATORS = OWN | {Scope.TRAINING_READ, Scope.TRAINING_WRITE}
"""All that an operator's token may be used for: of the training room, what the routes let operators do."""
PERSONS = OWN | {
    Scope.CALLS_WRITE,
    Scope.APPEALS_WRITE,
    Scope.NOTICES_WRITE,
    Scope.CALIBRATION_WRITE,
    Scope.KNOWLEDGE_WRITE,
    Scope.ACCOUNTS_WRITE,
    Scope.STANDARDS_WRITE,
    Scope.MONTHS_WRITE,
    Scope.TRAINING_WRITE,
}
"""What takes a person's word, or is about the person: no program's account may have it."""


@dataclass(frozen=True, slots=True)
class ApiToken:
    """A token as it is listed; the token itself is shown once and never kept.

    ``account_id`` is the account that it acts for: its name signs what the token does. It is the maker's own, or a
    program's.
    """

    token_id: int
    name: str
    account_id: int
    scopes: tuple[Scope, ...]
    created_by: str
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None = None
    used_at: datetime | None = None
