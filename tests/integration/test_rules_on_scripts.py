"""Rules on words and tone against what the sample scripts plant, as if every word had been heard."""

from __future__ import annotations

from pathlib import Path

import pytest
from ruamel.yaml import YAML

from bench.rules_on_scripts import verdict
from qa_pipeline.rules.ruleset import load_ruleset
from qa_pipeline.rules.run import check
from tests.builders import script_call

SCRIPTS = sorted((Path(__file__).parents[2] / "recordings_sample" / "scripts").glob("*.yaml"))
CODES = ("PH", "TN", "FE", "AN05")


@pytest.mark.parametrize("path", SCRIPTS, ids=[path.stem for path in SCRIPTS])
def test_every_planted_fault_is_found_and_no_other(path: Path) -> None:
    script = YAML(typ="safe").load(path.read_text(encoding="utf-8"))
    planted = {fault["item"] for fault in script["faults"]}
    results = [r for r in check(script_call(path), load_ruleset()) if r.code.startswith(CODES)]
    mono = script["audio"]["layout"] == "mono"
    allowed = {"open", "unsure", "clean"} if mono else {"found", "clean"}
    said = {f"{r.code} {verdict(r, r.item in planted)}: {r.reason}" for r in results}
    assert {one for one in said if one.split()[1].rstrip(":") not in allowed} == set()
