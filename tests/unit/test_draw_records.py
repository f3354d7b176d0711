"""Whoever holds the record of a draw can find whatever in it is not what the seed gives."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from qa_pipeline.errors import UserError
from qa_pipeline.models import Commitment, Exclusion, FrameRow
from qa_pipeline.runs.draw_records import differs, read_record, write_record
from qa_pipeline.sampling import RULE, DrawRecord, draw, first_difference, frame_rows, record_of, replace_calls
from tests import centre
from tests.centre import MONTH, NOW

SEED = "a seed that somebody keeps"
BEFORE = datetime(2026, 9, 28, 17)
FIXED = Commitment(MONTH, hashlib.sha256(SEED.encode()).hexdigest(), 6, RULE, "李四", BEFORE, SEED)


def record(**changes: Any) -> DrawRecord:
    frame = [*centre.many_calls(40), centre.call("SHORT", duration_s=3)]
    plan = draw(frame, MONTH, 6, SEED, {"H007": "没有录音"}, NOW)
    made = replace_calls(frame_rows(frame), plan, {plan.calls[0].call_id: "无声"}, "张三", NOW + timedelta(days=1))
    kept = replace(plan, commitment=FIXED, replacements=made)
    return replace(record_of(kept, frame_rows(frame)), **changes)


RIGHT = record()
UNDRAWN = min({row.call_id for row in RIGHT.frame} - {one.call_id for one in RIGHT.calls})


def committed(**changes: Any) -> dict[str, Any]:
    fixed = replace(FIXED, seed=None, **changes)
    return {"commitment": fixed, "commitment_sha256": fixed.sha256}


def moved(at: int, **changes: Any) -> tuple[FrameRow, ...]:
    rows = list(RIGHT.frame)
    rows[at] = rows[at]._replace(**changes)
    return tuple(rows)


def test_a_right_record_has_no_difference() -> None:
    assert first_difference(RIGHT) is None
    assert first_difference(record(commitment=None, commitment_sha256=None)) is None


def test_a_sealed_seed_is_not_told_twice_and_no_caller_is_in_a_record() -> None:
    assert RIGHT.commitment is not None
    assert RIGHT.commitment.seed is None
    assert not any(centre.call().caller_number in row for row in RIGHT.frame)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"format": "x"}, "格式是“x”"),
        ({"rule": "随便"}, "抽样规则与本程序的不同"),
        ({"seed": "another"}, "种子的 SHA-256 是"),
        ({"frame": RIGHT.frame[1:]}, "总体的 SHA-256 是"),
        ({"frame": RIGHT.frame[::-1]}, "没有按通话编号排列"),
        ({"frame": (RIGHT.frame[0], *RIGHT.frame)}, "H000 出现两次"),
        ({"frame": moved(3, shift="夜班")}, "总体的 SHA-256 是"),
        ({"frame": moved(3, started_at="2026-09-30T08:00:00")}, "H003 不是 2026-10 的"),
        ({"commitment_sha256": "0" * 64}, "公布的是 0000"),
        (committed(month="2026-11"), "承诺的是 2026-11"),
        (committed(seed_sha256="0" * 64), "种子不是事先承诺的那一个"),
        (committed(quota_per_operator=5), "事先承诺的是 5 通"),
        (committed(rule="随便"), "承诺的是“随便”"),
        (committed(committed_at=datetime(2026, 11, 1, 0, 1)), "其时 2026-10 已经结束"),
        ({"drawn_at": BEFORE - timedelta(days=1)}, "早于承诺时间"),
        ({"exclusions": (*RIGHT.exclusions, Exclusion("X9", "没有录音"))}, "X9 不在总体中"),
        ({"exclusions": RIGHT.exclusions[:1]}, "SHORT 不足 10 秒而没有排除"),
        ({"exclusions": RIGHT.exclusions[1:]}, "通话 H"),
        ({"calls": RIGHT.calls[1:]}, f"应抽中通话 {RIGHT.calls[0].call_id}，方案中没有"),
        ({"calls": (*RIGHT.calls, replace(RIGHT.calls[0], call_id=UNDRAWN))}, f"{UNDRAWN} 按种子不应抽中"),
        ({"calls": (*RIGHT.calls, RIGHT.calls[0])}, "方案中有通话出现两次"),
        ({"calls": (replace(RIGHT.calls[0], probability=Decimal("0.9")), *RIGHT.calls[1:])}, "方案中写的不同"),
        ({"replacements": RIGHT.replacements * 2}, "不在样本中或已经替换过"),
        ({"replacements": (replace(RIGHT.replacements[0], call_id=UNDRAWN),)}, f"{UNDRAWN} 不在样本中"),
        ({"replacements": (replace(RIGHT.replacements[0], replacement_id=None),)}, "方案中是 无"),
        ({"replacements": (replace(RIGHT.replacements[0], replaced_at=BEFORE),)}, "替换时间早于抽样时间"),
    ],
)
def test_the_first_difference_is_named(changes: dict[str, Any], said: str) -> None:
    found = first_difference(replace(RIGHT, **changes))
    assert found is not None
    assert said in found


def test_a_quota_of_nothing_is_named() -> None:
    found = first_difference(record(commitment=None, commitment_sha256=None, quota_per_operator=0))
    assert found == "每人 0 通，不足一通"


def test_a_record_comes_back_from_its_file_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "draw.json"
    write_record(RIGHT, path)
    assert read_record(path) == RIGHT
    assert differs(read_record(path), RIGHT) is None
    assert differs(replace(RIGHT, quota_per_operator=7), RIGHT) == "文件与库中的每人通数不同"
    with pytest.raises(UserError, match="is there already"):
        write_record(RIGHT, path)


def test_what_is_no_record_is_refused_in_words(tmp_path: Path) -> None:
    path = tmp_path / "draw.json"
    with pytest.raises(UserError, match="No such file"):
        read_record(path)
    with pytest.raises(UserError, match="No such file"):
        write_record(RIGHT, tmp_path / "nowhere" / "draw.json")
    for text, said in (("{", "no record of a draw"), ('{"month": "2026-10"}', "format: Field required")):
        path.write_text(text, encoding="utf-8")
        with pytest.raises(UserError, match=said):
            read_record(path)
