"""Words keep their times, and punctuation its place."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from qa_pipeline.language.corrected import as_corrected
from qa_pipeline.models import TermCorrection, Word
from qa_pipeline.web.transcript import lines, pieces
from tests.builders import call


def word(text: str, start_ms: int = 0) -> Word:
    return Word(text, start_ms, start_ms + 100, 0.9)


def test_punctuation_stands_between_words() -> None:
    laid = pieces("您好，再见。", (word("您好"), word("再见")))
    assert [(p.text, p.word is None) for p in laid] == [("您好", False), ("，", True), ("再见", False), ("。", True)]


def test_every_corrected_word_of_a_term_shows_all_that_was_recognised_there() -> None:
    said = call([("话", "请到辩名服务中心")]).transcript
    words = said.utterances[0].words
    made = (TermCorrection(0, 2, "辩名服务", "便民服务", words[1].start_ms, words[2].end_ms, 0.5),)
    (line,) = lines(as_corrected(said, made), made)
    assert [(p.text, p.heard) for p in line.pieces] == [("请到", ""), ("便民", "辩名服务"), ("服务", ""), ("中心", "")]


def test_punctuation_within_a_word_stays_in_it() -> None:
    assert [p.text for p in pieces("号，欢迎", (word("号欢"), word("迎")))] == ["号，欢", "迎"]


def test_words_of_another_spelling_are_shown_rather_than_lost() -> None:
    laid = pieces("12345", (word("一二"), word("三四五")))
    assert [p.text for p in laid] == ["一二", "三四五"]


def test_a_text_without_words_is_shown_as_it_is() -> None:
    assert [p.text for p in pieces("没有时间的话", ())] == ["没有时间的话"]
    assert pieces("", ()) == ()


@given(st.lists(st.text("您好请问12，。 ", min_size=1, max_size=4), max_size=8))
def test_no_word_and_no_letter_is_lost(texts: list[str]) -> None:
    words = tuple(word("".join(c for c in text if c.isalnum()) or "嗯") for text in texts)
    whole = "".join(text if any(c.isalnum() for c in text) else f"{text}嗯" for text in texts)
    laid = pieces(whole, words)
    assert "".join(p.text for p in laid) == whole if words else True
    assert [p.word for p in laid if p.word is not None] == list(words)
