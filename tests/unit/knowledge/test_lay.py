"""Official words for the ways callers say things."""

from __future__ import annotations

import pytest

from qa_pipeline.knowledge.lay import official


@pytest.mark.parametrize(
    ("said", "word"),
    [
        ("我家暖气不热", "供暖"),
        ("钱包丢了，身份证也没了", "丢失"),
        ("老板欠着我们工资跑了", "拖欠"),
        ("小區門口的路燈壞了", "路灯"),
    ],
)
def test_lay_words_lead_to_official_ones(said: str, word: str) -> None:
    assert word in official(said).split()


def test_words_of_one_way_must_stand_near_each_other() -> None:
    assert "丢失" in official("身份证上个礼拜丢了").split()
    assert "丢失" not in official("身份证带了户口簿也带了这些都在家里放着另外我有一把钥匙丢了").split()


@pytest.mark.parametrize("said", ["", "。", "🙂", "今天天气不错"])
def test_what_has_no_official_words_gives_none(said: str) -> None:
    assert official(said) == ""


def test_a_word_is_given_once() -> None:
    words = official("身份证到期了，身份证过期了").split()
    assert len(words) == len(set(words))
