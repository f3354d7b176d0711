"""What a training changed: against published worked examples, cited at each, and what is not told."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest

from scoring.intervals import Interval
from scoring.training_effect import (
    ENOUGH_CALLS,
    ENOUGH_OPERATORS,
    MOST_TOGETHER,
    Estimate,
    Loss,
    Operator,
    Verdict,
    adjusted_difference,
    difference_of_changes,
    effect,
    operator_mean,
    reliabilities,
    togetherness,
)

# Shrout and Fleiss 1979, table 2: four ratings of each of six people.
RATED = ((9, 2, 5, 8), (6, 1, 3, 2), (8, 4, 6, 8), (7, 1, 2, 6), (10, 5, 6, 9), (6, 2, 4, 7))


def with_moments(n: int, mean: float, spread: float) -> np.ndarray:
    """Return n values with exactly this mean and standard deviation: what a paper prints of its own."""
    line = np.linspace(-1, 1, n)
    return mean + spread * (line - line.mean()) / line.std(ddof=1)


def both(n: int, before: tuple[float, float], after: tuple[float, float], change: float) -> tuple[np.ndarray, ...]:
    """Return n earlier and later values with these means and deviations, whose changes have that deviation."""
    one = with_moments(n, 0, 1)
    other = (-1.0) ** np.arange(n)
    other = other - other.mean()
    other = other - one * (one @ other) / (one @ one)
    other = other / other.std(ddof=1)
    slope = (before[1] ** 2 + after[1] ** 2 - change**2) / (2 * before[1])  # covariance over the earlier deviation
    rest = np.sqrt(after[1] ** 2 - slope**2)
    return before[0] + before[1] * one, after[0] + slope * one + rest * other


def calls(*lost: object, probability: str = "0.5") -> tuple[Loss, ...]:
    return tuple(Loss(Decimal(str(one)), Decimal(probability)) for one in lost)


def test_card_and_kruegers_fast_food_shops_come_out_as_in_their_table_3() -> None:
    # Balanced sample of shops, row 4: New Jersey 0.47 (0.48), Pennsylvania -2.28 (1.25), difference 2.75 (1.34).
    jersey = with_moments(309, 0.47, 0.48 * np.sqrt(309))
    pennsylvania = with_moments(75, -2.28, 1.25 * np.sqrt(75))
    found = difference_of_changes(jersey, pennsylvania)
    assert found.value == Decimal("2.75")
    # Welch's t has 97 degrees of freedom here: 1.985 standard errors to either side.
    assert found.interval is not None
    assert float(found.interval.high - found.interval.low) / 2 / 1.985 == pytest.approx(1.34, abs=0.01)


def test_vickers_and_altmans_shoulders_come_out_as_in_their_table() -> None:
    # Pain, mean (SD) before and after, SD of the change: placebo 27, acupuncture 25. Adjusted 12.7 (4.1 to 21.3).
    placebo = both(27, (53.9, 14.0), (62.3, 17.9), 14.6)
    needles = both(25, (60.4, 12.3), (79.6, 17.1), 16.1)
    before, after = np.concatenate([placebo[0], needles[0]]), np.concatenate([placebo[1], needles[1]])
    found = adjusted_difference(before, after, np.arange(52) >= 27)
    assert float(found.value) == pytest.approx(12.7, abs=0.1)
    # Theirs takes spreads for equal, ours (HC3) does not and is a little longer.
    assert found.interval is not None
    assert float(found.interval.low) == pytest.approx(4.1, abs=0.5)
    assert float(found.interval.high) == pytest.approx(21.3, abs=0.5)


def test_their_change_scores_come_out_too() -> None:
    placebo, needles = with_moments(27, 8.4, 14.6), with_moments(25, 19.2, 16.1)
    found = difference_of_changes(needles, placebo)
    assert found.value == Decimal("10.80")
    assert found.interval is not None
    assert float(found.interval.low) == pytest.approx(2.3, abs=0.15)
    assert float(found.interval.high) == pytest.approx(19.4, abs=0.15)


def test_shrout_and_fleiss_reliability_of_a_mean_of_four_is_theirs() -> None:
    assert reliabilities([calls(*one) for one in RATED]) == pytest.approx([0.4428] * 6, abs=0.0001)


def test_more_calls_make_a_mean_more_reliable_and_unequal_weights_less() -> None:
    samples = [calls(0, 0, 1, 2, 2, 1), calls(3, 4, 4, 3, 5, 5), calls(8, 9, 9, 9, 9, 8), calls(1, 6, 2, 5, 4, 3) * 2]
    found = reliabilities(samples)
    assert found[3] > found[0] == pytest.approx(found[1])
    uneven = samples[0][:5] + calls(1, probability="0.05")
    assert reliabilities([uneven, *samples[1:]])[0] < found[0]


def test_unequal_chances_of_being_drawn_cost_what_kish_says() -> None:
    even = [calls(*(who + n % 3 for n in range(6))) for who in range(5)]
    one, other = reliabilities(even)[:2]
    assert one == pytest.approx(other)
    # Weights of 2, 2, 2, 2, 2 and 4 weigh as (5 * 4 + 16) / 14^2 of a call, and not as a sixth.
    uneven = (*even[0][:5], Loss(even[0][5].lost, Decimal("0.25")))
    first, second = reliabilities([uneven, *even[1:]])[:2]
    assert (1 / first - 1) / (1 / second - 1) == pytest.approx(6 * 36 / 196)


def test_means_that_differ_no_more_than_chance_say_nothing_of_people() -> None:
    assert list(reliabilities([calls(0, 4), calls(4, 0), calls(0, 4)])) == [0, 0, 0]


def centre(shift: float, n: int = ENOUGH_OPERATORS, k: int = 6, *, flat: bool = False) -> list[Operator]:
    """Make 2 n operators, the first n attended and lose ``shift`` less afterwards."""
    found = []
    for who in range(2 * n):
        level = 10 + who % n
        wave = [0] * k if flat else [((who * 7 + call * 3) % 5) - 2 for call in range(2 * k)]
        before = calls(*(level + w for w in (wave[:k] if not flat else wave)))
        moved = shift if who < n else 0
        after = calls(*(level - moved + w for w in (wave[k:] if not flat else wave)))
        found.append(Operator(str(who), who < n, before, after))
    return found


def test_a_clear_fall_among_those_who_attended_is_told() -> None:
    found = effect(centre(3))
    assert found.verdict is Verdict.BETTER
    assert found.attended is not None
    assert found.others is not None
    assert found.attended.n == found.others.n == ENOUGH_OPERATORS
    assert found.changes is not None
    assert found.adjusted is not None
    assert float(found.changes.value) == pytest.approx(-3, abs=1)
    assert found.interval is not None
    assert found.interval.low <= min(found.changes.value, found.adjusted.value)
    assert found.interval.high >= max(found.changes.value, found.adjusted.value)
    assert effect(centre(-3)).verdict is Verdict.WORSE
    assert effect(centre(0)).verdict is Verdict.UNCLEAR


def test_where_all_is_as_it_was_nothing_varies_and_no_interval_is_given() -> None:
    found = effect(centre(0, flat=True))
    assert found.changes == Estimate(Decimal("0.00"), None)
    assert found.naive == Estimate(Decimal("0.00"), None)
    assert found.interval is None
    assert found.verdict is Verdict.UNCLEAR


def test_nobody_ever_losing_a_point_is_no_effect_either() -> None:
    clean = [Operator(str(n), n % 2 == 0, calls(*[0] * 6), calls(*[0] * 6)) for n in range(2 * ENOUGH_OPERATORS)]
    found = effect(clean)
    assert found.adjusted == Estimate(Decimal("0.00"), None)
    assert found.regression == Decimal("0.00")
    assert found.reliability == Decimal("0.00")


def test_a_single_earlier_figure_that_stands_apart_leaves_the_adjusted_one_without_an_interval() -> None:
    n = 2 * ENOUGH_OPERATORS
    before, after = np.zeros(n), np.arange(n, dtype=float)
    before[3] = 4.0
    assert adjusted_difference(before, after, np.arange(n) % 2 == 0).interval is None


def test_an_interval_on_one_side_only_counts_and_both_estimates_must_agree() -> None:
    below, above = (Interval(Decimal(low), Decimal(high)) for low, high in ((-3, -1), (1, 3)))
    assert Estimate(Decimal(-2), below).side == -1
    assert Estimate(Decimal(2), above).side == 1
    assert Estimate(Decimal(0), Interval(Decimal(-1), Decimal(1))).side == 0
    assert Estimate(Decimal(2), None).side == 0
    for low, high in ((0, 1), (-1, 0)):  # what just reaches nothing may be nothing
        assert Estimate(Decimal(0), Interval(Decimal(low), Decimal(high))).side == 0


def test_too_few_operators_or_calls_are_counted_and_nothing_is_told() -> None:
    few = centre(3, n=ENOUGH_OPERATORS - 1)
    found = effect(few)
    assert (found.verdict, found.interval, found.changes) == (Verdict.TOO_FEW, None, None)
    thin = Operator("thin", True, calls(*[1] * (ENOUGH_CALLS - 1)), calls(*[1] * 9))
    assert effect([*few, thin]).left_out == ("thin",)
    assert effect([thin]).attended is None
    assert effect([]).others is None


def test_five_calls_on_either_side_and_eight_operators_in_either_group_are_just_enough() -> None:
    assert (ENOUGH_CALLS, ENOUGH_OPERATORS) == (5, 8)  # docs/statistics.md and the page name them
    assert effect(centre(3, n=8, k=5)).verdict is not Verdict.TOO_FEW
    assert Operator("1", True, calls(*[1] * 5), calls(*[1] * 9)).enough
    assert not Operator("1", True, calls(*[1] * 9), calls(*[1] * 4)).enough


def test_few_colleagues_to_compare_with_are_too_few_however_many_attended() -> None:
    many = [one for n, one in enumerate(centre(3, n=10)) if n < 17]
    found = effect(many)
    assert found.others is not None
    assert (found.others.n, found.verdict) == (7, Verdict.TOO_FEW)


def test_a_groups_mean_weights_each_call_as_the_month_does() -> None:
    # Of a call in four drawn each stands for four, of one in two for two: (5 * 2 * 0 + 4 * 7) / 14.
    mixed = (*calls(*[0] * 5), *calls(7, probability="0.25"))
    found = effect([Operator("1", True, mixed, mixed)])
    assert found.attended is not None
    assert found.attended.before == found.attended.after == Decimal("2.00")


def test_where_only_one_group_never_changes_the_others_spread_gives_the_interval() -> None:
    still, moved = np.zeros(8), np.linspace(-2, 0, 8)
    found = difference_of_changes(moved, still)
    assert found.side == -1
    assert difference_of_changes(still, moved).side == 1


def test_nothing_is_written_with_a_minus_before_it() -> None:
    assert str(difference_of_changes(np.full(8, -0.001), np.zeros(8)).value) == "0.00"


def test_bad_luck_that_got_people_sent_is_told_apart_from_training() -> None:
    # Everybody is alike; those with the worst luck are sent, and nothing is done.
    rng = np.random.default_rng(8)
    luck = rng.integers(0, 2, size=(40, 20)) * 4
    order = np.argsort(luck[:, :10].mean(axis=1))
    found = effect(
        [Operator(str(n), rank >= 28, calls(*luck[n, :10]), calls(*luck[n, 10:])) for rank, n in enumerate(order)]
    )
    assert found.naive is not None
    assert found.naive.side == -1
    assert found.regression is not None
    assert float(found.regression) == pytest.approx(float(found.naive.value), abs=0.4)
    assert found.verdict is Verdict.UNCLEAR


def in_teams(operators: list[Operator], *teams: str) -> list[Operator]:
    return [replace(one, team=team) for one, team in zip(operators, teams, strict=True)]


def test_a_team_that_attends_as_a_whole_may_have_got_better_for_other_reasons() -> None:
    whole = in_teams(centre(3), *["一组"] * 8, *["二组"] * 4, *["三组"] * 4)
    found = effect(whole)
    assert (found.verdict, found.by_team, found.interval) == (Verdict.BY_TEAM, True, None)
    assert found.changes is not None  # the figures stay to be read
    away = in_teams(centre(3, n=10), *["一组"] * 9, "二组", "一组", *["二组"] * 4, *["三组"] * 5)
    assert effect(away).verdict is Verdict.BY_TEAM  # nearly whole


def test_where_some_of_each_team_attend_an_effect_is_told() -> None:
    mixed = in_teams(centre(3), *["一组", "二组"] * 4, *["一组", "二组"] * 4)
    assert effect(mixed).verdict is Verdict.BETTER
    assert effect(centre(3)).verdict is Verdict.BETTER  # nobody says of what team they are


def test_whole_teams_weigh_as_many_times_as_they_have_members_and_halves_of_each_nothing() -> None:
    people = centre(0)
    assert togetherness(in_teams(people, *["一组"] * 8, *["二组"] * 8)) == 8
    assert togetherness(in_teams(people, *["一组", "二组"] * 8)) == 0
    assert togetherness(people) == 1
    assert togetherness(in_teams(people, *[""] * 16)) == 1  # no team is not a team
    # Shares of 5, 3, 0 and 3, 1, 4 of eight: (2^2 + 2^2 + 4^2) / 64 over 2 / 8.
    named = [*["一组"] * 5, *["二组"] * 3, *["一组"] * 3, "二组", *["三组"] * 4]
    assert togetherness(in_teams(people, *named)) == Fraction(3, 2)


def test_what_just_weighs_as_much_as_may_be_is_still_told() -> None:
    # Of three teams of eight half of two attend, and none of the third: exactly twice.
    people = [replace(one, attended=n % 8 < 4 and n < 16) for n, one in enumerate(centre(3, n=12))]
    edge = in_teams(people, *[team for team in ("一组", "二组", "三组") for _ in range(8)])
    assert togetherness(edge) == MOST_TOGETHER
    assert not effect(edge).by_team


def test_shared_luck_spreads_a_difference_by_as_much_as_is_said() -> None:
    rng = np.random.default_rng(11)
    team = np.repeat(np.arange(4), [9, 7, 5, 3])
    sent = np.arange(24) % 9 < 4
    people = [Operator(str(n), bool(sent[n]), (), (), f"{team[n]}组") for n in range(24)]
    shared, alone = rng.normal(size=(20_000, 4))[:, team], rng.normal(size=(20_000, 24))
    spread = [float((luck[:, sent].mean(axis=1) - luck[:, ~sent].mean(axis=1)).var()) for luck in (shared, alone)]
    assert spread[0] / spread[1] == pytest.approx(float(togetherness(people)), rel=0.05)


def test_an_operators_mean_is_weighted_as_the_months_is() -> None:
    assert operator_mean((*calls(0, 0), *calls(3, probability="0.25"))) == Decimal("1.50")
    assert operator_mean(()) is None
