"""A call's file as those see it who need not know whom it is about."""

from __future__ import annotations

from dataclasses import replace

import pytest

from qa_pipeline.assessment.heard import as_read
from qa_pipeline.assessment.veil import veiled
from qa_pipeline.cli.show import _transcript
from qa_pipeline.language.personal.viewers import Viewer
from qa_pipeline.models import CallFile, Evidence, EvidenceKind, TermCorrection, WorkOrder
from qa_pipeline.store.codec import encode
from tests.builders import call
from tests.month_builder import call_file, clean, result, words_at

SAID = [
    ("话", "您好请问您贵姓"),
    ("来", "我叫王建国，电话幺三九零零"),
    ("来", "零零幺二三四"),
    ("来", "我住在育才路三十二号二单元四零二，身份证六幺零九零二幺九七二幺幺零五四四幺叉"),
    ("话", "好的王建国先生，办便民卡您打12345"),
]
SECRETS = ("王建国", "建国", "零零幺二三四", "育才路", "幺九七二", "13812345678", "13900001234")


@pytest.fixture
def file() -> CallFile:
    heard = call(SAID)
    hit = result("PH06", "A6", reason="王建国说了禁语", evidence=(words_at(1, "我叫王建国"),))
    made = call_file("C1", clean(but=[hit]))
    order = WorkOrder("W1", "C1", {"姓名或称谓": "王建国", "联系方式": "13900001234", "主要内容": "王建国反映停水"})
    return replace(made, transcript=heard.transcript, work_order=order)


def test_who_judges_sees_the_call_as_it_is(file: CallFile) -> None:
    assert veiled(file, Viewer.REVIEWER) is file
    assert veiled(file, Viewer.TRAINER, allowed=("trainer",)) is file


@pytest.mark.parametrize("viewer", [Viewer.OPERATOR, Viewer.TRAINER, Viewer.OUTSIDER])
def test_nothing_of_a_caller_is_left_anywhere_in_the_file(file: CallFile, viewer: Viewer) -> None:
    shown = encode(veiled(file, viewer))
    assert [secret for secret in SECRETS if secret in shown] == []
    assert "王**" in shown
    assert "[地址]" in shown
    assert "12345" in shown


def test_words_still_make_up_their_text(file: CallFile) -> None:
    shown = veiled(file, Viewer.OUTSIDER)
    assert shown.transcript is not None
    for utterance in shown.transcript.utterances:
        letters = "".join(c for word in utterance.words for c in word.text if c.isalnum())
        assert letters == "".join(c for c in utterance.text if c.isalnum())
    read = as_read(shown)
    assert read is not None
    assert read.utterances[1].text.startswith("我叫王**，电话幺三九*")


def test_a_correction_keeps_its_place_behind_what_is_hidden(file: CallFile) -> None:
    assert file.audit is not None
    text = SAID[4][1]
    place = sum(c.isalnum() for c in text[: text.index("便民")])
    made = (TermCorrection(4, place, "便民", "市民", 0, 1, 0.9), TermCorrection(4, 2, "王建", "往建", 0, 1, 0.9))
    shown = veiled(replace(file, audit=replace(file.audit, corrections=made)), Viewer.OUTSIDER)
    line = _transcript(shown)[-1]
    assert "好的王**先生，办市民卡您打12345" in line
    assert "往建" not in line


def test_a_number_of_the_order_is_hidden_in_the_reason_that_compares_it(file: CallFile) -> None:
    reason = "工单联系方式是13900001234，通话里念的是13900001243（第10至11位不同）"
    wrong = replace(file, audit=call_file("C1", clean(but=[result("RD01", "D1", reason=reason)])).audit)
    shown = encode(veiled(wrong, Viewer.OUTSIDER).audit)
    assert "139****1234" in shown
    assert "13900001234" not in shown
    assert reason in encode(veiled(wrong, Viewer.OPERATOR).audit)


def test_an_office_number_in_an_order_stays(file: CallFile) -> None:
    office = replace(file, work_order=WorkOrder("W1", "C1", {"联系方式": "09998601230"}))
    said = replace(office, audit=call_file("C1", clean(but=[result("AN02", "C2", reason="电话09998601230")])).audit)
    assert "电话09998601230" in encode(veiled(said, Viewer.OUTSIDER, public=("09998601230",)).audit)


def test_an_operator_can_read_the_number_that_a_point_hangs_on_and_an_outsider_cannot(file: CallFile) -> None:
    field = Evidence(EvidenceKind.FIELD, 0, 0, text="联系方式：13900001234")
    wrong = replace(call_file("C1", clean(but=[result("RD01", "D1", evidence=(field,))])), transcript=None)
    assert "13900001234" in encode(veiled(wrong, Viewer.OPERATOR).audit)
    assert "13900001234" not in encode(veiled(wrong, Viewer.OUTSIDER).audit)
    assert veiled(replace(file, audit=None, transcript=None, work_order=None), Viewer.OUTSIDER).audit is None
