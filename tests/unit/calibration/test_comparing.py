"""What the words of a session come to: agreement over all pairs, by item and person, and where people differ."""

from __future__ import annotations

from datetime import date, datetime

from hypothesis import given
from hypothesis import strategies as st

from qa_pipeline.calibration.comparing import compare, consensus
from qa_pipeline.calibration.sessions import items_of
from qa_pipeline.models.calibration import (
    Calibration,
    CalibrationCall,
    CalibrationFile,
    CalibrationMember,
    CalibrationWord,
    Score,
)
from scoring.scorecard import default_scorecard

NOW = datetime(2026, 11, 3, 9)
CARD = default_scorecard()
ITEMS = items_of(CARD)
FEW = ITEMS[:3]


def word(who: int, item: str, score: Score, faults: int = 0, call_id: str = "H1") -> CalibrationWord:
    return CalibrationWord(call_id, who, item, score, faults or (score is Score.FAULT), "理由", NOW)


def session(*words: CalibrationWord, people: int = 2, reference: int | None = None) -> CalibrationFile:
    head = Calibration(1, "校准", date(2026, 11, 10), CARD.version, reference, "甲", 1, NOW)
    members = tuple(CalibrationMember(n, f"质检员{n}") for n in range(1, people + 1))
    return CalibrationFile(head, (CalibrationCall("H1", 1), CalibrationCall("H2", 2)), members, words)


def test_two_who_say_the_same_of_everything_agree_fully() -> None:
    found = compare(session(*(word(who, item, Score.NONE) for who in (1, 2) for item in ITEMS)), CARD)
    assert (found.judged, found.same, found.disagreements) == (len(ITEMS), len(ITEMS), ())
    assert (found.overall.n, found.overall.same.value) == (len(ITEMS), 1)
    assert [i.code for i in found.items] == list(ITEMS)


def test_a_disagreement_shows_both_words_and_counts_against_the_item() -> None:
    found = compare(session(word(1, "A6", Score.FAULT, 2), word(2, "A6", Score.NONE)), CARD)
    (one,) = found.disagreements
    assert (one.call_id, one.item, one.consensus, one.count_only) == ("H1", "A6", None, False)
    assert [(m.account_id, w.score) for m, w in one.words] == [(1, Score.FAULT), (2, Score.NONE)]
    assert [(i.code, i.found.n, i.found.same.hits) for i in found.items] == [("A6", 1, 0)]


def test_another_count_is_a_disagreement_and_yet_the_verdict_agrees() -> None:
    found = compare(session(word(1, "A6", Score.FAULT, 2), word(2, "A6", Score.FAULT, 1)), CARD)
    assert [d.count_only for d in found.disagreements] == [True]
    assert found.overall.same.value == 1


def test_an_item_that_only_one_scored_is_compared_with_nobody() -> None:
    found = compare(session(word(1, "A6", Score.FAULT)), CARD)
    assert (found.judged, found.overall.n, found.items, found.disagreements) == (0, 0, (), ())
    assert [p.found.n for p in found.people] == [0, 0]


def test_who_is_stricter_than_the_reference_is_told_and_the_reference_is_held_against_nobody() -> None:
    words = [word(1, item, Score.FAULT) for item in FEW] + [word(2, item, Score.NONE) for item in FEW]
    strict, reference = compare(session(*words, reference=2), CARD).people
    assert (strict.found.n, strict.found.same.hits, strict.stricter, strict.milder) == (3, 0, 3, 0)
    assert (reference.is_reference, reference.found.n) == (True, 0)


def test_without_a_reference_each_is_held_against_most_of_the_others() -> None:
    words = [word(1, "A6", Score.NONE), word(2, "A6", Score.FAULT), word(3, "A6", Score.FAULT)]
    mild, second, third = compare(session(*words, people=3), CARD).people
    assert (mild.found.n, mild.milder) == (1, 1)
    assert (second.found.n, third.found.n) == (0, 0)  # the other two are one against one


def test_most_is_more_than_half() -> None:
    assert consensus([word(1, "A6", Score.FAULT), word(2, "A6", Score.NONE)]) is None
    assert consensus([word(n, "A6", Score.FAULT) for n in (1, 2)] + [word(3, "A6", Score.NONE)]) is Score.FAULT
    assert consensus([]) is None


said = st.builds(
    word, st.integers(1, 4), st.sampled_from(FEW), st.sampled_from(Score), st.just(0), st.sampled_from(["H1", "H2"])
)


@given(st.lists(said, max_size=24))
def test_whatever_was_said_its_parts_add_up(words: list[CalibrationWord]) -> None:
    latest = {(w.call_id, w.item, w.account_id): w for w in words}
    found = compare(session(*latest.values(), people=4), CARD)
    assert found.same + len(found.disagreements) == found.judged
    assert sum(i.found.n for i in found.items) == found.overall.n
    assert sum(i.found.same.hits for i in found.items) == found.overall.same.hits
    assert all(p.stricter + p.milder <= p.found.n - p.found.same.hits for p in found.people)


@given(st.lists(said, max_size=24), st.randoms())
def test_the_order_of_words_changes_nothing(words: list[CalibrationWord], chance) -> None:
    latest = list({(w.call_id, w.item, w.account_id): w for w in words}.values())
    shuffled = sorted(latest, key=lambda _: chance.random())
    assert compare(session(*latest, people=4), CARD) == compare(session(*shuffled, people=4), CARD)
