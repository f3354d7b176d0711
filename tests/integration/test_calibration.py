"""What the packaged recogniser says it is sure of, it is: on real speech over a telephone line."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bench.calibration import hear, judged, read_speech, samples_of
from bench.calibration_scores import Scores, ece
from qa_pipeline.asr.confidence import calibration_of
from qa_pipeline.asr.engines import make_transcriber
from qa_pipeline.settings import Settings

pytestmark = pytest.mark.model

SPEECH = Path(__file__).resolve().parents[3] / "shared" / "data" / "speech"


@pytest.fixture(scope="module")
def scores() -> Scores:
    """Some thirty utterances of as many speakers: enough to see a confidence that is off by a tenth."""
    channels = [one for one in read_speech(SPEECH, "8 kHz µ-law") if one.speakers == "many"][:5]
    transcriber = make_transcriber(Settings())
    samples = samples_of(hear(transcriber, iter(channels), None))
    assert len(samples) > 300
    return judged(samples, calibration_of(transcriber.stamp))


@pytest.mark.skipif(not SPEECH.is_dir(), reason="no read speech beside the checkout")
def test_the_share_of_right_characters_is_what_confidences_say(scores: Scores) -> None:
    assert ece(scores.calibrated, scores.share, scores.characters) < 0.08
    expected, right = (np.average(x, weights=scores.characters) for x in (scores.calibrated, scores.share))
    assert abs(expected - right) < 0.06


@pytest.mark.skipif(not SPEECH.is_dir(), reason="no read speech beside the checkout")
def test_words_that_rules_trust_are_right_far_more_often_than_those_they_do_not(scores: Scores) -> None:
    trusted = scores.calibrated >= 0.6
    above, below = (np.average(scores.share[m], weights=scores.characters[m]) for m in (trusted, ~trusted))
    assert above > 0.8
    assert below < 0.65
