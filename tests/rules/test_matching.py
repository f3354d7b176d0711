"""How phrases are found in what was said."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_pipeline.models import Role, Utterance
from qa_pipeline.rules.matching import Phrase, find, like, phrases, search
from tests.builders import Line, call

WANTED = phrases("不归我管", "你看不懂汉字吗", "急什么", "12345")


def _said(*texts: str, confidence: float = 1.0) -> tuple[Utterance, ...]:
    return call([Line(Role.OPERATOR, text, confidence=confidence) for text in texts]).transcript.utterances


def test_a_phrase_is_found_with_its_words_and_times() -> None:
    (hit,) = find(WANTED, _said("这个不归我管啊"))
    assert (hit.text, hit.exact, hit.confidence) == ("不归我管", True, 1.0)
    spoken = _said("这个不归我管啊")[0]
    assert spoken.start_ms < hit.start_ms < hit.end_ms < spoken.end_ms


@pytest.mark.parametrize("heard", ["不规我管", "不归我馆", "布归我管", "不歸我管"])
def test_what_sounds_the_same_is_found_less_surely(heard: str) -> None:
    (hit,) = find(WANTED, _said(f"这个{heard}"))
    assert hit.exact == (heard == "不歸我管")
    assert 0.6 < hit.confidence <= 1.0


@pytest.mark.parametrize("heard", ["12345", "一二三四五", "幺二三四五", "１２３４５", "1-2-3-4-5"])
def test_the_hotlines_number_is_found_however_it_is_written(heard: str) -> None:
    assert len(find(WANTED, _said(f"欢迎拨打{heard}热线"))) == 1


def test_a_short_phrase_that_only_sounds_so_is_no_hit() -> None:
    assert find(phrases("去死"), _said("去试一下")) == ()
    assert len(find(phrases("去死"), _said("去死吧"))) == 1


def test_a_phrase_marked_exact_is_found_by_its_characters_alone() -> None:
    only = (Phrase(text="不归我管", exact=True),)
    assert find(only, _said("这个不规我管")) == ()
    assert len(find(only, _said("这个不归我管"))) == 1


def test_unsure_words_make_an_unsure_hit() -> None:
    (hit,) = find(WANTED, _said("这个不归我管", confidence=0.3))
    assert hit.confidence < 0.3


def test_a_phrase_is_as_likely_as_all_its_characters_and_where_they_are_wrong_as_its_sound() -> None:
    (hit,) = find(WANTED, _said("不归我管", confidence=0.8))
    all_right, sound_right, of_four_syllables = 0.8**4, 0.8, 0.75
    assert hit.confidence == pytest.approx(all_right + (sound_right - all_right) * of_four_syllables, abs=0.001)


def test_of_overlapping_phrases_the_longest_is_the_hit() -> None:
    (hit,) = find(phrases("看不懂汉字", "你看不懂汉字吗", "汉字"), _said("你看不懂汉字吗"))
    assert hit.phrase.text == "你看不懂汉字吗"


def test_an_exception_excuses_across_utterances() -> None:
    wanted = (Phrase(text="不清楚", unless=("不清楚.{0,12}查",)),)
    assert find(wanted, _said("这个我不清楚", "我帮您查一下")) == ()
    assert len(find(wanted, _said("这个我不清楚", "再见"))) == 1


def test_a_passage_ends_where_the_other_answers_at_length() -> None:
    ctx = call([("话", "这个不归"), ("来", "你说什么我没有听明白啊"), ("话", "我管")])
    assert find(WANTED, ctx.transcript.of(Role.OPERATOR)) == ()


def test_patterns_are_found_with_exceptions() -> None:
    spoken = _said("是对面的郑先生反映的", "姓名要保密")
    assert [hit.text for hit in search(("郑先生反映",), spoken)] == ["郑先生反映"]
    assert search(("郑先生反映",), spoken, (".*保密",)) == ()


def test_what_was_perhaps_said_is_not_missing() -> None:
    assert like(phrases("感谢您的来电"), _said("感谢您的来店"))
    assert not like(phrases("感谢您的来电"), _said("五个工作日内办结"))


TEXTS = st.lists(st.sampled_from([*"这个不归我管急什么你看懂汉字吗好的请问"]), min_size=1, max_size=40).map("".join)


@given(TEXTS, st.lists(st.integers(1, 39), max_size=4))
def test_where_the_recogniser_splits_a_turn_never_changes_what_is_found(text: str, cuts: list[int]) -> None:
    places = sorted({0, len(text), *(cut for cut in cuts if cut < len(text))})
    pieces = [text[start:end] for start, end in pairwise(places)]
    whole = [(hit.phrase, hit.text) for hit in find(WANTED, _said(text))]
    assert [(hit.phrase, hit.text) for hit in find(WANTED, _said(*pieces))] == whole


@given(TEXTS, st.sampled_from(["这个.*", "管", "急什么你", ".?汉字"]))
def test_an_exception_never_adds_a_hit(text: str, pattern: str) -> None:
    spoken = _said(text)
    excused = tuple(Phrase(text=p.text, unless=(pattern,)) for p in WANTED)
    assert {h.text for h in find(excused, spoken)} <= {h.text for h in find(WANTED, spoken)}
