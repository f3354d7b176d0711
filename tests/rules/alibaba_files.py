"""Builders of files in the published schema."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from qa_pipeline.rules.alibaba.drafting import Choices
from qa_pipeline.rules.alibaba.importing import Imported, import_rules


def condition(
    cid: str, kind: str, param: Mapping[str, Any], check_range: Mapping[str, Any] | None = None, **more: Any
) -> dict[str, Any]:
    """Make a condition of one operator, as UploadRule takes it."""
    operators = [{"oid": "1", "name": "算子", "type": kind, "param": dict(param)}]
    return {"cid": cid, "check_range": dict(check_range or {}), "operators": operators, "lambda": "1", **more}


def says(cid: str, *words: str, role: str = "客服", **check_range: Any) -> dict[str, Any]:
    """Make a condition that looks for any of some words."""
    return condition(cid, "HIT_ANY_KEYWORDS", {"keywords": list(words)}, {"role": role, **check_range})


def one_rule(*conditions: Mapping[str, Any], expression: str = "a", **rule: Any) -> dict[str, Any]:
    """Make a file of one rule."""
    return {"conditions": list(conditions), "rules": [{"rid": "1", "name": "规则甲", "lambda": expression, **rule}]}


def imported(file: Any, item: str = "A6", **choices: Any) -> Imported:
    """Import a file that is given as an object."""
    return import_rules(json.dumps(file, ensure_ascii=False), Choices(item, **choices))
