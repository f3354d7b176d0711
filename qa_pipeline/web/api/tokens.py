"""Tokens by the API: all of them for the administrator, and everybody's own.

A token that makes tokens could give itself what its maker did not give it, or outlive its day. So making one takes the
password of whoever the token acts for once more, and gives no scope that the asking token lacks; a program, which has
no password, makes none. Revoking takes the token alone.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import Query, Request

from qa_pipeline.accounts.tokens import MOST_DAYS, make_token
from qa_pipeline.models.accounts import Role
from qa_pipeline.models.tokens import ApiToken, Scope
from qa_pipeline.store.queries.tokens import revoke_token, tokens
from qa_pipeline.web.access import PersonOf, about, address_of
from qa_pipeline.web.api.accounts import Proof
from qa_pipeline.web.api.base import Number, Values, api_family, by_token
from qa_pipeline.web.desk import Desk, DeskOf
from qa_pipeline.web.navigation import SEES_CALLS
from qa_pipeline.web.own_tokens import revoke_own
from qa_pipeline.web.signing import prove_again

router = api_family("tokens")
OWNS = (*SEES_CALLS, Role.ADMINISTRATOR)
READS = [by_token(Scope.ACCOUNTS_READ, Role.ADMINISTRATOR)]
WRITES = [by_token(Scope.ACCOUNTS_WRITE, Role.ADMINISTRATOR)]
OWN_READS = [by_token(Scope.ACCOUNTS_READ, *OWNS)]
OWN_WRITES = [by_token(Scope.ACCOUNTS_WRITE, *OWNS)]


class NewOwnToken(Proof):
    """A token that acts for whoever asks for it: what for, with which scopes, for how many days."""

    name: Annotated[str, Query(max_length=64)]
    scopes: list[Scope]
    days: Annotated[int, Query(ge=1, le=MOST_DAYS)] = 90


class NewToken(NewOwnToken):
    """A token of a program's account, by its login."""

    login: Annotated[str, Query(max_length=64)]


class HandedToken(Values):
    """A token, told this once, with what is kept of it."""

    token: str
    made: ApiToken


@router.get("/tokens", dependencies=READS)
def list_tokens(desk: DeskOf) -> list[ApiToken]:
    """Return all tokens, the newest first; what opens anything is in none of it."""
    with desk.sessions() as session:
        return list(tokens(session))


@router.post("/tokens", dependencies=WRITES, status_code=201)
def hand_token(request: Request, desk: DeskOf, person: PersonOf, given: NewToken) -> HandedToken:
    """Make a token for a program's account."""
    return _handed(request, desk, person, given, given.login)


@router.post("/tokens/{number}/revoke", dependencies=WRITES)
def end_token(desk: DeskOf, number: Number) -> ApiToken:
    """Let a token be used no more."""
    with desk.sessions.begin() as session:
        return revoke_token(session, number, datetime.now())


@router.get("/me/tokens", dependencies=OWN_READS)
def list_own_tokens(desk: DeskOf, person: PersonOf) -> list[ApiToken]:
    """Return one's own tokens, the newest first."""
    with desk.sessions() as session:
        return list(tokens(session, person.account.account_id))


@router.post("/me/tokens", dependencies=OWN_WRITES, status_code=201)
def hand_own_token(request: Request, desk: DeskOf, person: PersonOf, given: NewOwnToken) -> HandedToken:
    """Make a token that acts for oneself."""
    return _handed(request, desk, person, given, person.account.login)


@router.post("/me/tokens/{number}/revoke", dependencies=OWN_WRITES)
def end_own_token(desk: DeskOf, person: PersonOf, number: Number) -> ApiToken:
    """Let one of one's own tokens be used no more."""
    return revoke_own(desk, person, number)


def _handed(request: Request, desk: Desk, person: PersonOf, given: NewOwnToken, login: str) -> HandedToken:
    about(request, login=login, scopes=",".join(given.scopes))
    prove_again(desk, person, given.password, address_of(request))
    asked = (given.name, login, given.scopes, given.days, person.name, datetime.now(), person.scopes)
    with desk.sessions.begin() as session:
        token, made = make_token(session, *asked)
    return HandedToken(token=token, made=made)
