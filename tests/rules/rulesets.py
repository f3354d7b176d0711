"""What tests of rulesets share: a centre's own file, read or refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from qa_pipeline.errors import RulesetError
from qa_pipeline.rules.ruleset import Ruleset, load_ruleset


def loaded(folder: Path, text: str) -> Ruleset:
    """Return the ruleset that a text is, read from a file."""
    path = folder / "centre.yaml"
    path.write_text(text, encoding="utf-8")
    return load_ruleset(path)


def refused(folder: Path, text: str) -> str:
    """Return why a text is no ruleset."""
    with pytest.raises(RulesetError) as caught:
        loaded(folder, text)
    return str(caught.value)
