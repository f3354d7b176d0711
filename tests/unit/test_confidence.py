"""Confidences are probabilities: bounded, rising with the recogniser's own, cautious where nothing was measured."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from qa_pipeline.asr.confidence import (
    DATA,
    FEATURES,
    UNMEASURED_AT_MOST,
    calibrated,
    calibration_of,
    expected_share,
    features,
    with_confidence,
)
from qa_pipeline.asr.weights import PACKAGED_SHA256
from qa_pipeline.models import UNKNOWN_CONFIDENCE, ModelStamp, Word

PACKAGED = ModelStamp("some engine", "whisper-base", PACKAGED_SHA256, "method=4 compute_type=int8 beam=5")
OTHER = ModelStamp("some engine", "another", "f" * 64, "compute_type=int8")

probabilities = st.floats(0, 1)
sentences = st.lists(probabilities, min_size=1, max_size=30)


def said(raw: list[float], gap_ms: int = 0) -> list[Word]:
    return [Word("字", n * (200 + gap_ms), n * (200 + gap_ms) + 200, p) for n, p in enumerate(raw)]


def confidences(raw: list[float], stamp: ModelStamp = PACKAGED) -> list[float]:
    return [word.confidence for word in calibrated(said(raw), calibration_of(stamp))]


@given(sentences)
def test_a_confidence_is_a_probability_and_the_rest_of_a_word_stays(raw: list[float]) -> None:
    words = said(raw)
    made = calibrated(words, calibration_of(PACKAGED))
    assert all(0 < word.confidence < 1 for word in made)
    assert [replace(word, confidence=0) for word in made] == [replace(word, confidence=0) for word in words]


@given(sentences, st.data())
def test_a_surer_word_makes_no_word_less_sure(raw: list[float], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(raw) - 1))
    surer = [*raw[:place], data.draw(st.floats(raw[place], 1)), *raw[place + 1 :]]
    assert all(a <= b for a, b in zip(confidences(raw), confidences(surer), strict=True))


def test_a_word_among_unsure_ones_is_less_sure_than_among_sure_ones() -> None:
    assert confidences([0.2, 0.9, 0.2])[1] < confidences([0.99, 0.9, 0.99])[1] - 0.05


def test_words_of_another_sentence_are_no_neighbours() -> None:
    apart = features(said([0.2, 0.9, 0.2], gap_ms=5000))[1]
    assert apart[FEATURES.index("weaker_neighbour")] == pytest.approx(math.log(9))


def test_a_word_that_is_most_sure_is_very_likely_right_and_a_mumbled_run_is_not() -> None:
    assert min(confidences([0.999] * 20)) > 0.95
    assert max(confidences([0.1] * 20)) < 0.35


@given(sentences)
def test_a_model_that_nothing_was_measured_of_is_no_surer_than_it_says_or_the_packaged_one_is(raw: list[float]) -> None:
    for own, packaged, now in zip(raw, confidences(raw), confidences(raw, OTHER), strict=True):
        assert now <= round(own, 4) + 1e-9
        assert now <= packaged
        assert now <= UNMEASURED_AT_MOST


def test_the_packaged_weights_in_another_compute_type_count_as_unmeasured() -> None:
    assert calibration_of(PACKAGED).own
    assert not calibration_of(replace(PACKAGED, settings="method=4 compute_type=float16 beam=5")).own


def test_words_without_a_confidence_are_unknown_unless_a_measured_share_is_set() -> None:
    silent = said([math.nan, math.nan])
    assert {w.confidence for w in calibrated(silent, calibration_of(OTHER))} == {UNKNOWN_CONFIDENCE}
    told = replace(OTHER, settings="assumed_confidence=0.93")
    assert {w.confidence for w in calibrated(silent, calibration_of(told))} == {0.93}


def test_the_stamp_says_by_what_words_were_calibrated() -> None:
    name, _, coefficients = with_confidence(PACKAGED).settings.rpartition("=")[2].partition("@")
    assert (name, len(coefficients)) == ("whisper-base-int8", 8)
    assert with_confidence(OTHER).settings == "compute_type=int8 confidence=uncalibrated"


def test_an_utterances_confidence_counts_characters_and_not_words() -> None:
    assert expected_share([Word("三个字", 0, 9, 0.5), Word("一", 9, 12, 0.9)]) == pytest.approx(0.6)
    assert expected_share([]) == 0


def test_the_packaged_calibrations_are_whole_and_say_where_they_come_from() -> None:
    data = YAML(typ="safe", pure=True).load(DATA.read_text("utf-8"))
    keys = [(entry["sha256"], entry["compute_type"]) for entry in data["calibrations"]]
    assert len(set(keys)) == len(keys)
    assert (data["stand_in"]["sha256"], data["stand_in"]["compute_type"]) in keys
    assert (PACKAGED_SHA256, "int8") in keys
    for entry in data["calibrations"]:
        assert set(entry["weights"]) == set(FEATURES)
        assert all(np.isfinite(weight) and weight >= 0 for weight in entry["weights"].values())
        assert entry["provenance"]["words"] >= 5000
        assert entry["provenance"]["ece"] <= entry["provenance"]["ece_own"]
