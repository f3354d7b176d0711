"""Webhooks: which address is told what, and whether it takes it."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Form, Request
from fastapi.responses import RedirectResponse, Response

from qa_pipeline.errors import QaError, UserError
from qa_pipeline.models.accounts import Person, Role
from qa_pipeline.models.hooks import Hook, HookEvent
from qa_pipeline.store.queries.hooks import add_hook, end_hook, hooks
from qa_pipeline.web.access import PersonOf, allow, family
from qa_pipeline.web.desk import Desk, DeskOf, page
from qa_pipeline.web.refusals import status_of

router = family()
ADMIN = [allow(Role.ADMINISTRATOR)]


@router.get("/admin/hooks", dependencies=ADMIN)
def hooks_page(request: Request, desk: DeskOf) -> Response:
    """List the webhooks."""
    return _page(request, desk)


@router.post("/admin/hooks", dependencies=ADMIN)
def post_hook(
    request: Request,
    desk: DeskOf,
    person: PersonOf,
    url: Annotated[str, Form()] = "",
    events: Annotated[Sequence[str], Form()] = (),
) -> Response:
    """Tell an address from now on; its secret is shown once."""
    try:
        made = new_hook(desk, person, url, events)
    except QaError as error:
        return _page(request, desk, status_of(error), error=error)
    return _page(request, desk, made=made)


def new_hook(desk: Desk, person: Person, url: str, events: Sequence[str]) -> Hook:
    """Write a webhook, and return it with its secret.

    Raises:
        UserError: It is no address, or no event was chosen.
    """
    wanted = _checked(url, events)
    with desk.sessions.begin() as session:
        return add_hook(session, url, secrets.token_urlsafe(32), wanted, person.name, datetime.now())


@router.post("/admin/hooks/{number}/end", dependencies=ADMIN)
def post_hook_end(desk: DeskOf, number: int) -> Response:
    """Tell an address no more."""
    with desk.sessions.begin() as session:
        end_hook(session, number, datetime.now())
    return RedirectResponse("/admin/hooks", status_code=303)


def _checked(url: str, events: Sequence[str]) -> tuple[HookEvent, ...]:
    if not _is_address(url):
        raise UserError("地址不对", "写成 https://主机/路径，不含账号密码")
    if not events or set(events) - set(HookEvent):
        raise UserError("没有选择事件", "至少选一种")
    return tuple(event for event in HookEvent if event in events)


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        whole = bool(parts.hostname) and parts.port != 0  # a port that is none raises
    except ValueError:
        return False
    return whole and parts.scheme in {"http", "https"} and not parts.username and len(url) <= 500


def _page(
    request: Request, desk: DeskOf, status: int = 200, error: QaError | None = None, made: Hook | None = None
) -> Response:
    with desk.sessions() as session:
        known = hooks(session)
    return page(request, "hooks.html", status, hooks=known, events=tuple(HookEvent), error=error, made=made)
