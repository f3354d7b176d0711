"""Sentences made to mislead: a value of something else than the entry's fact contradicts nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.facts import judge
from tests.samples import jsonl

MISLEADING = Path(__file__).parents[3] / "bench" / "facts_unseen"


@pytest.mark.parametrize("path", sorted(MISLEADING.glob("pairs_misleading*.jsonl")), ids=lambda path: path.stem)
def test_no_sentence_made_to_mislead_is_called_a_contradiction(path: Path) -> None:
    called = [row["hypothesis"] for row in jsonl(path) if judge(row["premise"], row["hypothesis"]) == "contradict"]
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
