"""Check ranges and anchors of the published schema in our words."""

from __future__ import annotations

from typing import Any

import pytest
from ruamel.yaml import YAML

from qa_pipeline.rules.alibaba.importing import Imported
from tests.rules.alibaba_files import condition, imported, one_rule, says


def _frame(check_range: dict[str, Any]) -> Any:
    made = imported(one_rule(condition("a", "HIT_ANY_KEYWORDS", {"keywords": ["您好"]}, check_range)))
    when = YAML(typ="safe").load(made.yaml_text)["rules"]["XA01"]["when"]
    when.pop("any_keywords")
    return when


def _anchored(anchor: dict[str, Any], span: dict[str, int] | None = None, role: str = "客服") -> Any:
    there = {"role": role, "anchor": {"cid": "a", **anchor}} | ({"range": span} if span else {})
    made = imported(
        one_rule(
            says("a", "投诉", role="客户"),
            condition("b", "HIT_ANY_KEYWORDS", {"keywords": ["抱歉"]}, there),
            expression="a&&b",
        )
    )
    named = YAML(typ="safe").load(made.yaml_text)["conditions"]["规则甲·b"]
    return named["anchor"]["where"], named["anchor"].get("hit"), named.get("range")


@pytest.mark.parametrize(
    ("there", "ours"),
    [
        ({}, {}),
        ({"role": "所有"}, {}),
        ({"role": "客服", "range": {"from": 1, "to": -1}}, {"role": "operator"}),
        ({"range": {"from": 1, "to": 3}}, {"range": [1, 3]}),
        ({"range": {"from": -1, "to": -3}}, {"range": [-3, -1]}),
        ({"range": {"from": 3, "to": -3}}, {"range": [3, -3]}),
        ({"range": {"from": 2}}, {"range": [2, -1]}),
        ({"range": '{"from": 1, "to": 3}'}, {"range": [1, 3]}),
        ({"range": {}, "anchor": {}}, {}),
        ({"absolute": True, "range": {"from": 1, "to": 2}}, {"range": [1, 2], "absolute": True}),
        ({"allSentencesSatisfy": True}, {"all": True}),
        ({"Role": "客户", "Range": {"From": "1", "To": "2"}}, {"role": "caller", "range": [1, 2]}),
    ],
)
def test_a_range_without_an_anchor_counts_in_the_call(there: dict[str, Any], ours: dict[str, Any]) -> None:
    assert _frame(there) == ours


@pytest.mark.parametrize(
    ("location", "span", "ours"),
    [
        ("AFTER", None, ("after", None)),
        ("AFTER", (1, 3), ("after", [1, 3])),
        ("AFTER", (1, -1), ("after", None)),
        ("AFTER", (-1, -3), ("after", [-3, -1])),
        ("AFTER", (0, 2), ("around", [0, 2])),
        ("AFTER", (0, -1), ("around", [0, 9999])),
        ("BEFORE", (1, 3), ("before", [1, 3])),
        ("BEFORE", (0, 2), ("around", [-2, 0])),
        ("AROUND", (0, 0), ("around", [0, 0])),
        ("AROUND", (-2, -4), ("around", [-4, -2])),
        ("AROUND", (-3, 3), ("around", [-3, 3])),
        ("AROUND", None, ("around", None)),
        ("CURRENT", (1, -1), ("current", None)),
        ("current", None, ("current", None)),
    ],
)
def test_a_range_with_an_anchor_counts_from_it(
    location: str, span: tuple[int, int] | None, ours: tuple[str, list[int] | None]
) -> None:
    given = {"from": span[0], "to": span[1]} if span else None
    where, _, found = _anchored({"location": location, "hit_time": -1}, given)
    assert (where, found) == ours


@pytest.mark.parametrize(("hit_time", "hit"), [(-1, None), (None, None), (0, "every"), (1, "first"), (3, 3)])
def test_which_hit_of_the_anchor_counts(hit_time: int | None, hit: Any) -> None:
    assert _anchored({"location": "AFTER", "hit_time": hit_time})[1] == hit


@pytest.mark.parametrize(
    ("there", "field", "told"),
    [
        ({"role": "系统"}, "role", 'nobody here who is "系统"'),
        ({"roleId": 3}, "roleId", "no page says who that is"),
        ({"range": {"from": 0, "to": 2}}, "range", "there is no anchor"),
        ({"range": {"from": -3, "to": 2}}, "range", "from the end to the beginning"),
        ({"anchor": {"cid": "b", "location": "NEAR"}}, "location", '"NEAR" is none of'),
        ({"anchor": {"location": "AFTER"}}, "anchor", "names no condition"),
        ({"anchor": {"cid": "b", "location": "AFTER", "hit_time": -3}}, "hit_time", "-3 is neither"),
        ({"anchor": {"cid": "b", "location": "AFTER"}, "absolute": True}, "absolute", "yet there is an anchor"),
        ({"anchor": {"cid": "b", "location": "AFTER"}, "range": {"from": 0, "to": -2}}, "range", "ends before the end"),
        ({"anchor": {"cid": "b", "location": "AROUND"}, "range": {"from": 1, "to": -1}}, "range", "or everything?"),
        ({"anchor": {"cid": "z", "location": "AFTER"}}, "anchor", "there is no condition z"),
        ({"range": {"from": "eins", "to": 2}}, "check_range.range.first", "cannot be read"),
        ({"range": [1, 2]}, "check_range.range", "cannot be read"),
    ],
)
def test_a_range_that_says_nothing_sure_costs_its_condition(there: dict[str, Any], field: str, told: str) -> None:
    made = imported(
        one_rule(
            condition("a", "HIT_ANY_KEYWORDS", {"keywords": ["您好"]}, there), says("b", "再见"), expression="a||b"
        )
    )
    (note,) = [one for one in made.notes if one.where.startswith("$.conditions[0]") and one.severity.value == "dropped"]
    assert note.field == field
    assert told in note.message
    assert YAML(typ="safe").load(made.yaml_text)["rules"]["XA01"]["when"] == {
        "role": "operator",
        "any_keywords": ["再见"],
    }


def _circle(*links: tuple[str, str]) -> Imported:
    conditions = [says(cid, "您好", anchor={"cid": to, "location": "AFTER", "hit_time": 1}) for cid, to in links]
    return imported(one_rule(*conditions, expression="||".join(cid for cid, _ in links)))


@pytest.mark.parametrize("links", [[("a", "a")], [("a", "b"), ("b", "a")], [("c", "a"), ("a", "b"), ("b", "a")]])
def test_anchors_in_a_circle_are_named(links: list[tuple[str, str]]) -> None:
    made = _circle(*links)
    told = [note.message for note in made.notes if note.field == "anchor"]
    assert len(told) == len(links)
    assert all("anchored in a circle: " in message for message in told)
    assert made.rules == 0


@pytest.mark.large
def test_a_chain_of_twelve_hundred_anchors_is_followed() -> None:
    chain = [says("c0", "您好")] + [
        says(f"c{n}", "您好", anchor={"cid": f"c{n - 1}", "location": "AFTER", "hit_time": 1}) for n in range(1, 1_200)
    ]
    made = imported(one_rule(*chain, expression="c1199"))
    assert made.rules == 1


def test_what_counts_from_a_condition_that_lost_a_part_is_lost_too() -> None:
    part = {
        "cid": "a",
        "lambda": "1||2",
        "operators": [
            {"oid": "1", "type": "HIT_ANY_KEYWORDS", "param": {"keywords": ["投诉"]}},
            {"oid": "2", "type": "CUSTOMER_CHECK_MODEL", "param": {"pvalues": ["tousu01"]}},
        ],
    }
    made = imported(
        one_rule(part, says("b", "抱歉", anchor={"cid": "a", "location": "AFTER", "hit_time": 1}), expression="a&&!b")
    )
    assert (made.rules, made.commented_out) == (0, 1)
    assert "condition a, which it counts from, did not come over whole" in str([str(note) for note in made.notes])


def test_nothing_counts_from_a_condition_that_lies_nowhere_in_the_call() -> None:
    short = condition("a", "DURATION", {"interval": 60_000, "compareOperator": "lt"})
    made = imported(
        one_rule(short, says("b", "抱歉", anchor={"cid": "a", "location": "AFTER", "hit_time": 1}), expression="a&&b")
    )
    assert made.commented_out == 1
    assert "lies nowhere in it" in str([str(note) for note in made.notes])
