"""What was found on the operator's words in a clip stands beside the trainee's answer, as far as it still stands."""

from __future__ import annotations

from dataclasses import replace

import pytest

from qa_pipeline.models import Verdict
from qa_pipeline.models.clips import Clip
from qa_pipeline.models.speech import Role
from qa_pipeline.store.queries.calls import call_file
from qa_pipeline.store.queries.review import add_decision
from qa_pipeline.training.packs.original import once, original_findings
from qa_pipeline.training.packs.suggesting import suggested_card
from scoring.outcome import Outcome
from tests.e2e.month import MAIN, WAITING
from tests.packed import BASIS, NOW, add_approved


@pytest.fixture
def clip(session, centre) -> Clip:
    """A clip of nearly all of the call, from its fifth second on."""
    return replace(add_approved(session, centre[0].workspace), start_ms=5_000, end_ms=40_000)


def found(session, clip: Clip) -> dict[str, Outcome]:
    return {one.item: one.outcome for one in once(original_findings(session, BASIS.card_of, clip))}


def test_faults_on_words_of_the_operator_are_told_and_what_is_nobodys_words_is_not(session, clip) -> None:
    assert found(session, clip) == {"C2": Outcome.FAIL, "A6": Outcome.FAIL, "V1": Outcome.FAIL}
    hinted = {one.item: one.advises for one in original_findings(session, BASIS.card_of, clip)}
    assert hinted == {"C2": False, "A6": False, "V1": True}


def test_times_are_those_of_the_clip_and_what_lies_outside_is_left_out(session, clip) -> None:
    said = call_file(session, MAIN).transcript.of(Role.OPERATOR)[1]
    wrong = next(one for one in original_findings(session, BASIS.card_of, clip) if one.item == "C2")
    assert (wrong.start_ms, wrong.end_ms) == (said.start_ms - 5_000, said.end_ms - 5_000)
    later = replace(clip, start_ms=said.end_ms)
    assert set(found(session, later)) == {"A6", "V1"}


def test_nothing_of_what_was_said_is_told(session, clip) -> None:
    assert "看着办" not in str(original_findings(session, BASIS.card_of, clip))
    assert "王海燕" not in str(original_findings(session, BASIS.card_of, clip))


def test_what_a_reviewer_has_overruled_is_told_no_more(session, clip) -> None:
    audit = call_file(session, MAIN).audit
    add_decision(session, audit.audit_id, "PH06", "A6", Verdict.OVERRULE, 0, "质检员甲", "转述来电人", NOW)
    assert set(found(session, clip)) == {"C2", "V1"}


def test_a_call_that_was_not_judged_has_nothing_to_tell(session, clip) -> None:
    assert original_findings(session, BASIS.card_of, replace(clip, call_id=WAITING)) == ()


def test_a_card_may_begin_with_what_was_found(session) -> None:
    card = suggested_card(None, None, BASIS.ruleset, found=["A6 不说一般禁语", "C2 解答正确"])
    assert card.judged == "质检提示过（没有经人复核的，先听再写）：A6 不说一般禁语、C2 解答正确。"
    assert card.suggested == ("judged",)
