from dataclasses import replace

import pytest

from qa_pipeline.assessment import final_evaluation
from qa_pipeline.models import Outcome, TermCorrection
from qa_pipeline.reports.call_page import call_page, pieces
from tests.month_builder import CARD, call_file, clean, result


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


def test_what_one_answer_settles_is_one_question_with_all_that_is_at_stake():
    doubts = [result(f"RD0{n}", f"D{n}", Outcome.UNDETERMINED, details={"together": "该不该建单？"}) for n in (1, 2, 3)]
    file = call_file("C1", clean(but=[*doubts, result("PH05", "A5", Outcome.UNDETERMINED)]))
    page = call_page(file, final_evaluation(CARD, file.audit, ()), CARD, lambda _: None)
    other, first = page.open
    assert (other.item, other.also, other.question) == ("A5", (), "")
    assert (first.item, [one.item for one in first.also], first.question) == ("D1", ["D2", "D3"], "该不该建单？")
    assert first.at_stake == sum(item.points for item in CARD.items if item.code in {"D1", "D2", "D3"})
