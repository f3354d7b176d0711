"""What differs between two rulesets, and how it is said."""

from __future__ import annotations

from pathlib import Path

from qa_pipeline.rules.catalogue import explain
from qa_pipeline.rules.differences import Kind, RuleChange, differences
from qa_pipeline.rules.examples import CASES, EXAMPLES, examples
from qa_pipeline.rules.ruleset import load_ruleset
from tests.own_conditions import OWN
from tests.rules.rulesets import loaded

SHIPPED = load_ruleset()


def changes(tmp_path: Path, rules: str) -> dict[str, RuleChange]:
    own = loaded(tmp_path, f'version: "c-1"\n{rules}')
    return {change.code: change for change in differences(SHIPPED, own)}


def test_a_version_alone_is_no_difference(tmp_path: Path) -> None:
    assert changes(tmp_path, "") == {}


def test_phrases_are_added_removed_and_altered(tmp_path: Path) -> None:
    text = "rules:\n  PH04:\n    soothing: [抱歉, {text: 对不起, exact: true}, 别动气]\n"
    (one,) = changes(tmp_path, text)["PH04"].lists
    assert (one.name, one.added, one.altered) == ("soothing", ("别动气",), ("对不起",))
    assert "不好意思" in one.removed
    assert "抱歉" not in one.removed


def test_the_same_phrases_in_another_order_are_no_difference(tmp_path: Path) -> None:
    params = next(bound.params for bound in SHIPPED.rules if bound.code == "PH02")
    backwards = ", ".join(reversed([phrase.text for phrase in params.thanks]))
    assert changes(tmp_path, f"rules:\n  PH02: {{thanks: [{backwards}]}}\n") == {}


def test_values_and_standings_are_told_from_old_to_new(tmp_path: Path) -> None:
    change = changes(tmp_path, "rules:\n  TN04: {longer_than_ms: 8000, standing: advise}\n")["TN04"]
    assert change.lines() == ["standing：直接扣分 → 只提示", "longer_than_ms：10000 → 8000"]
    assert change.short == "standing 直接扣分→只提示；longer_than_ms 10000→8000"


def test_a_rule_that_is_switched_off_and_one_that_is_new(tmp_path: Path) -> None:
    found = changes(tmp_path, f"{OWN}  TN01: {{enabled: false}}\n")
    assert (found["TN01"].kind, found["TN01"].short) == (Kind.REMOVED, "停用")
    assert (found["XA01"].kind, found["XA01"].short) == (Kind.ADDED, "新增")


def test_an_own_condition_that_is_rewritten_is_told_in_words(tmp_path: Path) -> None:
    old = loaded(tmp_path, f'version: "c-1"\n{OWN}')
    new = loaded(tmp_path, f'version: "c-2"\n{OWN.replace("宝贝", "美女")}')
    (change,) = differences(old, new)
    assert any("“亲”“宝贝”之一" in line and "“亲”“美女”之一" in line for line in change.lines())
    assert change.short == "when 改写"


def test_explain_tells_an_own_condition_in_words(tmp_path: Path) -> None:
    text = explain("XA01", ruleset=loaded(tmp_path, f'version: "c-1"\n{OWN}'), shipped=SHIPPED)
    assert "命中即不通过：话务员说了“亲”“宝贝”之一" in text
    assert "本中心自己的条件" in text
    assert "只提示人工复核" in text


def test_explain_says_how_a_rule_differs_from_the_shipped_one(tmp_path: Path) -> None:
    own = loaded(
        tmp_path, 'version: "c-1"\nrules:\n  TN04: {longer_than_ms: 8000, standing: advise}\n  TN01: {enabled: false}\n'
    )
    text = explain("TN04", ruleset=own, shipped=SHIPPED)
    assert "与出厂（2026-12）不同" in text
    assert "longer_than_ms：10000 → 8000" in text
    assert "效力：只提示人工复核" in text
    assert "已停用" in explain("TN01", ruleset=own, shipped=SHIPPED)
    assert "与出厂一致" in explain("PH01", ruleset=own, shipped=SHIPPED)


def test_explain_gives_short_examples_of_the_rules_own_cases() -> None:
    text = explain("PH06")
    assert "例（不通过）：" in text
    assert "话务员：" in text.split("例（不通过）：")[1]


def test_the_examples_are_those_of_the_cases() -> None:
    assert EXAMPLES.read_text(encoding="utf-8") == examples(CASES), "run python -m qa_pipeline.rules.catalogue"
