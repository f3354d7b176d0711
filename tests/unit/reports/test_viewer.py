"""Whom a report is for decides what of callers it shows."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from openpyxl import load_workbook

from qa_pipeline.assessment import assess
from qa_pipeline.language.personal.viewers import Viewer
from qa_pipeline.models import CallFile, Verdict
from qa_pipeline.reports.report import write_report
from qa_pipeline.reports.workbook import write_workbook
from tests.month_builder import CARD, call_file, clean, decision, month, result, words_at

SAID = "我叫王建国，住在育才路三十二号二单元四零二，车牌陕G一二三四五"
SECRETS = ("王建国", "育才路", "一二三四五")


@pytest.fixture
def file() -> CallFile:
    hit = result("PH06", "A6", reason="王建国听到禁语", evidence=(words_at(1, SAID),))
    spoken = decision("PH06", "A6", Verdict.CONFIRM, reason="王建国说得对")
    made = call_file("C1", clean(but=[hit]), decisions=[spoken])
    said = list(made.transcript.utterances)
    said[1] = replace(said[1], text=SAID)
    return replace(made, transcript=replace(made.transcript, utterances=tuple(said)))


def page(folder: Path, file: CallFile, viewer: Viewer) -> str:
    data = month([file])
    write_report(assess(data, CARD, 10), data, CARD, folder, lambda *_: None, viewer=viewer)
    return (folder / "calls" / "C1.html").read_text(encoding="utf-8")


def test_whoever_does_not_judge_reads_stand_ins(tmp_path: Path, file: CallFile) -> None:
    text = page(tmp_path, file, Viewer.OPERATOR)
    assert [secret for secret in SECRETS if secret in text] == []
    assert "王**" in text
    assert "[地址]" in text
    assert "陕G*****" in text


def test_a_supervisors_copy_shows_what_was_said(tmp_path: Path, file: CallFile) -> None:
    text = page(tmp_path, file, Viewer.SUPERVISOR)
    assert SAID in text
    assert file.call.caller_number in text


def test_no_sheet_of_the_workbook_holds_what_a_caller_said(tmp_path: Path, file: CallFile) -> None:
    data = month([file])
    path = write_workbook(assess(data, CARD, 10), data, CARD, tmp_path / "month.xlsx")
    cells = [str(cell.value) for sheet in load_workbook(path) for row in sheet.iter_rows() for cell in row]
    assert [secret for secret in (*SECRETS, file.call.caller_number) if any(secret in cell for cell in cells)] == []
