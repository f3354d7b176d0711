"""The simulation of strikes: its arrays against what decides in earnest."""

from xml.etree import ElementTree

import numpy as np
import pytest

from bench.strikes_plot import draw
from bench.strikes_sim import KINDS, OPERATORS, by_rate, check, holm, kinds, months
from scoring.strike_gate import FAMILY, strike_gate


@pytest.mark.large
def test_the_arrays_say_what_the_program_says():
    check(np.random.default_rng(1))


def test_holms_steps_over_arrays_are_those_over_one_month():
    rng = np.random.default_rng(2)
    chances = rng.random((3, 20, 2)) ** 6
    found = holm(chances)
    for centre in range(3):
        for month in range(2):
            said = strike_gate({str(n): float(p) for n, p in enumerate(chances[centre, :, month])})
            assert [one.p_holm <= FAMILY for one in said.values()] == list(found[centre, :, month])


def test_the_sixty_are_as_they_are_told():
    assert sum(kind.count for kind in KINDS) == len(kinds()) == OPERATORS


def test_months_are_drawn_as_the_product_apportions_them():
    drawn = months(5, 2, np.random.default_rng(3))
    assert drawn.points.shape == (OPERATORS, 2, 5)
    # Of 600 calls in shifts of 250, 250 and 100: two, two, and one.
    assert sorted(drawn.chances) == [2 / 250] * 4 + [1 / 100]


def test_the_naive_rule_flags_whoever_is_far_below():
    flagged = next(by_rate(20, 20, np.random.default_rng(4)))
    far = kinds() == len(KINDS) - 1
    assert flagged["naive"][:, far].all()
    assert flagged["interval"][:, ~far].sum() <= flagged["naive"][:, ~far].sum()


def test_the_picture_is_one_that_a_browser_can_read():
    picture = draw({"naive": [(5, 1.0, 0.8), (10, 0.5, 0.9)], "ours": [(5, 0.0, 0.1), (10, 0.001, 0.2)]})
    root = ElementTree.fromstring(picture)
    assert root.tag.endswith("svg")
    assert sum(one.tag.endswith("polyline") for one in root.iter()) == 4
