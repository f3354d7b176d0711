"""What calls are judged by, as it stood when judging them began."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import Session

from qa_pipeline.judging.inputs import standards_hash
from qa_pipeline.models import CallFile, KnowledgeEntry, RulesetStamp, VoiceBaseline
from qa_pipeline.opinions.asking import stamp_of
from qa_pipeline.precision import Earned, written_rules
from qa_pipeline.settings import Settings
from qa_pipeline.store.codec import canonical, encode
from qa_pipeline.store.queries.documents import save_document
from qa_pipeline.store.queries.knowledge import entries, knowledge_sha256
from qa_pipeline.store.queries.voices import baselines

if TYPE_CHECKING:
    from qa_pipeline.rules.ruleset import Ruleset
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
    month: str,
    operators: Collection[str],
    scorecard: Scorecard,
    earned: Earned,
    index: Callable[[Sequence[KnowledgeEntry]], Any],
    background_sha256: str = "",
) -> Standards:
    """Gather what calls of a month are judged by.

    Args:
        session: The unit of work.
        settings: Whether words of the trade are corrected, and who gives second opinions.
        month: ``YYYY-MM``.
        operators: Whose calls they are.
        scorecard: In force.
        earned: The ruleset as far as reviews bear it out.
        index: Makes the knowledge base searchable.
        background_sha256: Of what the centre knows beside it.
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
            opinion_by=stamp_of(settings),
            background_sha256=background_sha256,
        ),
        index=index(entries(session)),
        baselines=baselines(session, month, operators),
    )


def keep_standards(session: Session, scorecard: Scorecard, ruleset: Ruleset) -> None:
    """Keep scorecard and ruleset as they judge.

    Raises:
        UserError: One of them was changed without a new version.
    """
    save_document(session, "scorecard", scorecard.version, scorecard.sha256, encode(scorecard))
    # Item and name make an own condition whole again; a rule of the product has its own.
    rules = {
        rule.code: {"item": rule.item, "name": rule.name, "standing": rule.standing.value, "params": rule.params}
        for rule in written_rules(ruleset)
    }
    body = canonical({"version": ruleset.version, "rules": rules})
    save_document(session, "ruleset", ruleset.version, ruleset.sha256, body)
