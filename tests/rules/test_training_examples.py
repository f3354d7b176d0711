"""Hostile moments as material for training: how the operator answered, and which come first."""

from __future__ import annotations

from qa_pipeline.models import Role, Span
from qa_pipeline.rules.hostility.training import Answered, Example, clearest_first, examples_of
from qa_pipeline.rules.tone.calming import CalmingParams
from tests.builders import call

PARAMS = CalmingParams()


def _examples(*dialogue: tuple[str, str], call_id: str = "H1", **changes: object) -> tuple[Example, ...]:
    ctx = call(dialogue, call_id=call_id, **changes)
    return examples_of(ctx, PARAMS, PARAMS.soothing, PARAMS.listening)


def test_an_operator_who_soothes_in_the_first_answer_soothed_at_once() -> None:
    (found,) = _examples(("来", "气死我了"), ("话", "您说"), ("来", "老板跑了"), ("话", "您别着急我来帮您记录"))
    assert (found.answered, found.answer) == (Answered.AT_ONCE, "您别着急我来帮您记录")


def test_who_soothes_after_the_first_answer_soothed_later() -> None:
    (found,) = _examples(("来", "气死我了"), ("话", "哪个小区"), ("来", "金桂花园"), ("话", "非常抱歉"))
    assert found.answered is Answered.LATER


def test_who_never_soothes_did_not() -> None:
    (found,) = _examples(("来", "气死我了"), ("话", "哪个小区"), ("来", "金桂花园"), ("话", "知道了"))
    assert found.answered is Answered.NEVER


def test_an_answer_that_was_not_understood_is_unclear() -> None:
    unheard = (Span(1_000, 3_000, 0, Role.OPERATOR),)
    (found,) = _examples(("来", "气死我了"), ("话", "哪个小区"), unintelligible=unheard)
    assert found.answered is Answered.UNCLEAR


def test_no_answer_is_unclear() -> None:
    (found,) = _examples(("话", "您好"), ("来", "气死我了"))
    assert (found.answered, found.answer) == (Answered.UNCLEAR, "")


def test_good_examples_come_first_then_bad_ones_and_the_graver_before_the_lighter() -> None:
    bad = _examples(("来", "气死我了"), ("话", "哪个小区"), call_id="bad")
    worse = _examples(("来", "你们这群饭桶"), ("话", "哪个小区"), call_id="worse")
    late = _examples(("来", "气死我了"), ("话", "哪个小区"), ("来", "这里"), ("话", "非常抱歉"), call_id="late")
    good = _examples(("来", "气死我了"), ("话", "您别着急"), call_id="good")
    ranked = clearest_first([*late, *bad, *worse, *good])
    assert [example.call_id for example in ranked] == ["good", "worse", "bad", "late"]
