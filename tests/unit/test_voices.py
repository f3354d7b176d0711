"""Two voices among embeddings, and whose voice is where."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from qa_pipeline.asr.embedding import NAME, SHA256
from qa_pipeline.asr.speakers import Diarization, VoiceDiarizer, two_at_all
from qa_pipeline.asr.voices import two_voices
from qa_pipeline.models import Span

DIMENSIONS = 192
RATE_PER_MS = 16


def cloud(centre: NDArray[np.float64], count: int, spread: float = 0.5, seed: int = 0) -> NDArray[np.float32]:
    """Return embeddings (count, 192) about a centre, as one voice gives them: a cosine of about 0.9 to it."""
    points = centre + spread * np.random.default_rng(seed).standard_normal((count, DIMENSIONS)) / np.sqrt(DIMENSIONS)
    rows: NDArray[np.float32] = (points / np.linalg.norm(points, axis=1, keepdims=True)).astype(np.float32)
    return rows


def axis(number: int) -> NDArray[np.float64]:
    return np.eye(DIMENSIONS)[number]


def voice(number: int) -> NDArray[np.float64]:
    """Return the centre of a voice; any two are 0.5 alike, as voices on a telephone are."""
    return np.asarray((axis(0) + axis(number + 1)) / np.sqrt(2))


@pytest.mark.parametrize("few", [4, 20, 60])
def test_two_voices_are_told_apart_however_little_one_speaks(few: int) -> None:
    embeddings = np.concatenate([cloud(voice(0), 60, seed=1), cloud(voice(1), few, seed=2)])
    found = two_voices(embeddings, np.ones(len(embeddings)))
    assert found is not None
    plain = found.plainness(embeddings)
    assert (plain[:60] > 0.4).all() or few == 60
    assert len(set(np.sign(plain[:60]))) == len(set(np.sign(plain[60:]))) == 1
    assert np.sign(plain[0]) != np.sign(plain[60])
    assert two_at_all(found.likeness, 100) > 0.9


def test_a_bit_of_music_is_not_taken_for_the_second_voice() -> None:
    music = cloud(-axis(0), 6, seed=3)
    embeddings = np.concatenate([cloud(voice(0), 40, seed=1), cloud(voice(1), 20, seed=2), music])
    found = two_voices(embeddings, np.ones(len(embeddings)))
    assert found is not None
    plain = found.plainness(embeddings)
    assert (plain[:40] > 0.4).all()
    assert (plain[40:60] < -0.4).all()
    assert (abs(plain[60:]) < 0.4).all()


def test_one_voice_in_two_halves_is_too_alike_to_be_two() -> None:
    embeddings = cloud(voice(0), 60)
    found = two_voices(embeddings, np.ones(60))
    assert found is None or two_at_all(found.likeness, 90) < 0.2


def test_little_speech_needs_voices_further_apart() -> None:
    assert two_at_all(0.7, seconds=60) > 0.8
    assert two_at_all(0.7, seconds=4) < 0.3


def test_one_embedding_is_no_pair() -> None:
    assert two_voices(cloud(voice(0), 1), np.ones(1)) is None


def test_clustering_a_call_of_two_hours_takes_little_memory() -> None:
    count = 9_600
    embeddings = np.concatenate([cloud(voice(0), count // 2, seed=1), cloud(voice(1), count // 2, seed=2)])
    found = two_voices(embeddings, np.ones(count))
    assert found is not None
    assert len(set(np.sign(found.plainness(embeddings[: count // 2])))) == 1


class Voices:
    """Embeds by who speaks when, mixing where a piece holds both; counts what it is asked."""

    def __init__(self, script: Sequence[tuple[int, int, int]]) -> None:
        self.script = script
        self.pieces = 0
        self.stamp = f"{NAME}:{SHA256[:12]}"

    def embed(self, samples: NDArray[np.float32], pieces: Sequence[tuple[int, int]]) -> NDArray[np.float32]:
        self.pieces += len(pieces)
        rows = [self._row(start // RATE_PER_MS, end // RATE_PER_MS, start) for start, end in pieces]
        return np.concatenate(rows) if rows else np.zeros((0, DIMENSIONS), np.float32)

    def _row(self, start_ms: int, end_ms: int, seed: int) -> NDArray[np.float32]:
        shares = [(max(0, min(end, end_ms) - max(start, start_ms)), who) for start, end, who in self.script]
        total = sum(share for share, _ in shares)
        centre = sum((share / total * voice(who) for share, who in shares if share), start=np.zeros(DIMENSIONS))
        return cloud(centre, 1, spread=0.4, seed=seed)


def diarized(script: Sequence[tuple[int, int, int]], speech: Sequence[Span]) -> Diarization:
    """Diarize a call of which (start_ms, end_ms, voice) is true."""
    end_ms = max(end for _, end, _ in script)
    return VoiceDiarizer(Voices(script)).voices(np.zeros(end_ms * RATE_PER_MS, np.float32), speech)


def test_each_stretch_of_speech_has_its_voice() -> None:
    script = [(n * 5000, n * 5000 + 4000, n % 2) for n in range(8)]
    found = diarized(script, [Span(start, end) for start, end, _ in script])
    assert [(turn.start_ms, turn.end_ms) for turn in found.turns] == [(start, end) for start, end, _ in script]
    voices = [turn.speaker for turn in found.turns]
    assert voices in ([0, 1] * 4, [1, 0] * 4)
    assert found.two > 0.9
    assert min(turn.confidence for turn in found.turns) > 0.8


def test_a_change_of_voice_without_a_pause_is_found_where_it_is() -> None:
    script = [(0, 8000, 0), (9000, 13_000, 1), (13_000, 17_600, 0), (18_500, 24_000, 1)]
    found = diarized(script, [Span(0, 8000), Span(9000, 17_600), Span(18_500, 24_000)])
    assert len(found.turns) == 4
    change = found.turns[2].start_ms
    assert abs(change - 13_000) <= 250
    assert found.turns[1].end_ms == change


def test_a_short_answer_between_is_found() -> None:
    script = [(0, 6000, 0), (6000, 6900, 1), (6900, 12_000, 0), (12_500, 20_000, 1)]
    found = diarized(script, [Span(0, 12_000), Span(12_500, 20_000)])
    assert len(found.turns) == 4
    assert found.turns[1].speaker == found.turns[3].speaker


def test_a_call_with_one_voice_is_said_to_have_one() -> None:
    script = [(n * 5000, n * 5000 + 4000, 0) for n in range(8)]
    found = diarized(script, [Span(start, end) for start, end, _ in script])
    assert found.two < 0.2
    assert {turn.speaker for turn in found.turns} == {0}


@pytest.mark.parametrize("speech", [[], [Span(0, 300)], [Span(0, 300), Span(900, 1000)], [Span(0, 1200)]])
def test_next_to_no_speech_is_nobodys(speech: list[Span]) -> None:
    found = diarized([(0, 2000, 0)], speech)
    assert found.two == 0
    assert [(turn.start_ms, turn.end_ms) for turn in found.turns] == [(s.start_ms, s.end_ms) for s in speech]
