"""Who speaks on which channel: by the call log, by the opening, or not at all."""

from __future__ import annotations

import pytest

from qa_pipeline.asr.channels import (
    ChannelRoles,
    channel_roles,
    heard_roles,
    only_channel,
    spans_with_roles,
    with_roles,
)
from qa_pipeline.asr.content import operator_score, sureness
from qa_pipeline.models import Role, Span
from tests.sounds import recording, said

OPERATOR, CALLER, UNKNOWN = Role.OPERATOR, Role.CALLER, Role.UNKNOWN
NOBODY = ChannelRoles((UNKNOWN, UNKNOWN), 0.0)
OPENING = "您好欢迎拨打12345热线请问有什么可以帮助您"
MISHEARD = "你好欢迎波达12345热线请问有什么可以帮您"


def test_the_call_log_decides_where_it_says_something() -> None:
    assert channel_roles(recording(2), 0) == ChannelRoles((OPERATOR, CALLER), 1.0)
    assert channel_roles(recording(2), 1) == ChannelRoles((CALLER, OPERATOR), 1.0)


@pytest.mark.parametrize(("channels", "stated"), [(1, None), (1, 0), (2, None), (2, 7)])
def test_nobody_is_named_on_mono_or_without_a_log(channels: int, stated: int | None) -> None:
    roles = channel_roles(recording(channels), stated)
    assert roles.roles == (UNKNOWN,) * channels
    assert roles.confidence == 0


@pytest.mark.parametrize("opening", [OPENING, MISHEARD])
@pytest.mark.parametrize("channel", [0, 1])
def test_the_opening_names_the_operator_even_misheard(opening: str, channel: int) -> None:
    spoken = [said(0, channel, 0, opening, UNKNOWN), said(1, 1 - channel, 9000, "你好我家路灯坏了", UNKNOWN)]
    roles = heard_roles(NOBODY, spoken)
    assert roles.of(channel) is OPERATOR
    assert roles.of(1 - channel) is CALLER
    assert 0.8 <= roles.confidence < 1


def test_without_an_opening_nobody_is_named() -> None:
    spoken = [said(0, 0, 0, "喂你好", UNKNOWN), said(1, 1, 900, "你好我想问一下公积金怎么取", UNKNOWN)]
    assert heard_roles(NOBODY, spoken) == NOBODY


def test_an_operator_who_left_out_the_opening_is_known_by_what_follows() -> None:
    spoken = [
        said(0, 1, 0, "您好江安12345这线", UNKNOWN),
        said(1, 0, 4000, "你好是12345吗我想问护照怎么办", UNKNOWN),
        said(2, 1, 9000, "好的请您稍等我帮您查一下", UNKNOWN),
        said(3, 1, 20_000, "请问您还需要其他帮助吗", UNKNOWN),
    ]
    assert heard_roles(NOBODY, spoken).of(1) is OPERATOR


def test_a_caller_who_asks_for_the_number_is_not_taken_for_the_operator() -> None:
    spoken = [said(0, 0, 0, "喂什么事", UNKNOWN), said(1, 1, 2000, "你好是12345热线吗", UNKNOWN)]
    assert heard_roles(NOBODY, spoken) == NOBODY


def test_an_opening_late_in_the_call_names_nobody() -> None:
    before = [said(n, 0, n * 9000, "我家门口路灯坏了", UNKNOWN) for n in range(3)]
    assert heard_roles(NOBODY, [*before, said(3, 0, 40_000, OPENING, UNKNOWN)]) == NOBODY


def test_a_log_that_the_opening_contradicts_is_kept_but_not_trusted() -> None:
    stated = ChannelRoles((CALLER, OPERATOR), 1.0)
    roles = heard_roles(stated, [said(0, 0, 0, OPENING, UNKNOWN), said(1, 1, 9000, "路灯坏了", UNKNOWN)])
    assert roles.roles == stated.roles
    assert roles.confidence == 0.5


def test_a_log_that_the_opening_confirms_or_that_stays_open_is_trusted() -> None:
    stated = ChannelRoles((OPERATOR, CALLER), 1.0)
    assert heard_roles(stated, [said(0, 0, 0, OPENING, UNKNOWN)]) == stated
    assert heard_roles(stated, []) == stated


def test_mono_stays_unknown_whatever_is_said() -> None:
    mono = ChannelRoles((UNKNOWN,), 0.0)
    assert heard_roles(mono, [said(0, 0, 0, OPENING, UNKNOWN)]) == mono


def test_utterances_and_spans_take_the_role_of_their_channel() -> None:
    roles = ChannelRoles((CALLER, OPERATOR), 0.9)
    (utterance,) = with_roles([said(0, 1, 0, "您好", UNKNOWN)], roles)
    assert (utterance.role, utterance.role_confidence) == (OPERATOR, 0.9)
    spans = spans_with_roles([Span(500, 900, 0), Span(0, 300, 1)], roles)
    assert [(s.start_ms, s.role) for s in spans] == [(0, OPERATOR), (500, CALLER)]


def test_a_caller_is_known_by_his_words_where_the_operator_left_all_out() -> None:
    spoken = [
        said(0, 0, 0, "喂说吧", UNKNOWN),
        said(1, 1, 2000, "你好我想反映一下我们小区的路灯坏了你们能不能修", UNKNOWN),
    ]
    roles = heard_roles(NOBODY, spoken)
    assert roles.of(1) is CALLER
    assert 0.6 <= roles.confidence < 1


def test_a_polite_caller_does_not_contradict_the_log() -> None:
    stated = ChannelRoles((OPERATOR, CALLER), 1.0)
    spoken = [said(0, 0, 0, "嗯对", UNKNOWN), said(1, 1, 2000, "请问您那边是不是能办请问要带什么谢谢您", UNKNOWN)]
    assert heard_roles(stated, spoken) == stated


def test_a_small_lead_is_as_good_as_none() -> None:
    assert sureness(0.5) == 0.5
    assert 0.8 < sureness(0.8) < sureness(1.2) < sureness(9) < 1


def test_operators_and_callers_score_on_their_own_sides() -> None:
    assert operator_score([OPENING]) > 1.5
    assert operator_score(["你好我想投诉我们小区没有热水"]) < -0.5
    assert operator_score([]) == 0


@pytest.mark.parametrize(
    ("left", "right", "only"),
    [
        ([Span(0, 60_000)], [], 0),
        ([Span(0, 300)], [Span(0, 60_000)], 1),
        ([Span(0, 60_000)], [Span(0, 5000)], None),
        ([], [], None),
    ],
)
def test_a_side_with_a_crumb_of_speech_took_no_part(left: list[Span], right: list[Span], only: int | None) -> None:
    assert only_channel([left, right]) == only
