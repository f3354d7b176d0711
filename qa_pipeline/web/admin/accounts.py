"""Who may sign in: making accounts, changing what they may do, new passwords, disabling.

A password that is set here is made by the program, shown once, and has to be changed at the first sign-in.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated

from fastapi import Form, Request
from fastapi.responses import RedirectResponse, Response

from qa_pipeline.accounts.managing import (
    change_roles,
    create_account,
    create_program,
    disable_account,
    enable_account,
    reset_password,
)
from qa_pipeline.accounts.passwords import first_password
from qa_pipeline.errors import QaError, UserError
from qa_pipeline.models.accounts import Account, Person, Role
from qa_pipeline.store.queries.accounts import accounts
from qa_pipeline.store.queries.people import operators
from qa_pipeline.web.access import PersonOf, about, allow, family
from qa_pipeline.web.desk import Desk, DeskOf, page
from qa_pipeline.web.refusals import status_of

router = family()
ADMIN = [allow(Role.ADMINISTRATOR)]
Roles = Annotated[Sequence[str], Form()]


@router.get("/admin/accounts", dependencies=ADMIN)
def accounts_page(request: Request, desk: DeskOf) -> Response:
    """List the accounts, with what can be done to each."""
    return _page(request, desk)


@router.post("/admin/accounts", dependencies=ADMIN)
def post_account(
    request: Request,
    desk: DeskOf,
    person: PersonOf,
    login: Annotated[str, Form()] = "",
    name: Annotated[str, Form()] = "",
    roles: Roles = (),
    operator: Annotated[str, Form()] = "",
    program: Annotated[bool, Form()] = False,
) -> Response:
    """Make an account and show its first password once; a program's has none."""
    about(request, login=login, roles=",".join(roles))
    try:
        made, given = new_account(desk, person, login, name, _roles(roles), operator, program=program)
    except QaError as error:
        typed = {"login": login, "name": name, "roles": list(roles), "operator": operator, "program": program}
        return _page(request, desk, status=status_of(error), error=error, typed=typed)
    return _page(request, desk, program=made) if given is None else _page(request, desk, handed=(made, given))


def new_account(
    desk: Desk, person: Person, login: str, name: str, roles: Sequence[Role], operator: str, *, program: bool
) -> tuple[Account, str | None]:
    """Make an account and return it with its first password; a program's has none.

    Errors as `create_account` and `create_program`.
    """
    given, now = first_password(), datetime.now()
    with desk.sessions.begin() as session:
        if program:
            return create_program(session, login, name, roles, person.name, now), None
        made = create_account(session, login, name, roles, given, person.name, now, operator.strip() or None)
    return made, given


@router.post("/admin/accounts/{login}/roles", dependencies=ADMIN)
def post_roles(
    request: Request, desk: DeskOf, login: str, roles: Roles = (), operator: Annotated[str, Form()] = ""
) -> Response:
    """Change what somebody may do."""
    about(request, roles=",".join(roles))
    with desk.sessions.begin() as session:
        change_roles(session, login, _roles(roles), operator.strip() or None)
    return RedirectResponse("/admin/accounts", status_code=303)


@router.post("/admin/accounts/{login}/password", dependencies=ADMIN)
def post_reset(request: Request, desk: DeskOf, login: str) -> Response:
    """Set a new first password and show it once."""
    given = first_password()
    with desk.sessions.begin() as session:
        account = reset_password(session, login, given)
    return _page(request, desk, handed=(account, given))


@router.post("/admin/accounts/{login}/disable", dependencies=ADMIN)
def post_disable(desk: DeskOf, login: str) -> Response:
    """Keep somebody from signing in, at once."""
    with desk.sessions.begin() as session:
        disable_account(session, login, datetime.now())
    return RedirectResponse("/admin/accounts", status_code=303)


@router.post("/admin/accounts/{login}/enable", dependencies=ADMIN)
def post_enable(desk: DeskOf, login: str) -> Response:
    """Let somebody sign in again."""
    with desk.sessions.begin() as session:
        enable_account(session, login)
    return RedirectResponse("/admin/accounts", status_code=303)


def _roles(names: Sequence[str]) -> tuple[Role, ...]:
    if unknown := set(names) - set(Role):
        raise UserError(f"没有角色“{'、'.join(sorted(unknown))}”", "刷新页面后再选")
    return tuple(Role(name) for name in names)


def _page(
    request: Request,
    desk: DeskOf,
    status: int = 200,
    error: QaError | None = None,
    typed: Mapping[str, object] | None = None,
    handed: tuple[Account, str] | None = None,
    program: Account | None = None,
) -> Response:
    with desk.sessions() as session:
        known, roster = accounts(session), operators(session)
    return page(
        request,
        "accounts.html",
        status,
        accounts=known,
        roles=tuple(Role),
        roster=roster,
        names={o.operator_id: o.name for o in roster},
        typed=typed or {"login": "", "name": "", "roles": [], "operator": "", "program": False},
        error=error,
        handed=handed,
        program=program,
    )
