"""Personal data over the utterances of a turn, with its times."""

from __future__ import annotations

from qa_pipeline.language.personal.turns import MARGIN_MS, find_in_call
from qa_pipeline.models import Role
from tests.builders import Line, call


def test_a_number_read_in_two_utterances_is_one() -> None:
    transcript = call([("来", "我的电话号码是幺五零九幺"), ("来", "七四四三二八")]).transcript
    (one,) = find_in_call(transcript)
    assert one.found.value == "15091744328"
    assert [(part.utterance, part.start, part.end) for part in one.parts] == [(0, 7, 12), (1, 0, 6)]


def test_the_other_says_mhm_or_repeats_a_group_between() -> None:
    said = [("来", "幺三三"), ("话", "幺三三"), ("来", "四四九二"), ("话", "嗯"), ("来", "八六五幺"), ("话", "好的")]
    (one,) = find_in_call(call(said).transcript)
    assert one.found.value == "13344928651"
    assert one.role is Role.CALLER
    assert len(one.parts) == 3


def test_the_question_before_tells_what_the_answer_is() -> None:
    asked = [("话", "请问您的联系电话是多少"), ("来", "八八三四七七二")]
    (one,) = find_in_call(call(asked).transcript)
    assert one.found.kind.value == "landline"


def test_numbers_of_two_turns_are_not_joined() -> None:
    said = [("来", "幺三三四四九"), ("话", "请问您反映的问题具体发生在什么时候什么地方"), ("来", "二八六五幺")]
    assert find_in_call(call(said).transcript) == ()


def test_times_are_those_of_the_words_with_a_margin() -> None:
    transcript = call([Line(Role.CALLER, "我叫王建国，您登记", 10.0, 12.0)]).transcript
    (one,) = find_in_call(transcript)
    # Eight characters in two seconds, two a word: 王 shares a word with nothing before it, 国 one with 您.
    assert one.start_ms == 10_500 - MARGIN_MS
    assert one.end_ms == 11_500 + MARGIN_MS
    assert one.channel == 1


def test_a_margin_never_leaves_the_call() -> None:
    transcript = call([Line(Role.CALLER, "王建国", 0.0, 0.6)], duration_s=0.7).transcript
    (one,) = find_in_call(transcript)
    assert (one.start_ms, one.end_ms) == (0, 700)
