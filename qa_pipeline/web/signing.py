"""Signing in and out, and one's own password."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Annotated

from fastapi import Depends, Form, Request
from fastapi.responses import RedirectResponse, Response

from qa_pipeline.accounts.managing import change_password, folded_login
from qa_pipeline.accounts.signing_in import (
    SignInRefused,
    TriedTooOften,
    csrf_of,
    prove,
    sign_in,
    sign_out,
    token_sha256,
)
from qa_pipeline.errors import UserError
from qa_pipeline.models.accounts import Person
from qa_pipeline.store.queries.access_log import add_access
from qa_pipeline.store.queries.accounts import account_by_login, count_accounts
from qa_pipeline.web.access import (
    COOKIE,
    SECURE_COOKIE,
    Access,
    PersonOf,
    address_of,
    everybody,
    family,
    log_access,
    token_of,
)
from qa_pipeline.web.desk import Desk, DeskOf, page

router = family()
SETTLES = Depends(Access(settles_password=True))


@router.get("/sign-in", dependencies=[everybody("there is no other way in")])
def sign_in_page(request: Request, desk: DeskOf, next: str = "/") -> Response:  # noqa: A002  # the address's name
    """Ask for login and password, or say how the first account is made."""
    with desk.sessions() as session:
        empty = count_accounts(session) == 0
    return page(request, "sign_in.html", next=_inside(next), empty=empty, login="", message="", hint="")


@router.post("/sign-in", dependencies=[everybody("there is no other way in")])
def post_sign_in(
    request: Request,
    desk: DeskOf,
    login: Annotated[str, Form()] = "",
    password: Annotated[str, Form()] = "",
    next: Annotated[str, Form()] = "/",  # noqa: A002  # the form's name
) -> Response:
    """Let somebody in; a page whose session had ended is told the new one's CSRF token and goes on."""
    again = request.headers.get("hx-request") == "true"
    try:
        token, account = sign_in(desk.sessions, login, password, address_of(request), datetime.now())
        if before := token_of(request):
            sign_out(desk.sessions, before)  # whoever had this browser's session, and whoever set it
    except SignInRefused as refused:
        if not isinstance(refused, TriedTooOften):
            _log_refused(desk, login, address_of(request))
        name = "_sign_in_again.html" if again else "sign_in.html"
        values = {"next": _inside(next), "empty": False, "login": login}
        return page(request, name, 401, message=refused.message, hint=refused.hint, **values)
    person = Person(account, csrf_of(token))
    log_access(desk, request, "sign_in", person, 200)
    if again:
        response: Response = page(request, "_signed_in.html")
        response.headers["HX-Trigger"] = json.dumps({"signed-in": {"csrf": person.csrf, "name": account.login}})
    else:
        response = RedirectResponse(_inside(next), status_code=303)
    secure = request.url.scheme == "https"
    response.set_cookie(
        SECURE_COOKIE if secure else COOKIE, token, httponly=True, secure=secure, samesite="lax", path="/"
    )
    return response


@router.post("/sign-out", dependencies=[SETTLES])
def post_sign_out(request: Request, desk: DeskOf) -> Response:
    """End the session."""
    sign_out(desk.sessions, token_of(request))
    response = RedirectResponse("/sign-in", status_code=303)
    for name in (COOKIE, SECURE_COOKIE):
        response.delete_cookie(name, secure=name == SECURE_COOKIE)
    return response


@router.get("/me/password", dependencies=[SETTLES])
def password_page(request: Request, changed: bool = False) -> Response:
    """Ask for the old password and the new one."""
    return page(request, "password.html", changed=changed, message="", hint="")


@router.post("/me/password", dependencies=[SETTLES])
def post_password(
    request: Request,
    desk: DeskOf,
    person: PersonOf,
    old: Annotated[str, Form()] = "",
    new: Annotated[str, Form()] = "",
    again: Annotated[str, Form()] = "",
) -> Response:
    """Change one's own password."""
    try:
        if new != again:
            raise UserError("两次输入的新密码不一样", "再输入一次")
        prove_again(desk, person, old, address_of(request), "原密码不对")
        with desk.sessions.begin() as session:
            change_password(session, person.account, old, new, token_sha256(token_of(request)))
    except UserError as refused:
        return page(request, "password.html", 400, changed=False, message=refused.message, hint=refused.hint)
    return RedirectResponse("/me/password?changed=true", status_code=303)


def _log_refused(desk: Desk, login: str, address: str) -> None:
    """Write that somebody was not let in. What was typed is written only where it is a login: it may be a password."""
    with desk.sessions.begin() as session:
        found = account_by_login(session, folded_login(login)[:64])
        who = ("", "") if found is None else (found[0].login, found[0].name)
        add_access(session, datetime.now(), who, "sign_in", "", 401, address)


def prove_again(desk: Desk, person: Person, password: str, address: str, wrong: str = "密码不对") -> None:
    """Ask whoever is signed in for the password again: a browser may have been left open.

    Raises:
        UserError: It is wrong, which ``wrong`` says, or was wrong too often, or somebody else set it.
    """
    # Whoever set it knows it, so that beside a token it proves nothing. (Pages ask for a new one before anything else.)
    if person.scopes is not None and person.account.must_change:
        raise UserError("密码是别人设的，还不能用来证明是本人", "先在“修改密码”页改成自己的")
    try:
        prove(desk.sessions, person.account.login, password, address, datetime.now())
    except TriedTooOften:
        raise
    except SignInRefused as refused:
        raise UserError(wrong, refused.hint) from refused


def _inside(path: str) -> str:
    """Return an address of these pages, never another server's: //host, a scheme, a backslash."""
    # Browsers leave out tabs and line ends before they read an address: "/<tab>/host" would be one more.
    inside = path.startswith("/") and not path.startswith(("//", "/\\")) and not any(c < " " for c in path)
    return path if inside else "/"
