"""The ruleset in docs/conditions.md: it loads, says what the page says, and names every operator."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

import pytest

from qa_pipeline.knowledge.retrieval import KnowledgeIndex
from qa_pipeline.rules.operators.table import OPERATORS
from qa_pipeline.rules.ruleset import Ruleset
from qa_pipeline.rules.run import check
from qa_pipeline.trial import tried_cases
from tests.builders import call
from tests.rules.rulesets import loaded

PAGE = Path(__file__).parents[2] / "docs" / "conditions.md"


@pytest.fixture(scope="module")
def documented(tmp_path_factory: pytest.TempPathFactory) -> Ruleset:
    (text,) = re.findall(r"```yaml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    return loaded(tmp_path_factory.mktemp("docs"), text)


@pytest.mark.parametrize(
    ("code", "dialogue", "outcome"),
    [
        ("XA01", [("来", "你们是摆设吗到底管不管"), ("话", "您是哪个小区的")], "fail"),
        ("XA01", [("来", "你们是摆设吗到底管不管"), ("话", "您别着急慢慢说")], "pass"),
        ("XA01", [("来", "居住证怎么办"), ("话", "您带身份证来")], "not_applicable"),
        ("XA02", [("来", "你好"), ("话", "宝贝儿你好呀")], "fail"),
        ("XA02", [("来", "你好"), ("话", "您家的宝贝儿几岁了")], "pass"),
        ("XB01", [("来", "怎么办理"), ("话", "好的"), ("静", 18), ("话", "您好")], "fail"),
        ("XB01", [("来", "怎么办理"), ("话", "请稍候"), ("静", 18), ("话", "您好")], "pass"),
        ("XC01", [("来", "怎么办理"), ("话", "您到窗口办理就行了")], "fail"),
        ("XC01", [("来", "怎么办理"), ("话", "您带上身份证到窗口办理")], "pass"),
    ],
)
def test_the_documented_rules_say_what_the_page_says(
    documented: Ruleset, code: str, dialogue: list[tuple[str, str]], outcome: str
) -> None:
    (result,) = [r for r in check(call(dialogue), documented) if r.code == code]
    assert result.outcome.value == outcome, result.reason


def test_the_cases_on_the_page_are_judged_as_they_say(documented: Ruleset) -> None:
    tried = list(tried_cases(documented, KnowledgeIndex(()), datetime(2026, 11, 1)))
    assert len(tried) == 2
    assert [one.case.name for one in tried if not one.as_expected] == []


def test_every_operator_is_on_the_page() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert [name for name in OPERATORS if f"`{name}`" not in page] == []
