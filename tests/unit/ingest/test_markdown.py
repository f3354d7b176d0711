"""Knowledge entries as Markdown pages: the same entry as from YAML, and faults told by their line."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from qa_pipeline.ingest.batch import Batch
from qa_pipeline.ingest.files import read_file
from qa_pipeline.ingest.markdown import is_entry
from qa_pipeline.models import Fact

PAGE = """\
---
id: K1
版本: 2
valid_from: 2026-01-01
责任部门: 市公安局
review_by: 2027-01-01
---

# 居民身份证补领

## 问题
身份证丢了怎么补办

## 相似问法
- 补身份证
- 身份证遗失

## 答案
带户口簿到派出所。

工本费40元。

## 要点
- 费用：40元（必告）
- 时限：二十个工作日
- 材料：户口簿

## 材料
- 户口簿
"""


def page(tmp_path: Path, text: str) -> Batch:
    path = tmp_path / "K1.md"
    path.write_text(text, encoding="utf-8")
    (batch,) = read_file(path)
    return batch


def test_a_page_is_an_entry(tmp_path: Path) -> None:
    entry = page(tmp_path, PAGE).rows[0].value
    assert (entry.entry_id, entry.version, entry.title) == ("K1", 2, "居民身份证补领")
    assert entry.valid_from == date(2026, 1, 1)
    assert entry.paraphrases == ("补身份证", "身份证遗失")
    assert entry.answer == "带户口簿到派出所。\n工本费40元。"
    assert entry.owner_department == "市公安局"
    assert entry.details == {"materials": "户口簿", "review_by": "2027-01-01"}
    assert entry.facts == (
        Fact("fee", "40", "yuan", Decimal(0), must_say=True),
        Fact("time_limit", "20", "workday"),
        Fact("materials", "户口簿"),
    )


@pytest.mark.parametrize(
    ("before", "after", "row", "said"),
    [
        ("- 费用：40元（必告）", "- 费用：四十", 23, "第 24 行“费用：四十”看不懂"),
        ("## 材料", "## 才料", 28, "不认识的标题"),
        ("## 材料", "## 问题", 28, "写了两次"),
        ("责任部门: ", "责任人们: ", 1, "不认识的项"),
        ("2026-01-01", "2026-02-30", 1, "日期“2026-02-30”不存在"),
        ("## 答案", "## 依据", 1, "是空的"),
    ],
)
def test_a_fault_is_told_by_its_line(tmp_path: Path, before: str, after: str, row: int, said: str) -> None:
    batch = page(tmp_path, PAGE.replace(before, after, 1))
    assert not batch.rows
    found = batch.refusals[0]
    assert (found.row, said in found.what) == (row, True)
    assert found.hint


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("# 标题\n没有条目信息", "开头没有写"),
        ("---\nid: K1\n# 标题\n", "没有结束"),
        ("---\nid: [K1\n---\n", "不是 YAML"),
        ("---\n- K1\n---\n", "不是“名称: 值”的形式"),
        ("", "开头没有写"),
    ],
)
def test_a_page_that_is_no_entry_says_why(tmp_path: Path, text: str, said: str) -> None:
    (refusal,) = page(tmp_path, text).refusals
    assert said in refusal.what


def test_a_page_in_another_encoding_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "K1.md"
    path.write_bytes(PAGE.encode("gb18030"))
    assert "不是 UTF-8" in read_file(path)[0].refusals[0].what


def test_a_readme_beside_the_entries_is_none(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("# 说明\n", encoding="utf-8")
    (tmp_path / "K1.md").write_text(PAGE, encoding="utf-8")
    assert not is_entry(tmp_path / "README.md")
    assert is_entry(tmp_path / "K1.md")
