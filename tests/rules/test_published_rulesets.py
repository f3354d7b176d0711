"""The shipped ruleset never changes under one version: a centre that has used it could not run any more."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from qa_pipeline.rules.ruleset import load_ruleset

PUBLISHED = Path(__file__).parent / "published_rulesets.yaml"


def problem(version: str, sha256: str, published: Mapping[str, str]) -> str | None:
    """Return what is wrong with a shipped version; one that is newer than all that stand in the file may be new."""
    kept = published.get(version)
    if kept == sha256 or (kept is None and all(version > known for known in published)):
        return None
    if kept is None:
        return f"version {version} is older than {max(published)}; give the ruleset a newer one"
    return (
        f"the shipped ruleset changed and its version {version} did not: raise `version` in rulesets/default.yaml, "
        f'and add to {PUBLISHED.name} a line `"NEW VERSION": {sha256}` (with the hash that it then has)'
    )


def test_the_shipped_ruleset_is_the_one_that_was_published_under_its_version() -> None:
    shipped = load_ruleset()
    published = YAML(typ="safe").load(PUBLISHED.read_text(encoding="utf-8"))
    assert problem(shipped.version, shipped.sha256, published) is None


@pytest.mark.parametrize(
    ("version", "sha256", "said"),
    [
        ("2026-10", "a", None),
        ("2026-11", "b", None),
        ("2026-10", "b", "did not"),
        ("2026-09", "b", "older than 2026-10"),
    ],
)
def test_a_changed_ruleset_needs_a_newer_version(version: str, sha256: str, said: str | None) -> None:
    found = problem(version, sha256, {"2026-10": "a", "2026-01": "0"})
    assert (found is None) if said is None else (found is not None and said in found)
