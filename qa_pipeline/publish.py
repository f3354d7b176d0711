"""Writing a month's report: what is stored, put on paper, with a clip for each piece of evidence."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from sqlalchemy.orm import Session, sessionmaker

from qa_pipeline.asr.clips import cut
from qa_pipeline.assessment.bleeps import bleeps, is_contested
from qa_pipeline.errors import AudioError, UserError
from qa_pipeline.language.personal.viewers import Viewer, may_see
from qa_pipeline.models import CallFile, Evidence, Span
from qa_pipeline.papers import month_papers
from qa_pipeline.payroll.paying import layout_of, pays_of, write_both
from qa_pipeline.reports.report import write_report
from qa_pipeline.reports.workbook import write_workbook
from qa_pipeline.settings import Settings
from qa_pipeline.supervision.criticism import criticism_notice

CLIP_PAD_MS = 600


def publish_month(
    settings: Settings,
    sessions: sessionmaker[Session],
    month: str,
    out_dir: Path | None = None,
    viewer: Viewer = Viewer.OPERATOR,
) -> tuple[Path, Path, Path, Path]:
    """Write report, workbook and payroll (CSV, xlsx) of a month, a settled one as it was settled; return their paths.

    The report hides personal data from a ``viewer`` whom the settings do not let see it: stand-ins in its texts, a tone
    in its clips.

    Raises:
        UserError: Nothing of that month is in the store, or the folder cannot be written.
        PaySchemeInvalid: The pay scheme cannot be used.
        SettingsError: The payroll layout cannot be used.
    """
    with sessions() as session:
        papers = month_papers(session, settings, month, viewer)
        pays = pays_of(session, settings, papers.view, papers.card)
    folder, layout = out_dir or settings.reports_dir / month, layout_of(settings)

    all_heard = may_see(viewer, settings.sees_personal_data)
    hidden: dict[str, tuple[Span, ...]] = {}

    def clip(file: CallFile, evidence: Evidence) -> bytes | None:
        if file.recording is None:
            return None
        call_id = file.call.call_id
        if call_id not in hidden:
            hidden[call_id] = () if all_heard else bleeps(file, papers.public)
        mask = () if is_contested(file, evidence, viewer) else hidden[call_id]
        path = settings.workspace / file.recording.path
        try:
            return cut(path, evidence.start_ms, evidence.end_ms, pad_ms=CLIP_PAD_MS, mask=mask)
        except AudioError:
            return None

    try:
        folder.mkdir(parents=True, exist_ok=True)
        return (
            write_report(
                *(papers.view, papers.data, papers.card, folder, clip, settings.language, papers.rules),
                viewer=viewer,
                allowed=settings.sees_personal_data,
                public=papers.public,
                supervision=papers.supervision,
                drawn=papers.drawn,
            ),
            write_workbook(
                *(papers.view, papers.data, papers.card, folder / f"质检月报-{month}.xlsx"),
                rules=papers.rules,
                supervision=papers.supervision,
            ),
            *write_both(pays, folder, month, layout),
        )
    except OSError as error:
        raise UserError(
            f"report folder {folder}: {error.strerror}", "free space or choose another with --out"
        ) from error


def publish_criticism(
    settings: Settings,
    sessions: sessionmaker[Session],
    month: str,
    numbers: tuple[int, ...],
    path: Path,
    day: date,
    reference: str = "",
    viewer: Viewer = Viewer.OUTSIDER,
) -> Path:
    """Write a criticism notice (通报批评) of a month as a page to print.

    Args:
        settings: The centre's name, the rule it rests on, the deadline of appeals.
        sessions: The store.
        month: ``YYYY-MM``.
        numbers: Of the supervision notices that it is about; none: all of the month that led to criticism and still
            stand after appeals.
        path: The HTML file, written over if it is there.
        day: The day that it bears.
        reference: Its reference number (文号).
        viewer: Who reads it: those whom the settings do not let see personal data get stand-ins.

    Raises:
        UserError: There are no such notices, the settings do not say what they rest on, or the file cannot be written.
    """
    with sessions() as session:
        text = criticism_notice(session, settings, month, numbers, day, reference, viewer)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UserError(f"{path} 写不进去：{error.strerror}", "换一个位置：--out") from error
    return path
