"""The language in which a QA lead writes conditions: see ``docs/conditions.md``."""

from qa_pipeline.rules.conditions.evaluating import evaluate
from qa_pipeline.rules.conditions.language import Anchor, Branch, Check, Expression, Named, Test, Where
from qa_pipeline.rules.conditions.own import ConditionParams, own_rule
from qa_pipeline.rules.conditions.parsing import Parser

__all__ = [
    "Anchor",
    "Branch",
    "Check",
    "ConditionParams",
    "Expression",
    "Named",
    "Parser",
    "Test",
    "Where",
    "evaluate",
    "own_rule",
]
