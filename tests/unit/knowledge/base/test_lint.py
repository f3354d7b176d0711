"""What is wrong with a base is named by code and entry, with what to do; what is in order is left alone."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from qa_pipeline.knowledge.base.lint import Base, Filed, all_checks, lint, warnings_of
from qa_pipeline.models import Fact, KnowledgeEntry
from tests import centre

DAY = date(2026, 10, 1)
KEPT = {"review_by": "2027-01-01", "reviewed_at": "2026-09-01"}


def entry(entry_id: str = "K1", version: int = 1, **changes: Any) -> KnowledgeEntry:
    values = {
        "answer": "带户口簿到派出所，20个工作日领取，工本费40元。",
        "facts": (Fact("fee", "40", "yuan", must_say=True),),
        "owner_department": "市公安局",
        "details": KEPT,
    }
    return centre.entry(entry_id, version, **(values | changes))


def codes(*entries: KnowledgeEntry) -> set[str]:
    return {found.check for found in lint(Base.of(entries, DAY))}


def test_an_entry_in_order_is_left_alone() -> None:
    assert codes(entry()) == set()


CONTRADICTING = {"answer": "带户口簿，工本费20元。", "facts": (Fact("fee", "20", "yuan"),)}


@pytest.mark.parametrize(
    ("code", "entries"),
    [
        ("KB01", (entry(), entry("K2", title="补领居民身份证", **CONTRADICTING))),
        ("KB01", (entry(), entry("K2", title="挂失", question="身份证丢了怎么补办？", **CONTRADICTING))),
        ("KB02", (entry(facts=(Fact("fee", "40", "yuan"), Fact("fee", "20", "yuan"))),)),
        ("KB02", (entry(answer="工本费40元。请缴纳工本费20元。", facts=()),)),
        ("KB03", (entry(), entry(version=2, valid_from=date(2026, 6, 1)))),
        ("KB03", (entry(), entry(question="身份证补办"))),
        ("KB04", (entry(valid_to=date(2026, 6, 30)),)),
        ("KB05", (entry(valid_to=date(2026, 5, 31)), entry(version=2, valid_from=date(2026, 7, 1)))),
        ("KB06", (entry(details={"review_by": "2026-09-30"}),)),
        ("KB06", (entry(details={"review_by": "2026-09-30", "reviewed_at": "2026-01-01"}),)),
        ("KB07", (entry(details={}),)),
        ("KB07", (entry(details={"reviewed_at": "2025-01-01"}),)),
        ("KB08", (entry(owner_department=" "),)),
        ("KB09", (entry(answer="工本费二十，到派出所办理。"),)),
        ("KB09", (entry(answer="办理时限为15。"),)),
        ("KB09", (entry(facts=(Fact("phone", "12"),)),)),
        ("KB10", (entry(answer="15日内办结，工本费40元。"),)),
        ("KB11", (entry(facts=(Fact("fee", "待定", "yuan", must_say=True),)),)),
        ("KB12", (entry(answer="工本费30元。"),)),
        ("KB13", (entry(facts=(Fact("materials", "照片"), Fact("fee", "40", "yuan"))),)),
        ("KB14", (entry(facts=()),)),
        ("KB15", (entry(facts=(Fact("fee", "40", "yuan", confirmed=False),)),)),
        ("KB16", (entry(answer="工本费40元。" + "按规定办理。" * 120),)),
        ("KB17", (entry(answer="工本费<b>40</b>元。"),)),
        ("KB17", (entry(answer="工本费&nbsp;40元。"),)),
        ("KB17", (entry(details=KEPT | {"fee": '<span style="color:red">40元</span>'}),)),
    ],
)
def test_what_is_wrong_is_found(code: str, entries: tuple[KnowledgeEntry, ...]) -> None:
    assert code in codes(*entries)


@pytest.mark.parametrize(
    ("code", "entries"),
    [
        (
            "KB01",
            (
                entry(),
                entry("K2", title="居民身份证换领", question="身份证到期怎么换", paraphrases=(), **CONTRADICTING),
            ),
        ),
        (
            "KB01",
            (entry(valid_to=date(2026, 12, 31)), entry("K2", valid_from=date(2027, 1, 1), **CONTRADICTING)),
        ),
        (
            "KB01",
            (entry(details=KEPT | {"region": "甲区"}), entry("K2", details=KEPT | {"region": "乙区"}, **CONTRADICTING)),
        ),
        ("KB02", (entry(answer="首次免费，补领40元。", facts=(Fact("fee", "0", "yuan"), Fact("fee", "40", "yuan"))),)),
        ("KB03", (entry(valid_to=date(2026, 5, 31)), entry(version=2, valid_from=date(2026, 6, 1)))),
        ("KB06", (entry(details={"review_by": "2026-10-01"}),)),
        ("KB09", (entry(answer="工本费二十元，补贴三次，费用一万元以内另议。"),)),
        ("KB10", (entry(answer="15个自然日内办结，工本费40元。"),)),
        ("KB17", (entry(answer="月收入<5000元、年龄>60岁的，带<身份证>，工本费40元，A&B窗口。"),)),
        ("KB12", (entry(facts=(Fact("fee", "40.5", "yuan", Decimal(1)),)),)),
    ],
)
def test_what_only_looks_wrong_is_left_alone(code: str, entries: tuple[KnowledgeEntry, ...]) -> None:
    assert code not in codes(*entries)


def test_a_finding_names_the_row_of_its_file_and_what_to_do() -> None:
    (found,) = lint(Base((Filed(entry(owner_department=""), "kb.csv", 7),), DAY))
    assert found.flaw.filed.place == "kb.csv:7 K1@1"
    assert found.flaw.advice


def test_every_check_has_a_code_of_its_own_and_says_what_it_looks_for() -> None:
    names = [check.name for check in all_checks()]
    assert names == sorted(set(names))
    assert all(check.about for check in all_checks())


def test_of_an_import_only_what_it_changes_is_told_also_against_an_entry_that_stays() -> None:
    contradicted, wrong = entry(), entry("K3", title="社保卡", question="社保卡丢了？", answer="工本费20元。")
    new = entry("K2", title="补领居民身份证", **CONTRADICTING)
    found = warnings_of({("K2", 1): Filed(new, "new.csv", 2)}, [contradicted, wrong], DAY)
    assert {one.check for one in found} == {"KB01"}
    assert codes(wrong) == {"KB12"}
