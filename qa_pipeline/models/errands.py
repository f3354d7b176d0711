"""What somebody asked for in the browser and the worker process does: imports, draws, runs, trials."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class ErrandKind(StrEnum):
    """What is to be done.

    PREVIEW: say what an import would take and refuse, and take nothing. WHAT_IF: a month under another standard.
    CLIP: a masked clip of a call, for training. REHEARSAL: what a trainee answered in role-play is listened to.
    """

    PREVIEW = "preview"
    IMPORT = "import"
    DRAW = "draw"
    RUN = "run"
    WHAT_IF = "what_if"
    CLIP = "clip"
    REHEARSAL = "rehearsal"


SHORT = frozenset({ErrandKind.PREVIEW, ErrandKind.CLIP, ErrandKind.REHEARSAL})
"""Seconds to a minute or two, and somebody waits before the page: done beside a month's run of hours, not after it."""


class ErrandState(StrEnum):
    """Where it stands. PAUSED by a person, to be gone on with; FAILED may be tried again."""

    WAITING = "waiting"
    RUNNING = "running"
    PAUSED = "paused"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Errand:
    """One errand.

    Args:
        parameters: By name, as its kind wants them: ``month``, ``uploads`` (numbers, by comma), ``maps`` and so on.
        done: Of ``total`` steps; ``what`` is under way.
        report: What came of it, as its kind says; JSON.
        error: Why it FAILED, with ``hint``.
        stopping: Somebody asked to pause or cancel; what is at hand is finished first.
    """

    errand_id: int
    kind: ErrandKind
    parameters: Mapping[str, str]
    asked_by: str
    asked_at: datetime
    state: ErrandState
    done: int = 0
    total: int = 0
    what: str = ""
    report: Mapping[str, object] = field(default_factory=dict)
    error: str = ""
    hint: str = ""
    stopping: str = ""
    started_at: datetime | None = None
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that somebody sent. ``name`` is only shown and looked at for its ending; ``sha256`` names it on disk."""

    upload_id: int
    name: str
    sha256: str
    size: int
    sent_by: str
    sent_at: datetime
