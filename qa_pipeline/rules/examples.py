"""Short examples of the rules: taken from the cases that they are tested with, so that none can be wrong."""

from __future__ import annotations

from collections.abc import Sequence
from io import StringIO
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

EXAMPLES = Path(__file__).parent / "examples.yaml"
CASES = Path(__file__).parents[2] / "tests" / "rules" / "cases"
"""Where the cases lie in a checkout; the product itself reads `EXAMPLES` alone."""
_LONGEST = 4
_OUTCOMES = {"pass": "通过", "fail": "不通过", "undetermined": "存疑", "not_applicable": "不适用"}
_SPEAKERS = {"话": "话务员", "来": "来电人"}
_PLAIN = {"name", "outcome", "dialogue", "expect"}


def examples_of(code: str) -> list[str]:
    """Return the short examples of a rule of the product, a line each after an empty one; [] where there are none."""
    found = YAML(typ="safe").load(EXAMPLES.read_text(encoding="utf-8")).get(code) or {}
    lines = []
    for outcome, dialogue in found.items():
        lines += [f"例（{_OUTCOMES[outcome]}）："]
        lines += [f"  {_SPEAKERS[who]}：{said}" for line in dialogue for who, said in line.items()]
    return ["", *lines] if lines else []


def examples(cases: Path) -> str:
    """Return YAML with a short example of each outcome of each rule.

    Args:
        cases: Folder of ``<CODE>.yaml``; only plain dialogues of a few lines are taken, the shortest first.
    """
    found: dict[str, dict[str, Any]] = {}
    for path in sorted(cases.glob("*.yaml")):
        plain = [
            case
            for case in YAML(typ="safe").load(path.read_text(encoding="utf-8"))
            if set(case) <= _PLAIN and _is_plain(case["dialogue"])
        ]
        for outcome in _OUTCOMES:
            same = [case["dialogue"] for case in plain if case["outcome"] == outcome]
            if same:
                found.setdefault(path.stem, {})[outcome] = min(same, key=len)
    stream = StringIO()
    stream.write("# 由规则的用例自动生成，请勿手改：python -m qa_pipeline.rules.catalogue\n")
    writer = YAML()
    writer.width = 200
    writer.dump(found, stream)
    return stream.getvalue()


def _is_plain(dialogue: Sequence[dict[str, str]]) -> bool:
    return 0 < len(dialogue) <= _LONGEST and all(len(line) == 1 and set(line) <= set(_SPEAKERS) for line in dialogue)
