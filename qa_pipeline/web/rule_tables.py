"""The rules with what reviews show of them, kept until something in the store changes.

A first look reads two years of audits, which takes seconds; after a decision only the decisions are read again.
"""

from __future__ import annotations

import threading

from sqlalchemy.orm import Session

from qa_pipeline.assessment.rule_table import RuleTable
from qa_pipeline.precision import table_in_force
from qa_pipeline.rules.ruleset import Ruleset
from qa_pipeline.settings import Settings
from qa_pipeline.store.queries.revision import Revision, revision
from qa_pipeline.store.queries.rule_reviews import ReadBefore
from scoring.scorecard import Scorecard

_Key = tuple[Revision, str, str, str]


class RuleTables:
    """The table that was looked at last; another month, ruleset, scorecard or decision makes it anew."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._kept: tuple[_Key, RuleTable] | None = None
        self._read: ReadBefore = {}
        self._lock = threading.Lock()

    def get(self, session: Session, month: str, ruleset: Ruleset, card: Scorecard) -> RuleTable:
        """Return the rules as a run of the month would apply them now."""
        with self._lock:
            key = (revision(session), month, ruleset.sha256, card.sha256)
            if self._kept is None or self._kept[0] != key:
                self._kept = key, table_in_force(session, self._settings, month, ruleset, card, self._read)
            return self._kept[1]
