"""One call from what was heard of it to its points, with second opinions where there are any."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from qa_pipeline.models import (
    AcousticProfile,
    CallContext,
    CallFile,
    Recording,
    RuleResult,
    TermCorrection,
    Transcript,
    VoiceBaseline,
)
from qa_pipeline.settings import Settings
from scoring.score import Evaluation

if TYPE_CHECKING:
    from qa_pipeline.knowledge.background import Background
    from qa_pipeline.knowledge.retrieval import KnowledgeIndex
    from qa_pipeline.rules.ruleset import Ruleset
    from scoring.scorecard import Scorecard

Judged = tuple[tuple[RuleResult, ...], Evaluation, tuple[TermCorrection, ...]]
"""What rules said, what it came to, and what of the transcript was read otherwise than it was recognised."""
Judge = Callable[
    [CallFile, Recording, Transcript, AcousticProfile, "KnowledgeIndex", VoiceBaseline | None],
    Judged,
]


def judge_by(
    settings: Settings,
    scorecard: Scorecard,
    ruleset: Ruleset,
    demotions: Mapping[str, str] | None = None,
    background: Background | None = None,
) -> Judge:
    """Return what judges calls; ``ruleset`` is that in effect, ``demotions`` why some of it only advises."""
    # Loaded here and not above: the commands that judge nothing start in a tenth of a second.
    from qa_pipeline.audit import audit_call, gather  # noqa: PLC0415
    from qa_pipeline.opinions.asking import asker_of  # noqa: PLC0415

    asker = asker_of(settings)

    def judge(
        file: CallFile,
        recording: Recording,
        transcript: Transcript,
        acoustics: AcousticProfile,
        index: KnowledgeIndex,
        baseline: VoiceBaseline | None,
    ) -> Judged:
        lexicon = index.lexicon if settings.correct_terms else None
        order = file.work_order
        context: CallContext = gather(
            file.call, recording, transcript, acoustics, order, index, lexicon, baseline, background
        )
        if asker is not None:
            context = replace(context, opinions=asker.opinions(context))
        return (*audit_call(context, ruleset, scorecard, demotions), context.corrections)

    return judge
