"""What a search costs in a centre's store: 100,000 calls of 600 characters, two speakers each, on SQLite.

Lines are cut from everyday Chinese (`bench.made_calls`), 50,000 different ones. Each query is asked as the page asks
it: the first 20 texts with their lines, ranked, with the total. Words of three kinds: of nearly every call, of some,
of hardly any.

    python bench/search.py --calls 100000
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from sqlalchemy.orm import Session

from bench.made_calls import CLOSING, OPENING, everyday
from bench.results import machine, put, section
from qa_pipeline.models import CallRecord, Operator, Role
from qa_pipeline.models.search import Audience, By, SearchQuery, SearchText, TextKind
from qa_pipeline.store.queries.search import search
from qa_pipeline.store.queries.search_index import add_texts
from qa_pipeline.store.rows import as_row
from qa_pipeline.store.schema import CallRow, OperatorRow
from qa_pipeline.store.session import open_store

LINES, LENGTH, TURNS = 50_000, 30, 20
OPERATORS, MONTHS, SHIFTS = 200, 12, ("早班", "中班", "晚班")
AT_ONCE = 1_000
COMMON = ("您好", "12345热线", "感谢您的来电", "问题")
SOME = ("社保", "公积金", "物业", "身份证", "工作日 材料")
REPEATS = 20


def lines_of(chance: random.Random) -> list[str]:
    """Return the lines that calls are made of."""
    text = everyday()
    starts = (chance.randrange(len(text) - LENGTH) for _ in range(LINES))
    return [text[start : start + LENGTH] for start in starts]


def calls(count: int, chance: random.Random) -> Iterator[CallRecord]:
    """Yield calls over a year."""
    for n in range(count):
        at = datetime(2026, 1 + n % MONTHS, 1, 8) + timedelta(minutes=chance.randrange(28 * 24 * 60))
        who = f"{1000 + n % OPERATORS}"
        yield CallRecord(f"H{n:07d}", at, 180, who, SHIFTS[n % 3], "", Role.CALLER, None, f"{n}.wav", 0)


def texts(pool: list[str], chance: random.Random) -> tuple[SearchText, ...]:
    """Return what either speaker of a call said."""
    said = [chance.choice(pool) for _ in range(TURNS)]
    spoken = ((TextKind.OPERATOR, (OPENING, *said[::2], CLOSING)), (TextKind.CALLER, tuple(said[1::2])))
    return tuple(
        SearchText(kind, Audience.ALL, lines, tuple(range(0, 5000 * len(lines), 5000))) for kind, lines in spoken
    )


def fill(session: Session, some: list[CallRecord], pool: list[str], chance: random.Random) -> None:
    """Write calls with their texts."""
    session.add_all(as_row(CallRow, call, month=f"{call.started_at:%Y-%m}") for call in some)
    session.flush()
    for call in some:
        add_texts(session, call, texts(pool, chance))


def measured(session: Session, query: SearchQuery) -> tuple[float, int]:
    """Return how long one search takes, in seconds, and how many texts it found."""
    start = time.perf_counter()
    found = search(session, query)
    return time.perf_counter() - start, found.total


def quantile(times: list[float], share: float) -> float:
    """Return a quantile in milliseconds."""
    return sorted(times)[min(len(times) - 1, int(share * len(times)))] * 1000


def main() -> None:
    """Fill a store, ask, and write the section."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=100_000)
    count = parser.parse_args().calls
    chance = random.Random(1)  # noqa: S311  # text to measure with, not a secret
    pool = lines_of(chance)
    with tempfile.TemporaryDirectory() as folder:
        sessions = open_store(f"sqlite:///{folder}/s.sqlite3", create=True)
        start = time.perf_counter()
        with sessions.begin() as session:
            session.add_all(
                as_row(OperatorRow, Operator(f"{1000 + n}", f"员{n}", "一组", None, None)) for n in range(OPERATORS)
            )
        every = list(calls(count, chance))
        for first in range(0, count, AT_ONCE):
            with sessions.begin() as session:
                fill(session, every[first : first + AT_ONCE], pool, chance)
        filled = time.perf_counter() - start
        size = sum(file.stat().st_size for file in Path(folder).iterdir()) / 1024**3
        rare = tuple(chance.choice(pool)[8:14] for _ in range(10))
        rows = []
        with sessions() as session:
            for name, words in (("nearly every call", COMMON), ("some calls", SOME), ("hardly any", rare)):
                for by in By:
                    for filters in ({}, {"month": "2026-06"}, {"operator": "1007", "kinds": (TextKind.OPERATOR,)}):
                        told = [
                            measured(session, SearchQuery(word, by=by, sees_all=True, **filters))
                            for word in words
                            for _ in range(REPEATS)
                        ]
                        times, hits = [one for one, _ in told], int(statistics.median(n for _, n in told))
                        asked = ", ".join(filters) or "none"
                        rows.append(
                            (
                                name,
                                by.value,
                                asked,
                                hits,
                                f"{statistics.median(times) * 1000:.0f}",
                                f"{quantile(times, 0.95):.0f}",
                            )
                        )
    about = (
        f"{count:,} calls of {TURNS * LENGTH} characters and more; filled in {filled:.0f} s, {size:.1f} GiB on disk; "
        f"{REPEATS} times each word. "
        f"Load average while asking {os.getloadavg()[1]:.0f}. {machine(1)}."
    )
    header = ("word of", "by", "filter", "texts found", "median ms", "95th percentile ms")
    put(section("Search", about, header, rows))


if __name__ == "__main__":
    main()
