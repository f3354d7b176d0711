"""One's own tokens of the HTTP API: nobody else can make one that acts for a person."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from fastapi import Form, Request
from fastapi.responses import RedirectResponse, Response

from qa_pipeline.accounts.tokens import make_token, scopes_for, scopes_named
from qa_pipeline.errors import NotFound, QaError
from qa_pipeline.models.accounts import Person
from qa_pipeline.models.tokens import ApiToken
from qa_pipeline.store.queries.tokens import revoke_token, tokens
from qa_pipeline.web.access import PersonOf, address_of, allow, family
from qa_pipeline.web.desk import Desk, DeskOf, page
from qa_pipeline.web.refusals import status_of
from qa_pipeline.web.signing import prove_again

router = family()
MAKES = [allow()]


@router.get("/me/tokens", dependencies=MAKES)
def own_tokens_page(request: Request, desk: DeskOf, person: PersonOf) -> Response:
    """List one's tokens."""
    return _page(request, desk, person)


@router.post("/me/tokens", dependencies=MAKES)
def post_own_token(
    request: Request,
    desk: DeskOf,
    person: PersonOf,
    name: Annotated[str, Form()] = "",
    scopes: Annotated[Sequence[str], Form()] = (),
    days: Annotated[int, Form()] = 90,
    password: Annotated[str, Form()] = "",
) -> Response:
    """Make a token that acts for oneself and show it once."""
    try:
        wanted = scopes_named(scopes)
        prove_again(desk, person, password, address_of(request))
        with desk.sessions.begin() as session:
            login = person.account.login
            given, made = make_token(session, name, login, wanted, days, person.name, datetime.now())
    except QaError as error:
        return _page(request, desk, person, status_of(error), error=error)
    return _page(request, desk, person, handed=(made, given))


@router.post("/me/tokens/{number}/revoke", dependencies=MAKES)
def post_own_revoke(desk: DeskOf, person: PersonOf, number: int) -> Response:
    """Let one of one's tokens be used no more."""
    revoke_own(desk, person, number)
    return RedirectResponse("/me/tokens", status_code=303)


def revoke_own(desk: Desk, person: Person, number: int) -> ApiToken:
    """Let one of somebody's own tokens be used no more, and return it.

    Raises:
        NotFound: They have none of that number.
    """
    with desk.sessions.begin() as session:
        if number not in {one.token_id for one in tokens(session, person.account.account_id)}:
            raise NotFound(f"您没有 {number} 号令牌", "刷新页面")
        return revoke_token(session, number, datetime.now())


def _page(
    request: Request,
    desk: DeskOf,
    person: Person,
    status: int = 200,
    error: QaError | None = None,
    handed: tuple[ApiToken, str] | None = None,
) -> Response:
    with desk.sessions() as session:
        made = tokens(session, person.account.account_id)
    scopes = scopes_for(person.account.roles)
    values = {"tokens": made, "scopes": scopes, "error": error, "handed": handed, "now": datetime.now()}
    return page(request, "own_tokens.html", status, **values)
