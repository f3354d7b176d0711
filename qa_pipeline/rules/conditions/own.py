"""Rules that a ruleset writes itself: ``when`` says what fails, ``applies`` what they are about.

The rule fails where ``when`` is YES, passes where it is NO, and is undetermined between. Where ``applies`` is NO, it is
not applicable.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from qa_pipeline.models import CallContext, Standing
from qa_pipeline.rules.base import Finding, Params, Rule, failed, not_applicable, passed, undetermined
from qa_pipeline.rules.conditions.evaluating import evaluate
from qa_pipeline.rules.conditions.language import Expression, needs_roles
from qa_pipeline.rules.matching.patterns import PatternTooSlow
from qa_pipeline.rules.matching.reading import current
from qa_pipeline.rules.operators.kleene import Answer, Truth
from qa_pipeline.rules.turns import Call


class OwnCase(BaseModel):
    """A dialogue and what the rule must say of it: lines of one name and its words, such as ``{来电人: 你好}``.

    Short names are 话 and 来; ``{静: 12}`` is twelve seconds of silence.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(min_length=1)
    dialogue: tuple[dict[str, str | int | float], ...] = Field(min_length=1)
    outcome: Literal["pass", "fail", "undetermined", "not_applicable"]

    def text(self) -> str:
        """Return the dialogue as lines that somebody would paste."""
        lines = [(name, words) for line in self.dialogue for name, words in line.items()]
        return "\n".join(
            f"（静默{words}秒）" if name == "静" else f"{_NAMES.get(name, name)}：{words}" for name, words in lines
        )


_NAMES = {"话": "话务员", "来": "来电人"}


def _line(name: str, words: object) -> str:
    return f"（静默{words}秒）" if name == "静" else f"{_NAMES.get(name, name)}：{words}"


class ConditionParams(Params):
    """A rule's conditions as they were written, names filled in, so that the ruleset's hash covers them."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)

    when: dict[str, Any] | str = Field(default_factory=dict)
    applies: dict[str, Any] | str | None = None
    named: dict[str, Any] = Field(default_factory=dict)
    conditions: tuple[Any, ...] = Field(default=(), exclude=True, repr=False)
    cases: tuple[OwnCase, ...] = Field(default=(), exclude=True, repr=False)


def own_rule(
    code: str, about: Mapping[str, str], standing: Standing, when: Expression, applies: Expression | None
) -> Rule[ConditionParams]:
    """Make the rule; ``about`` holds item, name, and perhaps why and source."""

    def check(ctx: CallContext, params: ConditionParams) -> Finding:
        sure = params.min_confidence
        call = current().once(f"call at {sure}", ctx, lambda: Call(ctx, sure))
        return _judge(call, about["name"], when, applies)

    roles = needs_roles(when) or (applies is not None and needs_roles(applies))
    return Rule(code, about["item"], about["name"], ConditionParams, standing, check, _documented(about), roles)


def _judge(call: Call, name: str, when: Expression, applies: Expression | None) -> Finding:
    try:
        applicable = evaluate(applies, call) if applies is not None else None
        answer = evaluate(when, call)
    except PatternTooSlow as error:
        return undetermined(f"“{name}”的正则表达式运行太久，已停止，请人工复核", details={"error": str(error)})
    if applicable is not None and applicable.truth is Truth.NO:
        return not_applicable(f"“{name}”不适用于这通电话", confidence=applicable.confidence)
    if answer.truth is Truth.NO:
        return passed(f"符合“{name}”", confidence=answer.confidence)
    if applicable is not None and applicable.truth is Truth.UNSURE:
        return undetermined(f"不能确定“{name}”是否适用，请人工复核", (*answer.evidence, *applicable.evidence))
    if answer.truth is Truth.UNSURE:
        return undetermined(f"“{name}”证据不足，请人工复核", answer.evidence)
    return _failed(name, answer, applicable)


def _failed(name: str, answer: Answer, applicable: Answer | None) -> Finding:
    evidence = (*answer.evidence, *(applicable.evidence if applicable is not None else ()))
    confidence = min(answer.confidence, applicable.confidence if applicable is not None else 1.0)
    return failed(f"不符合“{name}”", tuple(dict.fromkeys(evidence)), confidence=confidence)


def _documented(about: Mapping[str, str]) -> str:
    return "\n".join(
        (
            "A rule of the ruleset.",
            f"What: {about['name']}",
            f"Why: {about.get('why') or '由本中心的规则集规定'}",
            "Passes: 没有命中规则集中写明的条件。",
            "Fails: 命中规则集中写明的条件。",
            "Undetermined: 识别把握不足，或者要看的一段有听不清的话。",
            "Not applicable: 规则集写明的适用条件不成立。",
            f"Source: {about.get('source') or '规则集'}。",
        )
    )
