"""The benchmark of personal data counts what it says."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bench.personal_data import METHODS, counted, hidden, misses, spoken_plain
from bench.personal_sets import UNSEEN, Case, heard_cases, read_aloud, read_set, written_cases

CASE = Case("1", "我叫王建国，电话幺三八零零零零幺二三四", (("name", 2, 5), ("mobile", 8, 19)), (), exact=True)


def test_found_missed_and_false_are_counted_by_kind() -> None:
    count = counted([CASE], lambda case: [("name", 2, 5), ("plate", 8, 19)])
    assert (count.found["name"], count.found["mobile"], count.false["plate"]) == (1, 0, 1)
    assert (count.recall.hits, count.recall.n, count.precision.n) == (1, 2, 2)
    assert hidden([CASE]).hits == 2
    assert list(misses({"set": (CASE,)})) == []


def test_the_rivals_read_the_same_sentence() -> None:
    assert set(spoken_plain(CASE)) == {("name", 2, 5), ("mobile", 8, 19)}
    assert [counted([CASE], method).found.total() for method in METHODS.values()] == [1, 2, 1, 2]


def test_a_reference_is_laid_on_what_was_heard(tmp_path: Path) -> None:
    said = {"id": "1", "text": ["电话幺三八", "零零零零幺二三四"], "gold": [["mobile", "幺三八零零零零幺二三四"]]}
    (tmp_path / "personal.jsonl").write_text(json.dumps(said), "utf-8")
    (tmp_path / "innocent.jsonl").write_text("", "utf-8")
    (tmp_path / "heard.jsonl").write_text(json.dumps({"id": "1", "heard": ["电化138", "0001234"]}), "utf-8")
    (case,) = heard_cases(tmp_path)
    ((kind, start, end),) = case.gold
    assert (kind, case.text[start:end]) == ("mobile", "138，0001234")
    assert case.agrees(("mobile", start, end), ("mobile", start + 1, end))
    assert not case.agrees(("mobile", start, end), ("mobile", start, start + 2))


def test_every_reference_stands_in_its_sentence_and_no_sentence_is_there_twice() -> None:
    for folder in (UNSEEN, UNSEEN.with_name("personal_unseen2")):
        paths = (folder / "personal.jsonl", folder / "innocent.jsonl")
        assert len(written_cases(*paths)) == len({one.text for path in paths for one in read_set(path)})


def test_a_reference_that_is_not_there_is_told(tmp_path: Path) -> None:
    path = tmp_path / "personal.jsonl"
    path.write_text(json.dumps({"id": "1", "text": "我叫王建国", "gold": [["name", "李明"]]}), "utf-8")
    with pytest.raises(ValueError, match="李明"):
        written_cases(path)


def test_letters_and_figures_are_spoken_by_name() -> None:
    assert read_aloud("陕A·12345") == "陕诶一二三四五"
