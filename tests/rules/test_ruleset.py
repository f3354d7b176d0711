"""Rulesets: what a wrong one is told, and what its hash covers."""

from __future__ import annotations

from pathlib import Path

import pytest

from qa_pipeline.errors import NotFound, RulesetError
from qa_pipeline.models import Outcome, Standing
from qa_pipeline.rules.catalogue import explain
from qa_pipeline.rules.registry import discover
from qa_pipeline.rules.ruleset import Ruleset, items_of, load_ruleset
from qa_pipeline.rules.run import check
from tests.builders import call


def _load(tmp_path: Path, text: str) -> Ruleset:
    path = tmp_path / "centre.yaml"
    path.write_text(text, encoding="utf-8")
    return load_ruleset(path)


def _told(tmp_path: Path, text: str) -> str:
    with pytest.raises(RulesetError) as caught:
        _load(tmp_path, text)
    return str(caught.value)


def test_the_shipped_ruleset_has_every_rule_sorted_by_code() -> None:
    loaded = load_ruleset()
    assert [bound.code for bound in loaded.rules] == sorted(discover())
    assert loaded.version == "2026-10"
    assert len(loaded.sha256) == 64


def test_a_centres_own_ruleset_changes_what_it_names_and_nothing_else(tmp_path: Path) -> None:
    own = _load(
        tmp_path, 'version: "2026-11"\nrules:\n  TN01: {standing: advise, max_cpm: 320}\n  PH02: {enabled: false}\n'
    )
    by_code = {bound.code: bound for bound in own.rules}
    assert by_code["TN01"].standing is Standing.ADVISE
    assert by_code["TN01"].params.model_dump()["max_cpm"] == 320
    assert "PH02" not in by_code
    shipped = {bound.code: bound for bound in load_ruleset().rules}
    assert by_code["PH06"] == shipped["PH06"]


def test_phrases_may_be_written_as_bare_text_or_with_exceptions(tmp_path: Path) -> None:
    text = 'version: "1"\nrules:\n  PH06:\n    forbidden:\n      - 随便\n      - {text: 不行, unless: [行不行]}\n'
    (bound,) = [one for one in _load(tmp_path, text).rules if one.code == "PH06"]
    ctx = call([("来", "可以吗"), ("话", "您看行不行"), ("来", "那好"), ("话", "随便")])
    assert bound.rule(ctx, bound.params).faults == 1


def test_an_unknown_rule_is_named_with_its_line_and_the_nearest_one(tmp_path: Path) -> None:
    told = _told(tmp_path, 'version: "1"\nrules:\n  PH01: {}\n  TN3: {}\n')
    assert "line 4" in told
    assert 'unknown rule "TN3"' in told
    assert "did you mean TN0" in told


def test_an_unknown_parameter_is_named_with_its_line_and_the_nearest_one(tmp_path: Path) -> None:
    told = _told(tmp_path, 'version: "1"\nrules:\n  TN01:\n    min_cpm: 150\n    max_cmp: 320\n')
    assert "line 5" in told
    assert "did you mean max_cpm?" in told


def test_a_value_out_of_range_is_told_at_load(tmp_path: Path) -> None:
    told = _told(tmp_path, 'version: "1"\nrules:\n  TN04:\n    longer_than_ms: 10\n')
    assert "line 4" in told
    assert "greater than or equal to 3000" in told


def test_parameters_that_contradict_each_other_are_told(tmp_path: Path) -> None:
    assert "min_cpm must be below max_cpm" in _told(
        tmp_path, 'version: "1"\nrules:\n  TN01: {min_cpm: 300, max_cpm: 200}\n'
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("rules: {}\n", "no version"),
        ("- a\n- b\n", "holds no sections"),
        ('version: "1"\nrule: {}\n', "did you mean rules?"),
        ('version: "1"\nrules: [PH01]\n', "not names with values"),
        ('version: "1"\nrules:\n  PH01: on\n', "line 3"),
        ('version: "1"\nrules:\n  PH01: {standing: take}\n', "unknown standing"),
        ('version: "1"\nrules:\n  FE01: {standing: deduct}\n', "can only advise"),
        ('version: "1"\nrules:\n  TN05: {standing: deduct}\n', "a person always decides B5"),
        ('version: "1"\nrules:\n  PH06:\n    forbidden: [{text: 不行, unless: ["("]}]\n', "not a regular expression"),
        ('version: "1"\nrules:\n  PH06:\n    forbidden: ["！"]\n', "can be spoken"),
        ('version: "1"\nrules:\n  FE05:\n    patterns: ["("]\n', "not a regular expression"),
        ('version: "1"\nrules: {PH01: {}, PH01: {}}\n', "not YAML"),
        ("version: [", "not YAML"),
    ],
)
def test_a_wrong_ruleset_is_one_clear_error(tmp_path: Path, text: str, said: str) -> None:
    assert said in _told(tmp_path, text)


def test_a_ruleset_that_is_not_there_or_not_text_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(RulesetError, match="cannot be read"):
        load_ruleset(tmp_path / "none.yaml")
    (tmp_path / "bytes.yaml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(RulesetError, match="not YAML"):
        load_ruleset(tmp_path / "bytes.yaml")


def test_the_hash_follows_content_and_not_comments_or_order(tmp_path: Path) -> None:
    one = _load(tmp_path, 'version: "1"\nrules:\n  TN01: {max_cpm: 310}\n  TN04: {longer_than_ms: 9000}\n')
    two = _load(tmp_path, '# why\nrules:\n  TN04: {longer_than_ms: 9000}\n  TN01: {max_cpm: 310}\nversion: "1"\n')
    other = _load(tmp_path, 'version: "1"\nrules:\n  TN01: {max_cpm: 311}\n  TN04: {longer_than_ms: 9000}\n')
    assert one.sha256 == two.sha256 != other.sha256
    # What is written out and what is left at its default is the same content.
    assert (
        _load(tmp_path, 'version: "1"\nrules: {TN01: {max_cpm: 300}}\n').sha256
        == _load(tmp_path, 'version: "1"\n').sha256
    )


CONDITION = """
version: "1"
conditions:
  XA01:
    item: A6
    name: 不用网络用语称呼来电人
    why: 称呼要得体
    when:
      and:
        - {role: operator, any_keywords: [亲亲, 宝贝儿]}
        - not: {role: caller, any_keywords: [宝贝儿]}
"""


def test_a_written_condition_is_a_rule_like_the_others(tmp_path: Path) -> None:
    own = _load(tmp_path, CONDITION)
    said = {
        "fail": [("来", "你好"), ("话", "宝贝儿你好")],
        "pass": [("来", "我家宝贝儿要上学"), ("话", "宝贝儿几岁了")],
    }
    for outcome, dialogue in said.items():
        (result,) = [r for r in check(call(dialogue), own) if r.code == "XA01"]
        assert result.outcome.value == outcome
        assert result.standing is Standing.ADVISE
    (result,) = [r for r in check(call([("？", "宝贝儿")]), own) if r.code == "XA01"]
    assert result.outcome is Outcome.UNDETERMINED
    rules = {bound.code: bound.rule for bound in own.rules}
    assert "称呼要得体" in explain("XA01", rules)
    assert own.sha256 != _load(tmp_path, CONDITION.replace("宝贝儿", "宝贝")).sha256


def test_a_condition_may_say_when_it_applies(tmp_path: Path) -> None:
    text = """
version: "1"
conditions:
  XD01:
    item: D1
    name: 投诉要记联系方式
    standing: deduct
    applies: {field: {name: 诉求类型, test: ==, value: 投诉}}
    when: {field: {name: 联系方式, test: empty}}
"""
    own = _load(tmp_path, text)
    outcomes = []
    for order in ({"诉求类型": "咨询"}, {"诉求类型": "投诉"}, {"诉求类型": "投诉", "联系方式": "139"}, None):
        (result,) = [r for r in check(call([("话", "您好")], work_order=order), own) if r.code == "XD01"]
        outcomes.append(result.outcome.value)
    assert outcomes == ["not_applicable", "fail", "pass", "undetermined"]


@pytest.mark.parametrize(
    ("when", "said"),
    [
        ("{role: operator, any_keyword: [亲]}", "did you mean any_keywords?"),
        ("{role: boss, any_keywords: [亲]}", "unknown role"),
        ("{range: [3, 1], any_keywords: [亲]}", "range 3 to 1 is empty"),
        ("{range: [0, 1], any_keywords: [亲]}", "range is [first, last]"),
        ("{any_keywords: [亲], regex: 亲}", "has one operator, not 2"),
        ("{role: operator}", "has one operator, not 0"),
        ("{and: {any_keywords: [亲]}}", '"and" holds a list'),
        ("{and: [{any_keywords: [亲]}], or: []}", "stands alone"),
        ("[亲]", "a condition is a mapping"),
        ("{regex: '('}", "not a regular expression"),
        ("{silence: {longer_than: 10}}", "parameters of silence: longer_than_ms"),
        ("{field: {name: 联系方式, test: '~'}}", "field.test"),
        ("{n_keywords: {phrases: [亲], n: -2}}", "n_keywords.n"),
    ],
)
def test_a_wrong_condition_is_told_with_its_line(tmp_path: Path, when: str, said: str) -> None:
    text = f'version: "1"\nconditions:\n  XA01:\n    item: A6\n    name: 测试\n    when: {when}\n'
    told = _told(tmp_path, text)
    assert said in told
    assert "line 6" in told


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("conditions:\n  A1: {item: A6, name: 名, when: {regex: 亲}}\n", "cannot be the code"),
        ("conditions:\n  XA01: {item: Z6, name: 名, when: {regex: 亲}}\n", "is no item"),
        ("conditions:\n  XA01: {item: A6, when: {regex: 亲}}\n", "name is missing"),
        ("conditions:\n  XA01: {item: V1, name: 名, standing: deduct, when: {regex: 亲}}\n", "can only advise"),
        ("conditions:\n  XA01: {item: A6, name: 名, wen: 1, when: {regex: 亲}}\n", "did you mean when?"),
        ("conditions:\n  XA01: {item: A6, name: 名, min_confidence: 2, when: {regex: 亲}}\n", "less than or equal"),
        ("conditions: [XA01]\n", "not names with values"),
    ],
)
def test_a_condition_that_is_not_whole_is_refused(tmp_path: Path, text: str, said: str) -> None:
    assert said in _told(tmp_path, f'version: "1"\n{text}')


def test_the_items_of_a_ruleset_are_told_with_their_rules(tmp_path: Path) -> None:
    text = 'version: "1"\nconditions:\n  XA01: {item: A9, name: 名, when: {regex: 亲}}\n'
    found = items_of(_load(tmp_path, text))
    assert found["A9"] == ("XA01",)
    assert found["A5"] == ("PH05",)
    assert list(found) == sorted(found)


def test_an_unknown_code_is_not_explained_but_the_nearest_is_named() -> None:
    with pytest.raises(NotFound, match="did you mean PH0"):
        explain("PH1")
    assert "开头语" in explain("PH01")
