"""Which knowledge entries stand beside a call."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from sqlalchemy.orm import Session, sessionmaker

from qa_pipeline.models import KnowledgeEntry, Outcome, RuleResult
from qa_pipeline.settings import Settings
from qa_pipeline.store.queries.calls import call_file
from qa_pipeline.store.rows import as_row
from qa_pipeline.store.schema import KnowledgeRow
from qa_pipeline.web.calls import _entries
from tests.e2e.month import MAIN, NOW

NAMED = {"entry_id": "K90", "entry_version": "1"}


def _shown(month: tuple[Settings, sessionmaker[Session]], *results: RuleResult) -> list[tuple[str, int]]:
    """Return the entries beside the main call, had it these results; nothing is kept."""
    with month[1]() as session:
        rows = (
            KnowledgeEntry("K90", 1, "居住证", "", "二十个工作日", date(2020, 1, 1)),
            KnowledgeEntry("K90", 2, "居住证", "", "十五个工作日", date(2020, 1, 2)),
            KnowledgeEntry("K91", 1, "护照", "", "七个工作日", date(2020, 1, 1)),
        )
        session.add_all(as_row(KnowledgeRow, e, row_id=900 + n, body=e, recorded_at=NOW) for n, e in enumerate(rows))
        session.flush()
        file = call_file(session, MAIN)
        assert file.audit is not None
        found = _entries(session, replace(file, audit=replace(file.audit, results=results)))
        session.rollback()
        return [(e.entry_id, e.version) for e in found]


def test_a_finding_shows_the_version_that_it_was_judged_by(month: tuple[Settings, sessionmaker[Session]]) -> None:
    judged = RuleResult("AN02", "C2", Outcome.FAIL, "《居住证》《护照》不一致", details=NAMED)
    assert _shown(month, judged) == [("K90", 1)]


def test_without_details_the_title_shows_the_version_of_the_day(month: tuple[Settings, sessionmaker[Session]]) -> None:
    assert _shown(month, RuleResult("AN02", "C2", Outcome.FAIL, "《居住证》不一致")) == [("K90", 2)]


def test_what_is_to_be_looked_at_comes_first(month: tuple[Settings, sessionmaker[Session]]) -> None:
    fine = RuleResult("AN03", "C3", Outcome.PASS, "都说到了", details={"entry_id": "K91", "entry_version": "1"})
    wrong = RuleResult("AN02", "C2", Outcome.FAIL, "不一致", details=NAMED)
    assert _shown(month, fine, wrong) == [("K90", 1), ("K91", 1)]
