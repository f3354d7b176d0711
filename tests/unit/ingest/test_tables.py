"""Tables are read whatever the export made of them; what cannot be read is refused with a way out."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pandas as pd
import pytest

from qa_pipeline.ingest.batch import Batch, FileKind
from qa_pipeline.ingest.files import read_file

ROSTER = "工号,姓名,班组,班长,入职日期\n1001,张三,一组,,2020-03-01\n"
Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write_file(text: str | bytes, name: str = "file.csv", encoding: str = "utf-8") -> Path:
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
        return path

    return write_file


def only(path: Path) -> Batch:
    (batch,) = read_file(path)
    return batch


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_every_encoding_that_excel_writes_is_read(write: Write, encoding: str) -> None:
    batch = only(write(ROSTER, encoding=encoding))
    assert batch.kind is FileKind.ROSTER
    assert batch.rows[0].value.name == "张三"


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_delimiters_and_line_ends_are_found_out(write: Write, delimiter: str, newline: str) -> None:
    batch = only(write(ROSTER.replace(",", delimiter).replace("\n", newline)))
    assert batch.rows[0].value.hired_on is not None
    assert not batch.refusals


def test_columns_may_stand_in_any_order_and_be_named_in_english(write: Write) -> None:
    english = only(write("name,Operator ID,hired_on\n张三,1001,2020/3/1\n"))
    chinese = only(write("入职日期,姓名,工号\n2020年3月1日,张三,1001\n"))
    assert english.rows == chinese.rows


def test_a_remark_in_brackets_behind_a_column_name_is_no_part_of_it(write: Write) -> None:
    batch = only(write("工号（必填）,姓名\n1001,张三\n"))
    assert batch.rows[0].value.operator_id == "1001"


def test_a_workbook_is_read_with_numbers_and_dates_as_they_are_meant(tmp_path: Path) -> None:
    path = tmp_path / "roster.xlsx"
    frame = pd.DataFrame({"工号": [1001, 1002], "姓名": ["张三", "NA"], "入职日期": [datetime(2020, 3, 1), None]})
    frame.to_excel(path, index=False)
    batch = only(path)
    assert [row.value.operator_id for row in batch.rows] == ["1001", "1002"]
    assert batch.rows[0].value.hired_on == datetime(2020, 3, 1).date()
    assert batch.rows[1].value.name == "NA", "a name that looks like a missing value is a name"
    assert batch.rows[1].value.hired_on is None


def test_each_sheet_of_a_workbook_is_a_table_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "centre.xlsx"
    with pd.ExcelWriter(path) as book:
        pd.DataFrame({"工号": ["1001"], "姓名": ["张三"]}).to_excel(book, sheet_name="花名册", index=False)
        pd.DataFrame({"日期": ["2026-10-01"], "班次": ["早班"], "工号": ["1001"]}).to_excel(
            book, sheet_name="排班", index=False
        )
        pd.DataFrame().to_excel(book, sheet_name="空表", index=False)
    batches = read_file(path)
    assert [(batch.file, batch.kind) for batch in batches] == [
        ("centre.xlsx[花名册]", FileKind.ROSTER),
        ("centre.xlsx[排班]", FileKind.SHIFT_PLAN),
    ]


def test_empty_lines_are_no_rows_and_do_not_shift_row_numbers(write: Write) -> None:
    batch = only(write("工号,姓名\n\n1001,张三\n,\n1002,\n"))
    assert [row.row for row in batch.rows] == [3]
    assert [(refusal.row, refusal.column) for refusal in batch.refusals] == [(5, "姓名")]


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"", "a.csv", "空文件"),
        (b"\xef\xbb\xbf", "a.csv", "没有内容"),
        (b",,,\n,,\n", "a.csv", "没有内容"),
        (b"\xff\xff\xff\x81", "a.csv", "编码"),
        (b"a,b\x00\n1,2\n", "a.csv", "编码"),
        ("甲,乙\n1,2\n".encode(), "a.csv", "表头"),
        ('工号,姓名\n1001,"张三\n'.encode(), "a.csv", "CSV"),
        ("工号,姓名,姓名\n1001,张三,李四\n".encode(), "a.csv", "重复：姓名"),
        (b"PK not a zip", "a.xlsx", "xlsx"),
        (b"- [", "a.yaml", "第 1 行"),
        (b"scorecard: 1\n", "a.yaml", "没有知识条目"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_as_a_whole(write: Write, content: bytes, name: str, said: str) -> None:
    batch = only(write(content, name))
    (refusal,) = batch.refusals
    assert not batch.rows
    assert (refusal.file, refusal.row) == (name, None)
    assert said in refusal.what
    assert refusal.hint


def test_a_missing_column_is_named(write: Write) -> None:
    batch = only(write("通话编号,开始时间,时长秒,班次,录音文件,挂机方\nH1,2026-10-03 08:15:20,60,早班,H1.wav,坐席\n"))
    (refusal,) = batch.refusals
    assert "通话记录" in refusal.what
    assert "缺少列：工号" in refusal.what


@pytest.mark.parametrize(
    ("header", "named"),
    [
        ("标题,答案", "缺少列：编号、版本、问题、生效日期"),
        ("title,answer", "缺少列：id、version、question、valid_from"),
    ],
)
def test_missing_columns_are_named_in_the_language_of_the_header(write: Write, header: str, named: str) -> None:
    (refusal,) = only(write(f"{header}\n身份证补领,工本费40元\n")).refusals
    assert refusal.what.endswith(named)


def test_a_row_with_more_cells_than_the_header_is_refused(write: Write) -> None:
    batch = only(write("工号,姓名\n1001,张三,多,余\n1002,李四,,\n"))
    assert [row.value.operator_id for row in batch.rows] == ["1002"]
    assert [(refusal.row, "4 格" in refusal.what) for refusal in batch.refusals] == [(2, True)]


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    batch = only(tmp_path / "gone.csv")
    assert "读不出来" in batch.refusals[0].what


def test_a_workbook_whose_sheet_was_cut_is_refused(tmp_path: Path) -> None:
    whole, cut = tmp_path / "whole.xlsx", tmp_path / "cut.xlsx"
    pd.DataFrame({"工号": ["1001"], "姓名": ["张三"]}).to_excel(whole, index=False)
    with zipfile.ZipFile(whole) as old, zipfile.ZipFile(cut, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            new.writestr(name, data[: len(data) // 2] if "worksheets/" in name else data)
    (refusal,) = only(cut).refusals
    assert "不是可读的 xlsx" in refusal.what
    assert refusal.hint


def test_a_file_that_brings_its_reader_down_is_refused_and_its_content_not_logged(
    write: Write, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(_path: Path) -> None:
        raise RuntimeError("张三 13900001234")

    monkeypatch.setattr("qa_pipeline.ingest.files.read_tables", broken)
    caplog.set_level("INFO")
    (refusal,) = only(write(ROSTER)).refusals
    assert "RuntimeError" in refusal.what
    assert refusal.hint
    assert "RuntimeError" in caplog.text
    assert "13900001234" not in caplog.text + refusal.what


@pytest.mark.parametrize("serial", ["46298", "46298.344"])
def test_days_counted_by_excel_are_named_as_what_they_are(write: Write, serial: str) -> None:
    (refusal,) = only(write(f"工号,姓名,入职日期\n1001,张三,{serial}\n")).refusals
    assert "日期序号" in refusal.what
    assert "设为日期" in refusal.hint
    log = "通话编号,开始时间,时长秒,工号,班次,录音文件\n"
    (refusal,) = only(write(f"{log}H1,{serial},60,1001,早班,H1.wav\n")).refusals
    assert "日期序号" in refusal.what


def test_slashes_and_single_digits_are_dates(write: Write) -> None:
    log = "通话编号,开始时间,时长秒,工号,班次,录音文件\nH1,2026/10/5 8:05,60,1001,早班,H1.wav\n"
    assert only(write(log)).rows[0].value.started_at == datetime(2026, 10, 5, 8, 5)
