"""What all calls of a run are judged by, as it stood when the run began."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import Session

from qa_pipeline.assessment import voice_baseline
from qa_pipeline.models import CallFile, MonthData, RulesetStamp, VoiceBaseline
from qa_pipeline.precision import Earned
from qa_pipeline.runs.inputs import standards_hash
from qa_pipeline.runs.stages import Stages
from qa_pipeline.settings import Settings
from qa_pipeline.store.queries.knowledge import entries, knowledge_sha256
from qa_pipeline.store.queries.voices import earlier_voices

if TYPE_CHECKING:
    from scoring.scorecard import Scorecard

CALLS_OF_A_BASELINE = 20
"""A quarter's drawn calls or so: voices and headsets change over years."""


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
    session: Session, settings: Settings, data: MonthData, scorecard: Scorecard, earned: Earned, stages: Stages
) -> Standards:
    """Gather what a month's calls are judged by; ``earned`` is the ruleset as far as reviews bear it out.

    Baselines are of earlier months alone, so that a finding does not depend on which calls of its own month were
    heard before it, nor on itself.
    """
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
        ),
        index=stages.index(entries(session)),
        baselines=_baselines(session, data),
    )


def _baselines(session: Session, data: MonthData) -> dict[str, VoiceBaseline]:
    operators = {file.call.operator_id for file in data.files}
    voices = earlier_voices(session, data.month, operators, CALLS_OF_A_BASELINE)
    known = {operator_id: voice_baseline(own) for operator_id, own in voices.items()}
    return {operator_id: baseline for operator_id, baseline in known.items() if baseline is not None}
