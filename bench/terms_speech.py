"""Speak the sentences of the term benchmark: ``python bench/terms_speech.py [--check]``.

Every sentence is spoken by two synthetic voices, at 8 kHz through mu-law, and kept as Opus in ``bench/terms``. With
``--check`` nothing is written and what is missing is named.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray
from ruamel.yaml import YAML

HERE = Path(__file__).resolve().parent
if __name__ == "__main__":  # started by its path: the packages lie beside this folder, not in it
    sys.path[0] = str(HERE.parent)

from recordings_sample.mix import CALL_HZ, hiss, soft_limit, telephone
from recordings_sample.synth import Kokoro

FOLDER = HERE / "terms"
PAIRS = (("zf_xiaobei", "zm_yunyang"), ("zf_xiaoxiao", "zm_yunxi"))
_EDGE_MS = 250
_OPUS_BPS = 14_000
_MU = 255.0


@dataclass(frozen=True, slots=True)
class Sentence:
    """What one file says: its terms and numbers (value and unit), and whether thresholds were chosen on it."""

    path: Path
    voice: str
    say: str
    tune: bool
    terms: tuple[str, ...]
    numbers: tuple[str, ...]


def sentences() -> Iterator[Sentence]:
    """Yield every sentence in both of its voices; neighbours have other voices."""
    rows = YAML(typ="safe", pure=True).load((FOLDER / "sentences.yaml").read_text("utf-8"))
    for number, row in enumerate(rows):
        for voice in PAIRS[number % len(PAIRS)]:
            path = FOLDER / f"{row['id']}-{voice}.ogg"
            tune, terms, numbers = row["set"] == "tune", tuple(row["terms"]), tuple(map(str, row["numbers"]))
            yield Sentence(path, voice, row["say"], tune, terms, numbers)


def on_the_line(spoken: NDArray[np.int16], name: str) -> NDArray[np.float32]:
    """Return a spoken sentence as a telephone line carries it, shape (samples,), 8 kHz: band, hiss and mu-law."""
    voice = telephone(spoken)
    edge = np.zeros(_EDGE_MS * CALL_HZ // 1000)
    padded = np.concatenate([edge, voice, edge])
    limited = soft_limit(padded + hiss(name, 0, len(padded)))
    companded = np.sign(limited) * np.log1p(_MU * np.abs(limited)) / np.log1p(_MU)
    stepped = np.round(companded * 127) / 127
    return np.asarray(np.sign(stepped) * np.expm1(np.abs(stepped) * np.log1p(_MU)) / _MU, dtype=np.float32)


def write(path: Path, samples: NDArray[np.float32]) -> None:
    """Write mono samples at 8 kHz as Opus; the same samples give the same file."""
    pcm = np.round(np.clip(samples, -1, 1) * 32767).astype(np.int16)
    with av.open(str(path), "w", format="ogg", options={"fflags": "+bitexact"}) as container:
        stream = container.add_stream("libopus", rate=CALL_HZ, layout="mono", options={"application": "voip"})
        if not isinstance(stream, av.AudioStream):
            raise TypeError("libopus is no audio codec")
        stream.bit_rate = _OPUS_BPS
        stream.codec_context.flags |= av.codec.context.Flags.bitexact
        frame = av.AudioFrame.from_ndarray(pcm[None], format="s16", layout="mono")
        frame.sample_rate = CALL_HZ
        container.mux([*stream.encode(frame), *stream.encode(None)])


def main() -> int:
    """Run the command line and return its exit code."""
    parser = argparse.ArgumentParser(description="speak the sentences of the term benchmark")
    parser.add_argument("--check", action="store_true", help="write nothing, name what is missing")
    missing = [sentence for sentence in sentences() if not sentence.path.is_file()]
    if parser.parse_args().check:
        print("\n".join(sentence.path.name for sentence in missing) or "all sentences are spoken")
        return 1 if missing else 0
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "hotline-qa" / "samples"
    voice = Kokoro(cache, threads=2)
    for sentence in missing:
        write(sentence.path, on_the_line(voice.speak(sentence.say, sentence.voice, 1.0), sentence.path.stem))
        print(sentence.path.name, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
