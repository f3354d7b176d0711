"""Tells other systems what happened, each event once it was taken and in order; signed as Standard Webhooks say.

``webhook-id``, ``webhook-timestamp`` and ``webhook-signature: v1,<base64 of HMAC-SHA256>`` over ``id.timestamp.body``
(standardwebhooks.com). What is not taken with a 2xx is sent again, later and later, so that one event may come twice:
who receives knows it by its id.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import logging
import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from heapq import merge

import httpx
from sqlalchemy.orm import Session, sessionmaker

from qa_pipeline.models.hooks import Happened, Hook
from qa_pipeline.store.queries.hooks import (
    claim_hook,
    happened_since,
    hook_failed,
    hook_told,
    hooks,
    release_hook,
)

logger = logging.getLogger(__name__)
TIMEOUT_S = 10.0
MOST_AT_ONCE = 50
FIRST_PAUSE = timedelta(seconds=10)
LONGEST_PAUSE = timedelta(hours=1)


def tell_hooks(sessions: sessionmaker[Session], now: Callable[[], datetime]) -> int:
    """Tell every address what happened since it was told last; return how much was taken."""
    with sessions() as session:
        due = [h for h in hooks(session) if h.ended_at is None and (h.next_at is None or h.next_at <= now())]
        due = [hook for hook in due if any(_news(session, hook, now()))]  # else nothing is written
    if not due:
        return 0
    with httpx.Client(timeout=TIMEOUT_S, follow_redirects=False, trust_env=False) as client:
        return sum(_tell_alone(sessions, hook, now, client) for hook in due)


def _tell_alone(sessions: sessionmaker[Session], hook: Hook, now: Callable[[], datetime], client: httpx.Client) -> int:
    """Tell an address unless another worker does: it is told each thing once, and in order."""
    claim = uuid.uuid4().hex
    with sessions.begin() as session:
        claimed = claim_hook(session, hook.hook_id, claim, now())
    if claimed is None:
        return 0
    try:
        return _tell(sessions, claimed, claim, now, client)
    finally:
        with sessions.begin() as session:
            release_hook(session, hook.hook_id, claim)


def _news(session: Session, hook: Hook, now: datetime) -> list[tuple[Happened, ...]]:
    """Return what an address has yet to be told, by event."""
    told = hook.told
    return [happened_since(session, event, told.get(event.value, ""), now, MOST_AT_ONCE) for event in hook.events]


def _tell(
    sessions: sessionmaker[Session], hook: Hook, claim: str, now: Callable[[], datetime], client: httpx.Client
) -> int:
    with sessions() as session:
        news = _news(session, hook, now())
    taken, told = 0, dict(hook.told)
    # By time, and those of one event by their keys whatever the clocks said: what was told is kept as the last key.
    for one in merge(*news, key=lambda n: n.at):
        standing = replace(hook, told=told)
        if (wrong := _send(client, hook, one, now())) is not None:
            with sessions.begin() as session:
                hook_failed(session, standing, wrong, now() + pause_after(hook.failures), claim)
            logger.warning("webhook %d: %s", hook.hook_id, wrong)
            return taken
        with sessions.begin() as session:
            still_ours = hook_told(session, standing, one, claim, now())
        taken += 1
        if not still_ours:
            logger.warning("webhook %d was taken over", hook.hook_id)
            return taken
        told[one.event.value] = one.key
    return taken


def pause_after(failures: int) -> timedelta:
    """Return how long to wait after so many failures before this one: twice as long each time, an hour at most."""
    return min(FIRST_PAUSE * (1 << min(failures, 12)), LONGEST_PAUSE)


def signed(hook: Hook, one: Happened, now: datetime) -> tuple[bytes, dict[str, str]]:
    """Return the body and the headers that an event is sent with."""
    body = json.dumps({"type": one.event.value, "timestamp": one.at.isoformat(), "data": dict(one.data)}).encode()
    number, at = f"{one.event.value}_{one.key}", str(int(now.timestamp()))
    mac = hmac.new(hook.secret.encode(), f"{number}.{at}.".encode() + body, hashlib.sha256).digest()
    headers = {
        "content-type": "application/json",
        "webhook-id": number,
        "webhook-timestamp": at,
        "webhook-signature": f"v1,{base64.b64encode(mac).decode()}",
    }
    return body, headers


def _send(client: httpx.Client, hook: Hook, one: Happened, now: datetime) -> str | None:
    body, headers = signed(hook, one, now)
    try:
        answer = client.post(hook.url, content=body, headers=headers)
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:  # one address must not keep others untold
        return f"{type(error).__name__}"
    return None if answer.is_success else f"HTTP {answer.status_code}"
