"""What must hold of every score, whatever was said of the call."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.effects import effects, formula
from scoring.outcome import Outcome, Standing
from scoring.ranges import Part, least_mean
from scoring.score import ItemState, ItemVerdict, score_call
from scoring.scorecard import default_scorecard

CARD = default_scorecard()
ITEMS = [item.code for item in CARD.items]
FATALS = [error.code for error in CARD.fatal_errors]
PEOPLE = ("张敏", "周倩", "孙立")


def verdicts(codes=(*ITEMS, *FATALS), outcomes=tuple(Outcome)):
    one = st.builds(
        ItemVerdict,
        item=st.sampled_from(codes),
        outcome=st.sampled_from(outcomes),
        faults=st.integers(0, 5),
        parts=st.none() | st.integers(1, 4),
        corrected=st.booleans(),
        standing=st.sampled_from(Standing),
        person=st.booleans(),
        reviewers=st.lists(st.sampled_from(PEOPLE), max_size=3).map(tuple),
    )
    return st.lists(one, max_size=60)


@given(verdicts())
def test_points_lie_within_their_bounds_and_these_within_0_and_100(said):
    found = score_call(CARD, said)
    assert 0 <= found.points_low <= found.points <= found.points_high <= 100
    assert found.points == found.points.quantize(Decimal("0.01"))
    for item in found.items:
        assert 0 <= item.lost_min <= item.lost <= item.lost_max
    for section in found.sections:
        if section.points is not None:
            assert 0 <= section.points_low <= section.points <= section.points_high <= section.possible


@given(verdicts(), st.randoms(use_true_random=False))
def test_the_order_of_verdicts_never_changes_a_score(said, random):
    shuffled = list(said)
    random.shuffle(shuffled)
    assert score_call(CARD, shuffled) == score_call(CARD, said)


@given(verdicts(), st.data())
def test_a_pass_turned_into_a_fail_never_raises_a_score(said, data):
    passes = [n for n, verdict in enumerate(said) if verdict.outcome is Outcome.PASS]
    if not passes:
        return
    n = data.draw(st.sampled_from(passes))
    worse = [*said]
    worse[n] = replace(said[n], outcome=Outcome.FAIL)
    before, after = score_call(CARD, said), score_call(CARD, worse)
    assert after.points <= before.points
    assert after.points_low <= before.points_low
    assert after.points_high <= before.points_high


@given(verdicts(), st.data())
def test_one_more_fault_never_raises_a_score(said, data):
    if not said:
        return
    n = data.draw(st.integers(0, len(said) - 1))
    # Missing all parts may cost less than the sum of them; without parts every fault costs.
    said[n] = replace(said[n], parts=None)
    worse = [*said]
    worse[n] = replace(said[n], faults=said[n].faults + 1)
    assert score_call(CARD, worse).points <= score_call(CARD, said).points


@given(st.sets(st.sampled_from(ITEMS)))
def test_items_that_do_not_apply_leave_a_clean_call_at_100(away):
    said = [ItemVerdict(c, Outcome.NOT_APPLICABLE if c in away else Outcome.PASS) for c in ITEMS]
    found = score_call(CARD, said)
    assert found.points == 100
    assert {item.code for item in found.items if item.state is ItemState.NOT_APPLICABLE} == away


@given(st.sets(st.sampled_from(ITEMS)), verdicts(codes=ITEMS, outcomes=(Outcome.FAIL,)))
def test_the_score_is_the_weighted_mean_of_the_groups_that_are_left(away, fails):
    left = [verdict for verdict in fails if verdict.item not in away]
    told = {verdict.item for verdict in left}
    said = [*left, *(ItemVerdict(c, Outcome.NOT_APPLICABLE) for c in away)]
    said += [ItemVerdict(c, Outcome.PASS) for c in ITEMS if c not in told | away]
    found = score_call(CARD, said)
    weights = {group.code: group.points for group in CARD.groups}
    kept = [section for section in found.sections if section.points is not None]
    if not kept:
        assert found.points == 100
        return
    total = sum(section.points / section.possible * weights[section.code] for section in kept)
    expected = total / sum(weights[section.code] for section in kept) * 100
    assert abs(found.points - expected) <= Decimal("0.0051")


WAITING = st.builds(
    ItemVerdict,
    item=st.sampled_from(ITEMS),
    outcome=st.sampled_from((Outcome.FAIL, Outcome.UNDETERMINED)),
    faults=st.integers(0, 5),
    standing=st.just(Standing.ADVISE),
)


def bounds(said):
    found = score_call(CARD, said)
    return found.points_low, found.points, found.points_high


@given(verdicts(), WAITING)
def test_advice_and_doubt_never_move_the_points_and_only_widen_the_range(said, waiting):
    low, points, high = bounds(said)
    if all(verdict.item != waiting.item for verdict in said):
        # Of an item that nobody judged everything was open already.
        said = [*said, ItemVerdict(waiting.item, Outcome.PASS)]
        low, points, high = bounds(said)
    wider_low, same, wider_high = bounds([*said, waiting])
    assert same == points
    assert wider_low <= low
    assert high <= wider_high


@given(verdicts(codes=ITEMS), WAITING)
def test_the_first_word_on_an_item_costs_nothing_while_it_waits(said, waiting):
    without = [verdict for verdict in said if verdict.item != waiting.item]
    assert bounds([*without, waiting])[1] == bounds(without)[1]


@given(verdicts(codes=ITEMS), WAITING, st.sampled_from((Outcome.FAIL, Outcome.PASS, Outcome.NOT_APPLICABLE)))
def test_a_persons_word_on_what_waits_keeps_the_score_within_the_range(said, asked, word):
    if asked.item == "A2":
        return  # Of a hint nobody is asked, so that its range is not held open.
    low, _, high = bounds([*said, asked])
    lower, _, higher = bounds([*said, replace(asked, outcome=word, person=True)])
    assert low <= lower <= higher <= high


@given(verdicts(codes=ITEMS), st.sampled_from(ITEMS), st.booleans())
def test_a_persons_word_on_a_deduction_keeps_the_score_within_the_range(said, code, applies):
    taken = ItemVerdict(code, Outcome.FAIL, 1)
    if code == "A2":
        return
    word = replace(taken, outcome=Outcome.PASS if applies else Outcome.NOT_APPLICABLE, person=True)
    low, _, high = bounds([*said, taken])
    lower, _, higher = bounds([*said, word])
    assert low <= lower <= higher <= high


PARTS = st.lists(st.tuples(st.integers(1, 9), st.integers(-3, 9)), max_size=6)


@given(PARTS, PARTS)
def test_the_least_mean_is_the_least_over_every_choice(stay, leave):
    stay, leave = ([Part(Fraction(p), Fraction(e)) for p, e in parts] for parts in (stay, leave))
    choices = [[*stay, *some] for n in range(len(leave) + 1) for some in combinations(leave, n) if stay or some]
    every = [sum(part.earned for part in chosen) / sum(part.possible for part in chosen) for chosen in choices]
    found = least_mean(stay, leave)
    assert (None if found is None else found.share) == min(every, default=None)


@given(verdicts())
def test_without_two_people_no_call_is_failed_whatever_was_raised(said):
    alone = [replace(verdict, reviewers=verdict.reviewers[:1]) for verdict in said]
    found = score_call(CARD, alone)
    assert found.fatal == ()
    if any(verdict.item in FATALS and verdict.outcome is Outcome.FAIL for verdict in said):
        assert found.suspected
        assert found.points_low == 0


@settings(max_examples=50)
@given(verdicts(outcomes=(Outcome.UNDETERMINED, Outcome.PASS, Outcome.NOT_APPLICABLE)))
def test_doubt_costs_nobody_anything(said):
    assert score_call(CARD, said).points == 100


@given(verdicts())
def test_what_each_loss_costs_adds_up_to_what_the_call_lost(said):
    found = score_call(CARD, said)
    costs = effects(found, CARD)
    assert all(cost >= 0 for cost in costs.values())
    assert abs(sum(costs.values()) - (100 - found.points)) <= Decimal("0.005") * (len(costs) + 1)
    assert formula(found, CARD).endswith(str(found.points))
