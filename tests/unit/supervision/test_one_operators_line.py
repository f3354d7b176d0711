"""An operator's line from their own calls alone is the line that the whole month has of them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from sqlalchemy.orm import Session, sessionmaker

from qa_pipeline.assessment import CallPoints, OperatorMonth, call_points
from qa_pipeline.models import CallFile, Verdict
from qa_pipeline.review import card_for, decide, month_figures
from qa_pipeline.review.operators import operator_figures
from qa_pipeline.settings import Settings
from qa_pipeline.store.queries.calls import call_file, month_data
from qa_pipeline.store.queries.people import operators
from qa_pipeline.web.months import Months
from scoring.scorecard import Scorecard
from tests.e2e.month import MAIN, MONTH
from tests.settled import judged_month
from tests.unit.supervision.test_adjusting import settled_with

NOW = datetime(2026, 11, 2, 9)
Store = sessionmaker[Session]


def lines(settings: Settings, store: Store) -> list[tuple[object, object]]:
    """Return each operator's line: of the whole month, and of the operator's calls alone."""
    with store() as session:

        def card(version: str | None):
            return card_for(session, settings, version)

        view, _ = month_figures(session, month_data(session, MONTH, speech=False), card, settings.min_calls)
        return [
            (line, operator_figures(session, MONTH, line.operator, card, settings.min_calls)) for line in view.operators
        ]


def test_in_a_month_with_findings_of_every_kind(month: tuple[Settings, Store]) -> None:
    settled_with(month, "2026-08")
    settled_with(month, "2026-09")
    with month[1].begin() as session:
        for reviewer in ("甲", "乙"):
            decide(session, MAIN, "FE01", Verdict.CONFIRM, 1, reviewer, "", NOW)
    found = lines(*month)
    assert len(found) == 3
    assert all(whole == alone for whole, alone in found)


def test_in_a_month_with_notices_pay_terms_and_reviews(tmp_path_factory: pytest.TempPathFactory) -> None:
    found = lines(*judged_month(tmp_path_factory.mktemp("judged")))
    assert found
    assert all(whole == alone for whole, alone in found)


def test_points_that_were_kept_give_the_same_line_until_somebody_decides(
    month: tuple[Settings, Store], monkeypatch: pytest.MonkeyPatch
) -> None:
    settings, store = month
    scored: list[str] = []

    def counted(file: CallFile, card: Scorecard) -> CallPoints:
        scored.append(file.call.call_id)
        return call_points(file, card)

    monkeypatch.setattr("qa_pipeline.web.months.call_points", counted)
    months = Months(lambda session, version: card_for(session, settings, version), settings.min_calls, store)

    def line(points_of: Callable[[CallFile, Scorecard], CallPoints] = call_points) -> OperatorMonth:
        with store() as session:
            me = next(o for o in operators(session) if o.operator_id == call_file(session, MAIN).call.operator_id)
            return operator_figures(
                session, MONTH, me, lambda version: card_for(session, settings, version), settings.min_calls, points_of
            )

    before = line(months.points_of)
    assert len(scored) == len(set(scored)) > 1
    assert line(months.points_of) == before == line()
    scored.clear()
    with store.begin() as session:
        for reviewer in ("甲", "乙"):
            decide(session, MAIN, "FE01", Verdict.CONFIRM, 1, reviewer, "", NOW)
    assert line(months.points_of) == line() != before
    assert scored == [MAIN]
