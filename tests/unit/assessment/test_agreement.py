"""How far reviewers agree, from the words that are kept of them."""

from datetime import timedelta

import pytest

from qa_pipeline.assessment.agreement import reviewers_month
from qa_pipeline.cli.agreement import as_dict, lines
from qa_pipeline.models import Verdict
from tests.month_builder import CARD, START, call_file, clean, decision, result

CONFIRM, OVERRULE, FAULT, AWAY = Verdict.CONFIRM, Verdict.OVERRULE, Verdict.FAULT, Verdict.NOT_APPLICABLE


def called(*decisions, call_id="C1"):
    return call_file(call_id, clean(but=[result("PH06", "A6"), result("FT01", "V1")]), decisions=decisions)


def said(*words, code="PH06", item="A6", n=1):
    return [decision(code, item, verdict, reviewer, n + k) for k, (reviewer, verdict) in enumerate(words)]


def month(*files):
    return reviewers_month("2026-10", files, CARD)


def test_two_people_on_one_finding_are_a_pair_and_one_person_is_none():
    found = month(called(*said(("张敏", CONFIRM), ("周倩", OVERRULE))), called(*said(("张敏", CONFIRM)), call_id="C2"))
    assert (found.twice, found.once) == (1, 1)
    assert (found.seen.n, found.seen.same.hits, found.blind.n) == (1, 0, 0)
    assert [(one.code, one.found.n) for one in found.items] == [("A6", 1)]
    assert [one.name for one in found.people] == ["周倩、张敏"]


def test_a_fault_that_a_person_found_agrees_with_one_that_was_confirmed():
    assert month(called(*said(("张敏", CONFIRM), ("周倩", FAULT)))).seen.same.hits == 1
    assert month(called(*said(("张敏", AWAY), ("周倩", OVERRULE)))).seen.same.hits == 0


def test_fatal_errors_were_judged_blind_and_are_told_apart():
    both = [
        *said(("张敏", CONFIRM), ("周倩", OVERRULE)),
        *said(("张敏", CONFIRM), ("周倩", CONFIRM), code="FT01", item="V1", n=5),
    ]
    found = month(called(*both))
    assert (found.blind.n, found.blind.same.hits, found.seen.same.hits) == (1, 1, 0)
    assert [(one.code, one.blind) for one in found.items] == [("A6", False), ("V1", True)]
    assert [one.blind for one in found.people] == [True, False]


def test_a_word_that_was_changed_to_agree_is_no_agreement():
    found = month(called(*said(("张敏", CONFIRM), ("周倩", OVERRULE), ("周倩", CONFIRM))))
    assert (found.seen.n, found.seen.same.hits) == (1, 0)


def test_three_people_are_three_pairs_and_a_name_written_in_two_ways_is_one_person():
    found = month(called(*said(("张敏", CONFIRM), ("周倩", CONFIRM), ("孙立", OVERRULE), (" 张敏 ", OVERRULE))))
    assert (found.twice, found.seen.n, found.seen.same.hits) == (1, 3, 1)


def test_words_on_another_audit_speak_of_another_finding():
    one, other = said(("张敏", CONFIRM), ("周倩", CONFIRM))
    found = month(called(one, decision("PH06", "A6", CONFIRM, "周倩", 2, audit_id=2)))
    assert other.reviewer == "周倩"
    assert (found.twice, found.once, found.none) == (0, 2, True)


def test_the_same_person_on_another_day_is_a_repeat_and_within_the_hour_is_not():
    first = decision("PH06", "A6", CONFIRM, "张敏", 1)
    soon = decision("PH06", "A6", OVERRULE, "张敏", 2)
    later = decision("PH06", "A6", CONFIRM, "张敏", 3, created_at=START + timedelta(days=30))
    assert month(called(first, soon)).repeats.n == 0
    found = month(called(first, soon, later))
    assert (found.repeats.n, found.repeats.same.hits, found.none) == (1, 1, False)


def test_the_account_says_that_few_pairs_say_little():
    told = "\n".join(lines(month(called(*said(("张敏", CONFIRM), ("周倩", CONFIRM))))))
    assert "对数少于 30 的只给一致率" in told
    assert "  A6 一般禁语" in told
    assert "100.0%（20.6%–100.0%）" in told


def test_the_account_of_many_pairs_has_both_coefficients():
    files = [
        called(*said(("张敏", CONFIRM), ("周倩", CONFIRM if n % 3 else OVERRULE)), call_id=f"C{n}") for n in range(40)
    ]
    told = as_dict(month(*files))
    assert (told["not_blind"]["pairs"], told["not_blind"]["same"]) == (40, 26)
    assert told["not_blind"]["kappa"] == {"value": 0, "interval": None}
    # By hand: faults are .825 of all words, so chance is .825 * .175 * 2 / 2 of three categories; (.65 - .144) / .856.
    assert float(told["not_blind"]["ac1"]["value"]) == pytest.approx(0.591, abs=0.001)
    row = next(line for line in lines(month(*files)) if line.startswith("  A6"))
    assert "0.00" in row


def test_where_nobody_judged_twice_the_account_says_so():
    told = list(lines(month(called(*said(("张敏", CONFIRM))))))
    assert told[-1].startswith("没有由两人判过的结论")
