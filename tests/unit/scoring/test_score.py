from dataclasses import replace
from decimal import Decimal

import pytest

from scoring.outcome import Outcome, Standing
from scoring.score import ItemState, ItemVerdict, score_call
from scoring.scorecard import default_scorecard

CARD = default_scorecard()
FAIL, PASS, NA, UNSURE = Outcome.FAIL, Outcome.PASS, Outcome.NOT_APPLICABLE, Outcome.UNDETERMINED


def clean_but(*said):
    told = {verdict.item for verdict in said}
    return [*said, *(ItemVerdict(item.code, PASS) for item in CARD.items if item.code not in told)]


def item_of(evaluation, code):
    return next(item for item in evaluation.items if item.code == code)


def section_of(evaluation, code):
    return next(section for section in evaluation.sections if section.code == code)


def bounds(evaluation):
    return evaluation.points_low, evaluation.points, evaluation.points_high


def score(*said):
    return score_call(CARD, clean_but(*said))


def test_a_call_without_fault_has_100():
    evaluation = score()
    assert bounds(evaluation) == (100, 100, 100)
    assert evaluation.open_items == ()
    assert str(evaluation.points) == "100.00"
    assert evaluation.scorecard_version == CARD.version


@pytest.mark.parametrize(
    ("verdict", "lost"),
    [
        (ItemVerdict("A1", FAIL, faults=1, parts=3), "2"),
        (ItemVerdict("A1", FAIL, faults=2, parts=3), "4"),
        (ItemVerdict("A1", FAIL, faults=3, parts=3), "5"),
        (ItemVerdict("A1", FAIL, faults=4, parts=3), "5"),
        (ItemVerdict("A1", FAIL, faults=2, parts=2), "5"),
        (ItemVerdict("A1", FAIL, faults=1), "2"),
        (ItemVerdict("A5", FAIL, faults=3, parts=3), "5"),
        (ItemVerdict("A6", FAIL, faults=1), "2"),
        (ItemVerdict("A6", FAIL, faults=9), "6"),
        (ItemVerdict("B4", FAIL, faults=2), "2"),
        (ItemVerdict("B4", FAIL, faults=5), "3"),
        (ItemVerdict("C2", FAIL, faults=1), "12"),
        (ItemVerdict("C2", FAIL, faults=1, corrected=True), "6"),
        (ItemVerdict("C2", FAIL, faults=3, corrected=True), "12"),
        (ItemVerdict("A1", FAIL, faults=1, corrected=True), "2"),
        (ItemVerdict("C3", FAIL, faults=3), "4.5"),
        (ItemVerdict("D1", FAIL, faults=2), "5.0"),
        (ItemVerdict("D4", FAIL), "3"),
        (ItemVerdict("A2", FAIL, faults=3), "0"),
    ],
)
def test_points_are_lost_as_the_scorecard_says(verdict, lost):
    evaluation = score(verdict)
    assert item_of(evaluation, verdict.item).lost == Decimal(lost)
    assert evaluation.points == 100 - Decimal(lost)


def test_several_rules_on_one_item_add_up_and_are_capped():
    two = [ItemVerdict("B4", FAIL, faults=1), ItemVerdict("B4", FAIL, faults=1), ItemVerdict("B4", PASS)]
    assert score(*two).points == 98
    assert score(*two, ItemVerdict("B4", FAIL, faults=4)).points == 97


def test_forbidden_phrases_eat_into_their_group_and_never_into_others():
    rest = [ItemVerdict(code, FAIL, faults=9) for code in ("A1", "A3", "A4", "A5")]
    evaluation = score(*rest, ItemVerdict("A6", FAIL, faults=9), *(ItemVerdict(c, NA) for c in ("A2",)))
    assert section_of(evaluation, "A").points == 0
    assert evaluation.points == 75


def test_an_item_that_does_not_apply_leaves_its_groups_denominator():
    evaluation = score(ItemVerdict("A3", NA), ItemVerdict("A4", NA), ItemVerdict("A1", FAIL, faults=1, parts=3))
    section = section_of(evaluation, "A")
    assert (section.points, section.possible) == (15, 17)
    assert evaluation.points == Decimal("97.06")  # 75 + 25 * 15/17 = 97.0588
    assert item_of(evaluation, "A3").state is ItemState.NOT_APPLICABLE


def test_an_item_stays_while_one_of_its_rules_applies():
    evaluation = score(ItemVerdict("A3", NA), ItemVerdict("A3", PASS))
    assert section_of(evaluation, "A").possible == 25
    assert item_of(evaluation, "A3").state is ItemState.MACHINE


def test_a_group_that_empties_leaves_the_total():
    nothing_written = [ItemVerdict(f"D{n}", NA) for n in range(1, 7)]
    evaluation = score(*nothing_written, ItemVerdict("C2", FAIL))
    section = section_of(evaluation, "D")
    assert (section.points, section.points_low, section.points_high, section.possible) == (None, None, None, 0)
    assert evaluation.points == 84  # (25 + 20 + 18) / 75


def test_a_call_to_which_nothing_applies_has_lost_nothing():
    evaluation = score_call(CARD, [ItemVerdict(item.code, NA) for item in CARD.items])
    assert bounds(evaluation) == (100, 100, 100)
    assert all(section.points is None for section in evaluation.sections)


def test_what_nobody_judged_is_open_and_costs_nothing_yet():
    evaluation = score_call(CARD, [])
    assert evaluation.points == 100
    assert evaluation.points_low == 1  # only the hint's 5 of 25, less the 4 that A6 may take from them
    assert set(evaluation.open_items) == {item.code for item in CARD.items} - {"A2"}
    assert item_of(evaluation, "C2").lost_max == 12
    assert item_of(evaluation, "A2").state is ItemState.MACHINE


def test_undetermined_is_open_up_to_the_cap():
    evaluation = score(ItemVerdict("A6", UNSURE))
    assert bounds(evaluation) == (94, 100, 100)
    assert evaluation.open_items == ("A6",)


def test_undetermined_beside_a_fault_keeps_the_fault():
    evaluation = score(ItemVerdict("B4", FAIL, faults=1), ItemVerdict("B4", UNSURE))
    assert bounds(evaluation) == (97, 99, 100)
    assert item_of(evaluation, "B4").state is ItemState.OPEN


def test_advice_costs_nothing_before_a_person_agrees():
    advised = score(ItemVerdict("C5", FAIL, faults=1, standing=Standing.ADVISE))
    assert bounds(advised) == (97, 100, 100)
    assert item_of(advised, "C5").state is ItemState.OPEN
    agreed = score(ItemVerdict("C5", FAIL, faults=1, standing=Standing.ADVISE, person=True, reviewers=("张",)))
    assert bounds(agreed) == (97, 97, 97)
    assert item_of(agreed, "C5").state is ItemState.DECIDED


def test_advice_on_an_item_that_does_not_apply_does_not_bring_it_back():
    missing = ItemVerdict("A1", FAIL, faults=2, parts=3)
    without = score(ItemVerdict("A4", NA), missing)
    advised = score(ItemVerdict("A4", NA), ItemVerdict("A4", FAIL, standing=Standing.ADVISE), missing)
    assert advised.points == without.points == Decimal("95.24")  # 75 + 25 * 17/21
    assert section_of(advised, "A").possible == 21
    assert advised.points_low == 92  # a person may agree: 75 + 17 of 25
    assert advised.points_high == 100
    assert item_of(advised, "A4").state is ItemState.OPEN
    assert not item_of(advised, "A4").counts
    assert advised.open_items == ("A4",)


def test_a_hint_on_an_item_that_does_not_apply_asks_nobody():
    advised = score(ItemVerdict("A2", NA), ItemVerdict("A2", FAIL, standing=Standing.ADVISE))
    assert item_of(advised, "A2").state is ItemState.NOT_APPLICABLE
    assert section_of(advised, "A").possible == 20


def test_the_range_reaches_to_where_a_person_says_that_the_item_does_not_apply():
    # D2 earned 3 of 6, the other items of its group nothing: without D2 the group is at 0 and not at 3 of 25.
    others = [ItemVerdict(f"D{n}", FAIL, faults=9, person=True) for n in (1, 3, 4, 5, 6)]
    assert bounds(score(*others, ItemVerdict("D2", FAIL, faults=1))) == (75, 78, 81)


def test_an_item_that_a_person_found_at_fault_stays_and_its_rest_counts_in_the_range():
    away = [ItemVerdict(item.code, NA) for item in CARD.items if item.code not in {"A1", "A3"}]
    # A3 keeps 2 of 4 for sure, A1 may lose all 5: 2 of 9. Could A3 leave as well, nothing would be left.
    found = score(*away, ItemVerdict("A1", FAIL, faults=3, parts=3), ItemVerdict("A3", FAIL, person=True))
    assert bounds(found)[0] == Decimal("22.22")


def test_the_range_reaches_to_where_all_that_is_left_of_a_group_does_not_apply():
    away = [ItemVerdict(item.code, NA) for item in CARD.items if item.group in "CD" and item.code not in {"C2", "D3"}]
    # A and B earned all, C nothing, D 4 of 6 unless a person says that D3 does not apply: then 45 of 75 are left.
    found = score(*away, ItemVerdict("C2", FAIL, person=True), ItemVerdict("D3", FAIL))
    assert (found.points_low, found.points) == (60, Decimal("61.67"))


def test_only_a_fault_that_was_set_right_in_the_call_is_told_as_such():
    assert item_of(score(ItemVerdict("C2", FAIL)), "C2").reasons == ("规则判定：1 处，扣 12 分",)
    # A1 costs the same whether or not it was set right, and does not say otherwise.
    assert item_of(score(ItemVerdict("A1", FAIL, corrected=True)), "A1").reasons == ("规则判定：1 处，扣 2 分",)


@pytest.mark.parametrize("order", [1, -1])
def test_a_fault_counts_whatever_other_rules_passed_on_the_item(order):
    assert score(*[ItemVerdict("B4", PASS), ItemVerdict("B4", FAIL)][::order]).points == 99


def test_what_a_group_keeps_at_least_is_exact_where_its_points_are_finer_than_a_cent():
    fine = replace(CARD.items[0], per_fault=Decimal("0.125"))
    card = replace(CARD, items=(fine, *CARD.items[1:]))
    section = section_of(score_call(card, clean_but(ItemVerdict("A1", FAIL, person=True))), "A")
    assert (section.points_low, section.points) == (Decimal("24.875"), Decimal("24.875"))


def test_what_a_group_keeps_at_least_of_other_points_has_two_decimals():
    # As it stands A3 has left, and 4 of 19 are lost; at least 15 of 23 are kept, which of 19 are 12.391.
    away, open_ = (ItemVerdict("A6", NA), ItemVerdict("A3", NA)), ItemVerdict("A3", UNSURE)
    section = section_of(score(*away, open_, ItemVerdict("A4", FAIL)), "A")
    assert (section.points, section.possible, section.points_low) == (15, 19, Decimal("12.39"))


def test_items_may_be_worth_half_points():
    shared = {"A1": Decimal("4.5"), "A2": Decimal("5.5")}
    card = replace(CARD, items=tuple(replace(i, points=shared.get(i.code, i.points)) for i in CARD.items))
    found = score_call(card, clean_but(ItemVerdict("A1", NA), ItemVerdict("A3", FAIL)))
    assert found.points == Decimal("97.56")  # 75 + 25 * 18.5/20.5 = 97.561


def test_an_item_that_a_person_passed_is_decided():
    assert item_of(score(ItemVerdict("B5", PASS, person=True)), "B5").state is ItemState.DECIDED


def test_items_for_people_are_never_lost_by_a_rule():
    assert bounds(score(ItemVerdict("B5", FAIL))) == (95, 100, 100)
    assert bounds(score(ItemVerdict("B5", FAIL, person=True))) == (95, 95, 95)
    assert item_of(score(), "B5").state is ItemState.MACHINE


def test_a_rules_deduction_counts_and_may_yet_be_overruled():
    evaluation = score(ItemVerdict("C2", FAIL))
    assert bounds(evaluation) == (88, 88, 100)
    assert item_of(evaluation, "C2").state is ItemState.MACHINE
    assert bounds(score(ItemVerdict("C2", FAIL, person=True))) == (88, 88, 88)


def test_one_of_two_rules_reviewed_is_not_the_item_decided():
    evaluation = score(ItemVerdict("B4", FAIL, person=True), ItemVerdict("B4", FAIL))
    assert item_of(evaluation, "B4").state is ItemState.MACHINE
    assert bounds(evaluation) == (98, 98, 99)


def test_a_hint_that_a_person_looked_at_is_decided_and_costs_nothing():
    evaluation = score(ItemVerdict("A2", FAIL, person=True))
    assert item_of(evaluation, "A2").state is ItemState.DECIDED
    assert bounds(evaluation) == (100, 100, 100)


def test_a_raised_fatal_error_is_suspected_and_takes_nothing():
    evaluation = score(ItemVerdict("V1", FAIL, standing=Standing.ADVISE))
    assert bounds(evaluation) == (0, 100, 100)
    assert (evaluation.suspected, evaluation.fatal) == (("V1",), ())


@pytest.mark.parametrize("reviewers", [(), ("张敏",), ("张敏", "张敏")])
def test_one_person_is_not_enough_for_a_fatal_error(reviewers):
    evaluation = score(ItemVerdict("V1", FAIL, person=True, reviewers=reviewers))
    assert (evaluation.suspected, evaluation.fatal) == (("V1",), ())
    assert evaluation.points == 100


def test_two_people_make_a_fatal_error_and_the_call_has_nothing():
    evaluation = score(ItemVerdict("V1", FAIL, person=True, reviewers=("张敏", "周倩")), ItemVerdict("V2", FAIL))
    assert bounds(evaluation) == (0, 0, 0)
    assert (evaluation.fatal, evaluation.suspected) == (("V1",), ("V2",))
    assert section_of(evaluation, "A").points == 25


def test_two_reviewers_of_different_findings_are_not_two_of_one():
    evaluation = score(
        ItemVerdict("V1", FAIL, person=True, reviewers=("张敏",)),
        ItemVerdict("V1", FAIL, person=True, reviewers=("周倩",)),
    )
    assert evaluation.fatal == ()


@pytest.mark.parametrize("outcome", [PASS, NA])
def test_a_fatal_error_that_was_not_found_leaves_the_score(outcome):
    assert bounds(score(ItemVerdict("V3", outcome))) == (100, 100, 100)


def test_an_undetermined_check_for_a_fatal_error_is_open_and_not_suspected():
    evaluation = score(ItemVerdict("V3", UNSURE))
    assert bounds(evaluation) == (100, 100, 100)
    assert (evaluation.open_items, evaluation.suspected) == (("V3",), ())


def test_how_points_were_lost_is_told_in_words():
    found = score(
        ItemVerdict("A1", FAIL, faults=2, parts=3),
        ItemVerdict("C2", FAIL, corrected=True, person=True),
        ItemVerdict("C5", FAIL, standing=Standing.ADVISE),
        ItemVerdict("A2", FAIL),
    )
    assert item_of(found, "A1").reasons == ("规则判定：2 处，扣 4 分",)
    assert item_of(found, "C2").reasons == ("人工判定：1 处，已自行更正，扣 6 分",)
    assert item_of(found, "C5").reasons == ("待人工判定：1 处，扣 3 分",)
    assert item_of(found, "A2").reasons == ("仅提示，不扣分",)


def test_a_verdict_on_an_unknown_item_is_refused_with_the_known_ones():
    with pytest.raises(ValueError, match=r"default-2026: no item 'Z9'; it has A1, A2"):
        score_call(CARD, [ItemVerdict("Z9", PASS)])


def test_fewer_than_no_faults_are_refused():
    with pytest.raises(ValueError, match="item A1: -1 faults"):
        score_call(CARD, [ItemVerdict("A1", FAIL, faults=-1)])


def test_a_loss_that_was_capped_says_so():
    assert item_of(score(ItemVerdict("A1", FAIL, faults=4)), "A1").reasons == (
        "规则判定：4 处，扣 8 分",
        "本项封顶 5 分",
    )
    assert item_of(score(ItemVerdict("A1", FAIL, faults=2)), "A1").reasons == ("规则判定：2 处，扣 4 分",)
