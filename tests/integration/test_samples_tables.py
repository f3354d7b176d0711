"""The tables, the knowledge base and the planted faults of the sample month fit each other."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date, datetime
from functools import cache
from pathlib import Path

import pytest

from qa_pipeline.ingest.files import read_file
from qa_pipeline.knowledge.base.changes import overlapping
from qa_pipeline.language.numerals import digits
from qa_pipeline.models import KnowledgeEntry
from recordings_sample.callscript import CallScript
from recordings_sample.make_tables import ORDER_HEADER, load_scripts, read_rows, tables
from scoring.scorecard import default_scorecard

SAMPLES = Path(__file__).resolve().parents[2] / "recordings_sample"
SCRIPTS = load_scripts(SAMPLES)
CARD = default_scorecard()
SHIFT_HOURS = {"晚班": range(8), "早班": range(8, 16), "中班": range(16, 24)}
each_call = pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.call_id)


def items_of(script: CallScript) -> set[str]:
    return {fault.item for fault in script.faults}


@cache
def records(name: str) -> list[dict[str, str]]:
    header, *rows = read_rows(SAMPLES / name)
    return [dict(zip(header, row, strict=True)) for row in rows]


def knowledge() -> list[KnowledgeEntry]:
    files = ("knowledge.yaml", "knowledge_extra.csv", "knowledge_extra.xlsx")
    batches = [batch for name in files for batch in read_file(SAMPLES / name)]
    assert [refusal for batch in batches for refusal in batch.refusals] == []
    return [row.value for batch in batches for row in batch.rows]


def phones_in(text: str) -> set[str]:
    return {phone for run in re.findall("[零幺一二三四五六七八九，]{11,}", text) if len(phone := digits(run)) == 11}


def test_the_committed_tables_are_what_the_scripts_give() -> None:
    for name, rows in tables(SAMPLES).items():
        assert read_rows(SAMPLES / name) == rows, f"{name} is stale: run python recordings_sample/make_tables.py"


@pytest.mark.parametrize(
    "name", ["roster.csv", "shift_plan.csv", "call_log.csv", "work_orders.csv", "work_orders_2.xlsx"]
)
def test_the_import_takes_every_row_of_a_table(name: str) -> None:
    (batch,) = read_file(SAMPLES / name)
    assert batch.refusals == ()
    assert len(batch.rows) == len(records(name))


def test_every_call_of_the_log_has_its_recording() -> None:
    missing = [
        row["录音文件"] for row in records("call_log.csv") if not (SAMPLES / "audio" / row["录音文件"]).is_file()
    ]
    assert missing == []


def test_the_month_is_spread_over_operators_shifts_and_kinds_of_recording() -> None:
    operators = Counter(script.operator_id for script in SCRIPTS)
    shifts: Counter[str] = Counter(script.shift for script in SCRIPTS)
    assert len(SCRIPTS) == 26
    assert len(operators) == 6
    assert set(operators.values()) <= {4, 5}
    assert min(shifts[shift] for shift in SHIFT_HOURS) >= 6
    assert Counter(script.audio.layout for script in SCRIPTS)["mono"] == 4
    assert {script.audio.format for script in SCRIPTS} == {"wav-pcm", "wav-alaw", "wav-ulaw", "mp3", "ogg"}


def test_an_operator_keeps_the_same_voice() -> None:
    assert len({(script.operator_id, script.voices.operator) for script in SCRIPTS}) == 6


@each_call
def test_the_operator_is_on_the_shift_plan_of_the_call(script: CallScript) -> None:
    started = datetime.fromisoformat(script.started_at)
    duty = {"日期": f"{started:%Y-%m-%d}", "班次": script.shift, "工号": script.operator_id}
    assert f"H{started:%y%m%d}" == script.call_id[:7]
    assert started.hour in SHIFT_HOURS[script.shift]
    assert duty in records("shift_plan.csv")
    assert script.operator_id in {row["工号"] for row in records("roster.csv")}


@each_call
def test_every_fault_names_an_item_of_the_scorecard_and_turns_of_the_operator(script: CallScript) -> None:
    known = {item.code for item in CARD.items} | {fatal.code for fatal in CARD.fatal_errors}
    assert items_of(script) <= known
    heard = {turn for fault in script.faults if fault.item[0] in "ABCV" for turn in fault.turns}
    assert max(heard, default=0) < len(script.turns)
    assert {script.turns[turn].who for turn in heard} <= {"operator"}


def test_most_calls_are_without_fault() -> None:
    assert sum(not script.faults for script in SCRIPTS) >= 14


def test_every_item_and_at_least_four_fatal_errors_are_planted() -> None:
    planted = set().union(*(items_of(script) for script in SCRIPTS))
    assert {item.code for item in CARD.items} <= planted
    assert len({item for item in planted if item.startswith("V")}) >= 4


@each_call
def test_the_phone_of_the_order_is_the_one_that_was_spoken_unless_that_is_the_fault(script: CallScript) -> None:
    if script.work_order is None:
        return
    said = set().union(*(phones_in(turn.say) for turn in script.turns if turn.who == "caller"))
    planted = any(fault.kind == "phone_digit_wrong" for fault in script.faults)
    assert (script.work_order["联系方式"] in said) is not planted


@each_call
def test_an_order_has_an_empty_field_or_a_late_submission_only_where_that_is_planted(script: CallScript) -> None:
    if script.work_order is None:
        return
    order = {name: script.work_order.get(name, "") for name in ORDER_HEADER}
    holder = {
        "姓名或称谓": "D1",
        "联系方式": "D1",
        "发生时间": "D2",
        "事发地点": "D2",
        "主要内容": "D3",
        "具体诉求": "D4",
    }
    holder |= {"问题分类": "D5", "紧急程度": "D5", "承办单位": "D5"}
    assert {holder[name] for name in holder if not order[name]} <= items_of(script)
    late = order["提交时间"][:10] != script.started_at[:10]
    assert late is any(fault.kind == "submitted_next_day" for fault in script.faults)


def test_the_knowledge_base_has_enough_entries_and_versions_that_follow_each_other() -> None:
    entries = knowledge()
    assert [(e.entry_id, e.version) for e in entries if e.valid_to is not None and e.valid_to < e.valid_from] == []
    assert [(e.entry_id, e.version) for e in entries if overlapping(e, entries)] == []
    assert len({(e.entry_id, e.version) for e in entries}) == len(entries)
    assert sum(e.valid_on(date(2026, 10, 31)) for e in entries) >= 64
    superseded = [
        e for e in entries if e.valid_to is not None and date(2025, 12, 31) <= e.valid_to <= date(2026, 12, 31)
    ]
    assert len(superseded) >= 8


def test_calls_before_and_after_a_change_in_october_meet_different_answers() -> None:
    days = sorted(datetime.fromisoformat(script.started_at).date() for script in SCRIPTS)
    changed = [e for e in knowledge() if e.version > 1 and days[0] < e.valid_from < days[-1]]
    assert {e.valid_from for e in changed} == {date(2026, 10, 15), date(2026, 10, 16)}
