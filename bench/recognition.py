"""Recognition side by side: our run against plain faster-whisper loops over the same files.

    python bench/recognition.py [--limit N] [--threads 2] [--write]

The modes take turns file by file with the same weights, threads and beam, so that a noisy machine slows all of them.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).resolve().parent
if __name__ == "__main__":  # started by its path: the packages lie beside this folder, not in it
    sys.path[0] = str(HERE.parent)

from faster_whisper import WhisperModel, decode_audio
from ruamel.yaml import YAML

from bench.normalise import edits, spoken_form
from bench.results import machine, own_peak_mb, put, section
from qa_pipeline.asr.audio import decode, probe
from qa_pipeline.asr.channels import channel_roles
from qa_pipeline.asr.listening import Listener
from qa_pipeline.asr.weights import Weights, default_cache, locate
from qa_pipeline.asr.whisper import WhisperTranscriber

SAMPLES = HERE.parent / "recordings_sample"
BEAM = 5
COMPUTE = "int8"


@dataclass(frozen=True, slots=True)
class Call:
    """One sample call: its file, what each channel says (mono: one text in the order of the turns)."""

    path: Path
    texts: tuple[str, ...]
    mixed: str
    operator_channel: int | None


@dataclass(slots=True)
class Tally:
    """What one mode took and got wrong, over the calls so far."""

    seconds: list[float] = field(default_factory=list)
    wrong: int = 0
    characters: int = 0


Mode = Callable[[Call], list[str]]


def calls(limit: int | None) -> list[Call]:
    """Read the sample calls that have audio."""
    found = []
    for path in sorted((SAMPLES / "audio").glob("H*.*"))[:limit]:
        script = YAML(typ="safe", pure=True).load((SAMPLES / "scripts" / f"{path.stem}.yaml").read_text("utf-8"))
        operator = script["audio"].get("operator_channel")
        turns = [(turn["who"], turn["say"]) for turn in script["turns"]]
        mixed = "".join(say for _, say in turns)
        sides = {who: "".join(say for w, say in turns if w == who) for who in ("operator", "caller")}
        texts = (sides["operator"], sides["caller"]) if operator == 0 else (sides["caller"], sides["operator"])
        found.append(Call(path, texts if operator is not None else (mixed,), mixed, operator))
    return found


def plain(weights: Weights, threads: int) -> Mode:
    """The loop that a user writes first: the file as it is, every setting at its default."""
    model = WhisperModel(str(weights.path), device="cpu", compute_type=COMPUTE, cpu_threads=threads)
    return lambda call: ["".join(s.text for s in model.transcribe(str(call.path))[0])]


def plain_channels(weights: Weights, threads: int) -> Mode:
    """The loop with care: each channel for itself, Mandarin, voice activity."""
    model = WhisperModel(str(weights.path), device="cpu", compute_type=COMPUTE, cpu_threads=threads)

    def recognise(call: Call) -> list[str]:
        stereo = len(call.texts) == 2
        channels = decode_audio(str(call.path), split_stereo=True) if stereo else [decode_audio(str(call.path))]
        return ["".join(s.text for s in model.transcribe(c, language="zh", vad_filter=True)[0]) for c in channels]

    return recognise


def ours(weights: Weights, threads: int) -> Mode:
    """All that a run does up to the transcript: check and hash the file, decode, recognise, place every word."""
    listener = Listener(WhisperTranscriber(weights, "cpu", COMPUTE, threads, BEAM))

    def recognise(call: Call) -> list[str]:
        recording = probe(call.path, 120)
        roles = channel_roles(recording, call.operator_channel)
        heard = listener.hear(decode(call.path, recording, 120), recording, roles).utterances
        return ["".join(u.text for u in heard if u.channel == channel) for channel in range(recording.channels)]

    return recognise


OURS = "hotline-qa (with word times)"
MODES: dict[str, Callable[[Weights, int], Mode]] = {
    "plain loop, mixed, defaults": plain,
    "plain loop, each channel, VAD": plain_channels,
    OURS: ours,
}


def run(chosen: Sequence[Call], running: dict[str, Mode]) -> dict[str, Tally]:
    """Recognise every call in every mode, in turns; the first call warms all modes up uncounted."""
    tallies = {name: Tally() for name in running}
    for mode in running.values():
        mode(chosen[0])
    for number, call in enumerate(chosen):
        order = list(running) if number % 2 else list(reversed(running))
        for name in order:
            began = time.perf_counter()
            texts = running[name](call)
            tallies[name].seconds.append(time.perf_counter() - began)
            score(tallies[name], texts, call)
            print(f"{call.path.name} {name}: {tallies[name].seconds[-1]:.1f} s", file=sys.stderr)
    return tallies


def score(tally: Tally, texts: Sequence[str], call: Call) -> None:
    """Count the wrong characters of a call, channel by channel where the mode tells them apart."""
    said = call.texts if len(texts) == len(call.texts) else (call.mixed,)
    for heard, reference in zip(texts, said, strict=True):
        tally.wrong += edits(reference, heard)
        tally.characters += len(spoken_form(reference))


def peak_mb(mode: str, threads: int) -> int:
    """Return the peak memory of one mode in a process of its own, over two calls."""
    command = [sys.executable, __file__, "--memory-of", mode, "--threads", str(threads)]
    return int(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def table(tallies: dict[str, Tally], chosen: Sequence[Call], threads: int) -> str:
    """Write the results as Markdown."""
    audio_s = sum(probe(call.path, 120).duration_ms for call in chosen) / 1000
    about = (
        f"{len(chosen)} sample calls, {audio_s:.0f} s (stereo counts once), Whisper base {COMPUTE}, beam {BEAM}, "
        f"{machine(threads)}. Modes took turns file by file: ratios travel, seconds do not. "
        "Character errors after simplified script, figures for numbers, and no punctuation in text and script; "
        "the mix is compared with the turns in their order, channels with their speaker's words."
    )
    header = ("mode", "× real time", "time against ours (median of calls)", "CER %", "peak memory MB")
    ours = tallies[OURS].seconds
    rows = []
    for name, tally in tallies.items():
        ratio = statistics.median(a / b for a, b in zip(tally.seconds, ours, strict=True))
        speed, wrong = audio_s / sum(tally.seconds), 100 * tally.wrong / tally.characters
        rows.append((name, f"{speed:.1f}", f"{ratio:.2f}", f"{wrong:.1f}", peak_mb(name, threads)))
    return section("Recognition", "python bench/recognition.py --write", about, header, rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--limit", type=int)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--write", action="store_true", help="put the table into bench/RESULTS.md")
    parser.add_argument("--memory-of", help=argparse.SUPPRESS)
    options = parser.parse_args()
    weights = locate("whisper-base", default_cache())
    if options.memory_of:
        mode = MODES[options.memory_of](weights, options.threads)
        for call in calls(2):
            mode(call)
        print(own_peak_mb())
        return
    chosen = calls(options.limit)
    running = {name: make(weights, options.threads) for name, make in MODES.items()}
    text = table(run(chosen, running), chosen, options.threads)
    print(text)
    if options.write:
        put(text)


if __name__ == "__main__":
    main()
