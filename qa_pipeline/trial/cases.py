"""The cases that a ruleset writes beside its own rules: each dialogue must be judged as its author says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from qa_pipeline.ingest.dialogue import read_dialogue
from qa_pipeline.knowledge.retrieval import KnowledgeIndex
from qa_pipeline.models import RuleResult
from qa_pipeline.rules.conditions.own import ConditionParams, OwnCase
from qa_pipeline.rules.ruleset import Ruleset
from qa_pipeline.trial.testing import judged_dialogue


@dataclass(frozen=True, slots=True)
class CaseTried:
    """One case with what its rule says of it."""

    code: str
    case: OwnCase
    result: RuleResult

    @property
    def as_expected(self) -> bool:
        """Whether the rule says what the author of the case expects."""
        return self.result.outcome.value == self.case.outcome


def tried_cases(ruleset: Ruleset, index: KnowledgeIndex, now: datetime) -> Iterator[CaseTried]:
    """Yield every case of the ruleset's own rules, judged by its rule alone.

    Raises:
        UserError: A line of a dialogue cannot be read.
    """
    for bound in ruleset.rules:
        if not isinstance(bound.params, ConditionParams):
            continue
        for case in bound.params.cases:
            dialogue = read_dialogue(case.text(), now)
            tried = judged_dialogue(dialogue, replace(ruleset, rules=(bound,)), index)
            # A case is written in words: what they say counts, also of a rule that would look at the sound too.
            by_words = tried.not_judged.get(bound.code)
            yield CaseTried(bound.code, case, tried.results[0] if by_words is None else by_words.by_words)
