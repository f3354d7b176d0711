"""Conditions told in Chinese words."""

from __future__ import annotations

import pytest

from qa_pipeline.rules.operators.table import OPERATORS
from qa_pipeline.rules.telling import told_plain
from qa_pipeline.rules.telling_operators import TOLD

PET, NO_PET = {"role": "operator", "any_keywords": ["亲"]}, {"not": {"role": "caller", "any_keywords": ["亲"]}}
LONG, SHORT = {"duration": {"above": 60}}, {"duration": {"below": 9}}
CALLER_ENDS = {"hang_up": {"who": "caller"}}
BOTH_SAID = {"n_keywords": {"phrases": ["您好", "请讲"], "n": -1}}
FAREWELL = {"regex": {"pattern": "再见", "except": ["不再见"]}}


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        (PET, "话务员说了“亲”"),
        ({"role": "operator", "any_keywords": ["亲", "宝贝"]}, "话务员说了“亲”“宝贝”之一"),
        (NO_PET, "来电人没有说“亲”"),
        ({"not": {"any_keywords": ["亲", "宝贝"]}}, "任何一方没有说“亲”“宝贝”中的任何一个"),
        ({"and": [PET, NO_PET]}, "话务员说了“亲”，并且来电人没有说“亲”"),
        ({"not": {"and": [LONG, SHORT]}}, "通话时长没有多于60秒，或者通话时长没有少于9秒"),
        (
            {"and": [{"or": [LONG, SHORT]}, {"not": {"not": CALLER_ENDS}}]},
            "（通话时长多于60秒，或者通话时长少于9秒），并且来电人先挂机",
        ),
        ({"role": "operator", "range": [1, 2], **BOTH_SAID}, "话务员前2轮话里把“您好”“请讲”都说了"),
        ({"role": "operator", "range": [-3, -1], **FAREWELL}, "话务员最后3轮话里说了符合“再见”的话（除外：“不再见”）"),
        ({"range": [-1, -1], "any_keywords": ["再见"]}, "任何一方最后一轮话里说了“再见”"),
        ({"silence": {"longer_than_ms": 8000, "awaited": "operator"}}, "该话务员说话时静默超过8秒"),
        ({"field": {"name": "紧急程度", "test": "==", "value": "紧急"}}, "工单的“紧急程度”是“紧急”"),
        ({"not": {"field": {"name": "标题", "test": "empty"}}}, "工单的“标题”不是空的"),
        ({"hang_up": {"who": "operator", "without": ["再见"]}}, "话务员先挂机，最后4句里没有人说“再见”"),
    ],
)
def test_a_condition_reads_like_a_sentence(written: dict[str, object], sentence: str) -> None:
    assert told_plain(written) == sentence


def test_every_operator_has_words_of_its_own() -> None:
    assert set(OPERATORS) <= set(TOLD)


def test_what_is_no_condition_of_this_version_is_shown_as_it_is_written() -> None:
    assert told_plain({"telepathy": 3}) == "{'telepathy': 3}"
