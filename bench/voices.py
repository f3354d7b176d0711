"""Separation on real voices: two, one, and turns without a gap; read speech has no operator to find.

The speakers of most utterances of the corpus are not told: those that sound as one (cosine of CAM++ embeddings 0.65 and
more, each to each) count as one; the other side is one known speaker.
"""

from __future__ import annotations

import random
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from faster_whisper import decode_audio
from numpy.typing import NDArray
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.signal import resample_poly

from bench.conversations import Conversation, Source, Turn, _write, sources
from qa_pipeline.asr.activity import speech_spans
from qa_pipeline.asr.embedding import Embedder, locate_voices
from qa_pipeline.asr.speakers import Diarization, Diarizer
from qa_pipeline.models import MIN_ROLE_CONFIDENCE

HOP_MS = 10
_ONE_VOICE = 0.65
_ALL_OF = 12
Sound = NDArray[np.float32]
Row = list[object]


@dataclass(slots=True)
class Tally:
    """What was given to the wrong one, to nobody, and all, in any unit."""

    wrong: float = 0
    unknown: float = 0
    all: float = 0

    def cells(self) -> list[object]:
        """Return both shares in %."""
        return [f"{100 * part / max(self.all, 1):.1f}" for part in (self.wrong, self.unknown)]


def masks(turns: Sequence[Turn], frames: int, side: Callable[[Turn], int]) -> NDArray[np.bool_]:
    """Return who speaks in each 10 ms: (2, frames)."""
    found = np.zeros((2, frames), dtype=bool)
    for turn in turns:
        found[side(turn), turn.start_ms // HOP_MS : turn.end_ms // HOP_MS] = True
    return found


def real_calls(out: Path, data: Path) -> Iterator[tuple[str, Conversation]]:
    """Write and yield calls of two voices ("two"), and of one on both sides ("one")."""
    everything = [*sources(data, "dev"), *sources(data, "test")]
    names = [source.speaker for source in everything]
    main = max(set(names), key=names.count)
    big = [source for source in everything if source.speaker == main]
    groups = [group for group in one_voice_each([s for s in everything if s.speaker != main]) if len(group) >= 3]
    for number, group in enumerate(groups):
        mine = [big.pop() for _ in range(len(group) + 1)]
        yield "two", _write(out / f"two{number}.wav", "pair", _alternating(mine, group), 500 + number)
        if number and len(group) >= 4:
            other = groups[number - 1]
            yield "two", _write(out / f"pair{number}.wav", "pair", _alternating(group, other), 600 + number)
    for number in range(6):
        mine = [big.pop() for _ in range(_ALL_OF)]
        turns = _alternating(mine[: _ALL_OF // 2], mine[_ALL_OF // 2 :])
        yield "one", _write(out / f"one{number}.wav", "one voice", turns, 700 + number)


def _alternating(first: Sequence[Source], second: Sequence[Source]) -> list[list[Source]]:
    both = [[source] for pair in zip(first, second, strict=False) for source in pair]
    return [*both, [first[len(second)]]] if len(first) > len(second) else both


def one_voice_each(found: Sequence[Source]) -> list[list[Source]]:
    """Group utterances that sound as one voice, each to each of its group."""
    weights = locate_voices()
    if weights is None:
        return []
    embedder = Embedder(weights)
    sounds = [np.asarray(decode_audio(str(source.path))) for source in found]
    embeddings = np.concatenate([embedder.embed(sound, [(0, len(sound))]) for sound in sounds])
    labels = fcluster(linkage(embeddings, "complete", metric="cosine"), 1 - _ONE_VOICE, "distance")
    return [[found[n] for n in np.flatnonzero(labels == label)] for label in np.unique(labels)]


def tight(first: Sequence[Source], second: Sequence[Source], seed: int) -> tuple[Sound, list[Turn]]:
    """Return a mono call and its turns, cut close: many without a gap, one in five an answer of 0.4 to 1 s."""
    chance = random.Random(seed)  # noqa: S311  # chance for a measurement
    pieces, turns, now_ms = [np.zeros(8_000, np.float32)], [], 500
    for number, (source,) in enumerate(_alternating(first, second)):
        sound = np.asarray(decode_audio(str(source.path)))
        spans = speech_spans(sound, 0)
        sound = sound[spans[0].start_ms * 16 : spans[-1].end_ms * 16]
        sound = sound[: chance.randint(400, 1000) * 16] if chance.random() < 0.2 else sound
        sound = sound[: len(sound) // 160 * 160] * np.float32(0.05 / np.sqrt(np.mean(np.square(sound))))
        gap_ms = chance.choice((0, 0, 200, 350))
        pieces += [np.zeros(gap_ms * 16, np.float32), sound]
        start_ms = now_ms + gap_ms
        now_ms = start_ms + len(sound) // 16
        turns.append(Turn(number % 2, start_ms, now_ms, source.text, source.speaker, source.path.name))
    whole = np.concatenate([*pieces, np.zeros(8_000, np.float32)])
    whole = whole + 0.001 * np.random.default_rng(seed).standard_normal(len(whole)).astype(np.float32)
    return resample_poly(resample_poly(whole, 1, 2), 2, 1).astype(np.float32), turns


@dataclass(slots=True)
class Separation:
    """What came of some calls: how many, how many were said to have two voices, and their speech time."""

    calls: int = 0
    two: int = 0
    time: Tally = field(default_factory=Tally)
    forced: Tally = field(default_factory=Tally)

    def count(self, found: Diarization, turns: Sequence[Turn], frames: int) -> None:
        """Count a call; which voice is which is chosen for the best, once a call."""
        self.calls, self.two = self.calls + 1, self.two + (found.two > 0.5)
        truth = masks(turns, frames, lambda turn: turn.channel)
        heard, known = np.full(frames, -1), np.zeros(frames, dtype=bool)
        for turn in found.turns:
            heard[turn.start_ms // HOP_MS : turn.end_ms // HOP_MS] = turn.speaker
            known[turn.start_ms // HOP_MS : turn.end_ms // HOP_MS] = found.two * turn.confidence >= MIN_ROLE_CONFIDENCE
        spoken = (heard >= 0) & truth.any(axis=0)
        right = max((np.where(heard == first, *truth) for first in (0, 1)), key=lambda own: (own & spoken).sum())
        for tally, told in ((self.time, known), (self.forced, np.ones(frames, dtype=bool))):
            tally.wrong += float((spoken & ~right & told).sum())
            tally.unknown += float((spoken & ~told).sum())
            tally.all += float(spoken.sum())

    def rows(self, name: str) -> list[Row]:
        """Return what is told, and what would be wrong if nothing were left out."""
        title = f"{name} ({self.calls} calls, {self.two} said to have two voices)"
        return [
            [title, "speech time", *self.time.cells()],
            ["— with nothing left unknown", "speech time", self.forced.cells()[0], "–"],
        ]


def voices(diarizer: Diarizer, data: Path) -> list[Row]:
    """Measure separation on real voices: mono, nothing but the sound."""
    two, close, one = Separation(), Separation(), Separation()
    with tempfile.TemporaryDirectory() as folder:
        for kind, call in real_calls(Path(folder), data):
            mono = np.stack(decode_audio(str(call.path), split_stereo=True)).sum(axis=0)
            found = diarizer.voices(mono, speech_spans(mono, 0))
            (two if kind == "two" else one).count(found, call.turns, len(mono) // 160 + 1)
            print(f"{call.name}: two {found.two:.2f}", file=sys.stderr)
            if kind == "two":
                sides = [[_source(turn, data) for turn in call.turns if turn.channel == side] for side in (0, 1)]
                mono, turns = tight(*sides, seed=800 + two.calls)
                close.count(diarizer.voices(mono, speech_spans(mono, 0)), turns, len(mono) // 160 + 1)
    if not two.calls:
        return []
    return [
        *two.rows("real voices, mono"),
        *close.rows("real voices, mono, many turns without a gap, one in five of 0.4 to 1 s"),
        [f"real, one voice alone ({one.calls} calls, {one.two} said to have two)", "–", "–", "–"],
    ]


def _source(turn: Turn, data: Path) -> Source:
    return Source(data / "wav" / turn.source, turn.text, turn.speaker)
