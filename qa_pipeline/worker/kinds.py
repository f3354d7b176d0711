"""How each kind of errand is done. A new kind is a function here and a line in KINDS."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy.orm import Session, sessionmaker

from qa_pipeline.models.errands import Errand, ErrandKind
from qa_pipeline.runs import draw_month, import_paths, run_month
from qa_pipeline.settings import Settings
from qa_pipeline.standards import require_effective, ruleset_of, scorecard_of
from qa_pipeline.store.queries.uploads import column_maps
from qa_pipeline.worker.files import previewed, staged, told_of

Report = Mapping[str, Any]
Tell = Callable[[int, int, str], None]
Doing = Callable[[Settings, sessionmaker[Session], Errand, Callable[[], datetime], Tell], Report]


def preview(
    settings: Settings, sessions: sessionmaker[Session], errand: Errand, now: Callable[[], datetime], tell: Tell
) -> Report:
    """Say what an import would take and refuse; nothing is kept."""
    with staged(settings, sessions, errand) as folder:
        return previewed(settings, sessions, folder, now(), tell, errand.asked_by)


def import_(
    settings: Settings, sessions: sessionmaker[Session], errand: Errand, now: Callable[[], datetime], tell: Tell
) -> Report:
    """Take what was sent."""
    from qa_pipeline.asr.audio import probe  # noqa: PLC0415  # a second that other errands are spared

    check = partial(probe, max_minutes=settings.max_recording_minutes)
    with sessions() as session:
        maps = column_maps(session)
    with staged(settings, sessions, errand) as folder:
        report = import_paths(settings, sessions, [folder], now(), check, tell, maps, errand.asked_by)
    return report.as_dict() | {"files": [told_of(file) for file in report.files]}


def draw(
    settings: Settings, sessions: sessionmaker[Session], errand: Errand, now: Callable[[], datetime], tell: Tell
) -> Report:
    """Draw a month's calls: as committed, or with a new seed."""
    tell(0, 1, "")
    quota = errand.parameters.get("quota", "")
    month = errand.parameters["month"]
    plan = draw_month(
        sessions, month, int(quota) if quota else None, None, now(), usual_quota=settings.quota_per_operator
    )
    tell(1, 1, "")
    return {"month": month, "frame": plan.frame_size, "drawn": len(plan.calls), "quota": plan.quota_per_operator}


def run(
    settings: Settings, sessions: sessionmaker[Session], errand: Errand, now: Callable[[], datetime], tell: Tell
) -> Report:
    """Transcribe, measure, check and score what is due of a month."""
    from qa_pipeline.asr.engines import make_transcriber  # noqa: PLC0415  # loading a recogniser takes seconds

    month = errand.parameters["month"]
    card = scorecard_of(settings)
    require_effective(card, month)
    summary = run_month(
        settings, sessions, month, make_transcriber(settings), card, ruleset_of(settings), now, tell,
        retry=errand.parameters.get("retry") == "yes",
    )  # fmt: skip
    return {"month": month, "line": summary.line(), **summary.as_dict()}


def what_if(
    settings: Settings, sessions: sessionmaker[Session], errand: Errand, _now: Callable[[], datetime], tell: Tell
) -> Report:
    """Compute a month by a scorecard or ruleset that is not in force yet."""
    from qa_pipeline.worker.trials import tried  # noqa: PLC0415  # rules and scorecards are read for trials alone

    return tried(settings, sessions, errand, tell)


def clip(
    settings: Settings, sessions: sessionmaker[Session], errand: Errand, now: Callable[[], datetime], tell: Tell
) -> Report:
    """Make a masked clip for training."""
    from qa_pipeline.worker.clips import clip_made  # noqa: PLC0415  # sound is cut for clips alone

    return clip_made(settings, sessions, errand, now, tell)


def rehearsal(
    settings: Settings, sessions: sessionmaker[Session], errand: Errand, now: Callable[[], datetime], tell: Tell
) -> Report:
    """Listen to what a trainee answered in role-play."""
    from qa_pipeline.worker.rehearsals import rehearsed  # noqa: PLC0415  # loading a recogniser takes seconds

    return rehearsed(settings, sessions, errand, now, tell)


KINDS: Mapping[ErrandKind, Doing] = {
    ErrandKind.PREVIEW: preview,
    ErrandKind.IMPORT: import_,
    ErrandKind.DRAW: draw,
    ErrandKind.RUN: run,
    ErrandKind.WHAT_IF: what_if,
    ErrandKind.CLIP: clip,
    ErrandKind.REHEARSAL: rehearsal,
}
