"""Operators of conditions: yes, no, or not enough evidence."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_pipeline.models import DeadAir, Ending, EndingSign, Role, Span, TalkOver, UtteranceAcoustics
from qa_pipeline.rules.operators.kleene import Answer, Truth, all_of, any_of, negate
from qa_pipeline.rules.operators.table import OPERATORS
from tests.builders import call
from tests.rules.conditions import asked

TALK = [
    ("话", "您好请讲"),
    ("来", "哪个小区哪个小区"),
    ("话", "请问是哪个小区"),
    ("来", "金桂花园"),
    ("话", "请问是哪个小区"),
    ("来", "说了金桂花园"),
    ("话", "请问是哪个小区的"),
]


def _ask(name: str, params: Any, role: str = "operator", **changes: Any) -> str:
    ctx = call(changes.pop("dialogue", TALK), **changes)
    check = {"role": role, name: params}
    return asked(json.dumps(check, ensure_ascii=False), ctx).truth.value


UNHEARD = [Span(1_000, 2_000, 0, Role.OPERATOR)]
AIR = DeadAir(3_000, 15_000, Role.OPERATOR, 1)
OVER = TalkOver(2_000, 3_500, Role.OPERATOR, 2)
LATER = replace(OVER, into_ms=2_000)
HIGH = tuple(UtteranceAcoustics(n, -24.0, 300.0 if n == 4 else 200.0, None) for n in range(7))
TONE = Ending(Role.CALLER, 2_000, hung_up_by=Role.CALLER, sign=EndingSign.BUSY_TONE)
DROPPED = Ending(Role.CALLER, 2_000, hung_up_by=Role.OPERATOR, sign=EndingSign.LINE_DROPPED)
BY_SOUND = {"hang_up_by": Role.UNKNOWN, "acoustics": {"ending": DROPPED}}
CUT = Ending(Role.OPERATOR, 0, cut=Role.OPERATOR, hung_up_by=Role.CALLER, sign=EndingSign.CUT_OFF)


@pytest.mark.parametrize(
    ("name", "params", "changes", "answer"),
    [
        ("any_keywords", {"phrases": ["哪个小区"]}, {}, "yes"),
        ("any_keywords", {"phrases": ["哪个小区"], "min_hits": 4}, {}, "no"),
        ("any_keywords", {"phrases": ["再见"]}, {}, "no"),
        ("any_keywords", {"phrases": ["再见"]}, {"unintelligible": UNHEARD}, "unsure"),
        ("any_keywords", {"phrases": ["再见"]}, {"dialogue": [("话", "再见", 0, 1, 0.3)]}, "unsure"),
        ("n_keywords", {"phrases": ["您好", "小区"], "n": -1}, {}, "yes"),
        ("n_keywords", {"phrases": ["您好", "再见"], "n": -1}, {}, "no"),
        ("n_keywords", {"phrases": ["再见"], "n": 0}, {}, "yes"),
        ("n_keywords", {"phrases": ["您好"], "n": 0}, {}, "no"),
        ("n_keywords", {"phrases": ["再见"], "n": 0}, {"unintelligible": UNHEARD}, "unsure"),
        ("regex", {"pattern": "哪.小区"}, {}, "yes"),
        ("regex", {"pattern": "哪.小区", "except": ["请问.*"]}, {}, "no"),
        ("sounds_like", {"phrases": ["请问是哪个小曲"]}, {}, "yes"),
        ("sounds_like", {"phrases": ["感谢您的来电"]}, {}, "no"),
        ("repeated", {"times": 3}, {}, "yes"),
        ("repeated", {"times": 4}, {}, "no"),
        ("repeated", {"times": 3, "except": ["小区"]}, {}, "no"),
        ("silence", {"longer_than_ms": 10_000}, {"acoustics": {"dead_airs": (AIR,)}}, "yes"),
        ("silence", {"longer_than_ms": 13_000}, {"acoustics": {"dead_airs": (AIR,)}}, "no"),
        ("silence", {"longer_than_ms": 10_000, "awaited": "caller"}, {"acoustics": {"dead_airs": (AIR,)}}, "no"),
        ("silence", {"longer_than_ms": 10_000, "except": ["您好"]}, {"acoustics": {"dead_airs": (AIR,)}}, "no"),
        ("speech_rate", {"above": 240}, {}, "yes"),
        ("speech_rate", {"above": 300, "below": 160}, {}, "no"),
        ("speech_rate", {"above": 300}, {"acoustics": {"operator_rate_cpm": None}}, "unsure"),
        ("talk_over", {"by": "operator", "times": 1}, {"acoustics": {"talk_overs": (OVER,)}}, "yes"),
        ("talk_over", {"by": "caller", "times": 1}, {"acoustics": {"talk_overs": (OVER,)}}, "no"),
        ("talk_over", {"by": "operator", "times": 1, "into_ms": 1500}, {"acoustics": {"talk_overs": (LATER,)}}, "yes"),
        ("talk_over", {"by": "operator", "times": 1, "into_ms": 2500}, {"acoustics": {"talk_overs": (LATER,)}}, "no"),
        ("loudness_jump", {"db": 6}, {}, "no"),
        ("loudness_jump", {"db": 6}, {"dialogue": [("话", "您好")]}, "unsure"),
        ("pitch_jump", {"semitones": 3}, {}, "no"),
        ("pitch_jump", {"semitones": 3}, {"acoustics": {"utterances": HIGH}}, "yes"),
        ("pitch_jump", {"semitones": 3}, {"dialogue": [("话", "您好")]}, "unsure"),
        ("field", {"name": "联系方式", "test": "empty"}, {"work_order": {}}, "yes"),
        ("field", {"name": "联系方式", "test": "empty"}, {}, "unsure"),
        ("field", {"name": "标题", "test": "contains", "value": "路灯"}, {"work_order": {"标题": "路灯坏"}}, "yes"),
        ("field", {"name": "标题", "test": "in", "value": ["甲", "乙"]}, {"work_order": {"标题": "丙"}}, "no"),
        ("field", {"name": "满意度", "of": "call", "test": "<=", "value": 2}, {"satisfaction": 1}, "yes"),
        ("field", {"name": "满意度", "of": "call", "test": "<=", "value": 2}, {}, "unsure"),
        ("field", {"name": "时长秒", "of": "call", "test": ">", "value": 5}, {}, "yes"),
        ("field", {"name": "班次", "of": "call", "test": "!=", "value": "晚班"}, {}, "yes"),
        ("hang_up", {"who": "caller"}, {}, "yes"),
        ("hang_up", {"who": "operator"}, {}, "no"),
        ("hang_up", {"who": "caller", "without": ["小区"]}, {}, "no"),
        ("hang_up", {"who": "caller"}, {"hang_up_by": Role.UNKNOWN}, "unsure"),
        ("hang_up", {"who": "caller"}, {"hang_up_by": Role.UNKNOWN, "acoustics": {"ending": TONE}}, "yes"),
        ("hang_up", {"who": "caller"}, {"hang_up_by": Role.UNKNOWN, "acoustics": {"ending": CUT}}, "unsure"),
        ("hang_up", {"who": "operator"}, BY_SOUND, "unsure"),
        ("hang_up", {"who": "operator", "without": ["小区"]}, BY_SOUND, "no"),
        ("hang_up", {"who": "caller"}, BY_SOUND, "no"),
        ("hang_up", {"who": "operator"}, {"hang_up_by": Role.OPERATOR}, "yes"),
        ("duration", {"above": 300}, {}, "no"),
        ("duration", {"below": 300}, {}, "yes"),
        ("utterance_count", {"above": 3}, {}, "yes"),
    ],
)
def test_an_operator_answers(name: str, params: Any, changes: dict[str, Any], answer: str) -> None:
    assert _ask(name, params, **changes) == answer


def test_a_mix_that_was_written_to_both_channels_tells_no_talk_over() -> None:
    ctx = call(TALK, acoustics={"talk_overs": ()})
    mixed = replace(ctx.transcript, speech=tuple(replace(s, channel=0) for s in ctx.transcript.speech))
    assert asked("{talk_over: operator}", ctx).truth is Truth.NO
    assert asked("{talk_over: operator}", replace(ctx, transcript=mixed)).truth is Truth.UNSURE


def test_every_answer_of_an_operator_on_words_can_be_played() -> None:
    ctx = call(TALK)
    for written in ("{any_keywords: [再见]}", "{regex: 请问}", "{not: {any_keywords: [再见]}}"):
        assert asked(written, ctx).evidence


ANSWERS = st.builds(Answer, st.sampled_from(Truth), st.just(()), st.floats(0, 1))


@given(st.lists(ANSWERS, max_size=5))
def test_de_morgan_holds(answers: list[Answer]) -> None:
    assert negate(all_of(answers)).truth is any_of([negate(a) for a in answers]).truth


@given(ANSWERS, ANSWERS)
def test_kleenes_tables(a: Answer, b: Answer) -> None:
    order = [Truth.NO, Truth.UNSURE, Truth.YES]
    assert order.index(all_of([a, b]).truth) == min(order.index(a.truth), order.index(b.truth))
    assert order.index(any_of([a, b]).truth) == max(order.index(a.truth), order.index(b.truth))
    assert negate(negate(a)) == a


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": "颜色", "of": "call", "test": "==", "value": "红"},
        {"name": "标题", "test": "in", "value": "甲"},
        {"name": "标题", "test": "=="},
    ],
)
def test_a_field_test_that_makes_no_sense_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"call log has|needs a"):
        OPERATORS["field"].params.model_validate(wrong)


def test_mono_leaves_talk_over_open_and_a_rate_needs_a_bound() -> None:
    ctx = call(TALK)
    mono = replace(ctx, recording=replace(ctx.recording, channels=1))
    assert asked("{talk_over: operator}", mono).truth is Truth.UNSURE
    with pytest.raises(ValueError, match="give above, below or both"):
        OPERATORS["speech_rate"].params.model_validate({})
