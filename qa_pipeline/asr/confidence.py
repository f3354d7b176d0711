"""From the recogniser's own probabilities to probabilities that hold: how likely the characters of a word are right.

A word is as sure as the recogniser says, as its neighbours let it be (mistakes come in runs) and as its channel
was heard on the whole. How much each counts was fitted on real speech with transcripts by ``bench/calibration.py``; the
coefficients lie in ``calibrations.yaml`` with where they come from. All of them are 0 or more, so that a higher
probability of the recogniser's never makes a lower one here.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from ruamel.yaml import YAML

from qa_pipeline.models import UNKNOWN_CONFIDENCE, ModelStamp, Word

DATA = Path(__file__).with_name("calibrations.yaml")
UNMEASURED_AT_MOST = 0.85
"""No word of a recogniser without a calibration of its own is surer: finer differences are not to be relied on."""
FEATURES = ("own_above_half", "own_below_half", "weaker_neighbour", "word_after", "channel")
# A probability of 0.999 says no more than 0.99: how far one word can carry the sum.
_EDGE = 0.01
# A word that begins later than this after another is of another sentence.
_NEIGHBOUR_MS = 1000
# A channel of few words says little of how well it is heard: it counts as if it had ten more of the usual odds.
_USUAL_WORDS = 10
_USUAL = 2.0


@dataclass(frozen=True, slots=True)
class Calibration:
    """Coefficients for one model and compute type.

    Args:
        name: Which calibration it is, with its version; it goes into the stamp of the transcripts.
        intercept: Log odds that a character is right, where the recogniser says 0.5 of everything.
        weights: One for each of `FEATURES`, 0 or more.
        own: Whether it was fitted or given for this very model; otherwise it is the cautious stand-in.
        silent: The stand-in's probability for words of which the recogniser says none.
    """

    name: str
    intercept: float
    weights: tuple[float, ...]
    own: bool = True
    silent: float = UNKNOWN_CONFIDENCE

    @property
    def mark(self) -> str:
        """What the stamp of a transcript says of its confidences: other coefficients, another mark."""
        if not self.own:
            return self.name
        return f"{self.name}@{hashlib.sha256(repr((self.intercept, self.weights)).encode()).hexdigest()[:8]}"


def calibration_of(stamp: ModelStamp) -> Calibration:
    """Return the calibration of the model (by the SHA-256 of its weights) and compute type that a stamp names.

    Without one it is that of the packaged model with ``own`` False: `calibrated` then takes the lower of that and the
    recogniser's own probability, and nothing above `UNMEASURED_AT_MOST`. A recogniser that says no probabilities may
    name the share of characters that it was measured to get right (``assumed_confidence``); else theirs is
    `UNKNOWN_CONFIDENCE`, and rules accuse nobody by such words.
    """
    known, named = _known(), named_settings(stamp)
    found = known.get((stamp.sha256, named.get("compute_type", "")), known["", ""])
    if found.own or "assumed_confidence" not in named:
        return found
    return replace(found, name=f"assumed-{named['assumed_confidence']}", silent=float(named["assumed_confidence"]))


def with_confidence(stamp: ModelStamp) -> ModelStamp:
    """Return the stamp of a transcript whose words were calibrated: it says by what."""
    return replace(stamp, settings=f"{stamp.settings} confidence={calibration_of(stamp).mark}".strip())


def named_settings(stamp: ModelStamp) -> dict[str, str]:
    """Return the settings of a stamp that are written ``name=value``."""
    return {name: value for part in stamp.settings.split() for name, found, value in [part.partition("=")] if found}


def calibrated(words: Sequence[Word], calibration: Calibration) -> list[Word]:
    """Return the words of one channel with the probability, 0-1, that a character of each is right.

    Args:
        words: In their order, with the recogniser's own probability, NaN where it says none.
        calibration: Of that recogniser.
    """
    if not words:
        return []
    raw = np.array([word.confidence for word in words], dtype=np.float64)
    odds = calibration.intercept + features(words) @ np.array(calibration.weights)
    sure = 1 / (1 + np.exp(-odds))
    if not calibration.own:
        sure = np.where(np.isnan(raw), calibration.silent, np.minimum(np.minimum(sure, raw), UNMEASURED_AT_MOST))
    return [replace(word, confidence=round(float(p), 4)) for word, p in zip(words, sure, strict=True)]


def expected_share(words: Sequence[Word]) -> float:
    """Return the share of the words' characters that are expected to be right, 0-1; 0 without words.

    Where word confidences are calibrated, so is this: it is their mean, weighted by characters. What was said and not
    written is not in it; speech without words is found by `qa_pipeline.asr.utterances.unintelligible`.
    """
    characters = sum(len(word.text) for word in words)
    return sum(word.confidence * len(word.text) for word in words) / characters if characters else 0.0


def features(words: Sequence[Word]) -> NDArray[np.float64]:
    """Return what tells right words from wrong ones, (words, `FEATURES`), in log odds of the recogniser's own.

    A word of which the recogniser says nothing counts as 0.5. A neighbour that is missing counts as the word itself.
    """
    raw = np.array([word.confidence for word in words], dtype=np.float64)
    raw = np.clip(np.nan_to_num(raw, nan=0.5), _EDGE, 1 - _EDGE)
    odds = np.log(raw / (1 - raw))
    before, after = _neighbours(words, odds)
    weaker = np.fmin(before, after)
    weaker, after = np.where(np.isnan(weaker), odds, weaker), np.where(np.isnan(after), odds, after)
    channel = np.full(len(odds), (odds.sum() + _USUAL * _USUAL_WORDS) / (len(odds) + _USUAL_WORDS))
    return np.column_stack((np.maximum(odds, 0), np.minimum(odds, 0), weaker, after, channel))


def _neighbours(words: Sequence[Word], odds: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the odds of the words before and after each word, NaN where none is near in time."""
    near = np.array([b.start_ms - a.end_ms < _NEIGHBOUR_MS for a, b in pairwise(words)], dtype=bool)
    before = np.where(np.append(False, near), np.append(np.nan, odds[:-1]), np.nan)
    after = np.where(np.append(near, False), np.append(odds[1:], np.nan), np.nan)
    return before, after


@cache
def _known() -> Mapping[tuple[str, str], Calibration]:
    """Read the packaged calibrations by SHA-256 and compute type; the stand-in is under two empty names."""
    data = YAML(typ="safe", pure=True).load(DATA.read_text("utf-8"))
    known = {(entry["sha256"], entry["compute_type"]): _read(entry) for entry in data["calibrations"]}
    stand_in = known[data["stand_in"]["sha256"], data["stand_in"]["compute_type"]]
    return {**known, ("", ""): replace(stand_in, name="uncalibrated", own=False)}


def _read(entry: Mapping[str, Any]) -> Calibration:
    weights = tuple(float(entry["weights"][name]) for name in FEATURES)
    calibration = Calibration(str(entry["name"]), float(entry["intercept"]), weights)
    if not all(math.isfinite(number) for number in (calibration.intercept, *weights)) or min(weights) < 0:
        raise ValueError(f"{DATA.name}: calibration {calibration.name} has weights that are no finite numbers from 0")
    return calibration
