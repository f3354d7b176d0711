"""Tokens of the HTTP API: made, listed, revoked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from fastapi import Form, Request
from fastapi.responses import RedirectResponse, Response

from qa_pipeline.accounts.tokens import make_token
from qa_pipeline.errors import QaError, UserError
from qa_pipeline.models.accounts import Role
from qa_pipeline.models.tokens import ApiToken, Scope
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
    """Make a token and show it once."""
    try:
        if unknown := set(scopes) - set(Scope):
            raise UserError(f"没有权限“{'、'.join(sorted(unknown))}”", "刷新页面后再选")
        with desk.sessions.begin() as session:
            wanted = [Scope(scope) for scope in scopes]
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
        made = tokens(session)
    return page(
        request,
        "tokens.html",
        status,
        tokens=made,
        accounts=known,
        scopes=tuple(Scope),
        error=error,
        handed=handed,
        now=datetime.now(),
    )
