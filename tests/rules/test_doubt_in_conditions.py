"""What must not cost anybody a point: nothing to look at, nobody to have said it, words that were perhaps said."""

from __future__ import annotations

from typing import Any

import pytest

from qa_pipeline.models import Role, Span
from tests.builders import Line, call
from tests.rules.conditions import asked

THANKED = "{谢: {role: caller, any_keywords: [谢谢你们]}}"
GOODBYE = "{role: operator, not: {any_keywords: [感谢来电]}}"


@pytest.mark.parametrize("absence", ["not: {any_keywords: [不客气]}", "n_keywords: {phrases: [不客气], n: 0}"])
@pytest.mark.parametrize(
    ("dialogue", "truth"),
    [
        ([("话", "您好请讲"), ("来", "好的谢谢你们")], "no"),
        ([("话", "您好请讲"), ("来", "好的")], "no"),
        ([("来", "谢谢你们"), ("话", "再见")], "yes"),
    ],
)
def test_where_there_was_no_turn_nothing_is_missing(absence: str, dialogue: list[Any], truth: str) -> None:
    rule = f"{{role: operator, anchor: {{condition: 谢, where: after}}, range: [1, 1], {absence}}}"
    assert asked(rule, call(dialogue), THANKED).truth.value == truth


def test_an_anchor_that_was_never_hit_makes_nothing_missing_under_a_not() -> None:
    rule = "{not: {role: operator, anchor: {condition: 谢, where: after, hit: every}, any_keywords: [不客气]}}"
    assert asked(rule, call([("来", "你好"), ("话", "您好")]), THANKED).truth.value == "no"


@pytest.mark.parametrize(
    "unheard", [Span(4_000, 6_000, 0, Role.OPERATOR), Span(4_000, 6_000, 0, Role.UNKNOWN)], ids=["own", "unknown"]
)
def test_what_was_said_after_the_last_turn_and_not_understood_may_be_what_is_missed(unheard: Span) -> None:
    ctx = call([("来", "你好"), ("话", "已经帮您登记了")], duration_s=8, unintelligible=[unheard])
    assert asked("{role: operator, range: [-1, -1], not: {any_keywords: [感谢来电]}}", ctx).truth.value == "unsure"


def test_words_of_whom_nobody_can_tell_who_spoke_may_be_the_operators() -> None:
    ctx = call([("话", "您好请讲"), ("来", "我要反映一个问题"), ("？", "感谢来电再见")])
    assert asked(GOODBYE, ctx).truth.value == "unsure"


@pytest.mark.parametrize(("said", "truth"), [("您号请讲", "unsure"), ("您好请讲", "no"), ("请讲", "yes")])
def test_what_sounds_like_the_missing_phrase_may_be_it(said: str, truth: str) -> None:
    ctx = call([("话", said), ("来", "你好")])
    assert asked("{role: operator, range: [1, 1], not: {any_keywords: [您好]}}", ctx).truth.value == truth
    assert asked("{role: operator, range: [1, 1], n_keywords: {phrases: [您好], n: 0}}", ctx).truth.value == truth


@pytest.mark.parametrize(
    ("rule", "dialogue", "truth"),
    [
        ("not: {any_keywords: [感谢来电]}, except: [请稍候]", [("话", "请稍候感谢来电")], "no"),
        (
            "not: {any_keywords: [感谢来电]}, except: [{where: around, role: caller, any_keywords: [我先挂了]}]",
            [("话", "您好请讲"), ("来", "我先挂了")],
            "no",
        ),
        (
            "not: {any_keywords: [感谢来电]}, except: [{role: caller, where: around, regex: 挂了}]",
            [("话", "您好"), ("来", "好的")],
            "yes",
        ),
    ],
)
def test_an_exception_beside_a_not_excuses_and_never_accuses(rule: str, dialogue: list[Any], truth: str) -> None:
    assert asked(f"{{role: operator, {rule}}}", call(dialogue)).truth.value == truth


@pytest.mark.parametrize(
    ("rule", "said", "truth"),
    [
        ("sounds_like: [废物]", "我帮您转会务组", "unsure"),
        ("sounds_like: [{text: 不知道, unless: [不知道您方便]}]", "不知道您方便吗", "no"),
        ("n_keywords: {phrases: [您好, 您好请讲], n: -1}", "您好请讲", "yes"),
        ("any_keywords: [不知道, {text: 我不知道, unless: [我不知道您]}]", "我不知道您", "yes"),
        ("entity: {kind: duration, test: '>', value: 4}", "三到五天办好", "unsure"),
    ],
)
def test_a_hit_is_no_surer_than_its_words(rule: str, said: str, truth: str) -> None:
    assert asked(f"{{role: operator, {rule}}}", call([("来", "你好"), ("话", said)]), sure=0.4).truth.value == truth


def test_a_pattern_looks_at_no_other_speakers_words() -> None:
    ctx = call([("话", "您好请讲"), ("来", "我问个事"), ("话", "不能办"), ("来", "那可以去哪里")])
    assert asked("{role: operator, regex: '不能办(?=[^。]*可以)'}", ctx).truth.value == "no"
    assert asked("{role: operator, regex: '不能办(?![^。]*可以)'}", ctx).truth.value == "yes"


def test_an_anchor_of_which_a_part_is_unsure_leaves_open_what_hangs_on_it() -> None:
    ctx = call([("来", "我要投诉"), Line(Role.CALLER, "气死我了", start=6.0, confidence=0.3), ("话", "这个不归我管")])
    named = "{两: {and: [{any_keywords: [我要投诉]}, {any_keywords: [气死我]}]}}"
    rule = "{anchor: {condition: 两, where: after}, role: operator, any_keywords: [不归我管]}"
    assert asked(rule, ctx, named).truth.value == "unsure"
    assert asked(f"{{not: {rule}}}", ctx, named).truth.value == "unsure"


def test_who_hung_up_without_a_word_is_open_where_the_ending_was_not_heard() -> None:
    rule = "{hang_up: {who: operator, without: [再见]}}"
    dialogue = [("来", "我还没说完"), ("话", "好的就这样")]
    murky = call(
        dialogue, hang_up_by=Role.OPERATOR, duration_s=9, unintelligible=[Span(4_500, 7_000, 0, Role.OPERATOR)]
    )
    assert asked(rule, call(dialogue, hang_up_by=Role.OPERATOR)).truth.value == "yes"
    assert asked(rule, murky).truth.value == "unsure"
