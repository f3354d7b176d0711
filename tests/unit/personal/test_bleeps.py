"""What of a call's sound is covered by a tone."""

from __future__ import annotations

from dataclasses import replace

from qa_pipeline.assessment.bleeps import bleeps, is_contested
from qa_pipeline.language.personal.viewers import Viewer
from qa_pipeline.models import Evidence, EvidenceKind
from tests.builders import call
from tests.month_builder import call_file, clean, result


def test_what_a_caller_said_of_themselves_is_covered_and_the_rest_is_heard() -> None:
    heard = call([("话", "您贵姓"), ("来", "我叫王建国"), ("来", "路灯坏了，我电话幺三八零零零零幺二三四")]).transcript
    file = replace(call_file("C1", clean()), transcript=heard)
    spans = bleeps(file)
    assert len(spans) == 2
    name, number = spans
    assert heard.utterances[1].start_ms < name.end_ms <= heard.utterances[1].end_ms + 150
    assert number.start_ms > heard.utterances[2].start_ms
    assert {span.channel for span in spans} == {1}


def test_an_office_number_that_the_operator_told_is_heard() -> None:
    told = call([("来", "那我打哪个电话"), ("话", "您打零九幺五三二幺二六六零")]).transcript
    assert bleeps(replace(call_file("C1", clean()), transcript=told)) == ()
    assert bleeps(replace(call_file("C1", clean()), transcript=None)) == ()


def test_only_its_operator_hears_the_number_that_a_point_hangs_on() -> None:
    number = Evidence(EvidenceKind.WORDS, 0, 900, utterance=1, text="幺三八零零零零幺二三四")
    other = replace(number, start_ms=100)
    hits = [result("RD01", "D1", evidence=(number,)), result("PH06", "A6", evidence=(other,))]
    file = call_file("C1", clean(but=hits))
    assert is_contested(file, number, Viewer.OPERATOR)
    assert not is_contested(file, other, Viewer.OPERATOR)
    assert not is_contested(file, number, Viewer.OUTSIDER)
