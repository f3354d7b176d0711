from dataclasses import replace

import pytest

from qa_pipeline.models import TermCorrection
from qa_pipeline.reports.call_page import call_page, pieces
from tests.month_builder import CARD, call_file, clean


@pytest.mark.parametrize(
    ("text", "words", "found"),
    [
        ("这个我不清楚", ["不清楚"], [("这个我", False), ("不清楚", True)]),
        ("不清楚", ["不清楚"], [("不清楚", True)]),
        ("我不清楚啊", ["不清", "清楚"], [("我", False), ("不清楚", True), ("啊", False)]),
        ("你好", [], [("你好", False)]),
        ("你好，再见", ["你好再见"], [("你好，再见", True)]),
        ("没带？再来", ["没带，再"], [("没带？再", True), ("来", False)]),
        ("", ["x"], []),
    ],
)
def test_evidence_is_marked_in_its_line(text, words, found):
    assert list(pieces(text, words)) == found


def test_a_line_tells_what_of_it_was_corrected():
    file = call_file("C1", clean())
    said = file.transcript.utterances[2].text
    made = TermCorrection(2, 0, said[:2], "便民", 0, 1, 0.5)
    page = call_page(replace(file, audit=replace(file.audit, corrections=(made,))), None, CARD, lambda _: None)
    assert [line.corrections for line in page.lines if line.corrections] == [(made,)]
    assert "".join(text for text, _ in page.lines[2].pieces).startswith("便民")
