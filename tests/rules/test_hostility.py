"""What is hostile in a caller's mouth, what only sounds so, and how grave it is."""

from __future__ import annotations

from dataclasses import replace

import pytest

from qa_pipeline.models import CallContext, Role
from qa_pipeline.rules.hostility import (
    HostilityParams,
    How,
    Kind,
    Moment,
    calm,
    case_mix,
    doubts_of,
    moments,
    moments_of,
    stored_mix,
)
from qa_pipeline.rules.hostility.model import THRESHOLD, offensive
from qa_pipeline.rules.matching import phrases
from tests.builders import Line, call, profile

PARAMS = HostilityParams()


def _said(*texts: str) -> tuple[Moment, ...]:
    return moments(call([("来", text) for text in texts]), PARAMS)


def _sounding(ctx: CallContext, measures: dict[int, tuple[float, float]]) -> CallContext:
    """Return the call with other loudness (dB) and pitch (Hz) of some utterances."""
    changed = tuple(
        replace(m, loudness_db=measures[m.index][0], pitch_hz=measures[m.index][1]) if m.index in measures else m
        for m in ctx.acoustics.utterances
    )
    return replace(ctx, acoustics=profile(ctx.transcript, utterances=changed))


@pytest.mark.parametrize(
    ("text", "level", "kind"),
    [
        ("求求你了帮帮我们吧", 1, Kind.GRIEF),
        ("叫我把人熬煎的", 1, Kind.GRIEF),
        ("打了三个电话一直占线", 1, Kind.UPSET),
        ("咋办呀嘛", 1, Kind.UPSET),
        ("气死我了", 2, Kind.ANGER),
        ("把人能气死咧", 2, Kind.ANGER),
        ("你们这是啥子态度嘛", 2, Kind.ANGER),
        ("你们是干什么吃的", 3, Kind.INSULT),
        ("你个瓜怂", 3, Kind.INSULT),
        ("龟儿子些", 3, Kind.INSULT),
        ("冚家铲", 3, Kind.INSULT),
        ("你个瘪犊子玩意儿", 3, Kind.INSULT),
        ("你等着瞧", 3, Kind.THREAT),
        ("我就跟你们同归于尽", 3, Kind.THREAT),
        ("我不想活了", 3, Kind.THREAT),
        ("我骂你们饭桶怎么了", 3, Kind.INSULT),
        ("你是不是神经病啊", 3, Kind.INSULT),
    ],
)
def test_words_tell_kind_and_grade(text: str, level: int, kind: Kind) -> None:
    (found,) = _said(text)
    assert found.level == level
    assert kind in found.kinds
    assert found.how == (How.WORDS,)
    assert found.sure


@pytest.mark.parametrize(
    "text",
    [
        "他骂我神经病",
        "物业保安冲我喊滚蛋",
        "我被人骂傻逼",
        "他们说要弄死我们全家",
        "邻居扬言要砸了你们的门",
        "老师说我孩子是废物",
        "你们那个接线员说我神经病",
        "他威胁我要杀了你全家",
        "他要打死你们",
        "我不是说你们是骗子",
    ],
)
def test_who_reports_an_insult_or_threat_does_not_make_one(text: str) -> None:
    assert not [m for m in _said(text) if m.level == 3]


@pytest.mark.parametrize(
    "text",
    [
        "孩子和他妈的医保卡怎么办理",
        "精神病人怎么办残疾证",
        "我每个月二百五十块的补贴",
        "医疗废物怎么处理",
        "废物回收站在哪里",
        "老人耳朵聋了助听器有没有补贴",
        "单元门有毛病打不开",
        "你有病历的话我传给你",
        "系统崩溃了登不上去",
        "这是孩子的救命钱",
        "我要表扬窗口服务态度很好",
        "换煤气人员什么时候来",
        "他们打跳楼价的广告",
        "家里养的畜生被偷了",
        "遇到一伙骗子把钱骗走了",
        "我要去告诉物业",
        "那我就问你一下几点上班",
        "公司拉横幅挡路了",
        "西瓜皮扔了一地",
        "你们找人收拾一下垃圾",
        "下雪路滑出门小心",
        "孩子从小脑子有问题怎么办残疾证",
        "我需要你们干什么材料",
    ],
)
def test_innocent_words_are_not_hostile(text: str) -> None:
    assert _said(text) == ()


def test_an_insult_of_somebody_who_is_not_on_the_line_is_distress() -> None:
    (found,) = _said("那个老板就是个王八蛋")
    assert (found.level, found.kinds) == (1, (Kind.INSULT,))


def test_a_misheard_insult_is_found_by_its_sound_and_is_less_sure() -> None:
    (right,), (misheard,) = _said("你们是干什么吃的"), _said("你们是甘什么吃的")
    assert misheard.level == 3
    assert misheard.confidence < right.confidence


def test_traditional_characters_are_read() -> None:
    (found,) = _said("你們這是什麼態度")
    assert found.level == 2


def test_a_turn_is_one_moment_with_its_gravest_grade_and_all_its_kinds() -> None:
    (found,) = _said("气死我了打了三个电话，你们这群饭桶")
    assert found.level == 3
    assert set(found.kinds) >= {Kind.INSULT, Kind.ANGER, Kind.UPSET}


UPSET = ("你好我想问停水的事", "停水没有人管一直占线", "三号楼的住户都停了", "好的那就这样吧")
CALM = ("你好我想问停水的事", "停水有两天了请问一下", "三号楼的住户都停了", "好的那就这样吧")
OFFENSIVE = "黑人都滚出我们国家恶心死了"


def _alternating(*texts: str) -> CallContext:
    return call([line for text in texts for line in (("来", text), ("话", "好的您请说我在记录"))])


def test_a_voice_raised_in_level_and_pitch_makes_anger_of_distress() -> None:
    (found,) = moments(_sounding(_alternating(*UPSET), {2: (-16.0, 250.0)}), PARAMS)
    assert (found.level, found.how) == (2, (How.WORDS, How.SOUND))
    assert Kind.SHOUTING in found.kinds


@pytest.mark.parametrize("measure", [(-16.0, 200.0), (-24.0, 260.0)], ids=["level alone", "pitch alone"])
def test_one_number_alone_raises_nothing(measure: tuple[float, float]) -> None:
    (found,) = moments(_sounding(_alternating(*UPSET), {2: measure}), PARAMS)
    assert (found.level, found.how) == (1, (How.WORDS,))


def test_a_loud_microphone_is_not_a_loud_person() -> None:
    ctx = _alternating(*UPSET)
    loud = _sounding(ctx, dict.fromkeys((0, 2, 4, 6), (-10.0, 200.0)))
    assert moments(loud, PARAMS) == moments(ctx, PARAMS)
    assert doubts_of(loud, Role.CALLER) == ()


def test_a_level_that_hardly_leaves_the_noise_is_not_a_voice() -> None:
    ctx = _sounding(_alternating(*UPSET), {2: (-16.0, 250.0)})
    noisy = replace(ctx, acoustics=replace(ctx.acoustics, noise_floor_db=(-60.0, -26.0)))
    (found,) = moments(noisy, PARAMS)
    assert found.level == 1


def test_sound_without_words_is_no_moment_and_raises_a_doubt() -> None:
    ctx = _sounding(_alternating(*CALM), {2: (-14.0, 260.0)})
    assert moments(ctx, PARAMS) == ()
    (doubt,) = doubts_of(ctx, Role.CALLER)
    assert not doubt.sure
    assert doubt.confidence < 0.5
    assert calm(ctx).doubt


def test_what_the_model_says_without_sound_is_nothing() -> None:
    ctx = _alternating(OFFENSIVE, *CALM)
    assert offensive(OFFENSIVE) >= THRESHOLD
    assert moments(ctx, PARAMS) == ()
    assert doubts_of(ctx, Role.CALLER) == ()
    assert calm(ctx).doubt == ""


def test_what_the_model_says_of_a_loud_turn_is_a_doubt() -> None:
    ctx = _alternating(*CALM[:2], OFFENSIVE, *CALM[2:])
    (doubt,) = doubts_of(_sounding(ctx, {4: (-14.0, 200.0)}), Role.CALLER)
    assert doubt.how == (How.SOUND, How.MODEL)


def test_a_demand_in_three_turns_is_repeated_whether_answered_or_not() -> None:
    again = "让他们赶紧把路灯修好"
    ctx = call(
        [("来", again), ("话", "在哪条路"), ("来", f"人民路{again}"), ("话", "好的"), ("来", f"那{again}行不行")]
    )
    (found,) = moments(ctx, PARAMS)
    assert (found.level, found.kinds, found.utterances) == (1, (Kind.DEMAND,), (4,))
    assert "路灯" in found.demand


def test_a_demand_is_repeated_by_its_sound() -> None:
    ctx = _alternating("让他们赶紧把路灯修好", "让塔们赶紧把陆灯修好", "让他们赶紧把路灯修号")
    (found,) = moments(ctx, PARAMS)
    assert found.kinds == (Kind.DEMAND,)


def test_two_turns_are_no_repetition_and_other_demands_are_others() -> None:
    ctx = _alternating("让他们赶紧把路灯修好", "让他们赶紧把路灯修好", "什么时候能给我回电话")
    assert moments(ctx, PARAMS) == ()


def test_an_operators_insult_is_found_and_soothing_words_are_not_hostile() -> None:
    ctx = call([("来", "请问几点上班"), ("话", "您别着急睡不着确实难受"), ("来", "几点"), ("话", "你有病吧听不懂人话")])
    (found,) = moments_of(ctx, Role.OPERATOR, PARAMS)
    assert (found.level, found.role, found.utterances) == (3, Role.OPERATOR, (3,))


def test_an_operator_who_repeats_the_callers_words_is_not_hostile() -> None:
    ctx = call([("来", "他说我神经病"), ("话", "您是说对方骂您神经病对吗")])
    assert moments_of(ctx, Role.OPERATOR, PARAMS) == ()


def test_words_of_an_older_ruleset_still_count() -> None:
    params = HostilityParams(abusive=phrases("老妖怪"))
    (found,) = moments(call([("来", "你这个老妖怪")]), params)
    assert (found.level, found.kinds) == (3, (Kind.INSULT,))


def test_words_heard_poorly_are_less_sure() -> None:
    (clear,) = moments(call([Line(Role.CALLER, "气死我了", confidence=0.95)]), PARAMS)
    (poor,) = moments(call([Line(Role.CALLER, "气死我了", confidence=0.5)]), PARAMS)
    assert poor.confidence < clear.confidence


def test_the_case_mix_survives_being_stored() -> None:
    mix = case_mix(call([("来", "气死我了"), ("话", "您别急"), ("来", "你们这群饭桶")]), PARAMS)
    assert (mix.level, mix.times, mix.hostile) == (3, 2, True)
    assert mix.ms > 0
    assert stored_mix(mix.details()) == mix


def test_a_result_of_before_kinds_were_told_still_has_its_level() -> None:
    mix = stored_mix({"hostility": "2"})
    assert mix is not None
    assert (mix.level, mix.kinds) == (2, ())
    assert stored_mix({}) is None


def test_an_empty_call_is_not_hostile() -> None:
    assert case_mix(call([]), PARAMS).level == 0


@pytest.mark.large
def test_ten_thousand_utterances_are_answered_in_bounded_time() -> None:
    ctx = call(
        [
            (("来", "话")[place % 2], f"让他们赶紧把{'路灯水管电梯'[place % 5]}修好什么时候能来")
            for place in range(10_000)
        ]
    )
    assert case_mix(ctx, PARAMS).level == 1
