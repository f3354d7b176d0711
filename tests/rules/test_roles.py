"""How sure it must be who spoke before a rule that asks for it says anything."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from qa_pipeline.models import MIN_ROLE_CONFIDENCE, CallContext, Outcome, Role
from qa_pipeline.rules.base import AnyRule, roles_unclear
from tests.builders import call
from tests.rules.test_conformance import EVERY_RULE, _cases, _run

OPERATOR, CALLER = Role.OPERATOR, Role.CALLER
LINES = [
    (OPERATOR, "您好欢迎拨打12345热线请问有什么可以帮您"),
    (CALLER, "我家门口的路灯坏了"),
    (OPERATOR, "好的我给您记下来转给城管局"),
    (CALLER, "嗯"),
]


def with_roles(ctx: CallContext, **changes: Any) -> CallContext:
    utterances = tuple(replace(u, **changes) for u in ctx.transcript.utterances)
    return replace(ctx, transcript=replace(ctx.transcript, utterances=utterances))


def with_unknown(ctx: CallContext, index: int) -> CallContext:
    utterances = list(ctx.transcript.utterances)
    utterances[index] = replace(utterances[index], role=Role.UNKNOWN, role_confidence=0.0)
    return replace(ctx, transcript=replace(ctx.transcript, utterances=tuple(utterances)))


@EVERY_RULE
def test_a_rule_that_asks_who_spoke_says_nothing_below_the_threshold(rule: AnyRule) -> None:
    if not rule.needs_roles:
        return
    for case, ctx in _cases(rule):
        unsure = with_roles(ctx, role_confidence=MIN_ROLE_CONFIDENCE - 0.01)
        assert _run(rule, unsure, case.get("params")).outcome is Outcome.UNDETERMINED


@pytest.mark.parametrize(("confidence", "clear"), [(MIN_ROLE_CONFIDENCE - 0.01, False), (MIN_ROLE_CONFIDENCE, True)])
def test_the_threshold_is_that_of_the_roles(confidence: float, clear: bool) -> None:
    assert (roles_unclear(with_roles(call(LINES), role_confidence=confidence)) is None) is clear


def test_a_word_that_is_nobodys_leaves_the_call_clear() -> None:
    assert roles_unclear(with_unknown(call(LINES), 3)) is None


def test_much_that_is_nobodys_does_not() -> None:
    assert roles_unclear(with_unknown(call(LINES), 2)) is not None
