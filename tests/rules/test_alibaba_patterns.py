"""Their regular expressions: which of them can run here, and what is taken away from around them."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_pipeline.rules.alibaba.patterns import refusal, trimmed

FINE = [
    "请问.*(车牌号|发动机号|驾驶证号码)",
    "[a-z0-9_-]{3,16}",
    "1[3|4|5|7|8][0-9]{9}",
    "(好的)+",
    "(?<!不)(好|行)吗?",
    "(?P<what>水|电)(?:费|价)",
    r"[]\]()+*]+\(x\)+",
    "[^]a]+",
    "(喂+|嗯)您好",
    "(?i:abc)+",
    "(.{2,3}好){2}",
]
EXPLODING = [
    "(a+)+$",
    "(a*)*",
    "((a)+b*)+",
    "(a|a)*b",
    "(.|好)+吗",
    "(a|b+){2,}",
    "(x(y+)z?)*",
    r"([\w\]]+)+",
    "(a+){2,50}",
]


@pytest.mark.parametrize("pattern", FINE)
def test_an_ordinary_expression_is_taken(pattern: str) -> None:
    assert refusal(pattern) == ""


@pytest.mark.parametrize("pattern", EXPLODING)
def test_an_expression_that_may_take_for_ever_is_refused(pattern: str) -> None:
    assert "for ever" in refusal(pattern)


@pytest.mark.parametrize(
    ("pattern", "inner"),
    [
        (".*修改密码.*", "修改密码"),
        ("^.*?好.*$", "好"),
        (".*.*好", "好"),
        (".*a|b.*", ".*a|b.*"),
        (".*(a|b).*", "(a|b)"),
        (r"价格\.*", r"价格\.*"),
        (".*", ".*"),
        (r".*[|]\|.*", r"[|]\|"),
    ],
)
def test_what_stands_around_an_expression_and_means_nothing_is_taken_away(pattern: str, inner: str) -> None:
    assert trimmed(pattern) == inner


@given(st.text(alphabet="ab.|*+?()[]^\\{}2,好", max_size=12), st.text(alphabet="ab好", max_size=8))
def test_trimming_never_changes_whether_a_sentence_is_hit(pattern: str, sentence: str) -> None:
    if not refusal(pattern):
        assert bool(re.search(trimmed(pattern), sentence)) == bool(re.search(pattern, sentence))


@given(st.text(alphabet="ab.|*+?()好", max_size=10))
def test_what_is_taken_runs_over_a_long_turn_in_a_moment(pattern: str) -> None:
    if refusal(pattern):
        return
    started = time.perf_counter()
    re.search(pattern, "ab" * 12 + "好" * 12 + "c")
    assert time.perf_counter() - started < 1
