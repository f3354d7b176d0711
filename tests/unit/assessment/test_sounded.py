"""How a call sounded, in words."""

from __future__ import annotations

from dataclasses import replace

import pytest

from qa_pipeline.assessment.sounded import sounded, told_apart
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
from tests.builders import Line, call
from tests.month_builder import call_file

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
        "静默": "等话务员说话 1 次，最长 12.0 秒，说话人不明 1 次，最长 4.0 秒（含已告知的等待）",
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
    assert list(said(old)) == ["抢话", "静默"]
    assert said(old)["抢话"] == "无"
    assert sounded(None, "zh") == ()


def of_call(profile: AcousticProfile, *, mono: bool = False, **changes: object) -> dict[str, str]:
    """Return what is said of a call in which a wait is announced at 5 s."""
    spoken = [Line(Role.OPERATOR, "请您稍等", 5, 9), Line(Role.CALLER, "好的", 22, 23, role_confidence=0.9)]
    ctx = call(spoken, **changes)
    recording = replace(ctx.recording, channels=1 if mono else 2)
    file = replace(call_file("C1", None), call=ctx.call, recording=recording, transcript=ctx.transcript)
    return {"": told_apart(file, "zh")} | {line.about: line.text for line in sounded(profile, "zh", file)}


def test_an_announced_wait_is_told_apart_from_other_silences() -> None:
    told = of_call(FULL)["静默"]
    assert told == "已告知等待 1 次，最长 12.0 秒，未听到告知：说话人不明 1 次，最长 4.0 秒"


def test_on_mono_nothing_is_said_of_talk_over_and_voices_are_told_with_how_sure() -> None:
    told = of_call(replace(FULL, talk_overs=()), mono=True)
    assert told["抢话"] == "单声道，无法判断"
    assert told[""] == "单声道，按声音和内容分人，把握平均 95 %，最低 90 %"
    assert of_call(FULL)[""] == ""


def test_the_call_log_says_who_hung_up_where_the_sound_does_not() -> None:
    silent = replace(FULL, ending=Ending(Role.CALLER, 500))
    assert of_call(silent)["结束"].endswith("话单记为来电人先挂机；录音不能证实")
    assert of_call(silent, hang_up_by=Role.UNKNOWN)["结束"].endswith("录音听不出谁先挂机")
    assert of_call(FULL, hang_up_by=Role.OPERATOR)["结束"].endswith("（末尾有忙音），话单记为话务员先挂机")


@pytest.mark.parametrize("sign", EndingSign)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_ending_can_be_said(sign: EndingSign, language: str) -> None:
    for role in Role:
        ending = Ending(role, 100, (role,), role, role, sign)
        assert sounded(replace(FULL, ending=ending), language)
