"""A model's answer counts only where its quotations stand where they should, letter by letter."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_pipeline.language.script import simplify
from qa_pipeline.models import Opinion, OpinionVerdict
from qa_pipeline.opinions.quotations import opinion
from tests.builders import call
from tests.samples import entry

ENTRY = entry({"id": "K1", "title": "居住证", "question": "居住证怎么办", "answer": "15个工作日内发证，首次免费。"})
SAID = call([("来", "多久能拿到"), ("话", "十五个工作日内发证"), ("话", "不收費")]).transcript.utterances


def told(**answer: str) -> Opinion:
    return opinion(json.dumps(answer, ensure_ascii=False), 0, ENTRY, SAID, "qwen")


def test_what_is_quoted_right_counts_with_its_place() -> None:
    found = told(verdict="agrees", said="十五个工作日", written="15个工作日内发证", reason="时限一致")
    assert (found.verdict, found.utterance, found.said) == (OpinionVerdict.AGREES, 1, "十五个工作日")
    assert (found.written, found.reason, found.by) == ("15个工作日内发证", "时限一致", "qwen")


def test_a_transcript_in_traditional_characters_is_quoted_as_it_is_shown() -> None:
    assert told(verdict="agrees", said="不收费", written="首次免费").utterance == 2


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        ({"verdict": "contradicts", "said": "二十个工作日", "written": "15个工作日"}, "话务员没有逐字说过"),
        ({"verdict": "contradicts", "said": "十五个工作日", "written": "二十个工作日"}, "条目里没有逐字写着"),
        ({"verdict": "contradicts", "said": "多久能拿到", "written": "15个工作日"}, "话务员没有逐字说过"),
        ({"verdict": "agrees", "said": "发证不收费", "written": "首次免费"}, "话务员没有逐字说过"),
        ({"verdict": "agrees", "said": "", "written": "首次免费"}, "话务员没有逐字说过"),
        ({"verdict": "agrees", "said": "不收费", "written": ""}, "条目里没有逐字写着"),
        ({"verdict": "fine", "said": "不收费", "written": "首次免费"}, "不是所要的格式"),
        ({"said": "不收费"}, "不是所要的格式"),
    ],
)
def test_anything_else_is_no_opinion_and_says_why(answer: dict[str, str], why: str) -> None:
    found = told(**answer)
    assert found.verdict is OpinionVerdict.UNSURE
    assert (found.utterance, found.said, found.written) == (None, "", "")
    assert why in found.reason


def test_full_width_punctuation_may_be_written_either_way() -> None:
    assert told(verdict="agrees", said="不收费", written="发证,首次免费").verdict is OpinionVerdict.AGREES


def test_what_is_beyond_the_entry_needs_no_words_of_it() -> None:
    assert told(verdict="beyond", said="不收费").verdict is OpinionVerdict.BEYOND


@pytest.mark.parametrize("wrapped", ["```json\n{}\n```", "好的，结果如下：{} 以上。"])
def test_a_fence_or_a_word_around_it_does_no_harm(wrapped: str) -> None:
    plain = json.dumps({"verdict": "agrees", "said": "“不收费”", "written": "首次免费"}, ensure_ascii=False)
    assert opinion(wrapped.replace("{}", plain), 0, ENTRY, SAID, "qwen").verdict is OpinionVerdict.AGREES


@given(st.text())
def test_whatever_is_answered_there_is_an_opinion_and_its_quotations_are_true(content: str) -> None:
    found = opinion(content, 0, ENTRY, SAID, "qwen")
    assert found.verdict is OpinionVerdict.UNSURE


@given(
    st.sampled_from(list(OpinionVerdict)),
    st.text("十五个工作日内发证不收费", max_size=6),
    st.text("15个工作日免费首次", max_size=6),
)
def test_quotations_are_true_whatever_the_model_makes_up(verdict: OpinionVerdict, said: str, written: str) -> None:
    found = told(verdict=verdict.value, said=said, written=written)
    if found.verdict is not OpinionVerdict.UNSURE:
        assert found.said in {"十五个工作日内发证": 1, "不收费": 1} or any(
            found.said in t for t in ("十五个工作日内发证", "不收费")
        )
        assert found.written in simplify(f"标题：{ENTRY.title}\n正文：{ENTRY.answer}")
