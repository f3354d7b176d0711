"""Accounts by the API: who may sign in, as what.

A token that is stolen must not become a way in. So whatever gives somebody one, or more to do (an account, roles, a new
password, enabling), takes the password of the administrator whom the token acts for once more, as making a token does
and settling a month; what takes it away (disabling) takes the token alone. A first password is told once, and has to be
changed at the first sign-in.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import Query, Request

from qa_pipeline.accounts.managing import change_roles, disable_account, enable_account, reset_password
from qa_pipeline.accounts.passwords import first_password
from qa_pipeline.models.accounts import Account, Role
from qa_pipeline.models.tokens import Scope
from qa_pipeline.store.queries.accounts import accounts
from qa_pipeline.web.access import PersonOf, about, address_of
from qa_pipeline.web.admin.accounts import new_account
from qa_pipeline.web.api.base import OwnPassword, Values, api_family, by_token
from qa_pipeline.web.desk import DeskOf
from qa_pipeline.web.signing import prove_again

router = api_family("accounts")
READS = [by_token(Scope.ACCOUNTS_READ, Role.ADMINISTRATOR)]
WRITES = [by_token(Scope.ACCOUNTS_WRITE, Role.ADMINISTRATOR)]
OperatorId = Annotated[str, Query(max_length=64)]


class Proof(Values):
    """The password of whoever the token acts for."""

    password: OwnPassword


class NewAccount(Proof):
    """An account before it is made; ``operator`` is the number on the roster of who answers calls, '' of nobody.

    ``program``: nobody signs in with it, and it has no password. ``password`` is the maker's own.
    """

    login: Annotated[str, Query(max_length=64)]
    name: Annotated[str, Query(max_length=64)]
    roles: list[Role]
    operator: OperatorId = ""
    program: bool = False


class NewRoles(Proof):
    """What somebody may do from now on, and their number on the roster."""

    roles: list[Role]
    operator: OperatorId = ""


class HandedAccount(Values):
    """An account with its first password, told this once; None of a program's."""

    account: Account
    first_password: str | None


@router.get("/accounts", dependencies=READS)
def list_accounts(desk: DeskOf) -> list[Account]:
    """Return the accounts, disabled ones too."""
    with desk.sessions() as session:
        return list(accounts(session))


@router.post("/accounts", dependencies=WRITES, status_code=201)
def make_account(request: Request, desk: DeskOf, person: PersonOf, given: NewAccount) -> HandedAccount:
    """Make an account."""
    about(request, login=given.login, roles=",".join(given.roles))
    prove_again(desk, person, given.password, address_of(request))
    asked = (given.login, given.name, given.roles, given.operator)
    made, first = new_account(desk, person, *asked, program=given.program)
    return HandedAccount(account=made, first_password=first)


@router.post("/accounts/{login}/roles", dependencies=WRITES)
def give_roles(request: Request, desk: DeskOf, person: PersonOf, login: str, given: NewRoles) -> Account:
    """Change what somebody may do."""
    about(request, roles=",".join(given.roles))
    prove_again(desk, person, given.password, address_of(request))
    with desk.sessions.begin() as session:
        return change_roles(session, login, given.roles, given.operator.strip() or None)


@router.post("/accounts/{login}/password", dependencies=WRITES)
def give_password(request: Request, desk: DeskOf, person: PersonOf, login: str, given: Proof) -> HandedAccount:
    """Set a new first password; the old one and every session end."""
    prove_again(desk, person, given.password, address_of(request))
    first = first_password()
    with desk.sessions.begin() as session:
        return HandedAccount(account=reset_password(session, login, first), first_password=first)


@router.post("/accounts/{login}/disable", dependencies=WRITES)
def shut_account(desk: DeskOf, login: str) -> Account:
    """Keep somebody from signing in, and their tokens from working, at once."""
    with desk.sessions.begin() as session:
        return disable_account(session, login, datetime.now())


@router.post("/accounts/{login}/enable", dependencies=WRITES)
def open_account(request: Request, desk: DeskOf, person: PersonOf, login: str, given: Proof) -> Account:
    """Let somebody sign in again."""
    prove_again(desk, person, given.password, address_of(request))
    with desk.sessions.begin() as session:
        return enable_account(session, login)
