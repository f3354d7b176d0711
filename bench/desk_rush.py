"""Fifty reviewers at once: is a decision lost, refused or written twice?"""

from __future__ import annotations

import re
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import partial
from html import unescape
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import httpx
from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from bench.desk_store import token_of
from qa_pipeline.accounts.signing_in import csrf_of
from qa_pipeline.store.schema import (
    DecisionRow,
)
from qa_pipeline.web.access import COOKIE

FORM = re.compile(r'hx-post="(/calls/[^"]+/findings/[^"]+)"(.*?)</form>', re.DOTALL)
FIELD = re.compile(r'name="(audit_id|seen)" value="(\d+)"')


@dataclass(frozen=True, slots=True)
class Site:
    """A running server and the store behind it."""

    url: str
    sessions: sessionmaker[Session]
    values: dict[str, str]


@dataclass(frozen=True, slots=True)
class Rush:
    """What became of many reviewers at once; times in milliseconds. ``refused`` were told to try again, and did."""

    accepted: list[str] = field(default_factory=list)
    held: list[tuple[str, int]] = field(default_factory=list)
    refused: list[int] = field(default_factory=list)
    next_ms: list[float] = field(default_factory=list)
    post_ms: list[float] = field(default_factory=list)
    stored: int = 0
    twice_held: int = 0


def client_of(site: Site, n: int) -> httpx.Client:
    headers = {"Origin": site.url, "X-CSRF-Token": csrf_of(token_of(n))}
    return httpx.Client(base_url=site.url, cookies={COOKIE: token_of(n)}, headers=headers, timeout=300)


def rush(site: Site, reviewers: int, each: int = 4) -> Rush:
    """Let reviewers take calls and decide at once, each decision sent twice at the same moment."""
    with site.sessions() as session:
        before = session.scalar(select(func.count(DecisionRow.decision_id))) or 0
    told = Rush()
    start = threading.Barrier(reviewers)

    def review(n: int) -> None:
        with client_of(site, n) as client, client_of(site, n) as again, ThreadPoolExecutor(2) as pool:
            start.wait()
            after = ""
            for _ in range(each):
                after = _review_one(n, (client, again), pool, after, told)

    threads = [threading.Thread(target=review, args=(n,)) for n in range(1, reviewers + 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with site.sessions() as session:
        stored = (session.scalar(select(func.count(DecisionRow.decision_id))) or 0) - before
    people = {call_id: {n for other, n in told.held if other == call_id} for call_id, _ in told.held}
    return replace(told, stored=stored, twice_held=sum(len(found) > 1 for found in people.values()))


def _review_one(
    n: int, clients: tuple[httpx.Client, httpx.Client], pool: ThreadPoolExecutor, after: str, told: Rush
) -> str:
    """Take the next call and decide its first finding, twice at once; return the call."""
    began = time.perf_counter()
    answer = _tried(partial(clients[0].get, "/queue/next", params={"after": after}), told)
    told.next_ms.append((time.perf_counter() - began) * 1000)
    call_id = answer.headers["location"].split("?")[0].removeprefix("/calls/")
    told.held.append((call_id, n))
    address, form = _first_form(_tried(partial(clients[0].get, answer.headers["location"]), told).text)
    fields = {**form, "verdict": "overrule", "reason": f"听过，无差错 {n}", "faults": "1"}
    began = time.perf_counter()
    sent = [pool.submit(_tried, partial(one.post, address, data=fields), told) for one in clients]
    codes = {one.result().status_code for one in sent}
    told.post_ms.append((time.perf_counter() - began) * 1000)
    if codes == {200}:
        told.accepted.append(call_id)
    return call_id


def _tried(ask: Callable[[], httpx.Response], told: Rush) -> httpx.Response:
    """Ask again, as the page says, while the answer is that the database is busy."""
    while (answer := ask()).status_code == 503:
        told.refused.append(answer.status_code)
        time.sleep(0.5)
    return answer


def _first_form(page: str) -> tuple[str, dict[str, str]]:
    for address, rest in FORM.findall(page):
        if 'name="together"' not in rest:
            return unescape(address), dict(FIELD.findall(rest))
    raise SystemExit("a call of the queue has nothing to decide")
