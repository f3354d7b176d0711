"""One call from what was heard to its points. Pure: touches no database and no audio."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

from qa_pipeline.assessment import item_verdicts
from qa_pipeline.knowledge.background import Background
from qa_pipeline.knowledge.correction import correct
from qa_pipeline.knowledge.exchanges import exchanges
from qa_pipeline.knowledge.facts import spoken_facts
from qa_pipeline.knowledge.lexicon import Lexicon
from qa_pipeline.knowledge.retrieval import KnowledgeIndex
from qa_pipeline.language.corrected import PRECISION
from qa_pipeline.models import (
    AcousticProfile,
    CallContext,
    CallRecord,
    Exchange,
    Recording,
    RuleResult,
    TermCorrection,
    Transcript,
    VoiceBaseline,
    WorkOrder,
)
from qa_pipeline.rules.demotion import marked
from qa_pipeline.rules.ruleset import Ruleset
from qa_pipeline.rules.run import check
from scoring.score import Evaluation, score_call
from scoring.scorecard import Scorecard


def gather(
    call: CallRecord,
    recording: Recording,
    transcript: Transcript,
    acoustics: AcousticProfile,
    work_order: WorkOrder | None,
    index: KnowledgeIndex,
    lexicon: Lexicon | None = None,
    baseline: VoiceBaseline | None = None,
    background: Background | None = None,
) -> CallContext:
    """Bring together what rules look at; answers are held against the base as it stood on the day of the call.

    With a lexicon the transcript is corrected to the words of the trade of that day. ``baseline`` is the operator's,
    ``background`` the centre's places and earlier orders.
    """
    day = call.started_at.date()
    corrections: tuple[TermCorrection, ...] = ()
    if lexicon is not None:
        transcript, corrections = correct(transcript, lexicon, day)
    known = background or Background()
    corrected = {correction.utterance for correction in corrections}
    return CallContext(
        call=call,
        recording=recording,
        transcript=transcript,
        acoustics=acoustics,
        work_order=work_order,
        exchanges=tuple(_less_sure(exchange, corrected) for exchange in exchanges(transcript, index, day)),
        facts=spoken_facts(transcript),
        corrections=corrections,
        baseline=baseline,
        gazetteer=known.gazetteer,
        precedents=known.like(work_order),
    )


def _less_sure(exchange: Exchange, corrected: Collection[int]) -> Exchange:
    """An entry that was found by corrected words is the right one as often as corrections are right."""
    touched = any(index in corrected for index in exchange.question)
    return replace(exchange, score=exchange.score * PRECISION) if touched else exchange


def audit_call(
    ctx: CallContext, ruleset: Ruleset, card: Scorecard, demotions: Mapping[str, str] | None = None
) -> tuple[tuple[RuleResult, ...], Evaluation]:
    """Check a call by every rule and score what they said, before anybody has reviewed it.

    Args:
        ctx: The call.
        ruleset: In effect, with demoted rules advising.
        card: The scorecard.
        demotions: By code, why a rule was demoted; its results say so.

    Returns:
        What the rules said, and what it comes to.
    """
    results = marked(check(ctx, ruleset), demotions or {})
    return results, score_call(card, item_verdicts(results, ()))
