"""Tokens of the HTTP API: all are listed and revoked; those of programs are made here, one's own in `own_tokens`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from fastapi import Form, Request
from fastapi.responses import RedirectResponse, Response

from qa_pipeline.accounts.tokens import make_token, may_make_for, scopes_named
from qa_pipeline.errors import QaError
from qa_pipeline.models.accounts import Role
from qa_pipeline.models.tokens import PERSONS, ApiToken, Scope
from qa_pipeline.store.queries.accounts import accounts
from qa_pipeline.store.queries.tokens import revoke_token, tokens
from qa_pipeline.web.access import PersonOf, allow, family
from qa_pipeline.web.desk import DeskOf, page
from qa_pipeline.web.refusals import status_of

router = family()
ADMIN = [allow(Role.ADMINISTRATOR)]


@router.get("/admin/tokens", dependencies=ADMIN)
def tokens_page(request: Request, desk: DeskOf) -> Response:
    """List the tokens."""
    return _page(request, desk)


@router.post("/admin/tokens", dependencies=ADMIN)
def post_token(
    request: Request,
    desk: DeskOf,
    person: PersonOf,
    name: Annotated[str, Form()] = "",
    login: Annotated[str, Form()] = "",
    scopes: Annotated[Sequence[str], Form()] = (),
    days: Annotated[int, Form()] = 365,
) -> Response:
    """Make a token for a program's account and show it once."""
    try:
        wanted = scopes_named(scopes)
        with desk.sessions.begin() as session:
            given, made = make_token(session, name, login, wanted, days, person.name, datetime.now())
    except QaError as error:
        return _page(request, desk, status_of(error), error=error)
    return _page(request, desk, handed=(made, given))


@router.post("/admin/tokens/{number}/revoke", dependencies=ADMIN)
def post_revoke(desk: DeskOf, number: int) -> Response:
    """Let a token be used no more."""
    with desk.sessions.begin() as session:
        revoke_token(session, number, datetime.now())
    return RedirectResponse("/admin/tokens", status_code=303)


def _page(
    request: Request,
    desk: DeskOf,
    status: int = 200,
    error: QaError | None = None,
    handed: tuple[ApiToken, str] | None = None,
) -> Response:
    with desk.sessions() as session:
        known = {account.account_id: account for account in accounts(session)}
        made = [(one, known[one.account_id]) for one in tokens(session)]
    return page(
        request,
        "tokens.html",
        status,
        tokens=made,
        acting={one.token_id: may_make_for(account, one.created_by) for one, account in made},
        programs=[account for account in known.values() if account.is_program and account.disabled_at is None],
        scopes=tuple(scope for scope in Scope if scope not in PERSONS),
        error=error,
        handed=handed,
        now=datetime.now(),
    )
