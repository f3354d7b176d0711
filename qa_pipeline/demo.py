"""The main job on the sample recordings, in a fresh folder, and how well it did against the scripts."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from sqlalchemy.orm import Session, sessionmaker

from qa_pipeline.accounts.sample_people import add_sample_people, write_sample_people
from qa_pipeline.asr.audio import probe
from qa_pipeline.asr.engines import make_transcriber
from qa_pipeline.errors import UserError
from qa_pipeline.language.columns import pad
from qa_pipeline.models import CallAudit
from qa_pipeline.planted import Tally, by_group, compare, planted_faults
from qa_pipeline.publish import publish_month
from qa_pipeline.review import close_month
from qa_pipeline.runs import RunSummary, draw_month, import_paths, run_month
from qa_pipeline.settings import SETTINGS_FILE, load_settings
from qa_pipeline.standards import ruleset_of, scorecard_of
from qa_pipeline.store.queries import month_data
from qa_pipeline.store.queries.calls import call_file
from qa_pipeline.store.queries.people import operators
from qa_pipeline.store.session import close_store, open_store
from qa_pipeline.workspace import init_workspace

MONTH = "2026-10"
SEED = "jiang-an-2026-10"
QUOTA = 5
MARKER = ".demo"
"""File that a demo leaves in its folder: only a folder that holds it is ever cleared."""
MONTH_OVER = datetime(2026, 11, 1, 9, 0)


@dataclass(frozen=True, slots=True)
class DemoOutcome:
    """Where the results lie, how long recognition took and what was found of the planted faults."""

    report: Path
    workbook: Path
    payroll: Path
    accounts: Path
    closed: Path
    example_call: str
    summary: RunSummary
    run_s: float
    audio_s: float
    items: tuple[Tally, ...]

    def lines(self) -> list[str]:
        """Return the printed account."""
        speed = self.audio_s / self.run_s if self.run_s else 0.0
        return [
            self.summary.line(),
            f"识别与检查用时 {self.run_s:.0f} 秒，录音共 {self.audio_s / 60:.1f} 分钟（{speed:.1f} 倍实时）",
            "",
            *tally_lines(self.items),
        ]


def run_demo(
    samples: Path, folder: Path, progress: Callable[[int, int, str], None], say: Callable[[str], None]
) -> DemoOutcome:
    """Do the whole month on the samples and measure it against their scripts.

    Raises:
        UserError: The samples are not there, or the folder holds something that is not a demo's workspace.
    """
    if not (samples / "scripts").is_dir():
        raise UserError(f"{samples} holds no sample recordings", "run it in the project's folder or pass --samples")
    _clear(folder)
    now = _clock(datetime.now)
    settings, sessions = init_workspace(folder)
    with (folder / SETTINGS_FILE).open("a", encoding="utf-8") as file:
        file.write(f"quota_per_operator: {QUOTA}\nmin_calls: {QUOTA}\n")
    settings = load_settings(folder)
    say("1/5 导入录音、名册、班表、话单、工单、知识库")
    check = partial(probe, max_minutes=settings.max_recording_minutes)
    report = import_paths(settings, sessions, [samples], now(), check, progress)
    for line in report.lines():
        say(f"    {line}")
    say("2/5 抽样")
    draw_month(sessions, MONTH, QUOTA, SEED, now())
    say("3/5 识别、测量、检查、评分")
    card, started = scorecard_of(settings), time.monotonic()
    summary = run_month(
        settings, sessions, MONTH, make_transcriber(settings), card, ruleset_of(settings), now, progress
    )
    run_s = time.monotonic() - started
    with sessions() as session:
        files = month_data(session, MONTH).files
    audits = [file.audit for file in files if file.audit is not None]
    with sessions.begin() as session:
        worst = min(audits, key=lambda audit: (audit.evaluation.points, audit.call_id))
        operator_id = call_file(session, worst.call_id).call.operator_id
        operator = next(o for o in operators(session) if o.operator_id == operator_id)
        people = add_sample_people(session, operator, now())
    accounts = write_sample_people(folder, people)
    say("4/5 月报")
    report_path, workbook, payroll, _ = publish_month(settings, sessions, MONTH)
    say("5/5 结账（在副本中）")
    return DemoOutcome(
        report=report_path,
        workbook=workbook,
        payroll=payroll,
        accounts=accounts,
        closed=_close_copy(folder, sessions, now()),
        example_call=_example(audits),
        summary=summary,
        run_s=run_s,
        audio_s=sum(file.recording.duration_ms for file in files if file.recording) / 1000,
        items=compare(planted_faults(samples / "scripts"), audits),
    )


def tally_lines(items: Sequence[Tally]) -> list[str]:
    """Return the printed table of planted and found faults: the groups, then every item that has something to say."""
    return [
        "预设差错的查出情况（按脚本；一处 = 一通电话的一个评分项）",
        _row("组/项", "预设", "扣分", "提请人工", "漏", "误扣", "误提", "存疑", "查全", "扣分准确"),
        *(_tally_row(t) for t in by_group(items)),
        "  其中：",
        *(_tally_row(t) for t in items if t.planted or t.false_deductions or t.false_referrals),
    ]


def _clear(folder: Path) -> None:
    """Remove an earlier demo and nothing else, and mark the folder as this demo's."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        if not (folder / MARKER).is_file():
            raise UserError(
                f"{folder} was not made by the demo (it has no {MARKER}); it is left as it is",
                "choose another folder with --out, or remove it yourself if nothing in it is wanted",
            )
        shutil.rmtree(folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / MARKER).write_text("made by `hotline-qa demo`; the next demo removes this folder\n", encoding="utf-8")
    except OSError as error:
        raise UserError(f"{folder}: {error.strerror}", "choose a folder that you may write with --out") from error


def _clock(wall: Callable[[], datetime]) -> Callable[[], datetime]:
    """Return the demo's clock: the wall clock, put forward where the sample month would not be over yet."""
    ahead = max(MONTH_OVER - wall(), timedelta(0))
    return lambda: wall() + ahead


def _close_copy(folder: Path, sessions: sessionmaker[Session], now: datetime) -> Path:
    """Settle the month in a copy, so that the demo's own workspace can still be reviewed."""
    closed = folder / "closed"
    close_store(sessions)  # so that the database lies in one file
    shutil.copytree(folder, closed, ignore=shutil.ignore_patterns("closed", "reports", "cache", MARKER))
    settings = load_settings(closed)
    copied = open_store(settings.url)
    with copied.begin() as session:
        close_month(session, settings, MONTH, "演示", now, accept_open=True)
    publish_month(settings, copied, MONTH)
    return closed


def _example(audits: Sequence[CallAudit]) -> str:
    """Return the call with the fewest points: the one that shows most."""
    return min(audits, key=lambda audit: (audit.evaluation.points, audit.call_id)).call_id if audits else "-"


def _row(*cells: object) -> str:
    return "  " + "".join(pad(str(cell), 10) for cell in cells)


def _tally_row(t: Tally) -> str:
    def share(value: float | None) -> str:
        return "–" if value is None else f"{value:.0%}"

    return _row(
        t.name, t.planted, t.found, t.referred, t.missed, t.false_deductions, t.false_referrals, t.unsure,
        share(t.recall), share(t.precision),
    )  # fmt: skip
