"""The program's own texts in English, and what stays as it is."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator

import pytest
from jinja2 import Environment

from qa_pipeline.ingest.calls import ORDER_FIELDS
from qa_pipeline.language.gloss import LONGEST, gloss, gloss_field, glossary, glossed
from qa_pipeline.rules.registry import discover
from qa_pipeline.web.order import FIELDS_FIRST
from scoring.pay.reading import default_scheme
from scoring.scorecard import default_scorecard
from tests.english import QUOTED, chinese_left


def _own_texts() -> Iterator[str]:
    card = default_scorecard()
    yield from (named.name for named in (*card.groups, *card.items, *card.fatal_errors, *card.grades))
    yield from (item.how for item in card.items)
    yield from (rule.name for rule in discover().values())
    fields = (field for rule in discover().values() for field in rule.params.model_fields.values())
    yield from (field.description for field in fields if field.description)
    yield from (terms.name for terms in default_scheme().grades)
    yield from ORDER_FIELDS
    yield from FIELDS_FIRST


@pytest.mark.parametrize("text", sorted(set(_own_texts())))
def test_every_name_of_the_program_has_its_english(text: str) -> None:
    assert text in glossary()
    assert glossed(text, "en") != text
    assert not chinese_left(text)


def test_every_entry_is_english_and_names_no_variable_that_its_text_has_not() -> None:
    for zh, en in glossary().items():
        assert set(re.findall(r"\{(\w+)\}", en)) <= set(re.findall(r"\{(\w+)[*!=]?\}", zh)), zh
        if "{" in zh:  # a quotation in a message counts as one sign: with fixed words in it the pattern would never fit
            assert all(re.fullmatch(r"[“《]\{\w+=?\}[”》]", quoted) for quoted in QUOTED.findall(zh)), zh
        assert not chinese_left(en), en


@pytest.mark.parametrize(
    ("zh", "en"),
    [
        ("开头语", "Opening"),
        ("冷场2次（12秒、11秒），没有告知来电人", "Unannounced dead air: 2 (12 s, 11 s)"),
        ("没有询问其他需求", "Did not ask for other needs"),
        ("说了禁语2处", "Forbidden phrases: 2"),
        ("地点没有填写", "Place not filled in"),
        ("答复“三个工作日”，知识库为五个工作日", "Answered “三个工作日”, the knowledge base has “五个工作日”"),
        ("结束语中“致谢、道别”没有听清，请人工复核", "Closing: “thanks, farewell” not heard clearly; please review"),
        ("禁语：“不归我管”（按读音更正：“不归我管”识别原文为“不规我管”）",
         "Forbidden phrases: “不归我管” (corrected by sound: “不归我管” was recognised as “不规我管”)"),
    ],
)  # fmt: skip
def test_a_message_keeps_numbers_and_what_was_said(zh: str, en: str) -> None:
    assert glossed(zh, "en") == en
    assert glossed(zh, "zh") == zh


@pytest.mark.parametrize(
    "text",
    ["普通话标准", "使用本地话问候", "三声以内接听", "“您好”", "我的“项目”", "陈晓雯", "", "plain", "\ue000没有填写"],
)
def test_a_centres_own_words_stay(text: str) -> None:
    assert glossed(text, "en") == text


def test_what_somebody_said_is_never_put_into_english() -> None:
    assert glossed("说的是赔偿", "en") == "Said: “赔偿”"
    assert glossed("禁语：“没有填写”", "en") == "Forbidden phrases: “没有填写”"


def test_of_a_field_only_the_name_is_put_into_english() -> None:
    show = Environment(autoescape=True)
    show.filters.update(gloss=gloss, gloss_field=gloss_field)
    page = show.from_string("{{ text|gloss_field }}")
    assert page.render(text="主要内容：退款，请人工复核", language="en") == "Main content: 退款，请人工复核"
    assert page.render(text="事发地点：（空）", language="en") == "Place of the event: (empty)"
    assert page.render(text="自定字段：退款", language="en") == "自定字段：退款"
    assert page.render(text="事发地点：（空）", language="zh") == "事发地点：（空）"
    with pytest.raises(KeyError):
        page.render(text="事发地点：（空）")


HOSTILE = {
    "one list": "、".join(["请"] * 3_000) + "呀",
    "one clause after another": "，".join(["没有"] * 3_000) + "呀",
    "quotations": "“甲”、" * 2_500 + "乙",
    "open quotations": "“" * 9_999 + "甲",
    "the same end": "，请人工复核" * (LONGEST // 6),
    "the same beginning": "来电人说“甲”，说" * (LONGEST // 8),
    "parts in parts": "0分1秒处等待2秒，似乎" * (LONGEST // 13),
    "brackets": "（未计，请人工复核）" * (LONGEST // 10),
    "more quotations than marks": "“甲”" * 7_000 + "呀",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_no_text_takes_long(text: str) -> None:
    glossed("没有这样的话", "en")  # the patterns are made once
    before = time.process_time()
    assert glossed(text, "en") == text
    assert time.process_time() - before < 1
