"""The month's report: a folder that opens anywhere, offline: ``index.html``, a page a call, clips, one style sheet."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable
from functools import cache
from importlib.resources import files
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined

from qa_pipeline.assessment import MonthView
from qa_pipeline.assessment.agreement import reviewers_month
from qa_pipeline.assessment.heard import brief
from qa_pipeline.assessment.rule_table import RuleTable
from qa_pipeline.assessment.sounded import sounded
from qa_pipeline.assessment.veil import Veil, veil_of
from qa_pipeline.language.gloss import gloss, gloss_field
from qa_pipeline.language.personal.masking import masked_number
from qa_pipeline.language.personal.viewers import WHO_JUDGES, Viewer, may_see
from qa_pipeline.models import MonthData
from qa_pipeline.models.repeats import Repeat
from qa_pipeline.reports.after_closing import adjusted_lines
from qa_pipeline.reports.below_line import below_month
from qa_pipeline.reports.call_page import call_page
from qa_pipeline.reports.case_mix import hostile_shares
from qa_pipeline.reports.charts import operators_chart
from qa_pipeline.reports.clips import Clip, ClipFolder
from qa_pipeline.reports.fairness import fairness_month
from qa_pipeline.reports.month_page import CallRow, call_rows, lost_items, provenance, risk_reasons
from qa_pipeline.reports.rules import trends
from qa_pipeline.reports.supervision import Supervision
from qa_pipeline.reports.words import clock, figure, percent, points, translator
from scoring.grades import passing_line
from scoring.scorecard import Scorecard

logger = logging.getLogger(__name__)

STYLE = "style.css"


def write_report(
    view: MonthView,
    data: MonthData,
    card: Scorecard,
    out_dir: Path,
    clip: Clip,
    language: str = "zh",
    rules: RuleTable | None = None,
    viewer: Viewer = Viewer.OPERATOR,
    allowed: Collection[str] = WHO_JUDGES,
    public: Collection[str] = (),
    supervision: Supervision | None = None,
    drawn: Iterable[Repeat] = (),
) -> Path:
    """Write a month's report.

    Args:
        view: The month's figures.
        data: What they were made of.
        card: The month's scorecard.
        out_dir: A folder that is made if need be; files of the same names are written over.
        clip: Returns the sound (mp3 or wav) of a piece of a call's evidence, None where there is none.
        language: ``zh`` or ``en``; what people said, wrote and are called stays Chinese.
        rules: The rules with what reviews show of them; without it the section is left out.
        viewer: Who the report is for: those that ``allowed`` does not name see stand-ins for personal data.
        allowed: Roles that see everything.
        public: Numbers and places that anybody may know, such as the knowledge base's.
        supervision: Supervision notices and appeals as the viewer may see them; without it their section is left out.
        drawn: Calls that were drawn to be judged again, blind.

    Returns:
        The path of ``index.html``.

    Raises:
        OSError: The folder cannot be written.
    """
    pages = _environment(language)
    rows = call_rows(view, data)
    for folder in (out_dir, out_dir / "calls", out_dir / "clips"):
        folder.mkdir(parents=True, exist_ok=True)
    _write(out_dir / STYLE, (files("qa_pipeline.reports") / "templates" / STYLE).read_text(encoding="utf-8"))
    for row in rows:
        veil = None if may_see(viewer, allowed) else veil_of(row.file, viewer, public)
        _write_call(pages, row, card, out_dir, clip, veil)
    index = out_dir / "index.html"
    _write(
        index,
        pages.get_template("month.html").render(
            root="",
            view=view,
            data=data,
            card=card,
            rows=rows,
            chart=operators_chart(view.operators, card),
            lost_items=lost_items(view, card),
            hostile=hostile_shares(data),
            source=provenance(data, card),
            line=passing_line(card),
            risk_reasons=risk_reasons(data),
            rules=rules,
            trends=trends(rules),
            supervision=supervision,
            below=below_month(view, card),
            after=adjusted_lines(view),
            agreement=reviewers_month(view.month, data.files, card, drawn),
            fairness=fairness_month(view, data),
        ),
    )
    logger.info("report of %s: %d calls", view.month, len(rows))
    return index


def _write_call(
    pages: Environment, row: CallRow, card: Scorecard, out_dir: Path, clip: Clip, veil: Veil | None
) -> None:
    clips = ClipFolder(out_dir / "clips", clip, row.file)
    page = call_page(row.file, row.points.evaluation, card, clips.of, veil)
    caller = row.file.call.caller_number
    html = pages.get_template("call.html").render(
        root="../",
        page=page,
        row=row,
        card=card,
        caller=caller if veil is None else masked_number(caller),
        groups={group.code: group for group in card.groups},
        items={item.code: item for item in card.items},
    )
    _write(out_dir / row.page, html)


@cache
def _environment(language: str) -> Environment:
    """Return the pages' templates, compiled once a process."""
    environment = Environment(
        loader=PackageLoader("qa_pipeline.reports"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(t=translator(language), language=language, sounded=sounded, brief=brief)
    environment.filters.update(
        figure=figure, points=points, percent=percent, clock=clock, gloss=gloss, gloss_field=gloss_field
    )
    return environment


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
