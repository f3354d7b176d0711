"""Who signs in, and as what."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Role(StrEnum):
    """What somebody does at the centre; one account may have several roles."""

    REVIEWER = "reviewer"
    SUPERVISOR = "supervisor"
    TRAINER = "trainer"
    OPERATOR = "operator"
    ADMINISTRATOR = "administrator"

    @property
    def name_zh(self) -> str:
        """It in Chinese."""
        return _NAMES[self]


_NAMES = {
    Role.REVIEWER: "质检员",
    Role.SUPERVISOR: "主管",
    Role.TRAINER: "培训师",
    Role.OPERATOR: "话务员",
    Role.ADMINISTRATOR: "管理员",
}


PROGRAM = "(程序)"
"""What a program's name ends in, wherever it stands: no person's does."""


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who may sign in.

    Args:
        login: What is typed to sign in; lower case, unique.
        name: What decisions and notices are signed with; unique, so that two people are never taken for one.
        roles: At least one.
        operator_id: Whose results an operator sees; set where ``roles`` has OPERATOR, and where a reviewer also
            answers calls, since nobody reviews their own.
        must_change: The password was set by an administrator, and must be changed before anything else.
        disabled_at: None while the account may be used.
        is_program: Nobody signs in with it: a program uses it by tokens, and its name ends in `PROGRAM`.
    """

    account_id: int
    login: str
    name: str
    roles: tuple[Role, ...]
    operator_id: str | None
    must_change: bool
    created_by: str
    created_at: datetime
    disabled_at: datetime | None = None
    is_program: bool = False


@dataclass(frozen=True, slots=True)
class Person:
    """Who asks: an account, with its session or API token.

    ``csrf`` is what the forms of this session's pages carry; '' where a token asks. ``scopes`` are the token's, None
    where somebody signed in. ``token`` is what the token is for, and stands in the access log beside the name.
    """

    account: Account
    csrf: str = ""
    scopes: frozenset[str] | None = None
    token: str = ""

    @property
    def name(self) -> str:
        """What the person's words are signed with."""
        return self.account.name

    def has(self, *roles: Role) -> bool:
        """Whether the person has one of some roles."""
        return bool(set(roles) & set(self.account.roles))

    def lacks(self, scopes: Collection[str]) -> frozenset[str]:
        """Return the scopes that the person's token lacks; whoever signed in lacks none."""
        return frozenset() if self.scopes is None else frozenset(scopes) - self.scopes


@dataclass(frozen=True, slots=True)
class AccessEntry:
    """One line of the record of who looked at what and who changed what.

    Args:
        action: The route's name, such as ``call_page`` or ``post_decision``; ``sign_in`` and the like.
        subject: What it was done to: the path's parameters, such as ``call_id=H261003-001``.
        outcome: The HTTP status answered; 0 for a look, which is written before it is answered.
        address: Whence, as the connection says.
    """

    entry_id: int
    at: datetime
    login: str
    name: str
    action: str
    subject: str
    outcome: int
    address: str
