"""Operators on what was meant and named: similar sentences, entities, answers against the knowledge base, hostility."""

from __future__ import annotations

from dataclasses import replace

import pytest

from qa_pipeline.models import Agreement, CallContext, Exchange, FactCheck, Role, SpokenFact, UtteranceAcoustics
from tests.builders import Line, call
from tests.rules.conditions import asked
from tests.samples import entry


def _says(text: str, confidence: float = 0.95) -> CallContext:
    return call([("来", "你好"), Line(Role.OPERATOR, text, confidence=confidence)])


@pytest.mark.parametrize(
    ("said", "truth"),
    [
        ("请您不要挂断电话，我马上帮您查询", "yes"),
        ("身份证丢了要到派出所补办", "no"),
        ("好的", "no"),
    ],
)
def test_a_sentence_is_found_in_other_words(said: str, truth: str) -> None:
    written = "{role: operator, similar: {sentences: [请您稍等不要挂机我帮您查一下], threshold: 0.6}}"
    assert asked(written, _says(said)).truth.value == truth
    if truth == "yes":
        assert asked(written, _says(said, 0.4)).truth.value == "unsure"


@pytest.mark.parametrize(
    ("entity", "said", "truth"),
    [
        ("money", "工本费是二十块钱", "yes"),
        ("{kind: money, test: '>', value: 100}", "工本费是二十块钱", "no"),
        ("{kind: money, test: '>', value: 10}", "工本费是二十块钱", "yes"),
        ("{kind: money, test: '==', value: 20, unit: yuan}", "工本费是二十块钱", "yes"),
        ("{kind: duration, test: '<=', value: 5, unit: workday}", "三到七个工作日办好", "unsure"),
        ("{kind: duration, test: '<=', value: 7, unit: workday}", "三到七个工作日办好", "yes"),
        ("{kind: duration, test: '<', value: 3, unit: workday}", "三到七个工作日办好", "no"),
        ("{kind: duration, unit: day}", "三到七个工作日办好", "no"),
        ("{kind: phone, test: contains, value: '0915'}", "您打零九一五三二一二三四五", "yes"),
        ("{kind: phone, test: in, value: ['12345']}", "您打幺二三四五", "yes"),
        ("{kind: time}", "上午八点半开门", "yes"),
        ("id_number", "六幺二四零幺一九八零零幺零幺二三四五", "yes"),
        ("id_number", "六幺二四零幺，嗯，一九八零零幺零幺，二三四五", "yes"),
        ("id_number", "您的工单编号是六幺二四零幺二零二六零幺零幺二三四五", "no"),
        ("plate", "车牌是陕G12345", "yes"),
        ("{kind: plate, test: '==', value: 陕G12345}", "车牌是陕西的陕，g，幺二三四五", "yes"),
        ("person", "我叫张伟住在汉滨区江北街道办事处", "yes"),
        ("{kind: organisation, test: contains, value: 江北}", "我叫张伟住在汉滨区江北街道办事处", "yes"),
        ("person", "请问有什么可以帮您", "no"),
        ("{kind: percent, times: 2}", "报销百分之七十", "no"),
    ],
)
def test_what_was_named_is_typed_and_tested(entity: str, said: str, truth: str) -> None:
    answer = asked(f"{{role: operator, entity: {entity}}}", _says(said))
    assert answer.truth.value == truth
    assert answer.evidence


def test_a_value_that_was_poorly_heard_is_not_enough_evidence() -> None:
    assert asked("{role: operator, entity: money}", _says("工本费是二十块钱", 0.4)).truth.value == "unsure"


def _answered(agreement: Agreement | None, *, score: float = 0.9, heard: float = 0.9) -> CallContext:
    ctx = call([("来", "居住证多少钱"), ("话", "要二十块钱")])
    known = entry({"id": "K1", "title": "居住证", "question": "居住证多少钱", "answer": "免费"})
    said = SpokenFact("fee", "20", "yuan", 1, Role.OPERATOR, 2_000, 3_000, "二十块钱", heard)
    checks = () if agreement is None else (FactCheck("fee", "0", "yuan", True, agreement, said),)
    return replace(ctx, exchanges=(Exchange((0,), (1,), None if agreement is None else known, score, checks),))


@pytest.mark.parametrize(
    ("ctx", "written", "truth"),
    [
        (_answered(Agreement.CONTRADICTS), "contradicts", "yes"),
        (_answered(Agreement.CONTRADICTS), "agrees", "no"),
        (_answered(Agreement.CONTRADICTS, heard=0.4), "contradicts", "unsure"),
        (_answered(Agreement.CONTRADICTS, score=0.4), "contradicts", "unsure"),
        (_answered(Agreement.CONTRADICTS, score=0.4), "{verdict: contradicts, question: 0.3}", "unsure"),
        (_answered(Agreement.MISSING), "missing", "yes"),
        (_answered(None), "not_covered", "yes"),
        (_answered(Agreement.AGREES), "not_covered", "no"),
    ],
)
def test_an_answer_stands_to_its_entry(ctx: CallContext, written: str, truth: str) -> None:
    assert asked(f"{{role: operator, knowledge: {written}}}", ctx).truth.value == truth


def test_a_caller_is_hostile_from_a_level_on() -> None:
    ctx = call([("话", "您好"), ("来", "你们这帮饭桶干什么吃的"), ("话", "您别急")])
    assert asked("{role: caller, hostility: 3}", ctx).truth.value == "yes"
    assert asked("{role: caller, range: [2, 2], hostility: 1}", ctx).truth.value == "no"
    assert asked("{role: caller, hostility: 2}", _says("您好")).truth.value == "no"


def _measured(**changes: tuple[float, float | None, float | None]) -> CallContext:
    """A call of four turns of the operator; ``u<index>`` gives loudness, pitch and rate of an utterance."""
    ctx = call([(("话", "来")[n % 2], "请您把身份证和户口本带上") for n in range(8)])
    plain = [UtteranceAcoustics(n, -24.0, 200.0, 240.0) for n in range(8)]
    for name, (loudness, pitch, rate) in changes.items():
        plain[int(name[1:])] = UtteranceAcoustics(int(name[1:]), loudness, pitch, rate)
    return replace(ctx, acoustics=replace(ctx.acoustics, utterances=tuple(plain)))


@pytest.mark.parametrize(
    ("written", "changes", "truth"),
    [
        ("{speech_rate: {above: 300, of: utterance}}", {"u4": (-24, 200, 360)}, "yes"),
        ("{speech_rate: {above: 300, of: utterance, at_least_characters: 30}}", {"u4": (-24, 200, 360)}, "unsure"),
        ("{speech_rate: {above: 300, of: utterance}}", {}, "no"),
        ("{all: true, speech_rate: {above: 200, of: utterance}}", {}, "yes"),
        ("{loudness_jump: {db: 6, against: previous}}", {"u4": (-16, 200, 240)}, "yes"),
        ("{range: [1, 1], loudness_jump: {db: 6, against: previous}}", {"u0": (-16, 200, 240)}, "no"),
        ("{loudness_jump: {db: 6, against: span}}", {"u4": (-30, 200, 240)}, "yes"),
        ("{loudness_jump: 6}", {"u4": (-30, 200, 240)}, "no"),
        ("{pitch_jump: {semitones: 4, against: previous}}", {"u6": (-24, 280, 240)}, "yes"),
        ("{pitch_jump: 4}", {"u6": (-24, None, 240)}, "no"),
    ],
)
def test_a_turn_is_measured_against_its_speaker(
    written: str, changes: dict[str, tuple[float, float, float]], truth: str
) -> None:
    check = written.replace("{", "{role: operator, ", 1)
    assert asked(check, _measured(**changes)).truth.value == truth


def test_a_silence_lies_between_two_roles() -> None:
    ctx = call([("来", "怎么办理"), ("静", 12), ("话", "这样办理"), ("来", "好"), ("话", "再见")])
    assert asked("{silence: {longer_than_ms: 10000, between: [caller, operator]}}", ctx).truth.value == "yes"
    assert asked("{silence: {longer_than_ms: 10000, between: [operator, caller]}}", ctx).truth.value == "no"
    assert asked("{silence: {longer_than_ms: 12500, from_end: true}}", ctx).truth.value == "yes"
    assert asked("{silence: {longer_than_ms: 30000, from_end: true}}", ctx).truth.value == "no"


def test_a_call_is_hung_up_after_somebodys_words() -> None:
    ctx = call([("话", "您好"), ("来", "我话还没说完")], hang_up_by=Role.OPERATOR)
    assert asked("{hang_up: {who: operator, after: caller}}", ctx).truth.value == "yes"
    assert asked("{hang_up: {who: operator, after: operator}}", ctx).truth.value == "no"


@pytest.mark.parametrize("dialogue", [[], [("话", "您好")], [("来", "喂")], [("？", "喂")]])
def test_a_call_of_nothing_or_of_one_speaker_gets_an_answer(dialogue: list[tuple[str, str]]) -> None:
    ctx = call(dialogue)
    for written in (
        "{role: operator, any_keywords: [您好]}",
        "{role: caller, n_keywords: {phrases: [再见], n: 0}}",
        "{role: operator, all: true, regex: 您}",
        "{silence: 10000}",
        "{talk_over: operator}",
        "{role: operator, loudness_jump: 6}",
        "{utterance_count: {below: 3}}",
        "{hang_up: caller}",
        "{role: caller, hostility: 1}",
        "{entity: money}",
        "{knowledge: agrees}",
        "{role: operator, repeated: 3}",
        "{role: operator, similar: [您好请问有什么可以帮您]}",
        "{role: operator, speech_rate: {above: 300}}",
        "{anchor: {condition: {silence: 10000}, where: before}, regex: 您}",
    ):
        assert asked(written, ctx).truth.value in {"yes", "no", "unsure"}
