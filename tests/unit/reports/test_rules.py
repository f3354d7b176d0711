"""The rules' section of the report and their sheets of the workbook."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from qa_pipeline.assessment import assess
from qa_pipeline.assessment.rule_reviews import AuditedCall, Said, rule_reviews
from qa_pipeline.assessment.rule_table import RuleTable, WrittenRule, rule_table
from qa_pipeline.models import DEMOTED, Outcome, Standing, Verdict
from qa_pipeline.reports.report import write_report
from qa_pipeline.reports.rules import rule_sheets, trends
from qa_pipeline.reports.workbook import write_workbook
from scoring.rule_precision import Floor
from tests.month_builder import CARD, advice, call_file, clean, decision, month

FLOOR = Floor(Decimal("0.80"), 20)
WHY = "PH06 自动降为只提示：近20次复核中确认12次"
RULES = [
    WrittenRule("PH06", "A6", "不说一般禁语", Standing.DEDUCT, {}),
    WrittenRule("PH01", "A1", "开头语完整", Standing.DEDUCT, {}),
    WrittenRule("PH02", "A2", "使用敬语", Standing.DEDUCT, {}),
    WrittenRule("TN05", "B5", "不急躁", Standing.ADVISE, {}),
]


def reviewed(upheld: int, wrong: int, code: str, item: str, months: tuple[str, ...]) -> list[AuditedCall]:
    """Calls with one finding each, in turn over the months."""
    return [
        AuditedCall(
            n, f"{code}-{n}", months[n % len(months)], "1", True, True, (Said(code, item, Outcome.FAIL, 1),), (word,)
        )
        for n in range(upheld + wrong)
        for word in [decision(code, item, Verdict.CONFIRM if n < upheld else Verdict.OVERRULE, n=n, audit_id=n)]
    ]


def table() -> RuleTable:
    audits = [
        *reviewed(12, 8, "PH06", "A6", ("2026-08", "2026-09")),
        *reviewed(30, 0, "PH01", "A1", ("2026-09",)),
        *reviewed(3, 1, "TN05", "B5", ("2026-10",)),
    ]
    known = rule_reviews(audits, lambda *_: True)
    return rule_table("2026-10", "2026-10", RULES, known, {"PH06": WHY}, FLOOR, 200, {"A2"})


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_report_lists_rules_with_precision_and_says_why_one_was_demoted(tmp_path: Path, language: str) -> None:
    data = month([call_file("C1", clean())])
    index = write_report(assess(data, CARD, 1), data, CARD, tmp_path, lambda *_: None, language, table())
    text = index.read_text(encoding="utf-8")
    section = text[text.index('<section id="rules">') :]
    section = section[: section.index("</section>")]
    assert WHY in section
    assert "60.0%" in section
    assert {"zh": "已降为只提示", "en": "demoted to advice"}[language] in section
    assert {"zh": "未知", "en": "not known"}[language] in section
    assert section.count("<svg") == 3
    assert re.search(r"3 / 4", section)


def test_a_report_without_rules_has_no_such_section(tmp_path: Path) -> None:
    data = month([call_file("C1", clean())])
    index = write_report(assess(data, CARD, 1), data, CARD, tmp_path, lambda *_: None)
    assert 'id="rules"' not in index.read_text(encoding="utf-8")
    assert (trends(None), rule_sheets(None)) == ({}, {})


def test_what_costs_points_is_what_deducts_and_is_no_mere_hint() -> None:
    assert {line.rule.code: line.costs for line in table().lines} == {
        "PH01": True,
        "PH02": False,
        "PH06": False,
        "TN05": False,
    }
    assert (table().together.right.hits, table().together.right.n) == (30, 30)


def test_the_workbook_has_the_rules_and_their_months(tmp_path: Path) -> None:
    data = month([call_file("C1", clean())])
    path = write_workbook(assess(data, CARD, 1), data, CARD, tmp_path / "month.xlsx", rules=table())
    book = openpyxl.load_workbook(path)
    head, *rows = book["规则"].iter_rows(values_only=True)
    found = {row[0]: dict(zip(head, row, strict=True)) for row in rows}
    assert (found["PH06"]["规则集规定"], found["PH06"]["本月效力"]) == ("直接扣分", "只提示")
    assert (found["PH06"]["复核次数"], found["PH06"]["确认次数"], found["PH06"]["准确率"]) == (20, 12, 0.6)
    assert found["PH06"]["精确法下限"] == pytest.approx(0.3605, abs=1e-4)
    assert found["PH06"]["自动降级"] == WHY
    assert (found["TN05"]["本月复核次数"], found["TN05"]["本月确认次数"], found["TN05"]["准确率"]) == (4, 3, None)
    months = list(book["规则逐月"].iter_rows(min_row=2, values_only=True))
    assert [row[:5] for row in months if row[0] == "PH06"] == [
        ("PH06", "不说一般禁语", "2026-08", 10, 6),
        ("PH06", "不说一般禁语", "2026-09", 10, 6),
    ]
    assert book["规则"].cell(2, list(head).index("准确率") + 1).number_format == "0.0%"
    assert found["PH01"]["召回率"] == 1.0


def test_charts_have_the_floor_between_their_ends_and_a_dot_a_month() -> None:
    found = trends(table())
    assert set(found) == {"PH06", "PH01", "TN05"}
    chart = found["PH06"]
    assert 0 < chart.floor < chart.height
    assert [dot.label for dot in chart.dots] == ["2026-08 6/10", "2026-09 6/10"]
    assert all(dot.high < dot.y < dot.low for dot in chart.dots)
    assert all(dot.y > chart.floor for dot in chart.dots)
    assert found["TN05"].dots[0].x > found["PH01"].dots[0].x


def test_a_finding_of_a_demoted_rule_says_on_its_call_why_it_cost_nothing(tmp_path: Path) -> None:
    lowered = advice("PH06", "A6", details={DEMOTED: WHY})
    data = month([call_file("C1", clean(but=[lowered])), call_file("C2", clean())])
    write_report(assess(data, CARD, 1), data, CARD, tmp_path, lambda *_: None)
    told = {path.stem: WHY in path.read_text(encoding="utf-8") for path in (tmp_path / "calls").iterdir()}
    assert told == {"C1": True, "C2": False}
