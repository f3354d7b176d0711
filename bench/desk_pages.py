"""How long the desk's pages take with a large store, and whether fifty reviewers at once lose a decision.

A synthetic centre is written into SQLite and into a PostgreSQL server of its own: one month with its evaluations, other
calls in the months before. The application runs in a process of its own; pages are asked over loopback, signed in.

    python bench/desk_pages.py --write
    python bench/desk_pages.py --sqlite 2000 --postgres 5000 --evaluations 500 --times 5      # a quick look
"""

from __future__ import annotations

import argparse
import multiprocessing
import re
import socket
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import httpx
import psutil
import uvicorn
from fastapi.routing import APIRoute
from sqlalchemy import select

from bench.closing_store import MONTH
from bench.desk_rush import Rush, Site, client_of, rush
from bench.desk_store import fill
from bench.results import machine, put, section
from qa_pipeline.settings import Settings
from qa_pipeline.store.schema import (
    StandingRow,
)
from qa_pipeline.store.session import close_store, open_store
from qa_pipeline.web.access import access_of
from qa_pipeline.web.app import FAMILIES
from qa_pipeline.web.server import server_config
from tests.postgres import postgres_server

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
    threading.Thread(target=server.run, daemon=True).start()
    while not server.started:
        time.sleep(0.02)
    ready.set()
    threading.Event().wait()


def paths() -> list[str]:
    """Return the addresses of every page that anybody may ask for, with names in braces."""
    routes = [route for module in FAMILIES for route in module.router.routes if isinstance(route, APIRoute)]
    pages = [r.path for r in routes if "GET" in r.methods and not access_of(r).public and r.path not in LEFT_OUT]
    return [*(re.sub(r"{(\w+):\w+}", r"{\1}", path) for path in pages), *MORE]


def _ask_all(site: Site, times: int, only: str, without: str) -> Iterator[tuple[str, list[float]]]:
    with client_of(site, 0) as client:
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
