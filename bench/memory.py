"""Peak memory with few and with many calls queued, and with one long call, each in a process of its own.

    python bench/memory.py [--few 10] [--many 500] [--long-minutes 120] [--threads 2] [--quick] [--write]

The queued calls are ten short ones of real utterances, again and again under other ids. The long call is one of the
conversations again and again, the rest of each stretch of ten minutes on hold.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from itertools import cycle, islice
from pathlib import Path

HERE = Path(__file__).resolve().parent
if __name__ == "__main__":  # started by its path: the packages lie beside this folder, not in it
    sys.path[0] = str(HERE.parent)

import numpy as np

from bench.conversations import SPEECH, available, build, shorts
from bench.ours import BEAM, COMPUTE, Task, hear, listener
from bench.results import machine, own_memory_mb, own_peak_mb, put, section
from qa_pipeline.asr.audio import decode, probe
from qa_pipeline.models import Transcript
from tests.line_sounds import coloured_noise
from tests.sounds import write_wav

LONG = "one call of {} minutes"
QUEUED = "{} calls queued"


def tasks(folder: Path, count: int) -> Iterator[Task]:
    """Yield calls as a run's queue does, one when there is room for it."""
    files = sorted(folder.glob("*.wav"))
    for number, path in enumerate(islice(cycle(files), count)):
        yield f"{number:064x}", path


def write_long(path: Path, data: Path, minutes: int) -> Path:
    """Write a call (8 kHz) of conversations with holds between them."""
    with tempfile.TemporaryDirectory() as folder:
        call = build(Path(folder), "dev", data, 1)[0]
        lines = decode(call.path, probe(call.path, 60), 60)[:, ::2]
    hold = np.stack([coloured_noise(600_000 - lines.shape[1] // 8, 1, -60, seed) for seed in (1, 2)])
    stretch = np.concatenate([lines, hold], axis=1)
    whole = np.tile(stretch, -(-minutes // 10))[:, : minutes * 60 * 8000]
    return write_wav(path, whole, 8000, "pcm_mulaw")


def work(folder: Path, count: int, threads: int) -> None:
    """Hear ``count`` calls and print what it took: peak and loaded memory, seconds, utterances."""
    ear = listener(threads)
    heard = [0, 0]
    loaded: list[int] = []

    def tell(_: str, transcript: Transcript) -> None:
        heard[0] += 1
        heard[1] += len(transcript.utterances)
        if not loaded:
            loaded.append(own_memory_mb())
        if heard[0] % 100 == 0:
            print(f"{heard[0]} calls: {own_memory_mb()} MB, peak {own_peak_mb()} MB", file=sys.stderr, flush=True)

    began = time.perf_counter()
    hear(ear, tasks(folder, count), tell)
    print(own_peak_mb(), loaded[0], round(time.perf_counter() - began), *heard)


def alone(folder: Path, count: int, threads: int) -> list[int]:
    """Do `work` in a new process and return what it printed."""
    command = [sys.executable, __file__, "--work", str(folder), "--many", str(count), "--threads", str(threads)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return [int(number) for number in done.stdout.split()]


def report(rows: Sequence[tuple[str, list[int]]], threads: int) -> str:
    """Return the section."""
    about = (
        "Ours at its default settings, from the file to the transcript. Queued: ten calls of about ten seconds made of "
        "real utterances, again under other ids. The long call: a conversation every ten minutes, the rest on hold. "
        f"Whisper base {COMPUTE}, beam {BEAM}; {machine(threads)}."
    )
    header = ("calls", "peak memory MB", "after the first call MB", "seconds", "calls heard", "utterances")
    return section("Peak memory", "python bench/memory.py --write", about, header, [(name, *row) for name, row in rows])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=SPEECH, help="folder of refs.tsv and wav/")
    parser.add_argument("--few", type=int, default=10)
    parser.add_argument("--many", type=int, default=500)
    parser.add_argument("--long-minutes", type=int, default=120, help="0: no long call")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--quick", action="store_true", help="2 and 10 calls, 10 minutes")
    parser.add_argument("--write", action="store_true", help="put the table into bench/RESULTS.md")
    parser.add_argument("--work", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.work:
        work(options.work, options.many, options.threads)
        return 0
    if not available(options.data):
        return 0
    few, many, minutes = (2, 10, 10) if options.quick else (options.few, options.many, options.long_minutes)
    rows = []
    with tempfile.TemporaryDirectory() as name:
        folder, long = Path(name) / "short", Path(name) / "long"
        shorts(folder, options.data)
        for count in (few, many):
            rows.append((QUEUED.format(count), alone(folder, count, options.threads)))
        if minutes:
            long.mkdir()
            write_long(long / "long.wav", options.data, minutes)
            rows.append((LONG.format(minutes), alone(long, 1, options.threads)))
    text = report(rows, options.threads)
    print(text)
    if options.write:
        put(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
