"""What a large month costs: closing it into the ledger, verifying that, and computing its payroll again.

A synthetic centre is written straight into SQLite: audits of 29 rules of random outcome with evidence, words of two
reviewers on one call in twenty, pay terms, a call log twice the sample. Each step runs in a process of its own, whose
peak memory is told.

    python bench/closing.py --sizes 1000 10000 100000 1000000
"""

from __future__ import annotations

import argparse
import json
import math
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from sqlalchemy.orm import Session, sessionmaker

from bench.closing_store import CALLS_EACH, MONTH, NOW, fill
from bench.results import machine, own_peak_mb, put, section
from qa_pipeline.ledger.chain import Entry
from qa_pipeline.ledger.checks import checked
from qa_pipeline.ledger.replay import Replayed, replay
from qa_pipeline.review import close_month
from qa_pipeline.settings import Settings
from qa_pipeline.settling.comparing import verify_store
from qa_pipeline.store.queries.ledger import entries_of
from qa_pipeline.store.session import close_store, open_store

STEPS = ("close", "verify", "replay")
SHOWN = ("s", "cpu", "mb")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000, 10_000, 100_000])
    parser.add_argument("--folder", type=Path, help="where the stores are written; default: a temporary folder")
    parser.add_argument("--step", choices=STEPS, help=argparse.SUPPRESS)
    parser.add_argument("--print", action="store_true", help="do not write bench/RESULTS.md")
    given = parser.parse_args()
    if given.step:
        print(json.dumps(_step(given.step, given.folder)))
        return
    with tempfile.TemporaryDirectory(prefix="closing-") as scratch:
        rows = [_size(size, (given.folder or Path(scratch)) / str(size)) for size in given.sizes]
    text = _report(rows)
    print(text)
    if not given.print:
        put(text)


def _size(size: int, folder: Path) -> dict[str, float]:
    started = time.perf_counter()
    fill(folder, size)
    print(f"{size}: filled in {time.perf_counter() - started:.0f} s", file=sys.stderr, flush=True)
    found: dict[str, float] = {"evaluations": size}
    for step in STEPS:
        command = [sys.executable, __file__, "--step", step, "--folder", str(folder)]
        said = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
        print(f"{size}: {step} {said}", file=sys.stderr, flush=True)
        found |= {f"{step}_{what}": said[what] for what in SHOWN}
    found["ledger_mb"] = said["ledger_mb"]
    for file in folder.iterdir():
        file.unlink()
    return found


def _step(step: str, folder: Path) -> dict[str, float]:
    settings = Settings(workspace=folder)
    sessions = open_store(settings.url)
    started, computed = time.perf_counter(), time.process_time()
    steps: dict[str, Callable[[Settings, sessionmaker[Session]], float]] = {
        "close": _close,
        "verify": _verify,
        "replay": _replay,
    }
    ledger_mb = steps[step](settings, sessions)
    spent = {"s": time.perf_counter() - started, "cpu": time.process_time() - computed}
    said = {**spent, "mb": own_peak_mb(), "ledger_mb": ledger_mb}
    close_store(sessions)
    return said


def _close(settings: Settings, sessions: sessionmaker[Session]) -> float:
    with sessions.begin() as session:
        close_month(session, settings, MONTH, "主管", NOW, accept_open=True)
    return 0


def _verify(_settings: Settings, sessions: sessionmaker[Session]) -> float:
    with sessions() as session:
        verify_store(session)
    return 0


def _replay(_settings: Settings, sessions: sessionmaker[Session]) -> float:
    size = 0

    def entries() -> Iterator[Entry]:
        nonlocal size
        for stored in entries_of(session, MONTH):
            size += len(stored[3].encode())
            yield Entry(*stored)

    with sessions() as session:
        done = Replayed()
        found = list(replay(checked(entries(), None), done))
    if found or not done.drawn_again:
        raise SystemExit(f"the replay differs: {found[:3]}, drawn again: {done.drawn_again}")
    return size / 1e6


def _report(rows: Sequence[dict[str, float]]) -> str:
    table = [
        [
            f"{row['evaluations']:,.0f}",
            f"{max(1, row['evaluations'] // CALLS_EACH):,.0f}",
            *(f"{row[f'{step}_{what}']:,.0f}" for step in STEPS for what in SHOWN),
            f"{row['ledger_mb']:,.0f}",
        ]
        for row in rows
    ]
    if len(rows) > 1:
        growth = [f"{_exponent(rows, f'{step}_{what}'):.2f}" for step in STEPS for what in SHOWN]
        table.append(["growth exponent", "", *growth, f"{_exponent(rows, 'ledger_mb'):.2f}"])
    header = ["evaluations", "operators"]
    header += [f"{step}, {unit}" for step in STEPS for unit in ("s", "CPU s", "peak MB")]
    about = (
        f"A month closed into the ledger, verified against the store, and computed again from the ledger alone (which "
        f"must come to the same, the draw with it). {machine(1)}, SQLite. CPU seconds are the "
        "process's own, where other work shares the machine. The growth exponent is that of the two largest sizes: "
        "1 is in proportion."
    )
    return section("Closing a large month", about, [*header, "ledger, MB"], table)


def _exponent(rows: Sequence[dict[str, float]], name: str) -> float:
    one, other = rows[-2:]
    return math.log(other[name] / one[name]) / math.log(other["evaluations"] / one["evaluations"])


if __name__ == "__main__":
    main()
