"""Words are put where there is speech and parted into utterances at pauses."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from faster_whisper.transcribe import get_compression_ratio
from hypothesis import given
from hypothesis import strategies as st

from qa_pipeline.asr.overlaps import nearest, touching
from qa_pipeline.asr.screening import plausible
from qa_pipeline.asr.utterances import (
    MONO_PAUSE_MS,
    SHORTEST_UNHEARD_MS,
    clean,
    group_words,
    in_order,
    place_words,
    sparse,
    unheard_parts,
    unintelligible,
    wordless,
)
from qa_pipeline.models import Role, Span, Word
from tests.sounds import said


def _word(text: str, start: int, end: int, confidence: float = 0.9) -> Word:
    return Word(text, start, end, confidence)


def test_a_word_that_begins_in_the_pause_is_clipped_to_the_speech_after_it() -> None:
    (word,) = place_words([_word("您好", 500, 2300)], [Span(0, 600), Span(2000, 4000)])
    assert (word.start_ms, word.end_ms) == (2000, 2300)


def test_a_word_outside_speech_goes_to_the_nearest_stretch() -> None:
    (word,) = place_words([_word("好", 1100, 1150)], [Span(0, 1000), Span(5000, 6000)])
    assert 0 <= word.start_ms < word.end_ms <= 1000


_SPANS = [Span(0, 1000), Span(1500, 4000), Span(9000, 12_000)]


@given(st.lists(st.tuples(st.integers(0, 12_000), st.integers(0, 2000)), max_size=20))
def test_placed_words_never_overlap_and_keep_their_order(times: list[tuple[int, int]]) -> None:
    words = [_word(str(n % 10), start, start + length) for n, (start, length) in enumerate(sorted(times))]
    placed = place_words(words, _SPANS)
    assert [w.text for w in placed] == [w.text for w in words]
    assert all(w.start_ms < w.end_ms for w in placed)
    assert all(a.end_ms <= b.start_ms for a, b in pairwise(placed))


def test_a_pause_of_seven_hundred_milliseconds_parts_utterances() -> None:
    words = [_word("您好", 0, 500), _word("请问", 1199, 1500), _word("喂", 2200, 2400)]
    first, second = group_words(words, 1)
    assert (first.text, first.start_ms, first.end_ms, first.channel) == ("您好，请问", 0, 1500, 1)
    assert second.text == "喂"
    assert first.confidence == pytest.approx(0.9)


def test_mono_is_parted_at_shorter_pauses() -> None:
    assert len(group_words([_word("您好", 0, 500), _word("喂", 760, 900)], 0, MONO_PAUSE_MS)) == 2


def test_a_short_pause_is_a_comma_and_a_shorter_one_nothing() -> None:
    assert group_words([_word("您", 0, 100), _word("好", 399, 500), _word("请", 800, 900)], 0)[0].text == "您好，请"


def test_utterances_of_both_channels_are_counted_in_order_of_their_start() -> None:
    left = [said(0, 0, 0, "一", Role.UNKNOWN), said(0, 0, 5000, "三", Role.UNKNOWN)]
    ordered = in_order([*left, said(0, 1, 2000, "二", Role.UNKNOWN)])
    assert [(u.index, u.text) for u in ordered] == [(0, "一"), (1, "二"), (2, "三")]


def test_speech_without_words_or_with_unsure_words_is_unintelligible() -> None:
    speech = [Span(0, 1000), Span(2000, 3000), Span(4000, 5000), Span(6000, 6200)]
    words = [_word("好", 100, 300, 0.95), _word("的", 2100, 2300, 0.2), _word("啊", 2300, 2500, 0.3)]
    assert unintelligible(speech, words, 0.5) == [speech[1], speech[2]]


def test_speech_is_wordless_from_the_length_of_a_breath_on() -> None:
    breath, said_, silent = Span(0, SHORTEST_UNHEARD_MS - 1), Span(1000, 2000), Span(3000, 3000 + SHORTEST_UNHEARD_MS)
    assert wordless([breath, said_, silent], [_word("好", 1900, 2000)]) == [silent]


def test_a_word_that_only_touches_a_stretch_of_speech_is_not_in_it() -> None:
    assert wordless([Span(1000, 2000)], [_word("好", 800, 1000), _word("的", 2000, 2200)]) == [Span(1000, 2000)]


def _spoken(start: int, end: int, each: int = 200) -> list[Word]:
    return [_word("好", time, time + each) for time in range(start, end, each)]


@pytest.mark.parametrize(
    ("words", "parts"),
    [
        (_spoken(1000, 9000), []),
        (_spoken(1000, 3000), [(3000, 9000)]),
        (_spoken(5000, 9000), [(1000, 5000)]),
        ([*_spoken(1000, 4000), *_spoken(6000, 9000)], [(4000, 6000)]),
        ([*_spoken(1000, 4000), *_spoken(5999, 9000)], []),
        (_spoken(4000, 4400), [(1000, 9000)]),
        (_spoken(1000, 9000, each=1300), [(1000, 9000)]),
        (_spoken(1000, 9000, each=1000), []),
    ],
)
def test_long_speech_with_words_missing_in_it_is_sparse(words: list[Word], parts: list[tuple[int, int]]) -> None:
    span = Span(1000, 9000, 1)
    assert unheard_parts(span, words) == [Span(*part, 1) for part in parts]
    assert sparse(span, words) is bool(parts)


def test_speech_without_any_word_is_wordless_and_not_sparse() -> None:
    assert not sparse(Span(0, 9000), [])


def test_short_speech_may_have_one_word() -> None:
    assert not sparse(Span(0, 1999), [_word("喂", 0, 100)])


def test_where_the_recogniser_stopped_in_the_middle_the_rest_is_unintelligible_and_what_was_heard_is_not() -> None:
    assert unintelligible([Span(0, 9000)], _spoken(0, 4000), 0.5) == [Span(4000, 9000)]


@st.composite
def _stretches(draw: st.DrawFn) -> list[Span]:
    steps = draw(st.lists(st.tuples(st.integers(0, 800), st.integers(1, 5000)), min_size=1, max_size=12))
    spans, now = [], 0
    for pause, length in steps:
        spans.append(Span(now + pause, now + pause + length))
        now = spans[-1].end_ms
    return spans


_Times = st.lists(st.tuples(st.integers(0, 30_000), st.integers(-50, 2000)), max_size=30)


@given(_stretches(), _Times)
def test_the_nearest_stretch_is_the_one_that_a_look_at_all_of_them_finds(
    spans: list[Span], times: list[tuple[int, int]]
) -> None:
    for start, length in times:
        end = start + length
        shared = [min(end, span.end_ms) - max(start, span.start_ms) for span in spans]
        assert nearest(spans, start, end) == shared.index(max(shared))


@given(_stretches(), _stretches())
def test_what_touches_a_stretch_is_what_a_look_at_all_finds(spans: list[Span], others: list[Span]) -> None:
    for span in spans:
        shared = [other for other in others if other.start_ms < span.end_ms and other.end_ms > span.start_ms]
        assert others[touching(others, span.start_ms, span.end_ms)] == shared


def test_an_hour_of_words_is_placed_by_looking_at_few_stretches_for_each() -> None:
    looks = 0

    class Counted(list[Span]):
        def __getitem__(self, place: Any) -> Any:
            nonlocal looks
            looks += 1
            return super().__getitem__(place)

    words = [_word("好", time, time + 200) for time in range(0, 3_600_000, 250)]
    place_words(words, Counted(Span(time, time + 1800) for time in range(0, 3_600_000, 2000)))
    assert looks < 60 * len(words)


@pytest.mark.parametrize(
    ("raw", "text"),
    [("歡迎,", "欢迎"), (" 12345", "12345"), ("3.5", "3.5"), ("。", ""), ("70%", "70%"), ("OK!", "OK"), ("-", "")],
)
def test_a_word_is_simplified_and_loses_its_punctuation(raw: str, text: str) -> None:
    assert clean(raw) == text


def test_the_point_of_a_number_survives_its_split_into_words() -> None:
    assert clean("3.", following="5") + clean("5") == "3.5"
    assert clean("3.", following="您") == "3"
    assert clean("2-3") == "2-3"


class _Window:
    def __init__(self, text: str, compression: float = 1.1, silent: float = 0.1, likely: float = -0.3) -> None:
        self.text = text
        self.compression_ratio = compression
        self.no_speech_prob = silent
        self.avg_logprob = likely


@pytest.mark.parametrize(
    "invented",
    [
        _Window("請不吝點贊 訂閱 轉發 打賞支持明鏡與點點欄目"),
        _Window("字幕由Amara.org社區提供"),
        _Window("謝謝觀看"),
        _Window("来来来来来来来来来来", compression=5.0),
        _Window("嗯", silent=0.95, likely=-1.4),
    ],
)
def test_what_whisper_invents_is_thrown_out(invented: _Window) -> None:
    assert not plausible(invented)
    assert plausible(_Window("谢谢您的来电再见"))


@pytest.mark.parametrize(
    ("text", "loops"),
    [
        ("米斯特里就是在该校获得了设计设计设计设计设计设计设计设计设计设计设计", True),
        ("喂喂喂您好请问听得到吗喂", False),
        ("好的好的谢谢谢谢您再见再见", False),
        ("三九零零零零零零四六九", False),
    ],
)
def test_a_loop_is_told_from_what_people_repeat(text: str, loops: bool) -> None:
    assert plausible(_Window(text, compression=get_compression_ratio(text))) is not loops


def test_sure_words_are_kept_though_the_model_suspects_silence() -> None:
    assert plausible(_Window("您好", silent=0.95, likely=-0.2))
