"""Rulesets: what a wrong one is told, and what its hash covers."""

from __future__ import annotations

from pathlib import Path

import pytest

from qa_pipeline.errors import NotFound, RulesetError
from qa_pipeline.models import Standing
from qa_pipeline.rules.catalogue import explain
from qa_pipeline.rules.registry import discover
from qa_pipeline.rules.ruleset import items_of, load_ruleset
from tests.builders import call
from tests.rules.rulesets import loaded, refused


def test_the_shipped_ruleset_has_every_rule_sorted_by_code() -> None:
    loaded = load_ruleset()
    assert [bound.code for bound in loaded.rules] == sorted(discover())
    assert loaded.version == "2026-12"
    assert len(loaded.sha256) == 64


def test_a_centres_own_ruleset_changes_what_it_names_and_nothing_else(tmp_path: Path) -> None:
    own = loaded(
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
    (bound,) = [one for one in loaded(tmp_path, text).rules if one.code == "PH06"]
    ctx = call([("来", "可以吗"), ("话", "您看行不行"), ("来", "那好"), ("话", "随便")])
    assert bound.rule(ctx, bound.params).faults == 1


def test_an_unknown_rule_is_named_with_its_line_and_the_nearest_one(tmp_path: Path) -> None:
    told = refused(tmp_path, 'version: "1"\nrules:\n  PH01: {}\n  TN3: {}\n')
    assert "line 4" in told
    assert 'unknown rule "TN3"' in told
    assert "did you mean TN0" in told


def test_an_unknown_parameter_is_named_with_its_line_and_the_nearest_one(tmp_path: Path) -> None:
    told = refused(tmp_path, 'version: "1"\nrules:\n  TN01:\n    min_cpm: 150\n    max_cmp: 320\n')
    assert "line 5" in told
    assert "did you mean max_cpm?" in told


def test_a_value_out_of_range_is_told_at_load(tmp_path: Path) -> None:
    told = refused(tmp_path, 'version: "1"\nrules:\n  TN04:\n    longer_than_ms: 10\n')
    assert "line 4" in told
    assert "greater than or equal to 3000" in told


def test_parameters_that_contradict_each_other_are_told(tmp_path: Path) -> None:
    assert "min_cpm must be below max_cpm" in refused(
        tmp_path, 'version: "1"\nrules:\n  TN01: {min_cpm: 300, max_cpm: 200}\n'
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("rules: {}\n", "no version"),
        ('version: "1"\nrules:\n  A1: {item: A6, name: 名, when: {regex: 亲}}\n', "such as XA01"),
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
    assert said in refused(tmp_path, text)


def test_a_ruleset_that_is_not_there_or_not_text_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(RulesetError, match="cannot be read"):
        load_ruleset(tmp_path / "none.yaml")
    (tmp_path / "bytes.yaml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(RulesetError, match="not YAML"):
        load_ruleset(tmp_path / "bytes.yaml")


def test_the_hash_follows_content_and_not_comments_or_order(tmp_path: Path) -> None:
    one = loaded(tmp_path, 'version: "1"\nrules:\n  TN01: {max_cpm: 310}\n  TN04: {longer_than_ms: 9000}\n')
    two = loaded(tmp_path, '# why\nrules:\n  TN04: {longer_than_ms: 9000}\n  TN01: {max_cpm: 310}\nversion: "1"\n')
    other = loaded(tmp_path, 'version: "1"\nrules:\n  TN01: {max_cpm: 311}\n  TN04: {longer_than_ms: 9000}\n')
    assert one.sha256 == two.sha256 != other.sha256
    # What is written out and what is left at its default is the same content.
    assert (
        loaded(tmp_path, 'version: "1"\nrules: {TN01: {max_cpm: 300}}\n').sha256
        == loaded(tmp_path, 'version: "1"\n').sha256
    )


def test_the_items_of_a_ruleset_are_told_with_their_rules(tmp_path: Path) -> None:
    text = 'version: "1"\nrules:\n  XA01: {item: A9, name: 名, when: {regex: 亲}}\n'
    found = items_of(loaded(tmp_path, text))
    assert found["A9"] == ("XA01",)
    assert found["A5"] == ("PH05",)
    assert list(found) == sorted(found)


def test_an_unknown_code_is_not_explained_but_the_nearest_is_named() -> None:
    with pytest.raises(NotFound, match="did you mean PH0"):
        explain("PH1")
    assert "开头语" in explain("PH01")
