"""How long the desk's pages take with a large store, and whether fifty reviewers at once lose a decision.

A synthetic centre is written into SQLite and into a PostgreSQL server of its own: one month with its evaluations, other
calls in the months before. The application runs in a process of its own; pages are asked over loopback, signed in.

    python bench/desk_pages.py --write
    python bench/desk_pages.py --sqlite 2000 --postgres 5000 --evaluations 500 --times 5      # a quick look
"""

from __future__ import annotations

import argparse
import gzip
import multiprocessing
import random
import re
import socket
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from html import unescape
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import httpx
import psutil
import uvicorn
from fastapi.routing import APIRoute
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session, sessionmaker

from bench.closing import (
    MONTH,
    NOW,
    START,
    VARIANTS,
    _audit,
    _heard,
    _put,
    _recording,
    _speech,
    _values,
    _variant,
)
from bench.results import machine, put, section
from qa_pipeline import sampling
from qa_pipeline.accounts.signing_in import csrf_of, token_sha256
from qa_pipeline.models import AcousticProfile, CallRecord, Operator, Role
from qa_pipeline.models.accounts import Account
from qa_pipeline.models.accounts import Role as Office
from qa_pipeline.settings import Settings
from qa_pipeline.store.codec import encode
from qa_pipeline.store.queries.accounts import add_account, add_sign_in
from qa_pipeline.store.queries.standings import rebuild
from qa_pipeline.store.rows import as_row
from qa_pipeline.store.schema import (
    AuditRow,
    CallRow,
    DecisionRow,
    OperatorRow,
    PlanRow,
    RecordingRow,
    SampledCallRow,
    SpeechRow,
    StandingRow,
)
from qa_pipeline.store.session import close_store, open_store
from qa_pipeline.web.access import COOKIE, access_of
from qa_pipeline.web.app import FAMILIES
from qa_pipeline.web.server import server_config
from tests.postgres import postgres_server

CALLS_EACH = 100
IN_MONTH = 100_000
MORE = (
    "/calls?month={month}&state=open",
    "/calls?month={month}&sort=-points&page=7",
    "/calls?month={month}&operator={operator}&item=A1",
    "/calls?month={month}&rule=R05&sort=open",
    "/calls?month={month}&q=0017",
    "/queue?kind=suspected",
    "/queue?number=9",
)
"""Pages beside those that the routes give by themselves."""
LEFT_OUT = {
    "/calls/{call_id:path}/audio.wav": "the made calls have no sound",
    "/calls/{call_id:path}/peaks.json": "the made calls have no sound",
    "/queue/next": "told below, with the fifty reviewers",
}
AIM_MS = 150
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


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sqlite", type=int, default=100_000, help="calls in SQLite; 0 leaves it out")
    parser.add_argument("--postgres", type=int, default=1_000_000, help="calls in PostgreSQL; 0 leaves it out")
    parser.add_argument("--evaluations", type=int, default=20_000)
    parser.add_argument("--times", type=int, default=15, help="how often each page is asked")
    parser.add_argument("--reviewers", type=int, default=50)
    parser.add_argument("--write", action="store_true", help="put the figures into bench/RESULTS.md")
    parser.add_argument("--only", default="", help="ask only pages whose path has this in it")
    parser.add_argument("--without", default="", help="leave out pages whose path has this in it")
    given = parser.parse_args()
    told: dict[str, dict[str, list[float]]] = {}
    rushes: dict[str, Rush] = {}
    with tempfile.TemporaryDirectory(prefix="desk-") as folder:
        for name, calls in (("SQLite", given.sqlite), ("PostgreSQL", given.postgres)):
            if not calls:
                continue
            with _store(name, Path(folder) / name) as settings, _site(settings, calls, given) as site:
                told[name] = dict(_ask_all(site, given.times, given.only, given.without))
                rushes[name] = rush(site, given.reviewers)
    report = _report(told, rushes, given)
    print(report)
    if given.write:
        put(report)


@contextmanager
def _store(name: str, workspace: Path) -> Iterator[Settings]:
    workspace.mkdir()
    if name == "SQLite":
        yield Settings(workspace=workspace)
        return
    with postgres_server() as url:
        (workspace / "url").write_text(url, "utf-8")
        yield Settings(workspace=workspace, database_url_file=workspace / "url")


@contextmanager
def _site(settings: Settings, calls: int, given: argparse.Namespace) -> Iterator[Site]:
    started = time.perf_counter()
    sessions = open_store(settings.url, create=True)
    fill(sessions, calls, given.evaluations, given.reviewers)
    print(f"{calls:,} calls filled in {time.perf_counter() - started:.0f} s", file=sys.stderr, flush=True)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    ready = multiprocessing.get_context("spawn").Event()
    server = multiprocessing.get_context("spawn").Process(target=_serve, args=(settings, port, ready), daemon=True)
    server.start()
    if not ready.wait(120):
        raise SystemExit("the server did not start")
    with sessions() as session:
        call_id = session.scalar(select(StandingRow.call_id).order_by(StandingRow.started_at).limit(1))
    values = {
        "month": MONTH, "call_id": str(call_id), "call": str(call_id), "operator": "00007", "operator_id": "00007",
        "code": "A1", "team": "一组", "shift": "早班",
    }  # fmt: skip
    yield Site(f"http://127.0.0.1:{port}", sessions, values)
    server.terminate()
    server.join()
    close_store(sessions)


def _serve(settings: Settings, port: int, ready: threading.Event) -> None:
    sessions = open_store(settings.url)
    server = uvicorn.Server(server_config(sessions, settings, "127.0.0.1", port))
    threading.Thread(target=lambda: _when_started(server, ready), daemon=True).start()
    server.run()


def _when_started(server: uvicorn.Server, ready: threading.Event) -> None:
    while not server.started:
        time.sleep(0.02)
    ready.set()


def fill(sessions: sessionmaker[Session], calls: int, evaluations: int, reviewers: int) -> None:
    """Write a month with its evaluations, 100 of each operator, and other calls in the months before it."""
    rng = random.Random(calls)  # noqa: S311  # a made-up month, not a secret
    people = [
        Operator(f"{n:05}", f"话务员{n}", f"{n % 8 + 1}组", None, None) for n in range(-(-evaluations // CALLS_EACH))
    ]
    in_month = max(evaluations, min(calls, IN_MONTH))
    frame = list(_calls(people, in_month, START))
    plan = sampling.draw(frame, MONTH, CALLS_EACH, "秋分", {}, datetime(2026, 11, 1))
    with sessions.begin() as session:
        _put(session, OperatorRow, (_values(as_row(OperatorRow, one)) for one in people))
        _put(session, CallRow, (_values(as_row(CallRow, one, month=MONTH)) for one in frame))
        for month in range(1, -(-(calls - in_month) // IN_MONTH) + 1):
            at = START - timedelta(days=30 * month)
            left = min(IN_MONTH, calls - in_month - (month - 1) * IN_MONTH)
            _put(session, CallRow, (_values(as_row(CallRow, c, month=f"{at:%Y-%m}")) for c in _calls(people, left, at)))
        session.add(as_row(PlanRow, plan))
        session.flush()
        sampled = (
            _values(as_row(SampledCallRow, one, month=MONTH, position=n, probability=str(one.probability)))
            for n, one in enumerate(plan.calls)
        )
        _put(session, SampledCallRow, sampled)
        ids = [one.call_id for one in plan.calls]
        _put(session, RecordingRow, map(_recording, ids))
        measured = AcousticProfile((), (), (), 240.0, 240.0, (-50.0,))
        sound = gzip.compress(encode(measured).encode(), 6, mtime=0)
        heard = _heard()
        _put(session, SpeechRow, ({**_speech(call_id, heard), "acoustics": sound} for call_id in ids))
        variants = [_variant(rng) for _ in range(VARIANTS)]
        drawn = [rng.choice(variants) for _ in ids]
        _put(session, AuditRow, (_audit(n, *one) for n, one in enumerate(zip(ids, drawn, strict=True), start=1)))
    with sessions.begin() as session:
        rebuild(session)
        if session.get_bind().dialect.name == "postgresql":
            session.execute(text("SELECT setval('audits_audit_id_seq', (SELECT max(audit_id) FROM audits))"))
        for n in range(reviewers + 1):
            office = tuple(Office) if n == 0 else (Office.REVIEWER,)
            made = Account(
                0, f"desk{n}", f"复核员{n}", office, people[0].operator_id if n == 0 else None, False, "bench", NOW
            )
            kept = add_account(session, made, made.name, "x")
            add_sign_in(session, _digest(_token(n)), kept.account_id, "127.0.0.1", datetime.now())
    with sessions() as session:  # as a server does by itself after a while
        session.connection(execution_options={"isolation_level": "AUTOCOMMIT"}).execute(text("ANALYZE"))


def _calls(people: Sequence[Operator], n: int, start: datetime) -> Iterator[CallRecord]:
    for k in range(n):
        one = people[k % len(people)]
        at = start + timedelta(minutes=(k * 211) % 40_000)
        shift = ("早班", "中班", "晚班")[k // len(people) % 3]
        call_id = f"H{start:%y%m}-{k:06}"
        yield CallRecord(call_id, at, 180, one.operator_id, shift, "13900001234", Role.CALLER, 5, f"{call_id}.wav", 0)


def _token(n: int) -> str:
    return f"desk-token-{n}"


def _digest(token: str) -> str:
    return token_sha256(token)


def paths() -> list[str]:
    """Return the addresses of every page that anybody may ask for, with names in braces."""
    routes = [route for module in FAMILIES for route in module.router.routes if isinstance(route, APIRoute)]
    pages = [r.path for r in routes if "GET" in r.methods and not access_of(r).public and r.path not in LEFT_OUT]
    return [*(re.sub(r"{(\w+):\w+}", r"{\1}", path) for path in pages), *MORE]


def _client(site: Site, n: int) -> httpx.Client:
    headers = {"Origin": site.url, "X-CSRF-Token": csrf_of(_token(n))}
    return httpx.Client(base_url=site.url, cookies={COOKIE: _token(n)}, headers=headers, timeout=300)


def _ask_all(site: Site, times: int, only: str, without: str) -> Iterator[tuple[str, list[float]]]:
    with _client(site, 0) as client:
        for path in paths():
            if only not in path or (without and without in path):
                continue
            try:
                address = path.format(**site.values)
            except KeyError as unknown:
                print(f"not asked: {path} ({unknown} has no value here)", file=sys.stderr)
                continue
            code, cold = _timed(client, address)
            before = _computed()
            found = [_timed(client, address)[1] for _ in range(times)]
            cpu = (_computed() - before) / times
            told = f"{code} {statistics.median(found):7.0f} ms, CPU {cpu:6.0f} ms, first {cold:7.0f} ms  {address}"
            print(told, file=sys.stderr, flush=True)
            yield path, [cpu, cold, *found]


def _computed() -> float:
    """Return the processor time, in milliseconds, of the application and the database until now."""
    times = [one.cpu_times() for one in psutil.Process().children(recursive=True)]
    return sum(one.user + one.system for one in times) * 1000


def _timed(client: httpx.Client, address: str) -> tuple[int, float]:
    started = time.perf_counter()
    answer = client.get(address)
    spent = (time.perf_counter() - started) * 1000
    if answer.status_code >= 500:
        raise SystemExit(f"{address}: {answer.status_code}")
    return answer.status_code, spent


def rush(site: Site, reviewers: int, each: int = 4) -> Rush:
    """Let reviewers take calls and decide at once, each decision sent twice at the same moment."""
    with site.sessions() as session:
        before = session.scalar(select(func.count(DecisionRow.decision_id))) or 0
    told = Rush()
    start = threading.Barrier(reviewers)

    def review(n: int) -> None:
        with _client(site, n) as client, _client(site, n) as again, ThreadPoolExecutor(2) as pool:
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


def _report(told: dict[str, dict[str, list[float]]], rushes: dict[str, Rush], given: argparse.Namespace) -> str:
    pages = list(dict.fromkeys(path for found in told.values() for path in found))
    rows = [[f"`{path}`", *(cell for found in told.values() for cell in _cells(found.get(path)))] for path in pages]
    for what, of in (("`/queue/next`, all at once", "next_ms"), ("a decision, all at once", "post_ms")):
        rows.append([what, *(cell for one in rushes.values() for cell in _cells([0, 0, *getattr(one, of)]))])
    about = (
        f"Milliseconds over loopback: median and 95th percentile of {given.times}, the first time, and the processor "
        "time that application and database spent on one, which other work on the machine does not change. "
        f"{given.evaluations:,} evaluations of one month; {given.sqlite:,} calls in SQLite, {given.postgres:,} in "
        f"PostgreSQL. {machine(1)}; server, database and client share it. "
        + " ".join(
            f"{name}: {given.reviewers} reviewers at once, each decision sent twice: {len(one.accepted)} "
            f"accepted, {one.stored} stored, {one.twice_held} calls given to two people, {len(one.refused)} times "
            "asked to try again."
            for name, one in rushes.items()
        )
    )
    header = ["page", *(f"{name} {what}" for name in told for what in ("median", "p95", "first", "CPU"))]
    return section("The desk's pages with a large store", about, header, rows)


def _cells(times: list[float] | None) -> tuple[str, str, str, str]:
    if not times or len(times) < 3:
        return ("", "", "", "")
    cpu, cold, *rest = times
    late = sorted(rest)[min(len(rest) - 1, int(len(rest) * 0.95))]
    return (f"{statistics.median(rest):.0f}", f"{late:.0f}", f"{cold:.0f}" if cold else "", f"{cpu:.0f}" if cpu else "")


if __name__ == "__main__":
    main()
