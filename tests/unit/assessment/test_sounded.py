"""How a call sounded, in words."""

from __future__ import annotations

from dataclasses import replace

import pytest

from qa_pipeline.assessment.sounded import sounded
from qa_pipeline.models import (
    AcousticProfile,
    DeadAir,
    Ending,
    EndingSign,
    Response,
    Role,
    TalkOver,
    Voice,
)

FULL = AcousticProfile(
    utterances=(),
    talk_overs=(TalkOver(0, 1600, Role.OPERATOR, None), TalkOver(5000, 5400, Role.OPERATOR, None)),
    dead_airs=(DeadAir(9000, 21_000, Role.OPERATOR, None), DeadAir(30_000, 34_000, Role.UNKNOWN, None)),
    operator_rate_cpm=248.0,
    caller_rate_cpm=None,
    noise_floor_db=(-60.0, -58.0),
    voices=(
        Voice(Role.OPERATOR, -24.13, 36.2, 212.4, 9.31, 248.0),
        Voice(Role.CALLER, -30.0, None, None, None, None),
    ),
    responses=(Response(1000, 1400, 1), Response(9000, 16_100, 2), Response(20_000, 20_300, 3)),
    ending=Ending(Role.CALLER, 500, (Role.OPERATOR, Role.CALLER), None, Role.CALLER, EndingSign.BUSY_TONE),
)


def said(profile: AcousticProfile, language: str = "zh") -> dict[str, str]:
    return {line.about: line.text for line in sounded(profile, language)}


def test_every_measure_is_told_in_chinese() -> None:
    assert said(FULL) == {
        "话务员的声音": "语速 248 字/分，响度 -24.1 LUFS，高出本声道底噪 36 分贝，音高 212 赫兹，起伏 9.3 个半音",
        "来电人的声音": "响度 -30.0 LUFS",
        "应答": "3 次，中位 0.4 秒，最长 7.1 秒",
        "抢话": "话务员开口 2 次，最长 1.6 秒",
        "冷场": "等话务员说话 1 次，最长 12.0 秒，说话人不明 1 次，最长 4.0 秒",
        "结束": "最后说话：来电人，此后静 0.5 秒，道别：话务员、来电人，来电人先挂机（末尾有忙音）",
    }


def test_and_in_english() -> None:
    found = said(FULL, "en")
    assert found["Talk-over"] == "2 begun by the operator, longest 1.6 s"
    assert found["End"].endswith("the caller hung up first (a busy tone follows)")


def test_what_the_sound_does_not_tell_is_said_to_be_unknown() -> None:
    ending = Ending(Role.UNKNOWN, 0, cut=Role.UNKNOWN)
    told = said(replace(FULL, ending=ending))["结束"]
    assert told == "最后说话：说话人不明，此后静 0.0 秒，没有说完就断了：说话人不明，没有听到道别，录音听不出谁先挂机"


def test_a_call_heard_before_these_were_measured_has_fewer_lines() -> None:
    old = replace(FULL, voices=(), responses=(), ending=None, talk_overs=())
    assert list(said(old)) == ["抢话", "冷场"]
    assert said(old)["抢话"] == "无"
    assert sounded(None, "zh") == ()


@pytest.mark.parametrize("sign", EndingSign)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_ending_can_be_said(sign: EndingSign, language: str) -> None:
    for role in Role:
        ending = Ending(role, 100, (role,), role, role, sign)
        assert sounded(replace(FULL, ending=ending), language)
