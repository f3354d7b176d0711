"""What tests of the condition language share: a condition from YAML, asked of a call."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ruamel.yaml import YAML

from qa_pipeline.models import CallContext
from qa_pipeline.rules.conditions import Expression, Parser, evaluate
from qa_pipeline.rules.operators.kleene import Answer
from qa_pipeline.rules.turns import Call


def condition(text: str, named: str = "{}") -> Expression:
    """Read a condition as it stands in a ruleset."""
    yaml = YAML(typ="rt")

    def fail(_node: Any, _key: Any, message: str, hint: str) -> Exception:
        return ValueError(f"{message} → {hint}")

    def nearest(_word: str, words: Sequence[str]) -> str:
        return ", ".join(words)

    parser = Parser(yaml.load(named), fail, nearest)
    parser.named()
    return parser.parse(yaml.load(text))


def asked(text: str, ctx: CallContext, named: str = "{}", sure: float = 0.6) -> Answer:
    """Return what a condition says of a call."""
    return evaluate(condition(text, named), Call(ctx, sure))
