"""Audits a month: what is due is transcribed, measured, checked and scored; what is done is not done again.

A call has two jobs, ``transcribe`` and ``audit``, each in one unit of work that stores its result and ends the job. So
the process may be killed at any time: the next run takes the half-done job anew and nothing else.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session, sessionmaker

from qa_pipeline.background import background_of
from qa_pipeline.engine import Engine, InProcess
from qa_pipeline.errors import TransientError, UserError
from qa_pipeline.judging.standards import keep_standards, standards_of
from qa_pipeline.models import DrawReason, MonthData
from qa_pipeline.precision import earned_rules
from qa_pipeline.runs.claims import Claims
from qa_pipeline.runs.stages import Stages, real_stages
from qa_pipeline.runs.summary import RunSummary, Tally
from qa_pipeline.runs.work import MonthWork, Progress, refuse_closed
from qa_pipeline.settings import Settings
from qa_pipeline.standards import require_items
from qa_pipeline.store.queries.calls import month_data
from qa_pipeline.training.finding.keeping import renew_in_parts

if TYPE_CHECKING:
    from qa_pipeline.asr.base import Transcriber
    from qa_pipeline.rules.ruleset import Ruleset
    from scoring.scorecard import Scorecard


log = logging.getLogger(__name__)


class RunInterrupted(KeyboardInterrupt):
    """Ctrl-C during a run; ``summary`` is what was finished until then, and that is kept."""

    def __init__(self, summary: RunSummary) -> None:
        super().__init__(summary)
        self.summary = summary


def run_month(
    settings: Settings,
    sessions: sessionmaker[Session],
    month: str,
    transcriber: Transcriber,
    scorecard: Scorecard,
    ruleset: Ruleset,
    now: Callable[[], datetime] = datetime.now,
    progress: Progress | None = None,
    retry: bool = False,
    *,
    stages: Stages | None = None,
    engine: Engine | None = None,
) -> RunSummary:
    """Audit the calls of a month's plan that are due.

    Args:
        settings: The workspace.
        sessions: The store.
        month: ``YYYY-MM``.
        transcriber: The recogniser, see `qa_pipeline.asr.base.Transcriber`; only its stamp is used with own ``stages``.
        scorecard: The scorecard in force, see `scoring.scorecard.Scorecard`.
        ruleset: The ruleset in force, see `qa_pipeline.rules.ruleset.Ruleset`; rules that reviews of earlier months do
            not bear out only advise.
        now: The centre's wall clock.
        progress: Told how many calls are through, of how many, and the id of the last.
        retry: Take calls again that failed before.
        stages: What is done with a call; the program's own unless given.
        engine: How tasks are carried out; in this process unless given.

    Raises:
        UserError: The month has no plan or is closed; a scorecard or ruleset changed without a new version; rules
            judge items that the scorecard lacks.
        TransientError: The disk is nearly full or the database locked; what was done is kept.
        RunInterrupted: Ctrl-C; what was done is kept and work at hand is given back.
    """
    require_items(ruleset, scorecard)
    with sessions.begin() as session:
        data = _open_month(session, month)
        keep_standards(session, scorecard, ruleset)
        earned = earned_rules(session, settings, month, ruleset)
        background = background_of(session, month)
        stages = stages or real_stages(settings, transcriber, scorecard, earned.ruleset, earned.demotions, background)
        whose = {file.call.operator_id for file in data.files}
        standards = standards_of(session, settings, month, whose, scorecard, earned, stages.index, background.sha256)
    # What stands in for a replaced call is heard; the call itself could not be, and would fail in every run.
    files = tuple(f for f in data.files if f.sampled is None or f.sampled.reason is not DrawReason.REPLACED)
    tally = Tally(month, len(files), demoted=tuple(earned.demotions.values()), restored=earned.restored)
    tell = progress or (lambda _done, _total, _call_id: None)
    stamp = stages.stamp or transcriber.stamp
    with Claims(sessions, now) as claims, stages.beside(standards.index):
        work = MonthWork(settings, sessions, files, standards, stamp, stages, claims, tally, now, tell, retry)
        try:
            work.run(engine or InProcess())
        except KeyboardInterrupt as interrupt:
            raise RunInterrupted(tally.summary()) from interrupt
    try:
        renew_in_parts(sessions, month)
    except TransientError as busy:  # the calls are judged, and their passages are found at the next look
        log.warning("passages of %s: %s", month, busy.message)
    return tally.summary()


def _open_month(session: Session, month: str) -> MonthData:
    data = month_data(session, month, speech=False)
    if data.plan is None:
        raise UserError(f"{month} 还没有抽样", f"先运行 hotline-qa draw --month {month}")
    refuse_closed(session, month)
    return data
