"""Phrases are drawn without overlaps, and hits are scored against what was said."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.matching_scores import Pair, bins, crossed, score
from bench.phrase_draw import LENGTHS, draw
from bench.sound_matching import EXACT, FIND, FUZZY, HEARD, OPERATOR, measure, methods, pairs
from bench.speech_heard import Heard
from tests.builders import ROLES, Line, utterance

SAID = [
    "我想反映一下我们小区物业的服务态度问题",
    "城市管理局的工作人员已经到达现场开展调查",
    "请问您的联系电话是多少我们会尽快安排人员核实",
    "国家统计局公布的数据显示房地产市场继续下跌",
]


def heard(said: str, text: str, confidence: float = 0.95) -> Heard:
    return Heard("one.flac", said, (utterance(0, Line(ROLES["话"], text, 0, 4, confidence)),))


def test_the_same_seed_draws_the_same_phrases_and_another_draws_others() -> None:
    first = draw(SAID, 12, "a")
    assert first == draw(SAID, 12, "a")
    assert first != draw(SAID, 12, "b")


@settings(max_examples=30)
@given(st.text(max_size=5))
def test_phrases_are_of_all_lengths_and_never_overlap(seed: str) -> None:
    drawn = draw(SAID, 7, seed)
    assert len(set(drawn)) == 7
    assert {len(p) for p in drawn} <= set(LENGTHS)
    for text in SAID:
        places = sorted((text.find(p), text.find(p) + len(p)) for p in drawn if p in text)
        assert all(end <= start for (_, end), (start, _) in pairwise(places))


def test_a_phrase_with_a_numeral_is_never_drawn() -> None:
    assert not any(set("一二三五") & set(p) for p in draw([*SAID, "一共五百三十元二十五天以内办结"], 14, "a"))


def test_more_phrases_than_are_said_are_refused() -> None:
    with pytest.raises(ValueError, match="200 are wanted"):
        draw(SAID, 200, "a")


def test_a_phrase_misheard_by_a_homophone_is_found_by_sound_alone() -> None:
    one = heard("城市管理局的工作人员", "城市管里局的工作人员")
    found = {name: method(one) for name, method in methods(["城市管理局", "工作人员"]).items()}
    assert set(found[EXACT]) == {"工作人员"}
    assert {"城市管理局", "工作人员"} == set(found[FIND]) == set(found[HEARD]) == set(found[OPERATOR])
    assert found[FUZZY]["城市管理局"] == pytest.approx(0.8)


def test_a_hit_elsewhere_is_false_and_what_was_said_and_not_found_is_missed() -> None:
    spoken = [heard("物业服务", "物业服务"), heard("别的什么", "物业服务"), heard("物业服务", "别的什么")]
    found = [{"物业服务": 0.9}, {"物业服务": 0.7}, {}]
    every = pairs(found, spoken, ["物业服务"])
    assert (score(every, 0.6).right, score(every, 0.6).false, score(every, 0.6).missed) == (1, 1, 1)
    assert (score(every, 0.8).false, score(every, 0.8).f1) == (0, pytest.approx(2 / 3))


def test_the_cut_for_one_half_of_the_phrases_comes_from_the_other() -> None:
    # In the first half rights score 0.95 and wrongs 0.9; in the second, 0.7 and 0.6.
    first = [Pair("甲", 0, True, 0.95), Pair("甲", 1, False, 0.9)]
    second = [Pair("乙", 0, True, 0.7), Pair("乙", 1, False, 0.6)]
    cuts, crossed_score = crossed([*first, *second], ["甲", "乙"])
    assert cuts == (0.7, 0.95)
    assert (crossed_score.right, crossed_score.false, crossed_score.missed) == (1, 1, 1)


def test_bins_hold_said_probability_against_truth() -> None:
    rows = list(bins([Pair("甲", n, n < 3, 0.85) for n in range(4)] + [Pair("乙", 5, True, None)]))
    assert [(low, high, round(mean, 2), part.hits, part.n) for low, high, mean, part in rows] == [
        (0.8, 0.9, 0.85, 3, 4)
    ]


def test_every_method_has_a_row_and_the_tuned_ones_one_more() -> None:
    rows, every = measure(["物业服务", "工作人员"], [heard("物业服务", "物业服务")], 1)
    assert set(every) == set(methods(["物业服务"]))
    assert sum("best F1" in row.name for row in rows) == 2
    assert all(row.score.right + row.score.missed == 1 for row in rows)
