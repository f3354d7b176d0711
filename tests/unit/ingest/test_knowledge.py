"""Knowledge entries from tables and YAML: the same entry either way; what could never be right is refused."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from qa_pipeline.ingest.batch import Batch
from qa_pipeline.ingest.files import read_file
from qa_pipeline.knowledge.base.changes import overlapping
from qa_pipeline.models import Fact
from tests import centre

FACTS = [{"slot": "fee", "value": "40", "unit": "yuan", "tolerance": 0.5, "must_say": True}]


def table(tmp_path: Path, **cells: str) -> Batch:
    row = {
        "id": "K1",
        "version": "1",
        "title": "居民身份证补领",
        "question": "身份证丢了怎么补办",
        "answer": "带户口簿到派出所",
        "valid_from": "2026-01-01",
        "facts": json.dumps(FACTS),
    } | cells
    quoted = ",".join('"' + value.replace('"', '""') + '"' for value in row.values())
    path = tmp_path / "knowledge.csv"
    path.write_text(f"{','.join(row)}\n{quoted}\n", encoding="utf-8")
    (batch,) = read_file(path)
    return batch


def yaml(tmp_path: Path, text: str) -> Batch:
    path = tmp_path / "knowledge.yaml"
    path.write_text(text, encoding="utf-8")
    (batch,) = read_file(path)
    return batch


ENTRY = """\
- id: K1
  version: 1
  title: 居民身份证补领
  question: 身份证丢了怎么补办
  answer: 带户口簿到派出所
  paraphrases: [补身份证, 身份证遗失]
  facts:
    - {slot: fee, value: 40, unit: yuan, tolerance: 0.5, must_say: true}
    - {slot: phone, value: "09151234567", unit: none}
  materials: [户口簿, 照片]
  valid_from: 2026-01-01
  valid_to: null
"""


def test_yaml_and_table_give_the_same_entry(tmp_path: Path) -> None:
    from_yaml = yaml(tmp_path, ENTRY).rows[0].value
    facts = json.dumps([*FACTS, {"slot": "phone", "value": "09151234567"}])
    cells = {"paraphrases": "补身份证；身份证遗失", "facts": facts, "materials": "户口簿；照片", "valid_to": ""}
    from_table = table(tmp_path, **cells).rows[0].value
    assert from_yaml == from_table
    assert from_yaml.facts == (
        Fact("fee", "40", "yuan", Decimal("0.5"), must_say=True),
        Fact("phone", "09151234567"),
    )
    assert from_yaml.details["materials"] == "户口簿；照片"


def test_entries_may_stand_under_a_name(tmp_path: Path) -> None:
    indented = "entries:\n" + "".join(f"  {line}\n" for line in ENTRY.splitlines())
    assert yaml(tmp_path, indented).rows[0].value.entry_id == "K1"


def test_validity_that_ends_before_it_begins_is_refused(tmp_path: Path) -> None:
    (refusal,) = table(tmp_path, valid_from="2026-05-01", valid_to="2026-04-30").refusals
    assert (refusal.row, refusal.column) == (2, "valid_to")
    assert "失效日期 2026-04-30 早于生效日期 2026-05-01" in refusal.what


def test_validity_of_one_day_is_taken(tmp_path: Path) -> None:
    assert table(tmp_path, valid_from="2026-05-01", valid_to="2026-05-01").rows


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ('[{"slot": "fee", "value": "40"', "不是 JSON"),
        ('{"slot": "fee"}', "不是列表"),
        ('["fee 40"]', "第 1 个要点“fee 40”看不懂"),
        ("[40]", "第 1 个要点不是对象"),
        ('[{"slot": "price", "value": "40", "unit": "yuan"}]', "slot “price”不认识"),
        ('[{"slot": "fee", "value": "40", "unit": "dollar"}]', "单位“dollar”不认识"),
        ('[{"slot": "time_limit", "value": "5"}]', "（time_limit）的单位“”不认识"),
        ('[{"slot": "fee", "unit": "yuan"}]', "没有 value"),
        ('[{"slot": "fee", "value": "40", "unit": "yuan", "tolerance": "few"}]', "tolerance"),
        ('[{"slot": "fee", "value": "40", "unit": "yuan", "tolerance": -1}]', "tolerance"),
        ('[{"slot": "fee", "value": "40", "unit": "yuan", "must_say": "yes"}]', "must_say"),
        ('[{"slot": "fee", "value": "40", "unit": "yuan", "valeu": "40"}]', "不认识的项 valeu"),
    ],
)
def test_facts_that_no_rule_could_use_are_refused(tmp_path: Path, facts: str, said: str) -> None:
    batch = table(tmp_path, facts=facts)
    (refusal,) = batch.refusals
    assert not batch.rows
    assert refusal.column == "facts"
    assert said in refusal.what
    assert refusal.hint


def test_a_refused_yaml_entry_is_named_by_its_line_and_the_others_are_taken(tmp_path: Path) -> None:
    second = ENTRY.replace("K1", "K2").replace("slot: fee", "slot: price")
    batch = yaml(tmp_path, ENTRY + second)
    (refusal,) = batch.refusals
    assert [row.value.entry_id for row in batch.rows] == ["K1"]
    assert refusal.row == 13


def test_a_misspelt_yaml_key_is_refused_and_not_dropped(tmp_path: Path) -> None:
    (refusal,) = yaml(tmp_path, ENTRY.replace("valid_to", "valid_until")).refusals
    assert (refusal.column, refusal.what) == ("valid_until", "不认识的项")


@pytest.mark.parametrize("version", ["0", "一", "1.5", ""])
def test_a_version_is_a_number_from_one(tmp_path: Path, version: str) -> None:
    assert [refusal.column for refusal in table(tmp_path, version=version).refusals] == ["version"]


def test_a_title_that_no_screen_could_show_is_refused(tmp_path: Path) -> None:
    (refusal,) = table(tmp_path, title="长" * 129).refusals
    assert "129 个字" in refusal.what


@pytest.mark.parametrize(
    ("first", "second", "overlap"),
    [
        ((date(2026, 1, 1), None), (date(2026, 6, 1), None), True),
        ((date(2026, 1, 1), date(2026, 5, 31)), (date(2026, 6, 1), None), False),
        ((date(2026, 1, 1), date(2026, 6, 1)), (date(2026, 6, 1), None), True),
        ((date(2026, 6, 1), None), (date(2026, 1, 1), date(2026, 5, 31)), False),
    ],
)
def test_versions_overlap_when_a_day_has_two_answers(
    first: tuple[date, date | None], second: tuple[date, date | None], overlap: bool
) -> None:
    one = centre.entry(version=1, valid_from=first[0], valid_to=first[1])
    two = centre.entry(version=2, valid_from=second[0], valid_to=second[1])
    assert overlapping(two, [one]) == (one if overlap else None)
    assert overlapping(one, [two]) == (two if overlap else None)
    assert overlapping(replace(two, entry_id="other"), [one]) is None


def test_a_whole_regulation_for_an_answer_is_refused_by_its_column(tmp_path: Path) -> None:
    (refusal,) = table(tmp_path, answer="长" * 200_000).refusals
    assert (refusal.row, refusal.column) == (2, "answer")
    assert "200000 个字" in refusal.what
    assert "拆成几条" in refusal.hint


def test_dates_typed_in_full_width_are_read(tmp_path: Path) -> None:
    (row,) = table(tmp_path, valid_from="２０２６－０１－０１", valid_to="２０２６年３月３１日").rows
    assert (row.value.valid_from.isoformat(), row.value.valid_to.isoformat()) == ("2026-01-01", "2026-03-31")


def test_review_dates_are_dates_however_they_are_written(tmp_path: Path) -> None:
    entry = table(tmp_path, 复核日期="2026年9月1日", review_by="2027/3/1").rows[0].value
    assert entry.details == {"reviewed_at": "2026-09-01", "review_by": "2027-03-01"}
    assert (entry.dated("reviewed_at"), entry.dated("review_by")) == (date(2026, 9, 1), date(2027, 3, 1))
    (refusal,) = table(tmp_path, reviewed_at="2026-09-01", review_by="2026-08-01").refusals
    assert "早于复核日期" in refusal.what


def test_a_fact_may_say_that_nobody_has_confirmed_it(tmp_path: Path) -> None:
    facts = json.dumps([{"slot": "fee", "value": "40", "unit": "yuan", "confirmed": False}])
    assert not table(tmp_path, facts=facts).rows[0].value.facts[0].confirmed


WRITTEN = (Fact("fee", "150", "yuan", must_say=True), Fact("time_limit", "7", "workday"), Fact("materials", "户口簿"))


@pytest.mark.parametrize("between", ["；", ";", "\n", "；\n"])
def test_facts_may_be_written_as_departments_write_them(tmp_path: Path, between: str) -> None:
    lines = between.join(["费用：150元（必告）", "时限：7个工作日", "材料：户口簿"])
    assert table(tmp_path, facts=lines).rows[0].value.facts == WRITTEN


def test_a_list_in_yaml_may_hold_such_lines(tmp_path: Path) -> None:
    listed = ENTRY[: ENTRY.index("  facts:")] + "  valid_from: 2026-01-01\n"
    lines = "  facts: [费用：150元（必告）, 时限：7个工作日, 材料：户口簿]\n"
    assert yaml(tmp_path, listed + lines).rows[0].value.facts == WRITTEN
    assert (
        yaml(tmp_path, listed + "  facts: 费用：150元（必告）；时限：7个工作日；材料：户口簿\n").rows[0].value.facts
        == WRITTEN
    )


@pytest.mark.parametrize("line", ["费用：看情况", "票价：20元", "150元", "费用 150元"])
def test_a_line_that_states_no_value_is_refused_with_how_to_write_it(tmp_path: Path, line: str) -> None:
    batch = table(tmp_path, facts=f"时限：7个工作日；{line}")
    assert not batch.rows
    (refusal,) = batch.refusals
    assert refusal.what == f"第 2 个要点“{line}”看不懂"
    assert "费用：120元（必告）" in refusal.hint
