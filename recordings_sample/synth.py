"""Speak Chinese text with Kokoro-82M: the same text, voice and speed give the same samples."""

from __future__ import annotations

import contextlib
import hashlib
import importlib
import json
import logging
import re
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any, Protocol

import av
import numpy as np
from numpy.typing import NDArray

from recordings_sample import voicemodel

log = logging.getLogger(__name__)
SYNTH_HZ = 24_000
METHOD = 2  # counts up when the way of speaking changes, so that cached turns are spoken again
# Asked to speak slower than this, the model begins turns with a syllable that is not in the text ("一对，没错" for
# "对，没错"): of 12 short turns Whisper base heard one in 9 at 0.78-0.82 and in 1 at 0.9. Slower still is stretched.
MODEL_TEMPO = 0.9
# The voices' own rates differ by a third; stretched by these all speak 245-260 characters a minute, measured on
# hotline turns without their edges.
STRETCH = {"zf_xiaobei": 1.0, "zf_xiaoxiao": 0.91, "zm_yunxi": 0.81, "zm_yunyang": 0.81}
MAX_GROUP_CHARS = 90  # about 360 of the model's 510 tokens; longer ones are rushed
GROUP_GAP_MS = 300
EDGE_MS = 10


class Voice(Protocol):
    """Something that speaks."""

    def speak(self, text: str, voice: str, speed: float) -> NDArray[np.int16]:
        """Return the spoken text, mono, 24 kHz, without silence at its ends."""


class Kokoro:
    """The real voice; loads its model at the first text that is not in the cache.

    Args:
        cache_dir: Where the joined weights and the spoken turns are kept.
        threads: Threads of one inference.
    """

    def __init__(self, cache_dir: Path, threads: int = 2) -> None:
        self._cache_dir = cache_dir
        self._threads = threads
        self._loaded: tuple[Any, dict[str, int], Callable[[str], str]] | None = None

    def speak(self, text: str, voice: str, speed: float) -> NDArray[np.int16]:
        """Return the spoken text, shape (samples,), mono, 24 kHz, cut where the voice begins and ends.

        Raises:
            SettingsError: If a package is missing or the weights are damaged.
        """
        path = self._cache_dir / "turns" / f"{_key(text, voice, speed)}.npy"
        if path.is_file():
            return np.asarray(np.load(path), dtype=np.int16)
        gap = np.zeros(GROUP_GAP_MS * SYNTH_HZ // 1000, dtype=np.float32)
        parts = [self._infer(group, voice, speed) for group in groups(text)]
        joined = np.concatenate([piece for part in parts for piece in (part, gap)][:-1])
        spoken = np.round(np.clip(joined * 0.7, -1, 1) * 32767).astype(np.int16)  # peaks reach 1.1 unscaled
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_suffix(".partial.npy")
        np.save(partial, spoken)
        partial.replace(path)
        return np.asarray(spoken)

    def _infer(self, text: str, voice: str, speed: float) -> NDArray[np.float32]:
        session, vocab, phonemes = self._load()
        tokens = [vocab[phoneme] for phoneme in phonemes(text) if phoneme in vocab]
        feeds = {
            "tokens": np.array([[0, *tokens, 0]], dtype=np.int64),
            "style": voicemodel.style(voice)[len(tokens) - 1][None],
            "speed": np.array([MODEL_TEMPO * max(speed, 1.0)], dtype=np.float32),
        }
        return stretch(trim(session.run(None, feeds)[0].ravel()), STRETCH[voice] * min(speed, 1.0))

    def _load(self) -> tuple[Any, dict[str, int], Callable[[str], str]]:
        if self._loaded is None:
            weights = voicemodel.weights(self._cache_dir)
            onnxruntime = importlib.import_module("onnxruntime")  # only where something is spoken
            options = onnxruntime.SessionOptions()
            options.intra_op_num_threads = self._threads
            options.log_severity_level = 3
            session = onnxruntime.InferenceSession(str(weights), options, providers=["CPUExecutionProvider"])
            self._loaded = session, voicemodel.vocabulary(), voicemodel.phonemiser(self._cache_dir)
        return self._loaded


def groups(text: str) -> list[str]:
    """Cut a turn after sentence ends (after commas if a sentence is very long) into what is spoken in one breath."""
    sentences = re.findall(r"[^。！？]+[。！？]*", text)
    pieces = [
        piece
        for sentence in sentences
        for piece in ([sentence] if len(sentence) <= MAX_GROUP_CHARS else re.findall(r"[^，、；]+[，、；]*", sentence))
    ]
    joined: list[str] = []
    for piece in pieces:
        if joined and len(joined[-1]) + len(piece) <= MAX_GROUP_CHARS:
            joined[-1] += piece
        else:
            joined.append(piece)
    return [group for group in joined if re.search(r"[\u4e00-\u9fff]", group)]


def trim(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """Cut silence off both ends (below -40 dB of the loudest 10 ms) and fade the edges in and out."""
    frame = SYNTH_HZ // 100
    framed = samples[: len(samples) // frame * frame].reshape(-1, frame)
    level = np.sqrt(np.mean(framed**2, axis=1))
    loud = np.flatnonzero(level > level.max() * 0.01)
    edge = EDGE_MS * SYNTH_HZ // 1000
    cut = samples[max(0, loud[0] * frame - edge) : (loud[-1] + 1) * frame + edge].copy()
    ramp = np.linspace(0, 1, edge, dtype=np.float32)
    cut[:edge] *= ramp
    cut[-edge:] *= ramp[::-1]
    return cut


def stretch(samples: NDArray[np.float32], tempo: float) -> NDArray[np.float32]:
    """Change the tempo (below 1 slower, 0.5 at least) and keep the pitch; ffmpeg's filter by overlapping windows."""
    if tempo == 1.0:
        return samples
    graph = av.filter.Graph()
    source = graph.add_abuffer(sample_rate=SYNTH_HZ, format="flt", layout="mono", time_base=Fraction(1, SYNTH_HZ))
    nodes = source, graph.add("atempo", f"{tempo:.4f}"), graph.add("abuffersink")
    graph.link_nodes(*nodes).configure()
    frame = av.AudioFrame.from_ndarray(samples[None], format="flt", layout="mono")
    frame.sample_rate = SYNTH_HZ
    frame.pts = 0
    graph.push(frame)
    graph.push(None)
    parts: list[NDArray[np.float32]] = []
    with contextlib.suppress(EOFError):  # PyAV's word for "that was all"
        while True:
            parts.append(np.asarray(graph.pull().to_ndarray(), dtype=np.float32).ravel())
    return np.concatenate(parts)


def _key(text: str, voice: str, speed: float) -> str:
    readings = {word: said for word, said in voicemodel.READINGS.items() if word in text}
    parts = [METHOD, voicemodel.weights_sha256(), voice, STRETCH[voice], speed, text, *sorted(readings.items())]
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()[:32]
