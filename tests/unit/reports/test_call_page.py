import pytest

from qa_pipeline.reports.call_page import pieces


@pytest.mark.parametrize(
    ("text", "words", "found"),
    [
        ("这个我不清楚", ["不清楚"], [("这个我", False), ("不清楚", True)]),
        ("不清楚", ["不清楚"], [("不清楚", True)]),
        ("我不清楚啊", ["不清", "清楚"], [("我", False), ("不清楚", True), ("啊", False)]),
        ("你好", [], [("你好", False)]),
        ("你好，再见", ["你好再见"], [("你好，再见", True)]),
        ("", ["x"], []),
    ],
)
def test_evidence_is_marked_in_its_line(text, words, found):
    assert list(pieces(text, words)) == found
