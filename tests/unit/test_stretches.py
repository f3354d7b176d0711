"""Speech is cut for engines that take it in pieces, and text without times is put back into it."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_pipeline.asr.spreading import spread, units
from qa_pipeline.asr.stretches import cut
from qa_pipeline.models import Span


def ramp(ms: int) -> np.ndarray:
    """Return samples that say which they are."""
    return np.arange(ms * 16, dtype=np.float32)


def test_turns_are_cut_apart_and_pauses_inside_a_turn_are_kept() -> None:
    speech = [Span(1000, 2000), Span(2300, 3000), Span(5000, 6000)]
    first, second = cut(ramp(8000), speech, gap_ms=700, longest_ms=20_000)
    assert first.speech == tuple(speech[:2])
    assert np.array_equal(first.samples, ramp(8000)[500 * 16 : 3500 * 16])
    assert second.original_ms(0) == 4500
    assert second.original_ms(600) == 5100


def test_packed_speech_is_without_its_long_silences_and_keeps_its_times() -> None:
    speech = [Span(1000, 2000), Span(60_000, 61_000)]
    (packed,) = cut(ramp(62_000), speech, gap_ms=None, longest_ms=28_000)
    assert packed.length_ms == 4000
    assert packed.original_ms(500) == 1000
    assert packed.original_ms(2000 + 500) == 60_000


def test_even_stretches_leave_no_crumb_for_the_last() -> None:
    speech = [Span(n * 3000, n * 3000 + 2000) for n in range(12)]
    uneven = [stretch.length_ms for stretch in cut(ramp(40_000), speech, None, 28_000)]
    even = [stretch.length_ms for stretch in cut(ramp(40_000), speech, None, 28_000, even=True)]
    assert len(even) == len(uneven) == 2
    assert max(uneven) - min(uneven) > 15_000
    assert max(even) - min(even) <= 3_000


def test_the_sound_around_some_speech_stops_halfway_to_all_other() -> None:
    among = [Span(0, 3000), Span(3200, 3900), Span(4100, 9000)]
    (alone,) = cut(ramp(10_000), [among[1]], 0, 28_000, among=among)
    assert (alone.original_ms(0), alone.length_ms) == (3100, 900)
    (part,) = cut(ramp(10_000), [Span(5000, 6000)], 0, 28_000, among=among)
    assert (part.original_ms(0), part.length_ms) == (5000, 1000)


def test_a_monologue_is_cut_at_its_quietest_place() -> None:
    samples = np.full(60_000 * 16, 0.1, dtype=np.float32)
    samples[16_000 * 18 : 16_000 * 18 + 1600] = 0.001
    stretches = cut(samples, [Span(0, 60_000)], gap_ms=None, longest_ms=20_000)
    assert 18_000 <= stretches[0].speech[-1].end_ms <= 18_100
    assert all(stretch.length_ms <= 20_000 for stretch in stretches)


@given(
    st.lists(st.tuples(st.integers(0, 1500), st.integers(40, 3000)), max_size=6),
    st.sampled_from([None, 300, 700]),
    st.integers(1500, 4000),
)
def test_all_speech_is_in_one_stretch_and_only_one(
    turns: list[tuple[int, int]], gap_ms: int | None, longest_ms: int
) -> None:
    speech, at = [], 0
    for pause, length in turns:
        speech.append(Span(at + pause, at + pause + length))
        at += pause + length
    samples = ramp(at + 200)
    stretches = cut(samples, speech, gap_ms, longest_ms)
    heard = np.concatenate([s.samples for s in stretches]) if stretches else np.zeros(0)
    assert np.all(np.diff(heard) > 0), "in order, nothing twice"
    assert {ms for span in speech for ms in range(span.start_ms, span.end_ms)} <= set((heard[::16] / 16).astype(int))
    assert all(stretch.length_ms <= longest_ms for stretch in stretches)
    for stretch in stretches:
        for ms in range(0, stretch.length_ms, 97):
            assert stretch.original_ms(ms) * 16 == stretch.samples[ms * 16]


def test_speech_past_the_end_of_the_sound_is_left_out() -> None:
    (stretch,) = cut(ramp(1000), [Span(500, 1400), Span(2000, 3000)], 700, 20_000)
    assert stretch.speech == (Span(500, 1000),)


def test_words_fill_the_speech_and_none_lies_in_a_pause() -> None:
    speech = [Span(1000, 2000), Span(5000, 6000)]
    words = spread("您好，请问有什么事？", speech, 0.8)
    assert "".join(word.text for word in words) == "您好请问有什么事"
    assert (words[0].start_ms, words[-1].end_ms) == (1000, 6000)
    assert all(before.end_ms <= after.start_ms for before, after in pairwise(words))
    for word in words:
        assert any(span.start_ms <= word.start_ms < word.end_ms <= span.end_ms for span in speech)


@given(st.text(max_size=60), st.lists(st.integers(1, 4000), min_size=1, max_size=6))
def test_any_text_keeps_inside_its_speech_and_in_order(text: str, lengths: list[int]) -> None:
    at, speech = 0, []
    for length in lengths:
        speech.append(Span(at + 100, at + 100 + length))
        at += 100 + length
    words = spread(text, speech, 0.5)
    assert [word.start_ms for word in words] == sorted(word.start_ms for word in words)
    for word in words:
        assert any(span.start_ms <= word.start_ms <= span.end_ms for span in speech)
        assert word.end_ms > word.start_ms


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("<|zh|><|NEUTRAL|><|Speech|><|woitn|>您好", ["您", "好"]),
        ("請問：收費 3.5 元，20% 嗎", ["请", "问", "收", "费", "3.5", "元", "20%", "吗"]),
        ("办ETC卡 😊", ["办", "ETC", "卡"]),
        ("", []),
    ],
)
def test_tags_and_marks_are_no_words(text: str, words: list[str]) -> None:
    assert units(text) == words


def test_a_character_by_itself_keeps_its_spelling() -> None:
    assert units("为什么这么办，怎么") == list("为什么这么办怎么")
