"""The lambda of rules and conditions: what it means, and what a wrong one is told."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_pipeline.rules.alibaba.lambda_expression import (
    Every,
    Expression,
    LambdaError,
    Name,
    Node,
    Not,
    Some,
    ids,
    parse,
    weakened,
)

NAMES = ["a", "b", "12", "条件"]


@st.composite
def _expressions(draw: st.DrawFn, depth: int = 3) -> Expression:
    kind = draw(st.sampled_from(["name", "not", "every", "some"])) if depth else "name"
    if kind == "name":
        return Name(draw(st.sampled_from(NAMES)))
    if kind == "not":
        return Not(draw(_expressions(depth=depth - 1)))
    parts = tuple(draw(st.lists(_expressions(depth=depth - 1), min_size=2, max_size=3)))
    return Every(parts) if kind == "every" else Some(parts)


def _written(expression: Expression, brackets: bool = True) -> str:
    """Write an expression as the service does, with a bracket around every part."""
    if isinstance(expression, Name):
        return expression.id
    if isinstance(expression, Not):
        return f"!{_written(expression.part)}"
    sign = " && " if isinstance(expression, Every) else "||"
    text = sign.join(_written(part) for part in expression.parts)
    return f"({text})" if brackets else text


def _truth(expression: Expression, values: dict[str, bool]) -> bool:
    if isinstance(expression, Name):
        return values[expression.id]
    if isinstance(expression, Not):
        return not _truth(expression.part, values)
    parts = [_truth(part, values) for part in expression.parts]
    return all(parts) if isinstance(expression, Every) else any(parts)


def _hits(node: Node | bool, values: dict[str, bool]) -> bool:
    """Evaluate a node of ours."""
    if isinstance(node, bool):
        return node
    if isinstance(node, str):
        return values[node]
    ((kind, inner),) = node.items()
    if kind == "not":
        return not _hits(inner, values)
    return (all if kind == "and" else any)(_hits(part, values) for part in inner)


def _all_values() -> list[dict[str, bool]]:
    return [dict(zip(NAMES, row, strict=True)) for row in product([False, True], repeat=len(NAMES))]


@given(_expressions())
def test_what_is_written_is_read_back_with_the_same_truth_table(expression: Expression) -> None:
    read = parse(_written(expression, brackets=False))
    assert all(_truth(read, values) == _truth(expression, values) for values in _all_values())


@given(_expressions())
def test_our_form_of_an_expression_has_the_same_truth_table(expression: Expression) -> None:
    ours = weakened(expression, lambda name, _: name)
    assert all(_hits(ours, values) == _truth(expression, values) for values in _all_values())


@given(_expressions(), st.sets(st.sampled_from(NAMES)))
def test_what_is_missing_never_makes_an_expression_hit_more(expression: Expression, lost: set[str]) -> None:
    ours = weakened(expression, lambda name, _: None if name in lost else name)
    assert all(_truth(expression, values) for values in _all_values() if _hits(ours, values))


@given(_expressions(), st.sets(st.sampled_from(NAMES)))
def test_under_a_negation_what_is_missing_makes_it_hit_more_instead(expression: Expression, lost: set[str]) -> None:
    ours = weakened(expression, lambda name, _: None if name in lost else name, positive=False)
    assert all(_hits(ours, values) for values in _all_values() if _truth(expression, values))


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("1", Name("1")),
        ("1&&2&&3", Every((Name("1"), Name("2"), Name("3")))),
        ("a&&!b||c", Some((Every((Name("a"), Not(Name("b")))), Name("c")))),
        ("a && (b || !c)", Every((Name("a"), Some((Name("b"), Not(Name("c"))))))),
        ("!!a", Not(Not(Name("a")))),
        ("7 & !8", Every((Name("7"), Not(Name("8"))))),
        ("（a｜｜b）＆＆！c", Every((Some((Name("a"), Name("b"))), Not(Name("c"))))),
        ("((((1222))))", Name("1222")),
    ],
)
def test_an_expression_is_read_as_the_service_reads_it(text: str, meaning: Expression) -> None:
    assert parse(text) == meaning


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "empty"),
        ("   ", "empty"),
        ("a&&", "character 4: the expression ends where an id should stand"),
        ("&&a", 'character 1: "&" where an id should stand'),
        ("a&&||b", 'character 4: "|" where an id should stand'),
        ("(a||b", "character 1: the bracket is not closed"),
        ("a)", "character 2: a bracket is closed that was not opened"),
        ("a b", 'character 3: "b" follows without && or ||'),
        ("a!b", 'character 2: "!" follows without && or ||'),
        ("()", 'character 2: ")" where an id should stand'),
        ("(" * 5_000 + "a" + ")" * 5_000, "nested deeper than 100"),
        ("!" * 5_000 + "a", "nested deeper than 100"),
    ],
)
def test_a_wrong_expression_is_told_with_its_place(text: str, told: str) -> None:
    with pytest.raises(LambdaError) as caught:
        parse(text)
    assert told in str(caught.value)


@given(st.text(alphabet="ab1&|!() （）！", max_size=30))
def test_any_text_is_read_or_told_wrong(text: str) -> None:
    try:
        found: Any = list(ids(parse(text)))
    except LambdaError as error:
        found = str(error)
    assert found


def test_ten_thousand_alternatives_are_read_in_a_row() -> None:
    read = parse("||".join(f"c{n}" for n in range(10_000)))
    assert isinstance(read, Some)
    assert len(read.parts) == 10_000
