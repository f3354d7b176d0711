"""Words are right where they are what was said, numbers however they are written."""

from __future__ import annotations

import pytest

from bench.labels import shares_right


def test_each_word_is_held_against_what_was_said() -> None:
    assert shares_right("我要咨询公积金", ["我", "要", "资询", "公", "积", "金"]) == [1, 1, 0.5, 1, 1, 1]


def test_a_word_that_was_not_said_is_wrong_and_one_left_out_makes_no_other_wrong() -> None:
    assert shares_right("我要查公积金", ["我", "查", "查", "公积金"]) in ([1, 1, 0, 1], [1, 0, 1, 1])


def test_script_and_punctuation_do_not_count() -> None:
    assert shares_right("请问，公积金怎么提取？", ["請問", "，", "公積金", "怎麼", "提取"]) == [1, None, 1, 1, 1]


@pytest.mark.parametrize("heard", [["29", "度"], ["二十", "九", "度"], ["2", "9", "度"]])
def test_a_number_is_right_however_it_is_written(heard: list[str]) -> None:
    assert set(shares_right("二十九度", heard)) == {1}


def test_a_wrong_digit_is_wrong_alone_where_digits_are_read_out() -> None:
    assert shares_right("幺二三四五", ["1", "2", "3", "4", "6"]) == [1, 1, 1, 1, 0]
