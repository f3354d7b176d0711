from decimal import Decimal

import pytest

from scoring.effects import effects, formula
from scoring.outcome import Outcome
from scoring.score import ItemVerdict, score_call
from scoring.scorecard import default_scorecard

CARD = default_scorecard()
FAIL, PASS, NA = Outcome.FAIL, Outcome.PASS, Outcome.NOT_APPLICABLE
FATAL = CARD.fatal_errors[0].code


def call(*said, without=""):
    """A call that passed but for what is said; the groups in ``without`` do not apply."""
    told = {verdict.item for verdict in said}
    rest = [i for i in CARD.items if i.code not in told]
    return score_call(CARD, [*said, *(ItemVerdict(i.code, NA if i.group in without else PASS) for i in rest)])


def convicted(*said, without=""):
    return call(*said, ItemVerdict(FATAL, FAIL, person=True, reviewers=("张敏", "周倩")), without=without)


def test_a_loss_costs_more_than_its_points_where_other_items_do_not_apply():
    found = call(ItemVerdict("C2", FAIL, faults=1), ItemVerdict("C4", NA), without="D")
    assert found.points == Decimal("81.54")
    assert effects(found, CARD) == {"C2": Decimal("18.46")}


def test_where_everything_applies_a_loss_costs_its_points():
    found = call(ItemVerdict("A1", FAIL, faults=1), ItemVerdict("C3", FAIL, faults=1))
    assert effects(found, CARD) == {"A1": Decimal(2), "C3": Decimal("1.5")}


def test_items_share_what_their_group_has_where_they_lost_more():
    said = [ItemVerdict(code, FAIL, faults=9) for code in ("A1", "A6")]
    found = call(*said, *(ItemVerdict(code, NA) for code in ("A2", "A3", "A4", "A5")))
    assert effects(found, CARD) == {"A1": Decimal("11.36"), "A6": Decimal("13.64")}
    assert found.points == 75


def test_a_confirmed_fatal_error_costs_what_the_items_left():
    found = convicted(ItemVerdict("A1", FAIL, faults=1))
    assert effects(found, CARD) == {"A1": Decimal(2), FATAL: Decimal(98)}


def test_several_confirmed_fatal_errors_share_what_the_items_left():
    both = [ItemVerdict(e.code, FAIL, person=True, reviewers=("张敏", "周倩")) for e in CARD.fatal_errors[:2]]
    assert effects(call(*both), CARD) == {e.code: Decimal(50) for e in CARD.fatal_errors[:2]}


def test_a_loss_of_one_point_is_told_like_any_other():
    assert effects(call(ItemVerdict("B4", FAIL, faults=1)), CARD) == {"B4": Decimal(1)}


def test_a_call_without_loss_has_no_effects():
    assert effects(call(), CARD) == {}


@pytest.mark.parametrize(
    ("found", "line"),
    [
        (call(ItemVerdict("A1", FAIL, faults=1)), "A 23/25×25＋B 20/20×20＋C 30/30×30＋D 25/25×25＝98.00"),
        (
            call(ItemVerdict("C3", FAIL, faults=1), without="D"),
            "A 25/25×25＋B 20/20×20＋C 28.5/30×30，÷75×100＝98.00",
        ),
        (
            call(*(ItemVerdict(f"C{n}", FAIL, faults=9) for n in range(1, 6))),
            "A 25/25×25＋B 20/20×20＋C 0/30×30＋D 25/25×25＝70.00",
        ),
        (convicted(without="BCD"), "A 25/25×25，÷25×100＝100.00；一票否决，记 0.00"),
        (call(without="ABCD"), "没有适用的评分项，100.00"),
        (convicted(without="ABCD"), "没有适用的评分项；一票否决，记 0.00"),
    ],
)
def test_the_points_are_told_as_one_line_of_arithmetic(found, line):
    assert formula(found, CARD) == line
    assert str(found.points) in line
