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
from faster_whisper import WhisperModel, decode_audio

from bench.conversations import SPEECH, available, build, shorts
from bench.ours import BEAM, COMPUTE, Task, ear, hear
from bench.results import machine, own_memory_mb, own_peak_mb, put, section
from qa_pipeline.asr.audio import decode, probe
from qa_pipeline.asr.weights import default_cache, locate
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


def ours(folder: Path, count: int, threads: int) -> None:
    """Hear ``count`` calls and print what it took: peak memory, that after the first call, seconds, calls."""
    after: list[int] = []

    def tell(_: str, __: Transcript) -> None:
        after.append(own_memory_mb())
        if len(after) % 50 == 0:
            print(f"{len(after)} calls: {after[-1]} MB, peak {own_peak_mb()} MB", file=sys.stderr, flush=True)

    began = time.perf_counter()
    hear(ear(threads), tasks(folder, count), tell)
    print(own_peak_mb(), after[0], round(time.perf_counter() - began), len(after))


def plain(folder: Path, count: int, threads: int) -> None:
    """The same by faster-whisper, each channel of each call for itself."""
    weights = locate("whisper-base", default_cache())
    model = WhisperModel(str(weights.path), device="cpu", compute_type=COMPUTE, cpu_threads=threads)
    after: list[int] = []
    began = time.perf_counter()
    for _, path in tasks(folder, count):
        for samples in decode_audio(str(path), split_stereo=True):
            list(model.transcribe(samples, language="zh", beam_size=BEAM, vad_filter=True)[0])
        after.append(own_memory_mb())
    print(own_peak_mb(), after[0], round(time.perf_counter() - began), len(after))


WORK = {"hotline-qa": ours, "faster-whisper sequential": plain}


def alone(mode: str, folder: Path, count: int, threads: int) -> list[int]:
    """Do one of `WORK` in a new process and return what it printed."""
    asked = ("--work", str(folder), "--mode", mode, "--many", str(count), "--threads", str(threads))
    done = subprocess.run([sys.executable, __file__, *asked], check=True, stdout=subprocess.PIPE, text=True)
    return [int(number) for number in done.stdout.split()]


def report(rows: Sequence[tuple[str, str, list[int]]], threads: int) -> str:
    """Return the section."""
    about = (
        "Each row a process of its own, from the file to the transcript at the default settings. Queued: ten calls of "
        "about ten seconds made of real utterances, again under other ids. The long call: a conversation every ten "
        f"minutes, the rest on hold. Whisper base {COMPUTE}, beam {BEAM}; {machine(threads)}."
    )
    header = ("mode", "calls", "peak memory MB", "after the first call MB", "seconds", "calls heard")
    cells = [(mode, calls, *row) for mode, calls, row in rows]
    return section("Peak memory", about, header, cells)


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
    parser.add_argument("--mode", choices=tuple(WORK), default="hotline-qa", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.work:
        WORK[options.mode](options.work, options.many, options.threads)
        return 0
    if not available(options.data):
        return 0
    threads = options.threads
    few, many, minutes = (2, 10, 10) if options.quick else (options.few, options.many, options.long_minutes)
    with tempfile.TemporaryDirectory() as name:
        folder, long = Path(name) / "short", Path(name) / "long"
        shorts(folder, options.data)
        if minutes:
            long.mkdir()
            write_long(long / "long.wav", options.data, minutes)
        wanted = [("faster-whisper sequential", folder, few), ("hotline-qa", folder, few), ("hotline-qa", folder, many)]
        wanted += [("hotline-qa", long, 1)] if minutes else []
        rows = [
            (
                mode,
                QUEUED.format(count) if where is folder else LONG.format(minutes),
                alone(mode, where, count, threads),
            )
            for mode, where, count in wanted
        ]
    text = report(rows, threads)
    print(text)
    if options.write:
        put(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
