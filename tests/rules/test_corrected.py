"""A finding that rests on a corrected word says so and is less sure for it."""

from __future__ import annotations

from dataclasses import replace

from qa_pipeline.language.corrected import PRECISION
from qa_pipeline.models import CallContext, Evidence, EvidenceKind, Outcome, Role, Standing, TermCorrection
from qa_pipeline.rules.base import Finding, Params, Rule, failed, passed
from qa_pipeline.rules.evidence import said, sound
from tests.builders import call

CTX = call([("话", "请到便民服务中心去办"), ("来", "便民服务中心在哪里")])
FIRST, SECOND = CTX.transcript.utterances
FIXED = replace(
    CTX, corrections=(TermCorrection(0, 2, "辩名服务", "便民服务", FIRST.start_ms + 500, FIRST.end_ms, 0.5),)
)


def judged(ctx: CallContext, finding: Finding) -> Finding:
    rule = Rule("X01", "A1", "试", Params, Standing.DEDUCT, lambda _ctx, _params: finding, "")
    return rule(ctx)


def test_a_deduction_on_corrected_words_names_what_was_recognised_and_is_less_sure() -> None:
    found = judged(FIXED, failed("说错", [said(FIRST, "说错")], confidence=0.9))
    assert found.outcome is Outcome.FAIL
    assert found.confidence == round(0.9 * PRECISION, 3)
    assert "“便民服务”识别原文为“辩名服务”" in found.evidence[0].note


def test_a_deduction_that_was_barely_sure_goes_to_a_person() -> None:
    found = judged(FIXED, failed("说错", [said(FIRST)], confidence=0.62))
    assert found.outcome is Outcome.UNDETERMINED


def test_words_elsewhere_are_as_sure_as_they_were() -> None:
    finding = failed("说错", [said(SECOND)], confidence=0.9)
    assert judged(FIXED, finding) == finding
    assert judged(CTX, finding) == finding


def test_the_same_time_on_the_other_channel_is_elsewhere() -> None:
    other = Evidence(EvidenceKind.WORDS, FIRST.start_ms, FIRST.end_ms, 1, Role.CALLER, 1, "便民")
    finding = failed("说错", [other], confidence=0.9)
    assert judged(FIXED, finding) == finding


def test_a_stretch_of_sound_rests_on_no_words() -> None:
    finding = failed("抢话", [sound(CTX.transcript.speech[0], "抢话")], confidence=0.9)
    assert judged(FIXED, finding) == finding


def test_a_pass_says_so_too_and_keeps_its_probability() -> None:
    found = judged(FIXED, passed("说了", [said(FIRST)], confidence=0.9))
    assert found.confidence == 0.9
    assert "识别原文" in found.evidence[0].note
