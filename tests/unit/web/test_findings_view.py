"""Who may see which vote, and what is folded away."""

from __future__ import annotations

from datetime import datetime

import pytest

from qa_pipeline.assessment import final_evaluation
from qa_pipeline.models import Verdict
from qa_pipeline.review import decide
from qa_pipeline.store.queries.calls import call_file
from qa_pipeline.store.session import close_store
from qa_pipeline.web.findings import FindingView, GroupView, group_views
from scoring.scorecard import default_scorecard
from tests.e2e.month import CLEAN, MAIN, seed

NOW = datetime(2026, 11, 2, 9, 0)


@pytest.fixture
def store(tmp_path):
    _, sessions = seed(tmp_path)
    yield sessions
    close_store(sessions)


def groups(store, reviewer: str = "", call_id: str = MAIN) -> tuple[GroupView, ...]:
    card = default_scorecard()
    with store() as session:
        file = call_file(session, call_id)
    assert file.audit is not None
    return group_views(file, card, final_evaluation(card, file.audit, file.decisions), reviewer, "一票否决")


def finding(store, code: str, reviewer: str = "") -> FindingView:
    return next(f for g in groups(store, reviewer) for i in g.items for f in i.findings if f.code == code)


def vote(store, code: str, verdict: Verdict, reviewer: str) -> None:
    with store.begin() as session:
        decide(session, MAIN, code, verdict, 1, reviewer, "理由", NOW)


def test_the_second_reviewer_does_not_see_the_first_vote(store) -> None:
    vote(store, "FE01", Verdict.CONFIRM, "甲")
    seen = finding(store, "FE01", "乙")
    assert (seen.decisions, seen.hidden, seen.waits) == ((), 1, True)
    nobody = finding(store, "FE01")
    assert (nobody.decisions, nobody.hidden) == ((), 1)


def test_who_has_voted_sees_the_votes(store) -> None:
    vote(store, "FE01", Verdict.CONFIRM, "甲")
    mine = finding(store, "FE01", " 甲")
    assert ([d.reviewer for d in mine.decisions], mine.hidden, mine.waits) == (["甲"], 0, False)


def test_two_votes_that_agree_are_open_to_all_and_two_that_differ_are_not(store) -> None:
    vote(store, "FE01", Verdict.CONFIRM, "甲")
    vote(store, "FE01", Verdict.OVERRULE, "乙")
    assert finding(store, "FE01", "丙").hidden == 2
    vote(store, "FE01", Verdict.OVERRULE, "丙")
    settled = finding(store, "FE01")
    assert (settled.settled, len(settled.decisions)) == (True, 3)


def test_an_ordinary_finding_shows_who_decided_to_everybody(store) -> None:
    vote(store, "PH05", Verdict.CONFIRM, "甲")
    seen = finding(store, "PH05", "乙")
    assert ([d.reviewer for d in seen.decisions], seen.waits, seen.settled) == (["甲"], False, True)


def test_what_passed_is_folded_and_what_a_person_decided_is_not(store) -> None:
    assert finding(store, "PH01").quiet
    assert finding(store, "TN06").quiet
    assert not finding(store, "B5").quiet
    vote(store, "PH01", Verdict.FAULT, "甲")
    assert not finding(store, "PH01").quiet


def test_a_clean_call_has_nothing_to_look_at(store) -> None:
    assert [item.code for group in groups(store, call_id=CLEAN) for item in group.loud] == []


def test_a_fatal_error_that_a_person_raised_waits_for_a_second(store) -> None:
    assert finding(store, "V2").quiet
    vote(store, "V2", Verdict.FAULT, "甲")
    raised = finding(store, "V2", "乙")
    assert (raised.quiet, raised.waits, raised.hidden) == (False, True, 1)


def test_every_item_and_fatal_error_of_the_scorecard_is_shown_once(store) -> None:
    card = default_scorecard()
    shown = [item.code for group in groups(store) for item in group.items]
    assert shown == [*(f.code for f in card.fatal_errors), *(i.code for i in card.items)]
