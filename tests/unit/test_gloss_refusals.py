"""Every refusal that the desk can show has its English, found in the source so that none can be forgotten."""

from __future__ import annotations

import re
import time

import pytest

from qa_pipeline.language.gloss import Book, glossary, glossed, glossed_refusal
from tests.refusals import HAN, ROOT, SOMEBODY, Text, all_texts
from tests.unit.test_gloss import HOSTILE

QUOTED = re.compile(r"“[^“”]*”|《[^《》]*》|〔[^〔〕]*〕")

ELSEWHERE = {
    "qa_pipeline/cli/": "said on the command line, which is Chinese or English throughout and has no switch",
    "qa_pipeline/demo.py": "command line: the demo",
    "qa_pipeline/doctor.py": "command line: the doctor",
    "qa_pipeline/publish.py": "command line: reports written to a folder",
    "qa_pipeline/payroll/checking.py": "command line: `payroll check` of finance's file",
    "qa_pipeline/knowledge/base/confirming.py": "command line: `knowledge facts --confirm`",
    "qa_pipeline/trial/what_if.py": "command line: `what-if`",
    "qa_pipeline/ledger/": "what an auditor is told of a broken ledger, in the words of `ledger verify`",
    "qa_pipeline/rules/": "a ruleset's faults are told in English, on Chinese pages too",
    "qa_pipeline/settling/comparing.py": "as the ledger's",
}
"""Modules whose texts need no English on pages, and why."""


def _texts() -> list[Text]:
    return [text for text in all_texts() if not text.where.startswith(tuple(ELSEWHERE))]


def _left(sample: str) -> str:
    """Return a text's English if Chinese of the program's own is left in it: outside quotations, or put into some.

    A word of the program for which there is no English comes out in quotation marks where it may be a name; that is as
    much a text without English. What is typed stands for a name here, and what the Chinese quotes stays quoted.
    """
    english = glossed_refusal(sample, "en")
    if HAN.search(QUOTED.sub("", english)):
        return english
    written = {quoted for en in glossary(Book.REFUSALS).values() for quoted in QUOTED.findall(en)}
    fitting = {*QUOTED.findall(sample), *written}
    strange = [one for one in QUOTED.findall(english) if HAN.search(one) and one not in fitting and SOMEBODY not in one]
    return english if strange else ""


def test_every_refusal_of_the_source_has_its_english() -> None:
    left = {
        f"{text.where}: {sample} -> {said}" for text in _texts() for sample in text.samples if (said := _left(sample))
    }
    assert sorted(left) == []


def test_the_source_is_read() -> None:
    texts = _texts()
    assert len(texts) > 800
    sources = {text.where.partition(":")[0] for text in texts}
    for folder in (
        "accounts",
        "calibration",
        "ingest",
        "review",
        "store/queries",
        "supervision",
        "training",
        "web",
        "worker",
    ):
        assert any(f"qa_pipeline/{folder}/" in where for where in sources), folder
    samples = {sample for text in texts for sample in text.samples}
    assert "没有写明登记人" in samples  # an argument of another module
    assert "7 号剪辑不能批准：通话的转写已经不在，无法核对遮盖，须重新制作" in samples  # what a function returns


def test_what_has_no_english_would_be_found() -> None:
    assert _left("没有这样的话，从来没有")
    assert _left("没有写明某事")  # a word of the program that the file does not know
    assert not _left(f"“{SOMEBODY}”不是日期")


def test_every_exception_is_needed() -> None:
    wheres = [text.where for text in all_texts()]
    for start in ELSEWHERE:
        if start != "qa_pipeline/demo.py":  # its texts are English by now
            assert any(where.startswith(start) for where in wheres), start


@pytest.mark.parametrize(
    ("zh", "en"),
    [
        ("没有选择文件", "No file was chosen"),
        ("花名册上没有“陈晓雯”", "“陈晓雯” is not on the roster"),
        ("名册.xlsx 是空文件", "“名册.xlsx” is an empty file"),
        ("roster.xlsx 是空文件", "roster.xlsx is an empty file"),
        ("2026-10 已由 通过 于 2026-11-02 09:00 结账", "2026-10 was closed by “通过” at 2026-11-02 09:00"),
        ("对话第 3 行：提交时间 “昨天”不是日期加时间",
         "Line 3 of the dialogue: “提交时间” “昨天” is not a date with time"),
        ("没有写明驳回理由", "The reason for rejecting is missing"),
        ("李四是登记人，不能审批", "“李四” is who entered it and cannot approve it"),
        ("通话 H1 评分项 A1已申诉过：3 号申诉：不成立（李四，2026-11-02 09:00）",
         "Call H1, item A1 was appealed before: appeal 3: rejected (“李四”, 2026-11-02 09:00)"),
    ],
)  # fmt: skip
def test_what_was_typed_stays(zh: str, en: str) -> None:
    assert glossed_refusal(zh, "en") == en
    assert glossed_refusal(zh, "zh") == zh


def test_a_finding_is_not_looked_up_among_refusals() -> None:
    assert glossed_refusal("再试一次", "en") == "Try once more"
    assert glossed("再试一次", "en") == "再试一次"


def test_every_entry_names_only_variables_of_its_text() -> None:
    for zh, en in glossary(Book.REFUSALS).items():
        names = re.findall(r"\{(\w+)[*!=]?\}", zh)
        assert len(names) == len(set(names)), zh
        if names:
            assert set(re.findall(r"\{(\w+)\}", en)) <= set(names), zh
            assert all(re.fullmatch(r"[“《]\{\w+=?\}[”》]", quoted) for quoted in QUOTED.findall(zh)), zh
        assert not HAN.search(QUOTED.sub("", en)), en


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_no_refusal_takes_long(text: str) -> None:
    glossed_refusal("没有这样的话", "en")  # the patterns are made once
    before = time.process_time()
    glossed_refusal(text, "en")
    assert time.process_time() - before < 1


def test_no_page_shows_an_errors_words_without_their_english() -> None:
    """``what`` and ``hint`` of a refused row, ``message`` and ``hint`` of an error, ``error`` of an errand."""
    folder = ROOT / "qa_pipeline" / "web" / "templates"
    bare = re.compile(r"\{\{ *(?:r\.what|(?:\w+\.)?(?:message|hint|error|why_not|refused)) *\}\}")
    pages = {path.name: path.read_text(encoding="utf-8") for path in folder.glob("*.html")}
    assert {name: found for name, text in pages.items() if (found := bare.findall(text))} == {}
    assert sum("|gloss_refusal" in text for text in pages.values()) > 20
