"""What finance states of a month: read from its file, kept in revisions, an operator's month whole or not at all."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from qa_pipeline.ingest.batch import Batch, FileKind, FileReport
from qa_pipeline.ingest.files import read_file
from qa_pipeline.store.queries.imports import take
from qa_pipeline.store.queries.month import save_closing
from qa_pipeline.store.queries.pay_terms import pay_terms
from qa_pipeline.store.schema import PayTermRow
from scoring.pay import PayStatus, PayTerm
from tests import centre
from tests.centre import MONTH, NOW

Sessions = sessionmaker[Session]
HEAD = "月份,工号,自,至,班组,身份,绩效基数"
SAMPLE = Path(__file__).resolve().parents[3] / "recordings_sample" / "pay_terms.csv"


def read(folder: Path, *rows: str, head: str = HEAD) -> Batch:
    path = folder / "绩效基数.csv"
    path.write_text("\n".join([head, *rows]), encoding="utf-8")
    (batch,) = read_file(path)
    assert batch.kind is FileKind.PAY_TERMS
    return batch


def term(first: int, last: int, base: str, team: str = "一组", status: str = "regular", who: str = "1001") -> PayTerm:
    return PayTerm(who, date(2026, 10, first), date(2026, 10, last), team, PayStatus(status), Decimal(base))


def put(session: Session, batch: Batch) -> FileReport:
    centre.put(session, FileKind.ROSTER, centre.operator(), centre.operator("1002"))
    return take(session, batch, NOW)


def test_a_finance_file_is_known_by_its_header_in_either_language(tmp_path: Path) -> None:
    rows = ['2026-10,1001,2026/10/1,2026-10-15,二组,试用,"1,800.50"', "2026年10月,1001,2026-10-16,,,,¥2000元"]
    first, second = (row.value for row in read(tmp_path, *rows).rows)
    assert (first.month, first.term) == (MONTH, term(1, 15, "1800.50", "二组", "probation"))
    assert second.term == term(16, 31, "2000", "")
    english = read(tmp_path, "2026-10,1001,leave,", head="month,operator_id,status,base")
    assert english.rows[0].value.term == term(1, 31, "0", "", "leave")


def test_a_month_that_a_spreadsheet_made_a_date_of_is_a_month(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(HEAD.split(","))
    book.active.append([date(2026, 10, 1), "1001", date(2026, 10, 1), date(2026, 10, 31), "一组", "正式", 1800.5])
    book.save(tmp_path / "t.xlsx")
    (batch,) = read_file(tmp_path / "t.xlsx")
    assert batch.refusals == ()
    assert batch.rows[0].value.term == term(1, 31, "1800.50")


@pytest.mark.parametrize(
    ("row", "what"),
    [
        ("2026-13,1001,,,,,1", "“2026-13”不是月份"),
        (",1001,,,,,1", "是空的"),
        ("2026-10,,,,,,1", "是空的"),
        ("2026-10,1001,,,,,", "是空的"),
        ("2026-10,1001,,,,,一千", "不是金额"),
        ("2026-10,1001,,,,,-1", "最多两位小数"),
        ("2026-10,1001,,,,,0.005", "最多两位小数"),
        ("2026-10,1001,,,,临时,1", "看不懂"),
        ("2026-10,1001,2026-09-30,,,,1", "不在 2026-10 之内"),
        ("2026-10,1001,2026-10-09,2026-10-08,,,1", "先后颠倒"),
    ],
)
def test_a_row_that_cannot_be_is_refused_with_its_reason(tmp_path: Path, row: str, what: str) -> None:
    batch = read(tmp_path, row)
    assert batch.rows == ()
    assert what in batch.refusals[0].what


def test_an_operators_month_is_kept_and_the_latest_statement_counts(sessions: Sessions, tmp_path: Path) -> None:
    with sessions.begin() as session:
        first = put(session, read(tmp_path, "2026-10,1001,,,,,2000", "2026-10,1002,,,二组,休假,"))
        again = take(session, read(tmp_path, "2026-10,1001,,2026-10-10,,,2000", "2026-10,1001,2026-10-11,,,,2000"), NOW)
        changed = take(
            session, read(tmp_path, "2026-10,1001,,2026-10-10,,,2000", "2026-10,1001,2026-10-11,,,,2100"), NOW
        )
        assert [(r.taken, r.unchanged, r.refusals) for r in (first, again, changed)] == [
            (2, 0, ()),
            (0, 2, ()),
            (2, 0, ()),
        ]
    with sessions() as session:
        assert pay_terms(session, MONTH) == {
            "1001": (term(1, 10, "2000"), term(11, 31, "2100")),
            "1002": (term(1, 31, "0", "二组", "leave", "1002"),),
        }
        assert pay_terms(session, "2026-09") == {}
        assert session.scalar(select(func.count()).select_from(PayTermRow)) == 4


def test_terms_that_overlap_leave_a_gap_or_are_of_nobody_are_refused_row_by_row(
    sessions: Sessions, tmp_path: Path
) -> None:
    rows = [
        *("2026-10,1001,2026-10-01,2026-10-15,,,1", "2026-10,1001,2026-10-17,2026-10-31,,,1"),
        *("2026-10,1002,2026-10-01,2026-10-31,,,1", "2026-10,9999,,,,,1"),
    ]
    with sessions.begin() as session:
        report = put(session, read(tmp_path, *rows))
        assert report.taken == 1
        assert [refusal.row for refusal in report.refusals] == [2, 3, 5]
        assert "重叠或中间有空缺" in report.refusals[0].what
        assert set(pay_terms(session, MONTH)) == {"1002"}


def test_a_month_that_may_lack_a_refused_line_is_not_taken(sessions: Sessions, tmp_path: Path) -> None:
    rows = ("2026-10,1001,,2026-10-15,,,1", "2026-10,1001,2026-10-16,,,,一千", "2026-10,1002,,,,,1")
    with sessions.begin() as session:
        report = put(session, read(tmp_path, *rows))
        assert [(refusal.row, refusal.column) for refusal in report.refusals] == [(2, "工号"), (3, "绩效基数")]
        assert "不知是否缺行" in report.refusals[0].what
        assert set(pay_terms(session, MONTH)) == {"1002"}


def test_a_team_that_is_too_long_is_refused(sessions: Sessions, tmp_path: Path) -> None:
    with sessions.begin() as session:
        report = put(session, read(tmp_path, f"2026-10,1001,,,{'组' * 200},,1"))
        assert (report.taken, report.refusals[0].what) == (0, "内容太长")


def test_a_closed_month_takes_no_more_terms(sessions: Sessions, tmp_path: Path) -> None:
    with sessions.begin() as session:
        save_closing(session, MONTH, [], "王五", NOW)
        report = put(session, read(tmp_path, "2026-10,1001,,,,,1", "2026-11,1001,,,,,1"))
        assert (report.taken, report.refusals[0].what) == (1, "2026-10 已结账")


def test_the_samples_terms_are_taken_whole(sessions: Sessions) -> None:
    (batch,) = read_file(SAMPLE)
    with sessions.begin() as session:
        centre.put(session, FileKind.ROSTER, *(centre.operator(f"100{n}") for n in range(1, 7)))
        report = take(session, batch, NOW)
        assert (report.taken, report.refusals) == (10, ())
        kinds = {term.status for terms in pay_terms(session, MONTH).values() for term in terms}
    assert kinds == set(PayStatus)
