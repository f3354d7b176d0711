"""What all calls of a run are judged by, as it stood when the run began."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import Session

from qa_pipeline.models import CallFile, MonthData, RulesetStamp, VoiceBaseline
from qa_pipeline.opinions.asking import stamp_of
from qa_pipeline.precision import Earned
from qa_pipeline.runs.inputs import standards_hash
from qa_pipeline.runs.stages import Stages
from qa_pipeline.settings import Settings
from qa_pipeline.store.queries.knowledge import entries, knowledge_sha256
from qa_pipeline.store.queries.voices import baselines

if TYPE_CHECKING:
    from scoring.scorecard import Scorecard


@dataclass(frozen=True, slots=True)
class Standards:
    """``index`` is the knowledge base made searchable, ``baselines`` how operators sounded in earlier months."""

    ruleset: RulesetStamp
    scorecard_version: str
    knowledge_sha256: str
    sha256: str
    index: Any
    baselines: Mapping[str, VoiceBaseline]

    def baseline_of(self, file: CallFile) -> VoiceBaseline | None:
        """Return how a call's operator usually sounds, None where that is not known."""
        return self.baselines.get(file.call.operator_id)


def standards_of(
    session: Session,
    settings: Settings,
    data: MonthData,
    scorecard: Scorecard,
    earned: Earned,
    stages: Stages,
    background_sha256: str = "",
) -> Standards:
    """Gather what a month's calls are judged by; ``earned`` is the ruleset as far as reviews bear it out."""
    stamp = RulesetStamp(earned.ruleset.version, earned.ruleset.sha256)
    knowledge = knowledge_sha256(session)
    return Standards(
        ruleset=stamp,
        scorecard_version=scorecard.version,
        knowledge_sha256=knowledge,
        sha256=standards_hash(
            stamp,
            scorecard.sha256,
            knowledge,
            correct_terms=settings.correct_terms,
            demotions=earned.demotions,
            opinion_by=stamp_of(settings),
            background_sha256=background_sha256,
        ),
        index=stages.index(entries(session)),
        baselines=baselines(session, data.month, {file.call.operator_id for file in data.files}),
    )
