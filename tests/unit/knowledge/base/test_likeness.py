"""Questions that ask one thing stand together, also misheard; questions of other things stand apart."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from qa_pipeline.knowledge.base.likeness import groups, middle

ASKED = [
    "请问无人机飞行要到哪里报备",
    "居住证怎么办理",
    "我想问一下无人机飞行在哪个部门报备",
    "吴人机飞行要到哪里报备呢",
]


def test_one_question_in_other_words_is_one_group() -> None:
    assert groups(ASKED) == [[0, 2, 3], [1]]
    assert middle([ASKED[0], ASKED[2], ASKED[3]]) == 0


def test_nothing_and_one_question() -> None:
    assert groups([]) == []
    assert groups(["什么时候供暖"]) == [[0]]
    assert groups(["，", "。"]) in ([[0, 1]], [[0], [1]])


@given(st.lists(st.text(alphabet="供暖居住证无人机报备怎么办 ", max_size=8), max_size=8))
def test_every_question_is_in_one_group(texts: list[str]) -> None:
    assert sorted(place for group in groups(texts) for place in group) == list(range(len(texts)))
