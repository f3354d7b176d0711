"""Misheard number words: mended by sound, remembered as guesses, and words that make sense left alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_pipeline.language.slips import mend
from qa_pipeline.language.values import stated, values


@pytest.mark.parametrize(
    ("heard", "meant"),
    [
        ("尔十块钱", "二十块钱"),
        ("百分之七石", "百分之七十"),
        ("二十个公作日", "二十个工作日"),
        ("二是个工作日", "二十个工作日"),
        ("四石五分钟", "四十五分钟"),
        ("三前五百块", "三千五百块"),
        ("二十添之内", "二十天之内"),
        ("三个越之内", "三个月之内"),
        ("年满六十五周碎", "年满六十五周岁"),
        ("报七乘", "报七成"),
        ("带身份正", "带身份证"),
        ("户口部和复印建", "户口簿和复印件"),
        ("琉十日内办结", "六十日内办结"),
    ],
)
def test_a_number_word_is_mended_and_remembered(heard: str, meant: str) -> None:
    mended = mend(heard)
    assert mended.text == meant
    assert mended.mended


@pytest.mark.parametrize(
    "text",
    [
        "就十块钱",
        "好吧十天",
        "从今天起十天",
        "多久十天能下来",
        "中午十二点",
        "下午三时五分",
        "您是五口人",
        "合同一年一签",
        "公示五个工作日",
    ],
)
def test_words_of_their_own_are_left_alone(text: str) -> None:
    assert not mend(text).mended
    assert not any(value.mended for value in values(text))


@pytest.mark.parametrize("text", ["誓五块", "是一千七百胰", "两块八毛屋"])
def test_a_number_beside_what_sounds_like_more_of_it_is_in_doubt(text: str) -> None:
    assert all(value.mended for value in values(text))


_WORDS = st.text(
    "零一二两三四五六七八九十百千万幺个工作日元块天年月号点半到至石快添是就百分之成岁身份证正，。12345", max_size=30
)


@given(_WORDS)
def test_mending_keeps_every_place(text: str) -> None:
    mended = mend(text)
    assert len(mended.text) == len(mend(mended.text).text)
    assert all(0 <= place < len(mended.text) for place in mended.mended)


@given(_WORDS)
def test_values_lie_in_the_text_whatever_it_is(text: str) -> None:
    heard = mend(text).text
    for value in stated(text):
        assert heard[value.start : value.end] == value.text
        assert value.value
