"""Recognised words beside what was said, and how far confidences and shares of right characters are apart."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from qa_pipeline.asr.confidence import expected_share
from qa_pipeline.asr.utterances import group_words
from qa_pipeline.knowledge.facts import spoken_facts
from qa_pipeline.models import ModelStamp, Role, Transcript, Word

_EQUAL_BINS = 15


@dataclass(frozen=True, slots=True)
class Sample:
    """One recognised word with what the calibration looks at, and the share of its characters that are right.

    ``sound`` is the share of those that sound right, however they are written.
    """

    channel: str
    speakers: str
    word: Word
    features: tuple[float, ...]
    share: float
    sound: float
    condition: str = ""


@dataclass(frozen=True, slots=True)
class Scores:
    """Words with their calibrated probability beside the recogniser's own; arrays (words,) in the samples' order."""

    samples: tuple[Sample, ...]
    calibrated: NDArray[np.float64]

    @classmethod
    def of(cls, samples: Sequence[Sample], calibrated: NDArray[np.float64]) -> Scores:
        return cls(tuple(samples), calibrated)

    @classmethod
    def joined(cls, parts: Sequence[Scores]) -> Scores:
        return cls(tuple(s for p in parts for s in p.samples), np.concatenate([p.calibrated for p in parts]))

    @property
    def raw(self) -> NDArray[np.float64]:
        return np.array([s.word.confidence for s in self.samples])

    @property
    def share(self) -> NDArray[np.float64]:
        return np.array([s.share for s in self.samples])

    @property
    def characters(self) -> NDArray[np.float64]:
        return np.array([len(s.word.text) for s in self.samples], dtype=np.float64)

    def only(self, condition: str | None = None, speakers: str | None = None) -> Scores:
        """Return the words of a condition and of a kind of speakers."""
        fits = [
            place
            for place, s in enumerate(self.samples)
            if condition in {None, s.condition} and speakers in {None, s.speakers}
        ]
        return Scores(tuple(self.samples[place] for place in fits), self.calibrated[fits])

    def utterances(self) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
        """Return of each utterance: its own mean probability, the expected share, the right share, characters."""
        rows = []
        for words in self._by_channel():
            at = {id(word): (sample, p) for word, (sample, p) in words}
            for utterance in group_words([word for word, _ in words], 0):
                inside = [at[id(word)] for word in utterance.words]
                size = np.array([len(sample.word.text) for sample, _ in inside])
                share = np.average([sample.share for sample, _ in inside], weights=size)
                rows.append((expected_share([s.word for s, _ in inside]), utterance.confidence, share, size.sum()))
        raw, expected, right, size = np.array(rows, dtype=np.float64).T
        return raw, expected, right, size

    def phrases(self, length: int) -> NDArray[np.float64]:
        """Cut each channel into stretches of some words; return of each the mean confidence, the product, and whether
        all sounds and all characters are right, (stretches, 4)."""
        rows = []
        for words in self._by_channel():
            for first in range(0, len(words) - length + 1, length):
                inside = [pair for _, pair in words[first : first + length]]
                p = [sure for _, sure in inside]
                right = [all(s.sound == 1 for s, _ in inside), all(s.share == 1 for s, _ in inside)]
                rows.append([float(np.mean(p)), float(np.prod(p)), *right])
        return np.array(rows, dtype=np.float64)

    def values(self) -> NDArray[np.float64]:
        """Return of each spoken value (money, days, numbers) its confidence as rules see it, and whether all of its
        characters are right, (values, 2)."""
        rows = []
        for words in self._by_channel():
            parted = group_words([word for word, _ in words], 0)
            utterances = tuple(replace(u, index=n, role=Role.OPERATOR) for n, u in enumerate(parted))
            transcript = Transcript("", words[-1][0].end_ms, utterances, (), (), ModelStamp("", "", "", ""))
            for fact in spoken_facts(transcript):
                inside = [s for word, (s, _) in words if fact.start_ms <= word.start_ms and word.end_ms <= fact.end_ms]
                if inside:
                    rows.append((fact.confidence, all(s.share == 1 for s in inside)))
        return np.array(rows, dtype=np.float64)

    def _by_channel(self) -> Iterable[list[tuple[Word, tuple[Sample, float]]]]:
        channels: dict[tuple[str, str], list[tuple[Word, tuple[Sample, float]]]] = {}
        for sample, p in zip(self.samples, self.calibrated, strict=True):
            word = replace(sample.word, confidence=float(p))
            channels.setdefault((sample.condition, sample.channel), []).append((word, (sample, float(p))))
        return channels.values()

    def conditions(self) -> list[str]:
        return list(dict.fromkeys(s.condition for s in self.samples))

    def provenance(self, stamp: ModelStamp) -> dict[str, object]:
        """Return what is kept beside fitted coefficients."""
        return {
            "fitted_on": "read Mandarin (AISHELL-1): one speaker and 60 others, each half counting the same, in "
            + ", ".join(self.conditions()),
            "words": len(self.samples),
            "right_share": round(float(np.average(self.share, weights=self.characters)), 3),
            "engine": f"{stamp.engine}; {stamp.settings}",
            "ece_own": round(ece(self.raw, self.share, self.characters), 3),
            "ece": round(ece(self.calibrated, self.share, self.characters), 3),
            "measured": "each half of the speakers by what was fitted on the other",
        }


def ece(p: NDArray[np.float64], right: NDArray[np.float64], weight: NDArray[np.float64]) -> float:
    """Return the expected calibration error: the mean distance of confidence and share over 15 equally wide bins."""
    place = np.minimum((p * _EQUAL_BINS).astype(int), _EQUAL_BINS - 1)
    apart = np.bincount(place, weights=weight * (p - right), minlength=_EQUAL_BINS)
    return float(np.abs(apart).sum() / weight.sum())


def ece_by_chance(p: NDArray[np.float64], weight: NDArray[np.float64]) -> float:
    """Return the error that so many words would show on the mean if every confidence were exactly right."""
    chance = np.random.default_rng(0)
    return float(np.mean([ece(p, chance.random(len(p)) < p, weight) for _ in range(50)]))


def brier(p: NDArray[np.float64], right: NDArray[np.float64], weight: NDArray[np.float64]) -> float:
    """Return the mean squared distance of a word's confidence from the share of its characters that are right."""
    return float(np.average(np.square(p - right), weights=weight))


def ranked(p: NDArray[np.float64], right: NDArray[np.float64]) -> float:
    """Return the chance that a right word is surer than a wrong one (0.5: confidences tell nothing)."""
    order = np.argsort(p, kind="stable")
    good = right[order] > 0.5
    ranks = np.arange(1, len(p) + 1)[good].sum()
    n, m = int(good.sum()), int((~good).sum())
    return float((ranks - n * (n + 1) / 2) / (n * m)) if n and m else float("nan")
