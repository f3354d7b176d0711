"""What a month's report and workbook are made of, as somebody may see it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from qa_pipeline.assessment import MonthView
from qa_pipeline.assessment.rule_table import RuleTable
from qa_pipeline.errors import UserError
from qa_pipeline.language.personal.public import public_words
from qa_pipeline.language.personal.viewers import Viewer
from qa_pipeline.models import MonthData
from qa_pipeline.models.repeats import Repeat
from qa_pipeline.precision import table_as_judged
from qa_pipeline.reports.hiding import hidden_from
from qa_pipeline.reports.supervision import Supervision, supervision_of
from qa_pipeline.review import card_for, month_figures
from qa_pipeline.settings import Settings
from qa_pipeline.store.queries.appeals import appeals_of
from qa_pipeline.store.queries.calls import month_data
from qa_pipeline.store.queries.knowledge import entries
from qa_pipeline.store.queries.repeats import repeats_of
from qa_pipeline.store.queries.supervision import notices_of
from qa_pipeline.supervision.notices import as_appealed
from scoring.scorecard import Scorecard


@dataclass(frozen=True, slots=True)
class Papers:
    """A month with its figures, rules and supervision.

    ``public`` is what anybody may know, ``drawn`` the calls that were drawn to be judged again.
    """

    view: MonthView
    data: MonthData
    card: Scorecard
    rules: RuleTable | None
    supervision: Supervision
    public: frozenset[str]
    drawn: tuple[Repeat, ...]


def month_papers(session: Session, settings: Settings, month: str, viewer: Viewer, *, speech: bool = True) -> Papers:
    """Return what a month's papers are made of, a settled month's as it was settled.

    Args:
        session: The unit of work.
        settings: Who sees personal data; the scorecard in force.
        month: ``YYYY-MM``.
        viewer: For whom they are: of what people wrote, those whom the settings do not let see it get stand-ins.
        speech: False leaves out what was said in calls; the workbook needs none of it.

    Raises:
        NotFound: There are no calls of that month.
        UserError: The month has no plan.
    """
    data = month_data(session, month, speech=speech)
    if data.plan is None:
        raise UserError(f"{month} 没有抽样方案", f"先在“设置与导入”里抽样，或运行 hotline-qa draw --month {month}")
    view, card = month_figures(session, data, lambda version: card_for(session, settings, version), settings.min_calls)
    public = public_words(entries(session))
    hide = hidden_from(settings, viewer, public)
    notices, appeals = notices_of(session, month), appeals_of(session, month)
    noted = supervision_of(notices, appeals, data.operators, hide, as_appealed(notices, appeals))
    rules, drawn = table_as_judged(session, settings, data, card), tuple(repeats_of(session, month))
    return Papers(view, data, card, rules, noted, public, drawn)
