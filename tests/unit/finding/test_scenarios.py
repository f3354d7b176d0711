"""What of a call shows a scenario, and what only looks like one: quoted, denied, another matter."""

from __future__ import annotations

from dataclasses import replace

import pytest

from qa_pipeline.models import Role
from qa_pipeline.models.passages import Scenario
from qa_pipeline.training.finding import Heard
from qa_pipeline.training.finding.call import told_apart
from qa_pipeline.training.finding.scenarios import DETECTORS, marks_in
from tests.builders import call

OPENING = ("话", "您好，请问有什么可以帮您？")
FOUND = {
    Scenario.INSULT: ["你们这群饭桶，电梯三天了没人修", "你个死老太婆，听不懂话", "你们就是一窝骗子"],
    Scenario.THREAT: [
        "再不来人我就从楼上跳下去",
        "我要把这事捅到电视台去",
        "我们明天去市政府拉横幅",
        "你小心点，下班我堵你",
    ],
    Scenario.REPEATED: [
        "我投诉过好几次了还是没人管",
        "这是我第三次打电话了",
        "上个星期就打过电话到现在没动静",
        "又是我，还是那个路灯的问题",
        "电话都打烂了没人管",
    ],
    Scenario.GRIEF: [
        "我父亲前天去世了，想问抚恤金怎么领",
        "我女儿没抢救过来",
        "呜呜，我不知道怎么办",
        "我老伴昨晚走了",
    ],
    Scenario.REFUSAL: ["这什么破规定，我不认", "凭什么办个证明还要预约", "你们这条例不合理"],
    Scenario.CRANK: ["妹妹声音真好听，有对象没有", "我是玉皇大帝", "没事，就想找人聊聊天", "猜猜我是谁"],
}
INNOCENT = {
    Scenario.INSULT: [
        "邻居骂我是神经病，能调解吗",
        "前台冲我来一句，嫌贵你就滚蛋",
        "医疗废物该送到哪里",
        "我不是骂你们是骗子",
    ],
    Scenario.THREAT: [
        "有人威胁我，说要曝光我的照片",
        "邻居说要打断我的腿",
        "下水道堵了三天了",
        "我没想去上访，就是问问",
    ],
    Scenario.REPEATED: [
        "我第一次打你们电话",
        "我打了三次疫苗",
        "昨天反映的漏水今天已经修好了，谢谢你们",
        "我打了三个电话一直占线",
        "重复投诉会不会影响处理",
    ],
    Scenario.GRIEF: [
        "我爸去世三年了，房子想过户",
        "孩子一直哭闹，疫苗打完发烧",
        "卡里的钱没了",
        "我女儿下车走了才发现包没拿",
    ],
    Scenario.REFUSAL: [
        "请问按什么规定收费",
        "凭什么证件可以免费进公园",
        "邻居不同意装电梯怎么办",
    ],
    Scenario.CRANK: [
        "邻居半夜聊天太吵",
        "我们单位想跟你们聊一下对接的事",
        "骚扰电话找谁投诉",
    ],
}


def heard(*lines: tuple[object, ...]) -> Heard:
    return Heard(call([OPENING, *lines]))


def shown(one: Heard) -> set[Scenario | None]:
    return {mark.scenario for mark in marks_in(one)}


@pytest.mark.parametrize(("scenario", "said"), [(s, said) for s, texts in FOUND.items() for said in texts])
def test_a_caller_who_says_so_is_found(scenario: Scenario, said: str) -> None:
    assert scenario in shown(heard(("来", said), ("话", "按规定需要登记，请您稍等。")))


@pytest.mark.parametrize(("scenario", "said"), [(s, said) for s, texts in INNOCENT.items() for said in texts])
def test_what_is_quoted_or_denied_or_means_something_else_is_not_found(scenario: Scenario, said: str) -> None:
    assert scenario not in shown(heard(("来", said), ("话", "好的，我帮您查一下。")))


def test_there_is_a_detector_for_each_scenario() -> None:
    assert [one.__name__ for one in DETECTORS] == [one.value for one in Scenario]


def test_an_ordinary_question_shows_nothing() -> None:
    ordinary = heard(
        ("来", "你好，我想问一下护照怎么办"),
        ("话", "您带上身份证到出入境窗口就可以，工本费一百二十元"),
        ("来", "好的，谢谢"),
    )
    assert marks_in(ordinary) == ()


def test_what_an_operator_says_is_no_scenario() -> None:
    assert shown(heard(("来", "我想问个事"), ("话", "你们这群饭桶，我不认"))) <= {None}


def test_refusing_what_is_no_rule_is_no_refusal_of_rules() -> None:
    assert Scenario.REFUSAL not in shown(heard(("来", "他凭什么打我孩子"), ("话", "您先别急")))


def test_a_demand_is_beyond_policy_only_where_the_operator_says_no_and_the_caller_insists() -> None:
    no, insists = ("话", "收入超标是不能申请的。"), ("来", "我不管，你就得给我办。")
    assert Scenario.BEYOND_POLICY in shown(heard(("来", "公租房给我批一套"), no, insists))
    assert Scenario.BEYOND_POLICY not in shown(heard(("来", "公租房能申请吗"), no, ("来", "那好吧，谢谢")))
    assert Scenario.BEYOND_POLICY not in shown(heard(insists, ("话", "好的，这就给您办。"), ("来", "行")))


def test_a_silence_is_the_callers_where_the_operator_asked_or_asks_whether_he_is_there() -> None:
    asked = heard(("来", "我想问一下"), ("静", 12), ("话", "您好，您还在吗？"), ("来", "在的"))
    looked_up = heard(("来", "我想问一下税费"), ("话", "请您稍等，我查一下"), ("静", 12), ("话", "让您久等了"))
    short = heard(("来", "我想问一下"), ("静", 8), ("话", "您还在吗？"), ("来", "在"))
    assert Scenario.LONG_SILENCE in shown(asked)
    assert Scenario.LONG_SILENCE not in shown(looked_up)
    assert Scenario.LONG_SILENCE not in shown(short)


def louder(one: Heard, *indices: int, db: float = 9.0, semitones: float = 3.0) -> Heard:
    raised = tuple(
        replace(m, loudness_db=m.loudness_db + db, pitch_hz=200.0 * 2 ** (semitones / 12)) if m.index in indices else m
        for m in one.ctx.acoustics.utterances
    )
    return Heard(replace(one.ctx, acoustics=replace(one.ctx.acoustics, utterances=raised)))


CALM = (
    ("来", "我想问一下我们小区停水的事"),
    ("话", "请问是哪个小区"),
    ("来", "是金桂花园小区三号楼"),
    ("话", "好的，今天晚上恢复"),
    ("来", "那到底几点能来水呢"),
)


def test_a_voice_raised_in_level_and_pitch_is_shouting() -> None:
    assert shown(heard(*CALM)) == set()
    assert shown(louder(heard(*CALM), 5)) == {Scenario.SHOUTING}


def test_a_microphone_that_is_turned_up_is_no_shouting() -> None:
    assert Scenario.SHOUTING not in shown(louder(heard(*CALM), 1, 3, 5, semitones=0.0, db=4.0))


def test_an_angry_caller_who_is_loud_from_the_first_word_is_found_beside_the_operator() -> None:
    angry = heard(("来", "气死我了，你们到底管不管"), ("话", "请问什么事"), ("来", "停水三天了，气死人"))
    assert Scenario.SHOUTING in shown(louder(angry, 1, 3, semitones=0.0, db=6.0))
    assert Scenario.SHOUTING not in shown(angry)


def test_who_is_told_not_to_shout_was_shouting() -> None:
    assert Scenario.SHOUTING in shown(heard(("来", "到底给不给我解决"), ("话", "您别喊，慢慢说")))


def test_a_call_in_which_nobody_knows_who_speaks_cannot_be_looked_through() -> None:
    mono = call([("？", "你们这群饭桶"), ("？", "您别着急")])
    assert not told_apart(mono.transcript.utterances)
    assert told_apart(call([("话", "您好"), ("来", "你好")]).transcript.utterances)


def test_a_mark_lies_on_the_words_and_tells_nothing_of_them() -> None:
    one = heard(("来", "你们这群饭桶，我叫张小明"), ("话", "您别急"))
    mark = next(m for m in marks_in(one) if m.scenario is Scenario.INSULT)
    said = one.ctx.transcript.utterances[1]
    assert (mark.utterance, said.role) == (1, Role.CALLER)
    assert said.start_ms <= mark.start_ms < mark.end_ms <= said.end_ms
    assert "饭桶" not in mark.why
