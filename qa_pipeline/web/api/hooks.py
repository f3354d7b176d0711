"""Webhooks by the API: which address is told what, and whether it takes it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated

from fastapi import Query, Request

from qa_pipeline.models.accounts import Role
from qa_pipeline.models.hooks import Hook, HookEvent
from qa_pipeline.models.tokens import Scope
from qa_pipeline.store.queries.hooks import end_hook, hooks
from qa_pipeline.web.access import PersonOf, address_of
from qa_pipeline.web.admin.hooks import new_hook
from qa_pipeline.web.api.accounts import Proof
from qa_pipeline.web.api.base import Number, Values, api_family, by_token
from qa_pipeline.web.desk import DeskOf
from qa_pipeline.web.signing import prove_again

router = api_family("hooks")
READS = [by_token(Scope.HOOKS_READ, Role.ADMINISTRATOR)]
WRITES = [by_token(Scope.HOOKS_WRITE, Role.ADMINISTRATOR)]


class NewHook(Proof):
    """An address to be told of some events, which it is told when the token is good no more."""

    url: Annotated[str, Query(max_length=500)]
    events: list[HookEvent]


class HookLine(Values):
    """A webhook without its secret. ``told`` is by event the key of what was told last.

    ``failures`` are in a row; the next try is at ``next_at``, and ``error`` says why the last one failed.
    """

    hook_id: int
    url: str
    events: list[HookEvent]
    created_by: str
    created_at: datetime
    told: Mapping[str, str]
    failures: int
    next_at: datetime | None
    error: str
    ended_at: datetime | None


class HandedHook(Values):
    """A webhook with the secret that its messages are signed with, told this once."""

    hook: HookLine
    secret: str


@router.get("/hooks", dependencies=READS)
def list_hooks(desk: DeskOf) -> list[HookLine]:
    """Return the webhooks, ended ones too."""
    with desk.sessions() as session:
        return [_line(one) for one in hooks(session)]


@router.post("/hooks", dependencies=WRITES, status_code=201)
def make_hook(request: Request, desk: DeskOf, person: PersonOf, given: NewHook) -> HandedHook:
    """Tell an address from now on: a webhook outlives the token, so that it takes the password."""
    prove_again(desk, person, given.password, address_of(request))
    made = new_hook(desk, person, given.url, given.events)
    return HandedHook(hook=_line(made), secret=made.secret)


@router.post("/hooks/{number}/end", dependencies=WRITES)
def stop_hook(desk: DeskOf, number: Number) -> HookLine:
    """Tell an address no more."""
    with desk.sessions.begin() as session:
        return _line(end_hook(session, number, datetime.now()))


def _line(hook: Hook) -> HookLine:
    return HookLine(
        hook_id=hook.hook_id,
        url=hook.url,
        events=list(hook.events),
        created_by=hook.created_by,
        created_at=hook.created_at,
        told=hook.told,
        failures=hook.failures,
        next_at=hook.next_at,
        error=hook.error,
        ended_at=hook.ended_at,
    )
