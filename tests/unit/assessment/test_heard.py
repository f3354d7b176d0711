from dataclasses import replace

from qa_pipeline.assessment.heard import heard_as
from qa_pipeline.models import EvidenceKind
from tests.month_builder import transcript, words_at

SAID = transcript()
LINE = SAID.utterances[4].text


def test_evidence_that_was_mended_tells_the_words_that_were_written_down():
    assert heard_as(words_at(4, "160元"), SAID) == LINE


def test_evidence_that_quotes_needs_no_second_quotation():
    assert heard_as(words_at(4, "工本费是一百六十块七个工作日"), SAID) == ""


def test_only_words_that_can_be_looked_up_are_told():
    one = words_at(4, "160元")
    assert heard_as(replace(one, kind=EvidenceKind.FIELD), SAID) == ""
    assert heard_as(replace(one, utterance=99), SAID) == ""
    assert heard_as(replace(one, utterance=None), SAID) == ""
    assert heard_as(one, None) == ""
