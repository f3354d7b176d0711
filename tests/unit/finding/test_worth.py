"""What a passage is worth, how it sounds, what is like it, and which calls are examples."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_pipeline.assessment.verdicts import judge
from qa_pipeline.models import DeadAir, Outcome, Role, Standing, TalkOver, Voice
from qa_pipeline.models.passages import SoundProfile
from qa_pipeline.store.queries.passages import Compared
from qa_pipeline.training.finding import Heard, cues, passages_of
from qa_pipeline.training.finding.cues import cue, either_width
from qa_pipeline.training.finding.exemplary import EASY, example_of
from qa_pipeline.training.finding.handling import handled
from qa_pipeline.training.finding.likeness import alike_in_sound, alike_in_words
from qa_pipeline.training.finding.scenarios import marks_in
from qa_pipeline.training.finding.sound import sound_profile
from qa_pipeline.training.finding.value import parts
from tests.builders import Line, call
from tests.month_builder import CARD, audit, clean, result

TALK = (
    ("话", "您好，请问有什么可以帮您？"),
    ("来", "你们这群饭桶，电梯坏了五天没人修，老人下不了楼！"),
    ("话", "非常抱歉让您等了这么久，您的心情我理解，我马上转住建局。"),
    ("来", "行，那谢谢你了，刚才我话说重了。"),
)


def heard(talk=TALK, results=(), **changes) -> Heard:
    return Heard(call(talk, **changes), 1, tuple(judge(CARD, audit(results), ())))


def value_of(talk) -> float:
    (one,) = passages_of(heard(talk))
    return one.value


def test_a_passage_says_why_it_is_worth_what_it_is() -> None:
    (one,) = passages_of(heard())
    assert one.reasons[0] == "处置清楚：安抚住（正面示范）"
    assert any("识别把握 95%" in why for why in one.reasons)
    assert "没有个人信息" in one.reasons
    assert len(one.reasons) == 7


def test_clearer_words_clearer_handling_and_less_personal_data_are_worth_more() -> None:
    mumbled = [Line({"话": Role.OPERATOR, "来": Role.CALLER}[who], text, confidence=0.7) for who, text in TALK]
    unclear = (*TALK[:2], ("话", "嗯。"), ("来", "算了"))
    personal = (*TALK[:3], ("来", "我叫王小明，电话13900001234，身份证后面再说，谢谢你了"))
    best = value_of(TALK)
    assert value_of(mumbled) < best
    assert value_of(unclear) < best
    assert value_of(personal) < best


def test_the_parts_of_the_value_weigh_one_together() -> None:
    one = heard()
    within = one.ctx.transcript.utterances[1:]
    found = parts(one, within, marks_in(one), handled(one, within, marks_in(one)))
    assert sum(part.weight for part in found) == pytest.approx(1)
    assert all(0 <= part.share <= 1 for part in found)


def test_sound_is_told_beside_each_speakers_own_calm() -> None:
    one = heard(
        (("来", "请问停水的事"), ("话", "哪个小区"), ("来", "金桂花园"), ("话", "好的"), ("来", "到底几点来水"))
    )
    louder = tuple(
        replace(m, loudness_db=-15.0, pitch_hz=400.0) if m.index == 4 else m for m in one.ctx.acoustics.utterances
    )
    loud = replace(one, ctx=replace(one.ctx, acoustics=replace(one.ctx.acoustics, utterances=louder)))
    part = sound_profile(loud, loud.ctx.transcript.utterances[4:])
    assert part.caller_above_db == 9.0
    assert part.caller_pitch_st == 12.0
    assert part.operator_above_db is None
    assert part.caller_share == 1.0


def test_silence_and_talking_at_once_are_shares_of_the_passage() -> None:
    one = heard(
        [Line(Role.CALLER, "请问停水", 0, 2), Line(Role.OPERATOR, "好的好的", 6, 8)],
        acoustics={
            "talk_overs": (TalkOver(1000, 1800, Role.OPERATOR, 1),),
            "dead_airs": (DeadAir(2000, 6000, Role.OPERATOR, 0),),
        },
    )
    part = sound_profile(one, one.ctx.transcript.utterances)
    assert (part.silent, part.both) == (0.5, 0.1)


def one(name: str, sound: SoundProfile | None = None, words: bytes = b"") -> Compared:
    return Compared(name, 0, words, sound)


def profile(loud: float, rate: float = 250.0) -> SoundProfile:
    return SoundProfile(loud, loud / 3, rate, 0.0, 0.0, 240.0, 0.1, 0.0, 0.5)


def test_the_passage_that_sounds_most_alike_comes_first_and_none_is_like_itself() -> None:
    known = [one("a", profile(9)), one("b", profile(0)), one("c", profile(8)), one("d")]
    found = alike_in_sound(("a", 0), known, 5)
    assert [like.key[0] for like in found] == ["c", "b"]
    assert found[0].likeness > found[1].likeness


def test_what_was_hardly_measured_is_like_nothing() -> None:
    hardly = SoundProfile(None, None, None, None, None, None, 0.1, 0.0, 0.5)
    known = [one("a", profile(9)), one("b", hardly)]
    assert alike_in_sound(("a", 0), known, 5) == ()
    assert alike_in_sound(("x", 0), known, 5) == ()


def vector(*values: float) -> bytes:
    made = np.asarray(values, np.float32)
    return (made / np.linalg.norm(made)).astype(np.float16).tobytes()


def test_words_are_alike_by_meaning_and_by_their_characters() -> None:
    texts = {"a": "电梯坏了五天没人修", "b": "电梯坏了三天没有人修", "c": "电梯坏了", "d": "请问医保怎么交"}
    vectors = {"a": vector(1, 0), "b": vector(1, 0.3), "c": vector(1, 0.3), "d": vector(0, 1)}
    known = [one(name, words=words) for name, words in vectors.items()]
    found = alike_in_words(("a", 0), known, lambda keys: [texts[name] for name, _ in keys], 2)
    assert [like.key[0] for like in found] == ["b", "c"]
    assert alike_in_words(("x", 0), known, lambda keys: [], 2) == ()


def test_vectors_of_another_encoder_are_like_nothing() -> None:
    known = [one("a", words=vector(1, 0)), one("b", words=vector(1, 0, 0))]
    (found,) = alike_in_words(("a", 0), known, lambda keys: ["" for _ in keys], 2)
    assert found.likeness == 0


LIVELY = (Voice(Role.OPERATOR, -23.0, 40.0, 210.0, 8.0, 230.0),)
ANSWER = (
    ("话", "您好，江安市政务服务便民热线，很高兴为您服务，请问有什么可以帮您？"),
    ("来", "请问居住证到期怎么续签"),
    ("话", "居住证到期前三十天可以在手机上签注，也可以到派出所办理，不收费，请您带上身份证，谢谢您的来电，再见。"),
)
FAULTLESS = clean()


def example(talk=ANSWER, results=FAULTLESS, **sound):
    acoustics = {"voices": LIVELY, "operator_rate_cpm": 230.0, **sound}
    one = heard(talk, results, acoustics=acoustics)
    return example_of(one, passages_of(one))


def test_a_faultless_lively_and_clear_call_is_an_example() -> None:
    found = example()
    assert found.recovery is None
    assert found.value == pytest.approx(EASY * (4 * found.tone + 3 * found.clarity) / 7, abs=0.001)
    assert found.value > 0.8


@pytest.mark.parametrize("code", ["V1", "V4", "B5", "C2", "C5"])
def test_a_call_with_a_fault_of_tone_or_answer_is_no_example(code: str) -> None:
    assert example(results=clean(but=[result("X01", code, Outcome.FAIL)])) is None


def test_a_fault_of_the_record_alone_does_not_spoil_how_a_call_sounds() -> None:
    assert example(results=clean(but=[result("RD02", "D2", Outcome.FAIL)])) is not None


def test_a_slip_that_the_operator_mended_is_something_to_learn_from() -> None:
    mended = result("AN02", "C2", Outcome.FAIL, corrected=True, standing=Standing.DEDUCT)
    assert example(results=clean(but=[mended])).recovery == 0.8


def test_a_monotonous_hurried_call_is_worth_less_and_an_unheard_one_is_none() -> None:
    dull = (replace(LIVELY[0], pitch_range_semitones=2.0),)
    assert (example(voices=dull) or example()).value <= example().value
    assert example(voices=dull, operator_rate_cpm=330.0) is None
    assert example(talk=(("话", "您好"), ("来", "请问几点下班"))) is None


def test_who_calmed_a_hostile_caller_stands_before_who_had_an_easy_call() -> None:
    hard = example(talk=(*TALK, ("话", ANSWER[2][1])))
    assert hard.recovery == 1.0
    assert hard.value > example().value


def test_a_dissatisfied_caller_makes_no_example() -> None:
    one = heard(ANSWER, clean(), acoustics={"voices": LIVELY, "operator_rate_cpm": 230.0}, satisfaction=1)
    assert example_of(one, ()) is None


def test_every_list_of_cues_is_read_and_every_pattern_of_them_runs() -> None:
    sources = "".join(f.read_text(encoding="utf-8") for f in Path(cues.__file__).parent.rglob("*.py"))
    told = call([("来", "你好，我想问一下"), ("话", "您好")]).transcript.utterances
    for name in cues._document():
        assert f'"{name}"' in sources, name
        cue(name).hits(told)


def test_a_pattern_holds_for_punctuation_of_either_width() -> None:
    assert either_width("好[^，。]{0,3}(，|。|$)") == "好[^，,。]{0,3}([，,]|。|$)"
    assert either_width("^行？") == "^行[？?]"


@given(st.text(alphabet="好，。？！()|", max_size=12))
def test_nothing_but_punctuation_is_changed_in_a_pattern(text: str) -> None:
    plain = text.replace("[", "").replace("]", "")
    made = either_width(plain)
    for full, half in (("，", ","), ("！", "!"), ("？", "?")):
        made = made.replace(f"[{full}{half}]", full)
    assert made == plain
