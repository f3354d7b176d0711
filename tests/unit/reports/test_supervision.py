"""The criticism notice as an official document, and sheets that are there only where there is something to show."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from qa_pipeline.assessment import assess
from qa_pipeline.models.supervision import Notice, NoticeFile, NoticeKind, NoticeStep, NoticeWord, Office
from qa_pipeline.reports.report import write_report
from qa_pipeline.reports.supervision import (
    CriticismHead,
    Supervision,
    _ordinal,
    criticism_page,
    supervision_of,
    supervision_sheets,
)
from tests.month_builder import CARD, call_file, clean, month, operator

PEOPLE = [operator("1001", "王芳", "一组"), operator("1002", "李建国", "二组")]
AT = datetime(2026, 10, 14, 9, 5)
HEAD = CriticismHead("某市热线中心", "某通〔2026〕3号", "《规定》第三条的规定", date(2026, 11, 2), 5)


def criticised(number: int, operator_id: str = "1001", points: str = "2", **changes) -> NoticeFile:
    base = Notice(
        number, operator_id, "2026-10", NoticeKind.REMINDER, "甲", AT, "离席<b>未</b>报备", "值班表", Decimal(points),
        None, None, "甲", AT,
    )  # fmt: skip
    word = NoticeWord(
        number, 1, NoticeStep.APPROVED, "李主管", Office.SUPERVISOR, "属实", Decimal(points), True, None, AT
    )
    return NoticeFile(replace(base, **changes), (word,))


def page(*files: NoticeFile, head: CriticismHead = HEAD) -> str:
    return criticism_page(supervision_of(files, (), PEOPLE, str).notices, head)


def test_one_persons_notice_names_facts_rule_points_and_how_to_appeal() -> None:
    text = page(criticised(1, call_id="H1", at_ms=95_000))
    for words in (
        "关于对王芳同志", "根据《规定》第三条的规定", "王芳（工号 1001，一组）", "2026年10月14日9时05分",
        "通话 H1 01:35 处录音可核听", "扣除王芳 2026年10月个人绩效分数 2 分", "5 个工作日内", "李主管（主管）",
    ):  # fmt: skip
        assert words in text
    assert "<b>未" not in text
    assert "（一）" not in text


def test_several_notices_are_numbered_and_added_up_by_person() -> None:
    text = page(criticised(1), criticised(2, points="0.5"), criticised(3, "1002", "1"))
    assert "关于对王芳等 2 名同志" in text
    for words in ("（一）王芳", "（三）李建国", "扣除王芳 2026年10月个人绩效分数 2.5 分", "个人绩效分数 1 分"):
        assert words in text
    assert text.count("签收") == 2


def test_what_is_not_known_is_left_to_be_written_in() -> None:
    assert page(criticised(1), head=replace(HEAD, centre="", number="")).count('<span class="blank"></span>') == 3


def test_a_notice_about_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="give one"):
        page()


def test_somebody_who_left_the_roster_is_still_told_by_number() -> None:
    (line,) = supervision_of([criticised(1, "1999")], (), PEOPLE, str).notices
    assert (line.name, line.team, line.place) == ("", "", "")


@pytest.mark.parametrize(("number", "words"), [(1, "一"), (10, "十"), (12, "十二"), (20, "二十"), (99, "九十九")])
def test_points_are_numbered_as_documents_do(number: int, words: str) -> None:
    assert _ordinal(number) == words


def test_a_month_without_notices_and_appeals_has_no_sheets_for_them() -> None:
    assert supervision_sheets(None) == {} == supervision_sheets(Supervision())
    assert list(supervision_sheets(supervision_of([criticised(1)], (), PEOPLE, str))) == ["监督记录"]


@pytest.mark.parametrize(("left", "said", "tagged"), [("0.5", 0.5, True), (None, 0.0, False)])
def test_a_notice_that_an_appeal_changed_after_the_closing_shows_what_it_took_and_what_is_left(
    tmp_path: Path, left: str | None, said: float, tagged: bool
) -> None:
    file = criticised(1)
    step = NoticeStep.REVOKED if left is None else NoticeStep.REDUCED
    points = None if left is None else Decimal(left)
    word = NoticeWord(1, 2, step, "李主管", None, "有请假条", points, False, 7, AT)
    found = supervision_of([file], (), PEOPLE, str, [replace(file, words=(*file.words, word))])
    row = supervision_sheets(found)["监督记录"].iloc[0]
    assert (row["扣分"], row["结账后申诉改为"], row["通报批评"]) == (2, said, "是" if tagged else "")
    data = month([call_file("C1", clean())])
    view = assess(data, CARD, 10)
    text = write_report(view, data, CARD, tmp_path, lambda *_: None, supervision=found).read_text("utf-8")
    assert f"结账后申诉改为 {left or 0}" in text
    assert ('<span class="tag red">通报批评</span>' in text) is tagged
