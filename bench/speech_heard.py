"""What the product's recogniser makes of the real utterances beside the checkout, each alone, heard once and kept.

The speech is read Mandarin (`bench.conversations` says what it is), as it is at 16 kHz and as a telephone line carries
it: 300-3400 Hz, 8 kHz, 8 bit µ-law. Half a second of silence lies before and after each utterance.
"""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from bench.calibration import in_condition
from qa_pipeline.asr.audio import decode as decode_audio
from qa_pipeline.asr.audio import probe
from qa_pipeline.asr.channels import ChannelRoles
from qa_pipeline.asr.engines import make_transcriber
from qa_pipeline.asr.listening import Listener, PreparedCall, prepare
from qa_pipeline.models import Recording, Role, Transcript, Utterance
from qa_pipeline.settings import Settings
from qa_pipeline.store.codec import decode, encode

RATE_HZ = 16_000
_EDGE = np.zeros(RATE_HZ // 2, dtype=np.float32)


@dataclass(frozen=True, slots=True)
class Heard:
    """One utterance of the corpus: what was said, and what was heard of it (its pauses may part it)."""

    file: str
    said: str
    utterances: tuple[Utterance, ...]

    @property
    def text(self) -> str:
        """All that was heard."""
        return "".join(utterance.text for utterance in self.utterances)


def hear(data: Path, condition: str, cache: Path, threads: int) -> list[Heard]:
    """Return every utterance of the corpus as recognised in a condition of `bench.calibration`."""
    said = read_references(data)
    listener = Listener(make_transcriber(Settings(threads=threads)))
    stamp, place = encode(listener.stamp), cache / f"{condition.replace(' ', '-')}.json"
    kept = json.loads(place.read_text("utf-8")) if place.is_file() else {}
    if kept.get("stamp") != stamp or kept["heard"].keys() != said.keys():
        kept = {"stamp": stamp, "heard": dict(_listen(listener, data, sorted(said), condition))}
        cache.mkdir(parents=True, exist_ok=True)
        place.write_text(json.dumps(kept, ensure_ascii=False), "utf-8")
    return [Heard(file, said[file], _spoken(decode(Transcript, kept["heard"][file]))) for file in sorted(said)]


def read_references(data: Path) -> dict[str, str]:
    """Return what is said in each file of the corpus."""
    with (data / "refs.tsv").open(encoding="utf-8", newline="") as file:
        return {row["file"]: row["transcript"] for row in csv.DictReader(file, delimiter="\t")}


def _listen(listener: Listener, data: Path, files: list[str], condition: str) -> Iterator[tuple[str, str]]:
    for call, transcript in listener.listen(_prepared(data, files, condition)):
        yield call.recording.recording_id, encode(transcript())
        print(f"{condition}: {call.recording.recording_id}", file=sys.stderr, flush=True)


def _prepared(data: Path, files: list[str], condition: str) -> Iterator[PreparedCall]:
    for name in files:
        path = data / "wav" / name
        sound = in_condition(decode_audio(path, probe(path, 1), 1)[0], condition, name)
        samples = np.concatenate([_EDGE, sound, _EDGE])[None]
        recording = Recording(name, name, "", RATE_HZ, 1, samples.shape[1] * 1000 // RATE_HZ)
        yield prepare(samples, recording, ChannelRoles((Role.OPERATOR,), 1.0))


def _spoken(transcript: Transcript) -> tuple[Utterance, ...]:
    """Return the utterances as one known speaker's: who speaks is not what is measured."""
    return tuple(replace(u, role=Role.OPERATOR, role_confidence=1.0) for u in transcript.utterances)
