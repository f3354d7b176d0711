"""Sentences made to mislead: a value of something else than the entry's fact contradicts nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.facts import judge
from tests.samples import jsonl

MISLEADING = Path(__file__).parents[3] / "bench" / "facts_unseen"

OPENED = (
    "pairs_misleading",
    "pairs_misleading_2",
    "pairs_misleading_3",
    "pairs_misleading_4",
    "pairs_misleading_5",
    "pairs_misleading_6",
)


@pytest.mark.parametrize("name", OPENED)
def test_no_sentence_made_to_mislead_is_called_a_contradiction(name: str) -> None:
    rows = jsonl(MISLEADING / f"{name}.jsonl")
    called = [row["hypothesis"] for row in rows if judge(row["premise"], row["hypothesis"]) == "contradict"]
    assert called == []


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ("工本费20元。", "两本就是四十块钱"),
        ("工本费20元。", "加上快递费是四十"),
        ("身份证工本费20元。", "临时身份证是十块钱"),
        ("住院报销比例87%。", "门诊那块是百分之五十"),
        ("报销比例70%。", "剩下的百分之三十您自己出"),
        ("电话0919-6612345。", "派出所的电话是零九幺九六六幺幺幺幺幺"),
        ("最高80万元，期限最长30年。", "打个比方您贷五十万，还二十年"),
        ("首付比例不低于20%。", "您这套算下来得付三成五"),
        ("工本费20元。", "省城那边收三十"),
        ("一次性补助3000元。", "分三次发，每次一千"),
        ("最高80万元。", "听说最高要调到一百万"),
        ("工作日加班工资不低于150%。", "有的单位平时加班给到百分之一百八"),
        ("须三分之二以上业主同意。", "你们楼四分之三都签了字，那够了"),
        ("公示10日。", "维修资金那边公示七天"),
        ("最高80万元，期限最长30年。", "您贷五十万，二十年还清"),
        ("首付比例不低于20%。", "利率是百分之三点一"),
        ("租金每平方米3.5元。", "商品房租金一平二十"),
        ("普通护照每本120元。", "港澳通行证是六十块"),
    ],
)
def test_another_thing_is_left_to_a_person(entry: str, said: str) -> None:
    assert judge(entry, said) == "unsure"


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ("工本费20元。", "工本费是四十"),
        ("报销比例70%。", "报销比例是百分之六十"),
        ("20个工作日办结。", "三十个工作日办结"),
    ],
)
def test_the_thing_itself_is_contradicted_still(entry: str, said: str) -> None:
    assert judge(entry, said) == "contradict"


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ("每部补贴20万元。", "不是补三十万，您听错了"),
        ("补办20元，5个工作日制卡；公交月票限乘60次。", "不是不限次数，一个月六十次"),
        ("起步价8元（3公里），超出部分每公里1.6元。", "三公里以内八块钱"),
        ("养犬管理费第一年500元，绝育犬减半。", "绝育的话头一年二百五"),
    ],
)
def test_what_is_denied_reduced_or_of_the_other_price_contradicts_nothing(entry: str, said: str) -> None:
    assert judge(entry, said) != "contradict"
