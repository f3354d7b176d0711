import openpyxl
import pytest

from qa_pipeline.assessment import assess
from qa_pipeline.models import DrawReason, Outcome
from qa_pipeline.reports.case_mix import HostileShare, hostile_shares
from qa_pipeline.reports.report import write_report
from qa_pipeline.reports.workbook import write_workbook
from qa_pipeline.rules.hostility import CaseMix, Kind
from tests.month_builder import CARD, call_file, clean, month, operator, result


def _file(call_id, level, who, **changes):
    kinds = {0: (), 1: (Kind.UPSET,), 2: (Kind.ANGER,), 3: (Kind.INSULT, Kind.SHOUTING)}[level]
    told = CaseMix(level, kinds, min(level, 1), 1000 * level).details()
    calming = result("TN06", "B6", Outcome.NOT_APPLICABLE, evidence=(), faults=0, details=told)
    return call_file(call_id, clean(but=[calming]), who, **changes)


@pytest.fixture
def data():
    wang, li = operator(), operator("1002", "李强")
    files = [
        *(_file(f"C{n}", level, wang) for n, level in enumerate([0, 1, 2, 3])),
        _file("C9", 3, wang, reason=DrawReason.RISK, probability="1"),
        call_file("D1", clean(), li),
        call_file("D2", None, li, failure="录音被截断"),
    ]
    return month(files, [wang, li])


def test_angry_and_abusive_callers_count_and_upset_ones_do_not(data):
    assert hostile_shares(data)["1001"] == HostileShare(2, 4)
    assert hostile_shares(data)["1001"].value == 0.5


def test_a_call_added_for_its_risk_is_left_out_of_the_share(data):
    assert hostile_shares(data)["1001"].judged == 4


def test_of_calls_that_were_not_looked_at_nothing_is_said(data):
    assert hostile_shares(data)["1002"] == HostileShare(0, 0)
    assert hostile_shares(data)["1002"].value is None


def test_the_report_shows_the_share_beside_the_scores(data, tmp_path):
    index = write_report(assess(data, CARD, 10), data, CARD, tmp_path, lambda file, evidence: None)
    page = index.read_text(encoding="utf-8")
    assert "激动来电" in page
    assert '<td class="n soft">2 / 4</td>' in page


def test_the_workbook_shows_the_share_beside_the_scores(data, tmp_path):
    path = write_workbook(assess(data, CARD, 10), data, CARD, tmp_path / "m.xlsx", None)
    head, wang, li = openpyxl.load_workbook(path)["话务员"].iter_rows(values_only=True)
    places = [head.index("激动来电通数"), head.index("随机已质检通数")]
    assert [wang[place] for place in places] == [2, 4]
    assert [li[place] for place in places] == [0, 0]
