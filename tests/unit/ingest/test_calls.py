"""Call log and work orders, row by row: what is wrong is refused with its row, its column and what to do."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from qa_pipeline.ingest.batch import Batch, FileKind, Refusal
from qa_pipeline.ingest.files import read_file
from qa_pipeline.models import Role
from tests import centre

HEADER = "通话编号,开始时间,时长秒,工号,班次,来电号码,挂机方,满意度,录音文件,坐席声道"
GOOD = "H1,2026-10-03 08:15:20,60,1001,早班,13900001234,来电人,5,H1.wav,左"


def read(tmp_path: Path, *lines: str, header: str = HEADER) -> Batch:
    path = tmp_path / "file.csv"
    path.write_text("\n".join((header, *lines)), encoding="utf-8")
    (batch,) = read_file(path)
    return batch


def only_refusal(batch: Batch) -> Refusal:
    (refusal,) = batch.refusals
    return refusal


def test_a_row_of_the_log_becomes_a_call(tmp_path: Path) -> None:
    batch = read(tmp_path, GOOD)
    assert batch.kind is FileKind.CALL_LOG
    assert [row.value for row in batch.rows] == [centre.call()]


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-10-03 08:15:20", datetime(2026, 10, 3, 8, 15, 20)),
        ("2026/10/3 8:15", datetime(2026, 10, 3, 8, 15)),
        ("2026年10月3日 8时15分20秒", datetime(2026, 10, 3, 8, 15, 20)),
        ("2026-10-03T08:15:20.250", datetime(2026, 10, 3, 8, 15, 20)),
        ("２０２６－１０－０３　０８：１５：２０", datetime(2026, 10, 3, 8, 15, 20)),
        ("20261003 08:15:20", datetime(2026, 10, 3, 8, 15, 20)),
    ],
)
def test_times_are_read_as_exports_write_them(tmp_path: Path, text: str, moment: datetime) -> None:
    batch = read(tmp_path, GOOD.replace("2026-10-03 08:15:20", text))
    assert batch.rows[0].value.started_at == moment


@pytest.mark.parametrize(
    ("cell", "wrong", "column", "said", "hint"),
    [
        ("2026-10-03 08:15:20", "2026-02-30 08:15:20", "开始时间", "不存在", "2026 年 2 月只有 28 天"),
        ("2026-10-03 08:15:20", "2026-13-01 08:15:20", "开始时间", "不存在", "月份是 1 到 12"),
        ("2026-10-03 08:15:20", "2026-10-03 24:15:20", "开始时间", "时间不存在", "时 0–23"),
        ("2026-10-03 08:15:20", "十月三日", "开始时间", "不是日期加时间", "2026-10-03 08:15:20"),
        ("2026-10-03 08:15:20", "", "开始时间", "是空的", "填写"),
        (",60,", ",六十,", "时长秒", "不是数字", "整数"),
        (",60,", ",-1,", "时长秒", "“-1”不是 0 到", "核对"),
        (",60,", ",60.5,", "时长秒", "不是 0 到", "核对"),
        (",60,", ",nan,", "时长秒", "不是 0 到", "核对"),
        (",5,", ",6,", "满意度", "“6”看不懂", "1、2、3、4、5"),
        ("来电人", "没人", "挂机方", "“没人”看不懂", "坐席"),
        ("左", "上", "坐席声道", "“上”看不懂", "左"),
        ("1001", "", "工号", "是空的", "填写"),
    ],
)
def test_a_cell_that_cannot_be_is_refused(
    tmp_path: Path, cell: str, wrong: str, column: str, said: str, hint: str
) -> None:
    batch = read(tmp_path, GOOD.replace("H1", "H2"), GOOD.replace(cell, wrong, 1))
    refusal = only_refusal(batch)
    assert [row.value.call_id for row in batch.rows] == ["H2"], "the other rows are taken"
    assert (refusal.file, refusal.row, refusal.column) == ("file.csv", 3, column)
    assert said in refusal.what
    assert hint in refusal.hint


def test_every_fault_of_a_row_is_named_at_once(tmp_path: Path) -> None:
    batch = read(tmp_path, "H1,2026-02-30 08:15:20,x,,早班,,来电人,9,H1.wav,左")
    assert [refusal.column for refusal in batch.refusals] == ["开始时间", "时长秒", "工号", "满意度"]


@pytest.mark.parametrize(("text", "seconds"), [("75", 75), ("01:15", 75), ("1:00:05", 3605), ("60.0", 60)])
def test_durations_are_seconds_or_a_clock(tmp_path: Path, text: str, seconds: int) -> None:
    assert read(tmp_path, GOOD.replace(",60,", f",{text},")).rows[0].value.duration_s == seconds


def test_what_the_log_does_not_say_stays_unknown(tmp_path: Path) -> None:
    call = read(tmp_path, "H1,2026-10-03 08:15:20,60,1001,早班,,,,H1.wav,").rows[0].value
    assert (call.hang_up_by, call.satisfaction, call.operator_channel) == (Role.UNKNOWN, None, None)


@pytest.mark.parametrize("place", ["/data/rec/H1.wav", "D:\\rec\\H1.wav", "audio/H1.wav"])
def test_the_folder_of_a_recording_is_another_machines_and_left_out(tmp_path: Path, place: str) -> None:
    assert read(tmp_path, GOOD.replace("H1.wav", place)).rows[0].value.recording_file == "H1.wav"


def test_a_work_order_keeps_every_column_known_or_not(tmp_path: Path) -> None:
    batch = read(
        tmp_path,
        "W1,H1,2026-10-03 08:30:00,路灯不亮,市政科,红",
        header="工单编号,通话编号,提交时间,标题,承办单位,督办标记",
    )
    order = batch.rows[0].value
    assert batch.kind is FileKind.WORK_ORDERS
    assert order.submitted_at == datetime(2026, 10, 3, 8, 30)
    assert (order.get("标题"), order.get("督办标记"), order.get("处理时限")) == ("路灯不亮", "红", "")


def test_a_work_order_that_was_submitted_on_no_day_is_refused(tmp_path: Path) -> None:
    batch = read(tmp_path, "W1,H1,2026-02-30 08:30:00", header="工单编号,通话编号,提交时间")
    assert (only_refusal(batch).row, only_refusal(batch).column) == (2, "提交时间")
