"""The condition language: ranges, anchors, exceptions, names, and what a wrong one is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from qa_pipeline.models import DeadAir, Outcome, Role, Span, Standing
from qa_pipeline.rules.catalogue import explain
from qa_pipeline.rules.run import check
from tests.builders import Line, call
from tests.rules.conditions import asked
from tests.rules.rulesets import loaded, refused

TALK = call(
    [
        ("话", "您好请讲"),
        ("来", "我要投诉你们服务态度太差"),
        ("话", "您别着急慢慢说"),
        ("来", "说了三遍了气死我了"),
        ("话", "请问是哪个小区"),
        ("来", "金桂花园"),
        ("话", "抱歉让您久等了再见"),
    ]
)


@pytest.mark.parametrize(
    ("written", "truth"),
    [
        ("{role: operator, range: [1, 1], any_keywords: [您好]}", "yes"),
        ("{role: operator, range: [2, -1], any_keywords: [您好]}", "no"),
        ("{role: operator, range: [-1, -1], any_keywords: [再见]}", "yes"),
        ("{role: operator, range: {from: 1, to: 2}, any_keywords: [别着急]}", "yes"),
        ("{role: operator, range: [3, 3], absolute: true, any_keywords: [别着急]}", "yes"),
        ("{role: operator, range: [3, 3], any_keywords: [别着急]}", "no"),
        ("{role: caller, all: true, regex: '.'}", "yes"),
        ("{role: caller, all: true, regex: 了}", "no"),
        ("{role: caller, range: [9, 12], all: true, regex: '.'}", "no"),
        ("{role: operator, within: utterance, and: [{any_keywords: [抱歉]}, {any_keywords: [再见]}]}", "yes"),
        ("{role: operator, within: utterance, and: [{any_keywords: [您好]}, {any_keywords: [再见]}]}", "no"),
        ("{role: operator, and: [{any_keywords: [您好]}, {any_keywords: [再见]}]}", "yes"),
        ("{role: operator, within: utterance, not: {any_keywords: [您好]}}", "yes"),
        ("{role: operator, not: {any_keywords: [您好]}}", "no"),
        ("{or: [{any_keywords: [没有的]}, {not: {any_keywords: [也没有]}}]}", "yes"),
    ],
)
def test_a_check_looks_at_its_range(written: str, truth: str) -> None:
    assert asked(written, TALK).truth.value == truth


ANGRY = "激动: {role: caller, any_keywords: [投诉你们, 气死我]}"


@pytest.mark.parametrize(
    ("anchor", "rest", "truth"),
    [
        ("condition: 激动, where: after", "role: operator, range: [1, 1], any_keywords: [别着急, 抱歉]", "yes"),
        ("condition: 激动, where: after, hit: 1", "role: operator, range: [1, 1], any_keywords: [别着急]", "yes"),
        ("condition: 激动, where: after, hit: 2", "role: operator, range: [1, 1], any_keywords: [别着急]", "no"),
        ("condition: 激动, where: after, hit: 3", "role: operator, any_keywords: [别着急]", "no"),
        ("condition: 激动, where: after, hit: every", "role: operator, range: [1, 1], any_keywords: [别着急]", "no"),
        ("condition: 激动, where: after, hit: every", "role: operator, any_keywords: [抱歉]", "yes"),
        ("condition: 激动, where: before", "role: operator, range: [1, 1], any_keywords: [您好]", "yes"),
        ("condition: 激动, where: before, hit: 2", "role: operator, range: [1, 1], any_keywords: [您好]", "no"),
        ("condition: 激动, where: before, hit: 2", "role: operator, range: [2, 2], any_keywords: [您好]", "yes"),
        ("condition: 激动, where: around, hit: 2", "role: operator, range: [-1, 1], any_keywords: [别着急]", "yes"),
        ("condition: 激动, where: around, hit: 2", "role: operator, range: [1, 1], any_keywords: [别着急]", "no"),
        ("condition: 激动, where: around", "any_keywords: [再见]", "yes"),
        ("condition: 激动, where: current", "any_keywords: [说了三遍]", "yes"),
        ("condition: 激动, where: current, hit: first", "any_keywords: [说了三遍]", "no"),
        ("condition: {role: caller, any_keywords: [没说过]}, where: after", "role: operator, regex: '.'", "no"),
        ("condition: 激动, where: after, hit: 1", "range: [3, 3], absolute: true, any_keywords: [小区]", "yes"),
    ],
)
def test_a_range_counts_from_its_anchor(anchor: str, rest: str, truth: str) -> None:
    answer = asked(f"{{anchor: {{{anchor}}}, {rest}}}", TALK, f"{{{ANGRY}}}")
    assert answer.truth.value == truth


def test_what_is_anchored_shows_its_anchor_too() -> None:
    answer = asked(
        "{anchor: {condition: 激动, where: after}, role: operator, range: [1, 1], any_keywords: [别着急]}",
        TALK,
        f"{{{ANGRY}}}",
    )
    assert {"别着急", "投诉你们"} <= {piece.text for piece in answer.evidence}


def test_an_anchor_that_may_not_have_been_said_leaves_it_open() -> None:
    unsure = call([("话", "您好"), Line(Role.CALLER, "我要投诉你们", confidence=0.4), ("话", "好的再见")])
    named = f"{{{ANGRY}}}"
    beside = "{{anchor: {{condition: 激动, where: after{}}}, role: operator, any_keywords: [{}]}}"
    assert asked(beside.format("", "再见"), unsure, named).truth.value == "unsure"
    assert asked(beside.format("", "抱歉"), unsure, named).truth.value == "no"
    assert asked(beside.format(", hit: every", "再见"), unsure, named).truth.value == "unsure"
    assert asked(beside.format(", hit: every", "抱歉"), unsure, named).truth.value == "unsure"
    assert asked(beside.format(", hit: 1", "再见"), unsure, named).truth.value == "unsure"


def test_a_silence_is_an_anchor_between_two_turns() -> None:
    ctx = call([("来", "怎么办理"), ("话", "请稍候"), ("静", 12), ("话", "让您久等了"), ("来", "没事")])
    silence = "condition: {silence: 10000}"
    assert (
        asked(f"{{anchor: {{{silence}, where: before}}, range: [1, 1], any_keywords: [请稍候]}}", ctx).truth.value
        == "yes"
    )
    assert (
        asked(f"{{anchor: {{{silence}, where: after}}, range: [1, 1], any_keywords: [久等]}}", ctx).truth.value == "no"
    )


DEAD = {"dead_airs": (DeadAir(2_000, 14_000, Role.OPERATOR, 1),)}


@pytest.mark.parametrize(
    ("written", "dialogue", "truth"),
    [
        ("{any_keywords: [不知道], except: [帮您查]}", [("话", "这个不知道我帮您查")], "no"),
        ("{any_keywords: [不知道], except: [帮您查]}", [("话", "这个不知道")], "yes"),
        ("{any_keywords: [不知道], except: [帮您查]}", [("话", "这个不知道我帮忙插")], "yes"),
        ("{any_keywords: [不知道], except: {regex: '帮.?您'}}", [("话", "不知道我来帮您")], "no"),
        (
            "{role: operator, any_keywords: [不知道], except: {where: before, role: caller, any_keywords: [不知道]}}",
            [("来", "你说不知道"), ("话", "您听到的是不知道")],
            "no",
        ),
        (
            "{role: operator, any_keywords: [不知道], except: {where: after, role: operator, any_keywords: [核实]}}",
            [("话", "这个不知道"), ("来", "啊"), ("话", "我核实一下")],
            "no",
        ),
        ("{silence: 10000, except: [请稍候]}", [("来", "好"), ("话", "请稍候"), ("静", 12), ("话", "您好")], "no"),
        ("{silence: 10000, except: [请稍候]}", [("来", "好"), ("话", "好的"), ("静", 12), ("来", "喂")], "yes"),
        ("{n_keywords: {phrases: [再见], n: 0}, except: [没声音]}", [("话", "没声音")], "no"),
        ("{n_keywords: {phrases: [再见], n: 0}, except: [没声音]}", [("话", "好的")], "yes"),
        ("{speech_rate: {below: 300}, role: operator, except: [慢慢说]}", [("话", "我给您慢慢说一遍")], "no"),
    ],
)
def test_an_exception_takes_a_hit_away(written: str, dialogue: list[tuple[str, str]], truth: str) -> None:
    assert asked(written, call(dialogue)).truth.value == truth


def test_an_exception_that_was_perhaps_said_leaves_the_hit_open() -> None:
    ctx = call([("话", "这个不知道"), Line(Role.OPERATOR, "我帮您查", start=3.0, confidence=0.4)])
    assert asked("{any_keywords: [不知道], except: [帮您查]}", ctx).truth.value == "unsure"


def test_names_are_filled_in_and_belong_to_the_hash(tmp_path: Path) -> None:
    text = """
version: "1"
conditions:
  激动: {role: caller, any_keywords: [投诉你们]}
  安抚: {role: operator, anchor: {condition: 激动, where: after}, range: [1, 1], any_keywords: [别着急]}
rules:
  XA01: {item: A4, name: 先安抚, standing: deduct, applies: 激动, when: {not: 安抚}}
"""
    own = loaded(tmp_path, text)
    outcomes = []
    for dialogue in (
        [("来", "我要投诉你们"), ("话", "别着急")],
        [("来", "我要投诉你们"), ("话", "嗯")],
        [("来", "你好")],
    ):
        ctx = call([("话", "您好"), *dialogue])
        (result,) = [r for r in check(ctx, own) if r.code == "XA01"]
        outcomes.append(result.outcome.value)
        assert result.outcome is not Outcome.FAIL or {"投诉你们"} <= {e.text for e in result.evidence}
    assert outcomes == ["pass", "fail", "not_applicable"]
    assert own.sha256 != loaded(tmp_path, text.replace("[别着急]", "[别急]")).sha256


@pytest.mark.parametrize(
    ("named", "when", "said"),
    [
        ("甲: {anchor: 乙, regex: 亲}\n  乙: {anchor: 甲, regex: 亲}", "甲", "circle: 甲 → 乙 → 甲"),
        ("甲: {not: 甲}", "甲", "circle: 甲 → 甲"),
        ("激动: {regex: 亲}", "激功", 'no condition is called "激功"'),
        ("甲: {regex: 亲}", "{anchor: {condition: 甲, were: after}, regex: 亲}", "did you mean where?"),
        ("甲: {regex: 亲}", "{anchor: {condition: 甲, where: behind}, regex: 亲}", 'unknown where "behind"'),
        ("甲: {regex: 亲}", "{anchor: {condition: 甲, hit: last}, regex: 亲}", 'unknown hit "last"'),
        ("甲: {regex: 亲}", "{anchor: {condition: 甲, where: current}, range: [1, 2], regex: 亲}", "has no range"),
        ("甲: {regex: 亲}", "{anchor: {condition: 甲, where: around}, range: [2, -2], regex: 亲}", "is empty"),
        ("甲: {duration: {above: 3}}", "{anchor: 甲, regex: 亲}", "speaks of the whole call"),
        ("甲: {regex: 亲}", "{anchor: {where: after}, regex: 亲}", "an anchor is"),
        ("甲: {regex: 亲}", "{where: after, regex: 亲}", "belongs to an anchor"),
        ("甲: {regex: 亲}", "{within: line, regex: 亲}", 'unknown within "line"'),
        ("甲: {regex: 亲}", "{all: 1, regex: 亲}", "all is true or false"),
        ("甲: {regex: 亲}", "{role: caller, and: [甲]}", "no names"),
        ("甲: {regex: 亲}", "{role: caller, and: [{role: caller, regex: 亲}]}", '"role" belongs to the whole check'),
        ("甲: {regex: 亲}", "{regex: 亲, except: [{regex: '('}]}", "not a regular expression"),
        ("甲: {regex: 亲}", "{regex: 亲, except: 3}", "an exception is"),
        ("甲: {regex: 亲}", "{speech_rate: {above: 100, below: 200}}", "every rate is"),
        ("甲: {regex: 亲}", "{duration: {above: 10, below: 60}}", "every number is"),
        ("甲: {regex: 亲}", "{n_keywords: {phrases: [亲], n: 2}}", "can never be said"),
        ("甲: {regex: 亲}", "{field: {name: 满意度, of: call, test: '>', value: 好}}", "needs a number"),
        ("甲: {regex: 亲}", "{entity: {kind: money, test: '>', value: 多}}", "needs a number"),
        ("甲: {regex: 亲}", "{silence: 500}", "greater than or equal"),
        ("甲: {regex: 亲}", "{silence: 2000}", "pauses of speech"),
    ],
)
def test_a_wrong_name_range_or_value_is_told(tmp_path: Path, named: str, when: str, said: str) -> None:
    text = f'version: "1"\nconditions:\n  {named}\nrules:\n  XA01:\n    item: A6\n    name: 测试\n    when: {when}\n'
    told = refused(tmp_path, text)
    assert said in told
    assert "line" in told


def test_the_line_of_a_parameter_deep_in_a_condition_is_told(tmp_path: Path) -> None:
    text = """version: "1"
rules:
  XA01:
    item: A6
    name: 测试
    when:
      and:
        - role: operator
          silence:
            longer_than_ms: 12000
            time: 3
"""
    told = refused(tmp_path, text)
    assert "line 11" in told
    assert "silence.time" in told


def test_unintelligible_speech_in_the_range_leaves_absence_open() -> None:
    murky = call([("话", "您好"), ("来", "再说"), ("话", "好的")], unintelligible=[Span(500, 1_100, 0, Role.OPERATOR)])
    assert asked("{role: operator, not: {any_keywords: [再见]}}", murky).truth.value == "unsure"
    assert asked("{role: operator, range: [2, 2], not: {any_keywords: [再见]}}", murky).truth.value == "yes"


CONDITION = """
version: "1"
rules:
  XA01:
    item: A6
    name: 不用网络用语称呼来电人
    why: 称呼要得体
    when:
      and:
        - {role: operator, any_keywords: [亲亲, 宝贝儿]}
        - not: {role: caller, any_keywords: [宝贝儿]}
"""


def test_a_written_condition_is_a_rule_like_the_others(tmp_path: Path) -> None:
    own = loaded(tmp_path, CONDITION)
    said = {
        "fail": [("来", "你好"), ("话", "宝贝儿你好")],
        "pass": [("来", "我家宝贝儿要上学"), ("话", "宝贝儿几岁了")],
    }
    for outcome, dialogue in said.items():
        (result,) = [r for r in check(call(dialogue), own) if r.code == "XA01"]
        assert result.outcome.value == outcome
        assert result.standing is Standing.ADVISE
    (result,) = [r for r in check(call([("？", "宝贝儿")]), own) if r.code == "XA01"]
    assert result.outcome is Outcome.UNDETERMINED
    rules = {bound.code: bound.rule for bound in own.rules}
    assert "称呼要得体" in explain("XA01", rules)
    assert own.sha256 != loaded(tmp_path, CONDITION.replace("宝贝儿", "宝贝")).sha256


def test_a_condition_may_say_when_it_applies(tmp_path: Path) -> None:
    text = """
version: "1"
rules:
  XD01:
    item: D1
    name: 投诉要记联系方式
    standing: deduct
    applies: {field: {name: 诉求类型, test: ==, value: 投诉}}
    when: {field: {name: 联系方式, test: empty}}
"""
    own = loaded(tmp_path, text)
    outcomes = []
    for order in ({"诉求类型": "咨询"}, {"诉求类型": "投诉"}, {"诉求类型": "投诉", "联系方式": "139"}, None):
        (result,) = [r for r in check(call([("话", "您好")], work_order=order), own) if r.code == "XD01"]
        outcomes.append(result.outcome.value)
    assert outcomes == ["not_applicable", "fail", "pass", "undetermined"]


@pytest.mark.parametrize(
    ("when", "said"),
    [
        ("{role: operator, any_keyword: [亲]}", "did you mean any_keywords?"),
        ("{role: boss, any_keywords: [亲]}", "unknown role"),
        ("{range: [3, 1], any_keywords: [亲]}", "range 3 to 1 is empty"),
        ("{range: [0, 1], any_keywords: [亲]}", "range is [first, last]"),
        ("{any_keywords: [亲], regex: 亲}", "one operator, not any_keywords and regex"),
        ("{role: operator}", "one operator, not none"),
        ("{and: {any_keywords: [亲]}}", '"and" holds a list'),
        ("{and: [{any_keywords: [亲]}], or: []}", "stands alone"),
        ("[亲]", "a condition is a mapping"),
        ("{regex: '('}", "not a regular expression"),
        ("{silence: {longer_than: 10}}", "parameters of silence: longer_than_ms"),
        ("{field: {name: 联系方式, test: '~'}}", "field.test"),
        ("{n_keywords: {phrases: [亲], n: -2}}", "n_keywords.n"),
    ],
)
def test_a_wrong_condition_is_told_with_its_line(tmp_path: Path, when: str, said: str) -> None:
    text = f'version: "1"\nrules:\n  XA01:\n    item: A6\n    name: 测试\n    when: {when}\n'
    told = refused(tmp_path, text)
    assert said in told
    assert "line 6" in told


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("rules:\n  XA01: {item: Z6, name: 名, when: {regex: 亲}}\n", "is no item"),
        ("rules:\n  XA01: {item: A6, when: {regex: 亲}}\n", "name is missing"),
        ("rules:\n  XA01: {item: V1, name: 名, standing: deduct, when: {regex: 亲}}\n", "can only advise"),
        ("rules:\n  XA01: {item: A6, name: 名, wen: 1, when: {regex: 亲}}\n", "did you mean when?"),
        ("rules:\n  XA01: {item: A6, name: 名, min_confidence: 2, when: {regex: 亲}}\n", "less than or equal"),
        ("conditions: [XA01]\n", "not names with values"),
        ("conditions:\n  XA01: {item: A6, name: 名, when: {regex: 亲}}\n", "write it under rules"),
        ("rules:\n  XA01: 1\n", "holds nothing"),
    ],
)
def test_a_condition_that_is_not_whole_is_refused(tmp_path: Path, text: str, said: str) -> None:
    assert said in refused(tmp_path, f'version: "1"\n{text}')
