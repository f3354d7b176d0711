"""What no condition and no rule may depend on, and what an exception can never do."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa_pipeline.models import CallContext, Role, Span
from qa_pipeline.rules.conditions import evaluate
from qa_pipeline.rules.operators.kleene import Answer, Truth
from qa_pipeline.rules.ruleset import load_ruleset
from qa_pipeline.rules.run import check
from qa_pipeline.rules.turns import Call
from tests.builders import Line, call, script_call
from tests.moved_calls import cut, later
from tests.rules.conditions import asked, condition

pytestmark = pytest.mark.no_cover  # hundreds of calls: traced, they take minutes

SCRIPTS = sorted((Path(__file__).parents[2] / "recordings_sample" / "scripts").glob("*.yaml"))
WORDS = [
    "您好",
    "请问",
    "不知道",
    "帮您查",
    "再见",
    "气死我了",
    "投诉你们",
    "抱歉",
    "嗯",
    "二十块钱",
    "我说了三遍了",
    "哪个小区",
]
TEXTS = st.lists(st.sampled_from(WORDS), min_size=1, max_size=4).map("".join)


@st.composite
def calls(draw: st.DrawFn) -> CallContext:
    """A short call: gaps of all lengths, also overlapping, words of all confidences, some speech not understood."""
    clock, lines = 0.5, []
    for _ in range(draw(st.integers(0, 8))):
        role, text = draw(st.sampled_from([Role.OPERATOR, Role.CALLER])), draw(TEXTS)
        start = max(0.1, clock + draw(st.sampled_from([-0.8, 0.1, 0.4, 1.2, 12.0])))
        clock = start + 0.24 * len(text)
        lines.append(Line(role, text, start, clock, draw(st.sampled_from([0.95, 0.7, 0.4]))))
    own: dict[Role, float] = {}
    spoken = []
    for line in sorted(lines, key=lambda one: one.start or 0):
        # One speaker speaks one thing at a time.
        start = max(line.start or 0.0, own.get(line.role, 0.0) + 0.01)
        own[line.role] = start + 0.24 * len(line.text)
        spoken.append(replace(line, start=start, end=own[line.role]))
    murky = [Span(1_000, 2_500, 0, Role.OPERATOR)] if draw(st.booleans()) else []
    return call(spoken, unintelligible=murky)


def _phrases() -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(WORDS), min_size=1, max_size=3, unique=True)


OPERATORS = st.one_of(
    st.builds(lambda p, n: {"any_keywords": {"phrases": p, "min_hits": n}}, _phrases(), st.integers(1, 2)),
    st.builds(lambda p, n: {"n_keywords": {"phrases": p, "n": n}}, _phrases(), st.sampled_from([-1, 0, 1])),
    st.builds(lambda p: {"regex": p}, st.sampled_from(["不.道", "帮您", "您$", "^请", "[^好]见"])),
    st.builds(lambda p: {"sounds_like": p}, _phrases()),
    st.just({"repeated": {"times": 2, "ignore_under": 2}}),
    st.just({"silence": 10_000}),
    st.just({"entity": {"kind": "money", "test": ">", "value": 10}}),
    st.just({"speech_rate": {"above": 200, "of": "utterance", "at_least_characters": 2}}),
    st.just({"loudness_jump": {"db": 3, "fewest": 2}}),
    st.just({"hostility": 1}),
    st.just({"utterance_count": {"above": 2}}),
    st.just({"hang_up": "caller"}),
)
RANGES = st.fixed_dictionaries(
    {},
    optional={
        "role": st.sampled_from(["operator", "caller"]),
        "range": st.sampled_from([[1, 1], [1, 2], [-2, -1], [2, -1]]),
        "absolute": st.booleans(),
        "within": st.sampled_from(["range", "utterance"]),
        "all": st.booleans(),
    },
)
CHECKS = st.builds(lambda where, what: {**where, **what}, RANGES, OPERATORS)
ANCHORED = st.builds(
    lambda base, where, hit, then: {**then, "anchor": {"condition": base, "where": where, "hit": hit}},
    st.builds(lambda p: {"role": "caller", "any_keywords": p}, _phrases()),
    st.sampled_from(["before", "after", "around"]),
    st.sampled_from(["any", "every", 1, 2]),
    CHECKS.map(lambda node: {k: v for k, v in node.items() if k != "range"}),
)
EXCEPTIONS = st.one_of(
    _phrases(),
    st.just({"regex": "帮.查"}),
    st.builds(
        lambda where, p: {"where": where, "any_keywords": p},
        st.sampled_from(["before", "after", "current"]),
        _phrases(),
    ),
)
CONDITIONS: st.SearchStrategy[dict[str, Any]] = st.recursive(
    st.one_of(CHECKS, ANCHORED, st.builds(lambda node, unless: {**node, "except": unless}, CHECKS, EXCEPTIONS)),
    lambda inner: st.one_of(
        st.builds(lambda parts: {"and": parts}, st.lists(inner, min_size=1, max_size=3)),
        st.builds(lambda parts: {"or": parts}, st.lists(inner, min_size=1, max_size=3)),
        st.builds(lambda part: {"not": part}, inner),
    ),
    max_leaves=4,
)
CUTS = st.lists(st.tuples(st.integers(0, 8), st.integers(1, 4)), max_size=4)


def _asked(node: dict[str, Any], ctx: CallContext) -> Answer:
    return asked(json.dumps(node, ensure_ascii=False), ctx)


@given(CONDITIONS, calls(), CUTS)
def test_where_the_recogniser_cuts_a_turn_changes_no_answer(
    node: dict[str, Any], ctx: CallContext, cuts: list[tuple[int, int]]
) -> None:
    assert _asked(node, cut(ctx, cuts)).truth is _asked(node, ctx).truth


@given(CONDITIONS, calls(), st.integers(1, 100_000))
def test_when_a_call_begins_changes_no_answer(node: dict[str, Any], ctx: CallContext, by_ms: int) -> None:
    assert _asked(node, later(ctx, by_ms)).truth is _asked(node, ctx).truth


@given(CHECKS, EXCEPTIONS, calls())
def test_an_exception_never_adds_a_hit(node: dict[str, Any], unless: Any, ctx: CallContext) -> None:
    order = [Truth.NO, Truth.UNSURE, Truth.YES]
    without, with_it = _asked(node, ctx), _asked({**node, "except": unless}, ctx)
    assert order.index(with_it.truth) <= order.index(without.truth)


@settings(max_examples=20)
@given(CONDITIONS, CONDITIONS, calls())
def test_kleenes_identities_hold_of_conditions(a: dict[str, Any], b: dict[str, Any], ctx: CallContext) -> None:
    truth = lambda node: _asked(node, ctx).truth  # noqa: E731  # a word for what is asked ten times
    assert truth({"not": {"not": a}}) is truth(a)
    assert truth({"and": [a, b]}) is truth({"and": [b, a]})
    assert truth({"or": [a, b]}) is truth({"or": [b, a]})
    assert truth({"not": {"and": [a, b]}}) is truth({"or": [{"not": a}, {"not": b}]})
    assert truth({"or": [a, {"and": [a, b]}]}) is truth(a)
    assert truth({"and": [a, {"or": [a, b]}]}) is truth(a)
    assert truth({"and": [a, a]}) is truth(a)


@given(CONDITIONS, calls())
def test_an_answer_that_accuses_can_be_played(node: dict[str, Any], ctx: CallContext) -> None:
    answer = _asked(node, ctx)
    for piece in answer.evidence:
        assert 0 <= piece.start_ms <= piece.end_ms <= ctx.recording.duration_ms
        assert piece.utterance is None or piece.utterance < len(ctx.transcript.utterances)


@given(CONDITIONS, calls())
def test_a_condition_says_the_same_twice_and_inside_a_reading(node: dict[str, Any], ctx: CallContext) -> None:
    expression = condition(json.dumps(node, ensure_ascii=False))
    one = Call(ctx, 0.6)
    assert evaluate(expression, one) == evaluate(expression, one) == evaluate(expression, Call(ctx, 0.6))


DEFAULT = load_ruleset()


def _said(ctx: CallContext) -> dict[str, tuple[str, int]]:
    return {result.code: (result.outcome.value, result.faults) for result in check(ctx, DEFAULT)}


@given(st.sampled_from(SCRIPTS), st.data())
def test_no_rule_changes_with_the_cuts_or_with_the_time(path: Path, data: st.DataObject) -> None:
    ctx = script_call(path)
    count = len(ctx.transcript.utterances)
    cuts = data.draw(st.lists(st.tuples(st.integers(0, count), st.integers(1, 8)), min_size=1, max_size=6))
    said = {result.code: result.outcome for result in check(ctx, DEFAULT)}
    assert {result.code: result.outcome for result in check(cut(ctx, cuts), DEFAULT)} == said
    assert {
        result.code: result.outcome for result in check(later(ctx, data.draw(st.integers(1, 9_999))), DEFAULT)
    } == said


@given(st.permutations(range(len(DEFAULT.rules))), st.sampled_from(SCRIPTS))
def test_the_order_of_rules_changes_nothing(order: list[int], path: Path) -> None:
    ctx = script_call(path)
    turned = replace(DEFAULT, rules=tuple(DEFAULT.rules[number] for number in order))
    assert sorted(check(ctx, turned), key=lambda r: r.code) == list(check(ctx, DEFAULT))
