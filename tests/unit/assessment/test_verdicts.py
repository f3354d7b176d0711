from dataclasses import replace
from decimal import Decimal

import pytest

from qa_pipeline.assessment import final_evaluation, item_verdicts, judge
from qa_pipeline.errors import ScorecardInvalid
from qa_pipeline.models import Outcome, Standing, Verdict
from scoring.score import ItemState, ItemVerdict
from scoring.upheld import upheld_points
from tests.month_builder import CARD, advice, audit, clean, decision, result

FATALS = tuple(error.code for error in CARD.fatal_errors)
WRONG = result("AN02", "C2")
FORBIDDEN = result("PH06", "A6", faults=2)
INSULT = advice("FE01", "V1")
CONFIRM, OVERRULE, FAULT, NA = Verdict.CONFIRM, Verdict.OVERRULE, Verdict.FAULT, Verdict.NOT_APPLICABLE


def evaluated(results, *decisions):
    return final_evaluation(CARD, audit(clean(but=results)), decisions)


def item_of(evaluation, code):
    return next(item for item in evaluation.items if item.code == code)


def bounds(evaluation):
    return evaluation.points_low, evaluation.points, evaluation.points_high


def test_without_decisions_the_machines_results_become_verdicts():
    found = item_verdicts([WRONG, replace(FORBIDDEN, standing=Standing.ADVISE, parts=3, corrected=True)], ())
    assert found == (
        ItemVerdict("C2", Outcome.FAIL, 1),
        ItemVerdict("A6", Outcome.FAIL, 2, 3, corrected=True, standing=Standing.ADVISE),
    )


def test_a_confirmed_fault_counts_for_certain():
    assert bounds(evaluated([WRONG])) == (88, 88, 100)
    found = evaluated([WRONG], decision("AN02", "C2", CONFIRM))
    assert bounds(found) == (88, 88, 88)
    assert item_of(found, "C2").state is ItemState.DECIDED


def test_an_overruled_fault_costs_nothing():
    assert bounds(evaluated([WRONG], decision("AN02", "C2", OVERRULE))) == (100, 100, 100)


def test_a_fault_that_a_person_counts_replaces_the_machines_count():
    assert evaluated([FORBIDDEN]).points == 96
    assert evaluated([FORBIDDEN], decision("PH06", "A6", FAULT, faults=3)).points == 94


def test_confirming_keeps_the_machines_count_whatever_the_form_sent():
    assert evaluated([FORBIDDEN], decision("PH06", "A6", CONFIRM, faults=1)).points == 96


def test_an_item_that_a_person_finds_not_applicable_leaves():
    found = evaluated([WRONG], decision("AN02", "C2", NA))
    assert item_of(found, "C2").state is ItemState.NOT_APPLICABLE


def test_advice_that_a_person_confirms_is_taken():
    asked = advice("TN05", "B5")
    assert evaluated([asked]).points == 100
    assert evaluated([asked], decision("TN05", "B5", CONFIRM)).points == 95


def test_a_word_on_one_rule_leaves_the_items_other_rules():
    second = result("PH07", "A6", faults=1)
    found = evaluated([FORBIDDEN, second], decision("PH06", "A6", OVERRULE))
    assert found.points == 98
    assert item_of(found, "A6").state is ItemState.MACHINE


def test_a_word_on_the_item_replaces_all_its_rules_once():
    second = result("PH07", "A6", faults=1)
    found = evaluated([FORBIDDEN, second], decision("A6", "A6", FAULT, faults=1))
    assert found.points == 98
    assert item_of(found, "A6").state is ItemState.DECIDED


def test_confirming_an_item_as_a_whole_leaves_its_rules_as_they_are():
    assert bounds(evaluated([WRONG], decision("C2", "C2", CONFIRM))) == (88, 88, 100)


def test_an_item_that_no_rule_judged_is_decided_by_a_person():
    results = [one for one in clean() if one.item != "B2"]
    before = final_evaluation(CARD, audit(results), ())
    assert before.open_items == ("B2",)
    after = final_evaluation(CARD, audit(results), [decision("B2", "B2", FAULT)])
    assert (after.open_items, after.points) == ((), 97)


def test_the_latest_word_of_a_reviewer_counts_in_whatever_order_they_come():
    first, second = decision("AN02", "C2", CONFIRM, n=1), decision("AN02", "C2", OVERRULE, n=2)
    assert evaluated([WRONG], first, second).points == 100
    assert evaluated([WRONG], second, first).points == 100


def test_of_two_reviewers_the_latest_word_counts():
    early, late = decision("AN02", "C2", OVERRULE, "张敏", n=1), decision("AN02", "C2", CONFIRM, "周倩", n=2)
    assert evaluated([WRONG], late, early).points == 88


def test_reviewers_who_agree_stand_together():
    words = [decision("AN02", "C2", CONFIRM, "张敏", n=1), decision("AN02", "C2", CONFIRM, "周倩", n=2)]
    (verdict,) = item_verdicts([WRONG], words)
    assert (verdict.person, set(verdict.reviewers)) == (True, {"周倩", "张敏"})


def test_a_confirmation_of_what_did_not_fail_changes_nothing():
    passed = result("AN02", "C2", Outcome.PASS)
    (verdict,) = item_verdicts([passed], [decision("AN02", "C2", CONFIRM)])
    assert not verdict.person


def test_one_reviewer_cannot_make_a_fatal_error():
    found = evaluated([INSULT], decision("FE01", "V1", CONFIRM))
    assert (found.suspected, found.fatal, found.points) == (("V1",), (), 100)


def test_two_reviewers_make_a_fatal_error():
    found = evaluated([INSULT], decision("FE01", "V1", CONFIRM, "张敏"), decision("FE01", "V1", FAULT, "周倩"))
    assert (found.suspected, found.fatal) == ((), ("V1",))
    assert bounds(found) == (0, 0, 0)


@pytest.mark.parametrize("other", ["张敏", "张敏 ", " 张敏"])
def test_one_person_under_two_spellings_is_one(other):
    found = evaluated([INSULT], decision("FE01", "V1", CONFIRM, "张敏"), decision("FE01", "V1", CONFIRM, other, n=2))
    assert found.fatal == ()


def test_names_in_latin_letters_are_one_whatever_their_case():
    found = evaluated([INSULT], decision("FE01", "V1", CONFIRM, "Li"), decision("FE01", "V1", CONFIRM, "LI", n=2))
    assert found.fatal == ()


def test_one_word_against_it_leaves_a_fatal_error_suspected_and_two_clear_it():
    one = decision("FE01", "V1", OVERRULE, "张敏", n=1)
    two = decision("FE01", "V1", NA, "周倩", n=2)
    assert evaluated([INSULT], one).suspected == ("V1",)
    cleared = evaluated([INSULT], one, two)
    assert (cleared.suspected, bounds(cleared)) == ((), (100, 100, 100))


def test_reviewers_who_disagree_leave_a_fatal_error_suspected_until_a_third():
    words = [decision("FE01", "V1", CONFIRM, "张敏", n=1), decision("FE01", "V1", OVERRULE, "周倩", n=2)]
    assert evaluated([INSULT], *words).suspected == ("V1",)
    assert evaluated([INSULT], *words, decision("FE01", "V1", CONFIRM, "孙立", n=3)).fatal == ("V1",)
    assert evaluated([INSULT], *words, decision("FE01", "V1", OVERRULE, "孙立", n=3)).suspected == ()


def test_two_against_two_is_suspected():
    words = [
        *(decision("FE01", "V1", CONFIRM, name, n=n) for n, name in enumerate(("甲", "乙"))),
        *(decision("FE01", "V1", OVERRULE, name, n=n) for n, name in enumerate(("丙", "丁"), start=2)),
    ]
    assert evaluated([INSULT], *words).suspected == ("V1",)


def test_a_fatal_error_that_only_people_found_needs_two_as_well():
    alone = evaluated([], decision("V5", "V5", FAULT, "张敏"))
    assert (alone.suspected, alone.fatal) == (("V5",), ())
    both = evaluated([], decision("V5", "V5", FAULT, "张敏"), decision("V5", "V5", FAULT, "周倩", n=2))
    assert both.fatal == ("V5",)


def test_a_word_on_the_fatal_error_counts_for_its_finding():
    found = evaluated([INSULT], decision("FE01", "V1", CONFIRM, "张敏"), decision("V1", "V1", FAULT, "周倩", n=2))
    assert found.fatal == ("V1",)


def test_words_on_different_findings_are_not_two_on_one():
    other = advice("FE02", "V1")
    found = evaluated(
        [INSULT, other],
        decision("FE01", "V1", CONFIRM, "张敏", n=1),
        decision("FE02", "V1", OVERRULE, "张敏", n=2),
        decision("FE02", "V1", CONFIRM, "周倩", n=3),
        decision("FE01", "V1", OVERRULE, "周倩", n=4),
    )
    assert (found.fatal, found.suspected) == ((), ("V1",))


def test_a_person_who_raises_what_the_machine_passed_makes_it_suspected():
    passed = result("FE03", "V3", Outcome.PASS)
    assert evaluated([passed], decision("FE03", "V3", FAULT)).suspected == ("V3",)
    assert evaluated([passed]).suspected == ()


def test_after_a_new_audit_a_confirmation_is_asked_for_again():
    old = decision("AN02", "C2", CONFIRM, audit_id=7)
    assert bounds(evaluated([WRONG], old)) == (88, 88, 100)


@pytest.mark.parametrize(("verdict", "points"), [(OVERRULE, 100), (FAULT, 88)])
def test_after_a_new_audit_other_words_stay_with_the_call(verdict, points):
    found = evaluated([WRONG], decision("AN02", "C2", verdict, audit_id=7))
    assert bounds(found) == (points, points, points)


def test_a_fault_found_on_a_rule_that_was_retired_stays_with_its_item():
    found = evaluated([], decision("PH99", "A6", FAULT, faults=1, audit_id=7))
    assert found.points == 98


def test_only_faults_that_two_people_found_are_upheld():
    words = [decision("AN02", "C2", CONFIRM, "张敏"), decision("AN02", "C2", CONFIRM, "周倩", n=2)]
    words.append(decision("PH06", "A6", CONFIRM, "张敏", n=3))
    judged = judge(CARD, audit(clean(but=[WRONG, FORBIDDEN, result("RD02", "D2")])), words)
    assert upheld_points(CARD, [one.verdict for one in judged]) == 88


def test_what_does_not_apply_still_leaves_the_denominator_of_what_is_upheld():
    words = [decision("AN02", "C2", CONFIRM, name, n=n) for n, name in enumerate(("张敏", "周倩"))]
    away = [result(f"R{n}", f"D{n}", Outcome.NOT_APPLICABLE) for n in range(1, 7)]
    judged = judge(CARD, audit(clean(but=[WRONG, *away])), words)
    assert upheld_points(CARD, [one.verdict for one in judged]) == 84


def test_findings_keep_the_results_and_words_they_rest_on():
    word = decision("AN02", "C2", CONFIRM)
    judged = judge(CARD, audit([WRONG, FORBIDDEN]), [word])
    assert [(one.results, one.decisions) for one in judged] == [((WRONG,), (word,)), ((FORBIDDEN,), ())]


def test_a_rule_for_an_item_that_the_scorecard_lacks_is_named():
    with pytest.raises(ScorecardInvalid, match="no item 'Z1'") as caught:
        final_evaluation(CARD, audit([result("XX01", "Z1")]), ())
    assert "take the rule out" in caught.value.hint


def test_points_are_decimals_of_two_places():
    assert str(evaluated([WRONG]).points) == str(Decimal("88.00"))
