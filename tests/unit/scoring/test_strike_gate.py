"""Against published worked examples, cited at each."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.multitest import multipletests

from scoring.intervals import mean_with_interval, pooled_variance, standard_errors
from scoring.strike_gate import FAMILY, NOT_TOLD, chance_below, month_level, strike_gate

LINE = Decimal(75)


def points(*values):
    return [Decimal(value) for value in values]


def tenths(n):
    return [Decimal("0.1")] * n


def test_holms_steps_of_the_textbook_example():
    # Of Holm 1979, as worked in Wikipedia, “Holm–Bonferroni method”: of .01, .04, .03 and .005 the smallest counts four
    # times, the next three times, and so on, never less than the one before.
    found = strike_gate({"a": 0.01, "b": 0.04, "c": 0.03, "d": 0.005})
    assert [round(found[who].p_holm, 3) for who in "abcd"] == [0.03, 0.06, 0.06, 0.02]


@given(st.lists(st.floats(0, 1), min_size=1, max_size=12))
def test_holms_steps_are_statsmodels(chances):
    found = strike_gate({str(n): chance for n, chance in enumerate(chances)})
    assert [one.p_holm for one in found.values()] == list(multipletests(chances, method="holm")[1])


def test_benjamini_and_hochbergs_thrombolysis_trial():
    # 1995, section 4: fifteen comparisons; at 5 % Bonferroni (and Holm) reject three, theirs the first four.
    chances = (
        *(0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344),
        *(0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0000),
    )
    found = strike_gate({str(n): chance for n, chance in enumerate(chances)}, listed=0.05)
    assert [n for n, one in found.items() if one.p_holm <= 0.05] == ["0", "1", "2"]
    assert [n for n, one in found.items() if one.listed] == ["0", "1", "2", "3"]


def test_the_chance_is_students():
    # Student 1908, extra sleep by the first drug (R's data set `sleep`): mean 0.75 of 10, t = 1.3257, two-sided
    # p = 0.2176. Turned round and shifted by 50, it is a mean below a line of 50.
    sleep = points("0.7", "-1.6", "-0.2", "-1.2", "-0.1", "3.4", "3.7", "0.8", "0.0", "2.0")
    found = chance_below([50 - value for value in sleep], [Decimal("0.0000001")] * 10, Decimal(50))
    assert found == pytest.approx(0.2176 / 2, abs=0.0001)


def test_a_mean_below_the_line_by_its_whole_interval_has_less_than_2_5_percent():
    values, chances = points("60", "70", "64", "72", "66", "68"), tenths(6)
    high = mean_with_interval(values, chances).interval.high
    assert high < LINE
    assert chance_below(values, chances, LINE) < FAMILY
    assert chance_below(values, chances, high) == pytest.approx(FAMILY, abs=0.0005)


def test_a_mean_at_the_line_is_even_odds():
    assert chance_below(points("70", "80"), tenths(2), LINE) == pytest.approx(0.5)


def test_where_every_call_was_heard_nothing_is_left_to_chance():
    every = points("1", "1")
    assert chance_below(points("70", "79"), every, LINE) == 0
    assert chance_below(points("70", "80"), every, LINE) == 1


def test_of_one_call_or_of_calls_that_are_all_alike_nothing_can_be_told():
    assert chance_below(points("50"), tenths(1), LINE) is None
    assert chance_below([], [], LINE) is None
    assert chance_below(points("70", "70", "70"), tenths(3), LINE) is None


def test_calls_that_are_all_alike_are_judged_by_the_spread_of_the_centre():
    found = chance_below(points("70", "70", "70"), tenths(3), LINE, Decimal(49))
    assert 0.05 < found < 0.5


@pytest.mark.parametrize(("operators", "level"), [(1, 0.025), (60, 0.025), (133, 0.025), (200, 0.0218), (1000, 0.0128)])
def test_the_more_operators_the_more_is_asked_of_each_month(operators, level):
    assert month_level(operators) == pytest.approx(level, abs=0.0001)
    assert operators * 12 * month_level(operators) ** 3 <= FAMILY + 1e-12


def test_in_a_great_centre_a_month_that_would_do_elsewhere_is_no_strike():
    assert strike_gate({"1001": 0.02})["1001"].below
    assert strike_gate({"1001": 0.025})["1001"].below
    assert not strike_gate({"1001": 0.0251})["1001"].below
    assert not strike_gate({"1001": 0.02}, operators=1000)["1001"].below


def test_a_month_of_which_every_call_was_heard_has_a_chance_of_0_and_counts():
    found = strike_gate({"a": 0.0})["a"]
    assert (found.p, found.below, found.listed) == (0, True, True)


def test_the_chance_that_a_centre_allows_sets_the_level():
    # (0.5 ÷ 12) to the third root is 0.347 of one operator, 0.275 of two.
    assert strike_gate({"a": 0.3}, family=0.5)["a"].below
    assert not strike_gate({"a": 0.3}, operators=2, family=0.5)["a"].below
    assert not strike_gate({"a": 0.3})["a"].below


def test_a_list_holds_who_lies_just_at_its_share_and_says_the_chance_itself():
    found = strike_gate({"a": 0.1})["a"]
    assert (found.p, found.listed, found.below) == (0.1, True, False)


def test_how_colleagues_fared_is_no_part_of_a_strike():
    among = strike_gate({"1001": 0.02, **{str(n): 0.5 for n in range(59)}})
    assert among["1001"].below
    assert not among["1001"].listed


@pytest.mark.parametrize(("operators", "family"), [(0, 0.025), (60, 0.0), (60, 1.0)])
def test_levels_that_cannot_be_are_refused(operators, family):
    with pytest.raises(ValueError, match="one or more, and within 0 to 1"):
        month_level(operators, family)


def test_less_operators_than_there_are_chances_are_refused():
    with pytest.raises(ValueError, match="1 operators, 2 chances"):
        strike_gate({"1001": 0.02, "1002": 0.5}, operators=1)


def test_who_cannot_be_told_is_never_below_and_costs_the_others_nothing():
    found = strike_gate({"1001": 0.01, "1002": None})
    assert found["1002"] == NOT_TOLD
    assert found["1001"].below
    assert strike_gate({}) == {}


@pytest.mark.parametrize("chance", [-0.1, 1.1, float("nan")])
def test_a_chance_that_is_none_is_refused(chance):
    with pytest.raises(ValueError, match="operator 1001: a chance of"):
        strike_gate({"1001": chance})


def test_the_variance_of_a_centre_is_that_within_its_operators():
    # Within: (1 + 1) + (4 + 4) over 1 + 1 degrees of freedom; what lies between the operators is no part of it.
    assert pooled_variance([points("99", "97"), points("60", "64"), points("80"), []]) == Decimal("5.000000")
    assert pooled_variance([points("80"), []]) is None
    # (1/9 + 1/9 + 4/9) / 2, to a millionth of a point squared: it goes into the ledger for the next month.
    assert pooled_variance([points("99", "99", "98")]) == Decimal("0.333333")


def test_with_the_centres_variance_an_interval_is_never_shorter():
    values, chances = points("100", "100", "100", "100", "98"), tenths(5)
    own, both = (mean_with_interval(values, chances, variance=v).interval for v in (None, Decimal(40)))
    assert both.low < own.low
    wild = points("100", "20", "100", "60", "98")
    assert mean_with_interval(wild, chances, variance=Decimal(1)) == mean_with_interval(wild, chances)


def test_where_every_call_was_heard_the_centres_variance_adds_nothing():
    (own, both) = standard_errors(points("100", "80"), points("1", "1"), Decimal(40))
    assert own.size == both.size == 0


CHANCES = st.dictionaries(st.integers(0, 99).map(str), st.none() | st.floats(0, 1), max_size=30)


@given(CHANCES, st.randoms(use_true_random=False))
def test_corrections_only_ever_ask_more_and_never_depend_on_the_order(chances, random):
    found = strike_gate(chances)
    names = list(chances)
    random.shuffle(names)
    assert strike_gate({who: chances[who] for who in names}) == found
    for who, chance in chances.items():
        if chance is not None:
            assert chance <= found[who].p_listed + 1e-12 <= found[who].p_holm + 2e-12 <= 1 + 3e-12


@given(CHANCES, st.data())
def test_a_worse_month_of_one_never_takes_another_off(chances, data):
    told = [who for who, chance in chances.items() if chance is not None]
    if not told:
        return
    who = data.draw(st.sampled_from(told))
    worse = {**chances, who: data.draw(st.floats(0, chances[who]))}
    before, after = strike_gate(chances), strike_gate(worse)
    assert {one for one in before if before[one].below} <= {one for one in after if after[one].below}
