"""What the benchmarks count and write."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from bench.curve import Point, draw
from bench.normalise import Errors, edits, errors, traditional
from bench.results import put, section


def test_each_kind_of_error_is_counted() -> None:
    assert errors("我要咨询公积金政策", "我想咨询积金政策吗") == Errors(9, substitutions=1, deletions=1, insertions=1)
    assert edits("我要咨询公积金政策", "我想咨询积金政策吗") == 3


def test_script_figures_and_punctuation_are_no_errors() -> None:
    assert errors("设定二十九度，好。", "設定29度好").wrong == 0


def test_nothing_heard_is_all_deleted_and_words_over_silence_are_insertions() -> None:
    assert errors("您好", "") == Errors(2, deletions=2)
    assert errors("", "您好") == Errors(insertions=2)


def test_percentages_are_of_what_was_said() -> None:
    total = errors("春夏秋冬", "春夏秋") + errors("东西南北中", "东西南北中")
    assert total.characters == 9
    assert total.percent(total.deletions) == pytest.approx(100 / 9)


def test_traditional_characters_are_counted_and_shared_ones_not() -> None:
    assert traditional("請問戶口怎么辦，12345") == 4
    assert traditional("请问户口怎么办") == 0


def test_a_section_is_replaced_where_it_stands(tmp_path: Path) -> None:
    path = tmp_path / "RESULTS.md"
    for title in ("Speed", "Memory", "Sounds"):
        put(section(title, "old", ("a", "b"), [(1, 2)]), path)
    put(section("Memory", "new", ("a", "b"), [(3, 4)]), path)
    text = path.read_text("utf-8")
    assert [line for line in text.splitlines() if line.startswith("## ")] == ["## Speed", "## Memory", "## Sounds"]
    assert text.count("new") == 1
    assert text.count("old") == 2
    assert "\n\n\n" not in text


def test_writing_the_same_section_again_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "RESULTS.md"
    put(section("Speed", "about", ("a",), [(1,)]), path)
    once = path.read_text("utf-8")
    put(section("Speed", "about", ("a",), [(1,)]), path)
    assert path.read_text("utf-8") == once


def test_the_curve_is_a_picture_with_a_label_for_each_point() -> None:
    picture = ET.fromstring(draw([Point("slow & sure", 10, 14, own=False), Point("fast", 25, 15, own=True)]))
    labels = [node.text for node in picture.iter("{http://www.w3.org/2000/svg}text")]
    assert {"slow & sure", "fast"} <= set(labels)
