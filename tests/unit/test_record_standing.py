"""What of a call stands, what is heard by sound, and since when something lasts."""

from __future__ import annotations

import re
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_pipeline.language.lasting import lasting_since
from qa_pipeline.rules.record.by_sound import was_said
from qa_pipeline.rules.record.official import said_plainly
from qa_pipeline.rules.record.standing import standing, without_slips
from tests.builders import call

AT = datetime(2026, 10, 3, 8, 15)


def test_what_the_caller_denied_with_another_value_does_not_stand() -> None:
    ctx = call([("话", "是六月四号坏的？"), ("来", "不是，六月九号坏的")])
    assert [one.text for one in standing(ctx)] == ["", "不是,六月九号坏的"]


def test_a_denial_without_a_value_takes_nothing_back() -> None:
    ctx = call([("话", "是六月四号坏的？"), ("来", "不是我弄坏的")])
    assert all(one.text for one in standing(ctx))


def test_a_value_that_is_put_right_at_once_is_blanked() -> None:
    assert without_slips("三点,不对,四点来的") == "，，,不对,四点来的"


@given(st.text(alphabet="三四点号天不是对错了，,。今昨", max_size=30))
def test_blanking_keeps_every_place(text: str) -> None:
    assert len(without_slips(text)) == len(text)


@pytest.mark.parametrize(("confidence", "heard"), [(0.8, True), (0.95, False)])
def test_a_word_is_heard_by_sound_only_where_it_was_recognised(confidence: float, heard: bool) -> None:
    ctx = call([("来", "老人甩倒了", 0, 2, confidence)])
    assert was_said(re.compile("摔倒"), "老人甩倒了", ctx) is heard


def test_official_words_are_known_in_plain_ones() -> None:
    assert said_plainly("腹泻", "孩子拉肚子了")
    assert not said_plainly("腹泻", "路灯不亮")


def test_what_is_to_come_has_not_begun() -> None:
    assert lasting_since("坏了五天了", AT)[0][0] < date(2026, 9, 29)
    assert lasting_since("再有五天出院", AT) == ()
    assert lasting_since("三月十二号签的", AT) == ()
