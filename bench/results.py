"""The sections of RESULTS.md: each is written by one benchmark and replaced in its place."""

from __future__ import annotations

import os
import platform
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path

RESULTS = Path(__file__).resolve().parent / "RESULTS.md"
_TITLE = "# What the benchmarks said\n"


def section(title: str, about: str, header: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Return a section: the command that is running and makes it again, what it is, and a table."""
    lines = [f"## {title}", "", f"`{command()}`", "", about, "", _row(header), "|" + "---|" * len(header)]
    return "\n".join([*lines, *map(_row, rows)]) + "\n"


def command() -> str:
    """Return what was typed to start this benchmark."""
    return shlex.join(["python", f"bench/{Path(sys.argv[0]).name}", *sys.argv[1:]])


def machine(threads: int) -> str:
    """Describe the machine, with nothing in it that names it."""
    return (
        f"{_processor()}, {os.cpu_count()} cores, {threads} threads, "
        f"Python {platform.python_version()}, {platform.system()} {platform.machine()}"
    )


def put(text: str, path: Path = RESULTS) -> None:
    """Write a section in place of the one with its title, or after the last."""
    head, *parts = (path.read_text("utf-8") if path.exists() else _TITLE).split("\n## ")
    new = text.removeprefix("## ").rstrip("\n")
    title = new.split("\n", 1)[0]
    kept = [part.rstrip("\n") for part in parts]
    places = [number for number, part in enumerate(kept) if part.split("\n", 1)[0] == title]
    kept = [new if number in places[:1] else part for number, part in enumerate(kept) if number not in places[1:]]
    kept += [] if places else [new]
    path.write_text("\n\n## ".join([head.rstrip("\n"), *kept]) + "\n", "utf-8")


def own_peak_mb() -> int:
    """Return this process's peak memory; ``ru_maxrss`` would hand on the parent's."""
    return _status_mb("VmHWM")


def own_memory_mb() -> int:
    """Return what memory this process holds now."""
    return _status_mb("VmRSS")


def _status_mb(name: str) -> int:
    status = Path("/proc/self/status").read_text("utf-8")
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith(name))) // 1024


def _row(cells: Sequence[object]) -> str:
    return "| " + " | ".join(str(cell) for cell in cells) + " |"


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    except OSError:
        return platform.processor() or "unknown processor"
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), "unknown processor")
