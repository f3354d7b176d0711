"""Whole files in the published schema against the rulesets that they become, notes and all.

To write an expectation anew: ``hotline-qa rules import-alibaba NAME.json --items items.yaml --out NAME.yaml``.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from ruamel.yaml import YAML

from qa_pipeline.rules.alibaba.drafting import Choices
from qa_pipeline.rules.alibaba.importing import Imported, import_rules

FILES = Path(__file__).parent / "alibaba"


def _imported(name: str) -> Imported:
    items = YAML(typ="safe").load((FILES / "items.yaml").read_text(encoding="utf-8"))
    return import_rules((FILES / f"{name}.json").read_text(encoding="utf-8"), Choices(items=items))


@pytest.mark.parametrize("name", ["uploaded", "answered_v4"])
def test_a_file_becomes_the_ruleset_beside_it(name: str) -> None:
    assert _imported(name).yaml_text == (FILES / f"{name}.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize(("name", "rules", "comments"), [("uploaded", 3, 2), ("answered_v4", 3, 1)])
def test_how_many_rules_run(name: str, rules: int, comments: int) -> None:
    made = _imported(name)
    assert (made.rules, made.commented_out) == (rules, comments)


def test_every_note_about_a_rule_stands_in_front_of_it() -> None:
    made = _imported("uploaded")
    for note in (note for note in made.notes if note.rule):
        assert note.told() in made.yaml_text
