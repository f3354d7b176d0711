"""The acoustic measures against Praat, pyloudnorm and the known turns of the sample calls.

    python bench/acoustics.py [--data ../shared/data/speech] [--limit N] [--threads 1] [--quick] [--write]

Needs no recogniser: pitch and loudness are measured on real utterances, turns on the sample calls from voice activity
alone. Where the real utterances are absent their table is left out.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import mean, median

HERE = Path(__file__).resolve().parent
if __name__ == "__main__":  # started by its path: the packages lie beside this folder, not in it
    sys.path[0] = str(HERE.parent)

import numpy as np
import parselmouth
import pyloudnorm
import torch
from numpy.typing import NDArray
from ruamel.yaml import YAML
from scipy.signal import butter, resample_poly, sosfilt

from bench.results import machine, own_peak_mb, put
from qa_pipeline.asr.acoustics import measure
from qa_pipeline.asr.activity import speech_spans
from qa_pipeline.asr.audio import decode, probe
from qa_pipeline.asr.crosstalk import without_crosstalk
from qa_pipeline.asr.ending import ending_of
from qa_pipeline.asr.frames import HOP, RATE_HZ, Frames, frames_of
from qa_pipeline.asr.loudness import loudness_lufs
from qa_pipeline.asr.pitch import HIGHEST_HZ, LOWEST_HZ, pitches_hz
from qa_pipeline.asr.turns import dead_airs, responses, talk_overs
from qa_pipeline.models import Ending, EndingSign, ModelStamp, Role, Span, Transcript, Utterance, Word

SAMPLES = HERE.parent / "recordings_sample"
SPEECH = HERE.parent.parent / "shared" / "data" / "speech"
GROSS = 0.2
FULL_SCALE_DB = 93.979  # Praat's dB against 20 micropascals, of a signal whose RMS is 1
Contour = tuple[NDArray[np.float64], NDArray[np.float64]]
Sound = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Pitch:
    """How far our pitch is from Praat's, over utterances: medians and ranges in semitones, frames by count."""

    median_st: list[float]
    range_st: list[float]
    gross: int
    voiced: int
    disagreeing: int
    frames: int


def utterances(folder: Path, limit: int | None) -> list[Sound]:
    """Read real utterances (samples,), 16 kHz."""
    names = sorted((folder / "wav").glob("*.flac"))[:limit]
    return [decode(name, probe(name, 120), 120)[0] for name in names]


def telephone(sound: Sound) -> Sound:
    """Take an utterance down to 8 kHz, 300-3400 Hz, µ-law, and up again as decoding would."""
    band = butter(4, (300, 3400), btype="bandpass", fs=8000, output="sos")
    narrow = np.clip(sosfilt(band, resample_poly(sound, 1, 2)), -1, 1)
    coded = np.sign(narrow) * np.round(np.log1p(255 * np.abs(narrow)) / np.log(256) * 127) / 127
    heard = np.sign(coded) * (256 ** np.abs(coded) - 1) / 255
    return resample_poly(heard, 2, 1).astype(np.float32)[: len(sound)]


def side_by_side(sounds: Sequence[Sound]) -> tuple[Sound, list[Span]]:
    """Lay utterances into one channel (1, samples) on whole frames, as those of a call lie."""
    places = np.cumsum([0, *(-(-len(s) // HOP) * HOP + HOP for s in sounds)])
    channel = np.zeros((1, int(places[-1])), np.float32)
    for place, sound in zip(places[:-1], sounds, strict=True):
        channel[0, place : place + len(sound)] = sound
    per_ms = RATE_HZ // 1000
    spans = [Span(int(p) // per_ms, (int(p) + len(s)) // per_ms) for p, s in zip(places[:-1], sounds, strict=True)]
    return channel, spans


def praat_pitch(sound: Sound) -> Contour:
    found = parselmouth.Sound(sound.astype(np.float64), RATE_HZ).to_pitch_ac(
        time_step=0.01, pitch_floor=LOWEST_HZ, pitch_ceiling=HIGHEST_HZ
    )
    return found.xs(), found.selected_array["frequency"]


def praat_intensity(sound: Sound) -> float:
    """Return Praat's mean intensity (energy) in dBFS."""
    heard = parselmouth.Sound(sound.astype(np.float64), RATE_HZ).to_intensity(minimum_pitch=100, time_step=0.01)
    return float(heard.get_average(None, None, "ENERGY")) - FULL_SCALE_DB


def compare(ours: Sequence[NDArray[np.float32]], praat: Sequence[Contour]) -> Pitch:
    """Compare frame by frame, each of ours with the nearest of Praat's (at most 5 ms away)."""
    medians, ranges, gross, voiced, disagreeing, frames = [], [], 0, 0, 0, 0
    for pitch, (times, reference) in zip(ours, praat, strict=True):
        own = 0.02 + 0.01 * np.arange(len(pitch))
        other = reference[np.clip(np.round((own - times[0]) / 0.01).astype(int), 0, len(times) - 1)]
        heard, expected = ~np.isnan(pitch), other > 0
        both = heard & expected
        gross += int((np.abs(pitch[both] / other[both] - 1) > GROSS).sum())
        voiced, frames = voiced + int(both.sum()), frames + len(pitch)
        disagreeing += int((heard != expected).sum())
        if both.sum() >= 10:
            medians.append(12 * float(np.log2(np.median(pitch[heard]) / np.median(reference[reference > 0]))))
        if min(heard.sum(), (reference > 0).sum()) >= 50:
            ranges.append(_range_st(pitch[heard]) - _range_st(reference[reference > 0]))
    return Pitch(medians, ranges, gross, voiced, disagreeing, frames)


def _range_st(pitches: NDArray[np.floating]) -> float:
    first, third = np.percentile(pitches, (25, 75))
    low, high = np.percentile(pitches[(pitches >= 0.75 * first) & (pitches <= 1.5 * third)], (5, 95))
    return 12 * float(np.log2(high / low))


def timed(act: Callable[[], object], times: int = 3) -> float:
    """Return the least of some durations in seconds."""

    def once() -> float:
        began = time.perf_counter()
        act()
        return time.perf_counter() - began

    return min(once() for _ in range(times))


def voices(sounds: Sequence[Sound], threads: int) -> list[str]:
    """Compare pitch, intensity and loudness on real utterances; return the Markdown."""
    lines = [
        (
            "| against Praat (75–500 Hz, every 10 ms) | median F0 off by: mean, worst (semitones) | range off by: "
            "mean (semitones) | frames off by "
            "> 20 %: % of voiced | voicing disagrees: % of frames | mean intensity off by: mean, worst (dB) |"
        ),
        "|---|---|---|---|---|---|",
    ]
    channel, spans = side_by_side(sounds)
    praat = [praat_pitch(sound) for sound in sounds]
    line = [telephone(sound) for sound in sounds]
    over = "8 kHz µ-law, 300–3400 Hz, against Praat at 16 kHz"
    for name, heard in (("ours, 16 kHz", sounds), (f"ours, {over}", line)):
        laid, _ = side_by_side(heard)
        frames = frames_of(laid, "cpu")
        found = compare(pitches_hz(laid, frames.peak, spans, "cpu"), praat)
        lines.append(_pitch_row(name, found, frames, heard, spans))
    lines.append(_pitch_row(f"Praat itself, {over}", compare([_nearest(praat_pitch(s), s) for s in line], praat)))
    ours = timed(lambda: pitches_hz(channel, frames_of(channel, "cpu").peak, spans, "cpu"))
    theirs = timed(lambda: [praat_pitch(sound) for sound in sounds], 1)
    meter = pyloudnorm.Meter(RATE_HZ, filter_class="DeMan")
    long_enough = [(s, span) for s, span in zip(sounds, spans, strict=True) if len(s) > 0.4 * RATE_HZ]
    weighted = frames_of(channel, "cpu").weighted[0]
    loud = [abs(_lufs(weighted, span) - meter.integrated_loudness(s.astype(np.float64))) for s, span in long_enough]
    meters = timed(lambda: [meter.integrated_loudness(s.astype(np.float64)) for s, _ in long_enough], 1)
    own = timed(lambda: [_lufs(frames_of(channel, "cpu").weighted[0], span) for _, span in long_enough[:1]])
    seconds = channel.shape[1] / RATE_HZ
    return [
        f"{len(sounds)} real utterances, {seconds:.0f} s, {threads} thread(s).",
        "",
        *lines,
        "",
        (
            f"Pitch of all utterances at once takes {ours / theirs:.2f} of Praat's time file by file "
            f"({seconds / ours:.0f} against {seconds / theirs:.0f} × real time; the power of all frames is included)."
        ),
        (
            f"Loudness against pyloudnorm (BS.1770, the same filters): off by {mean(loud):.3f} LU on the mean, "
            f"{max(loud):.2f} at worst; all frames of the channel take {own / meters:.2f} of its time."
        ),
    ]


def _pitch_row(
    name: str, found: Pitch, frames: Frames | None = None, heard: Sequence[Sound] = (), spans: Sequence[Span] = ()
) -> str:
    off = [abs(st) for st in found.median_st]
    levels = [abs(_mean_db(frames, span) - praat_intensity(s)) for s, span in zip(heard, spans, strict=True) if frames]
    intensity = f"{mean(levels):.2f}, {max(levels):.2f}" if levels else ""
    gross, voicing = 100 * found.gross / found.voiced, 100 * found.disagreeing / found.frames
    ranges = mean(abs(st) for st in found.range_st)
    return f"| {name} | {mean(off):.2f}, {max(off):.2f} | {ranges:.2f} | {gross:.2f} | {voicing:.1f} | {intensity} |"


def _nearest(contour: Contour, sound: Sound) -> NDArray[np.float32]:
    """Return Praat's pitch on our frames, NaN where it hears no voice."""
    times, pitch = contour
    own = 0.02 + 0.01 * np.arange(max(0, (len(sound) - 640) // HOP + 1))
    found = pitch[np.clip(np.round((own - times[0]) / 0.01).astype(int), 0, len(times) - 1)].astype(np.float32)
    return np.where(found > 0, found, np.float32(np.nan))


def _mean_db(frames: Frames, span: Span) -> float:
    power = frames.power[0, span.start_ms // 10 : span.end_ms // 10]
    return float(10 * np.log10(power.mean()))


def _lufs(weighted: NDArray[np.float32], span: Span) -> float:
    found = loudness_lufs([weighted[span.start_ms // 10 : span.end_ms // 10]])
    return -70.0 if found is None else found


@dataclass(frozen=True, slots=True)
class Known:
    """A stereo sample call: what voice activity hears of it and what was laid out when it was made."""

    name: str
    samples: NDArray[np.float32]
    heard: Transcript
    true: Transcript


def known_calls(limit: int | None) -> Iterator[Known]:
    """Yield the stereo sample calls that have audio."""
    for path in sorted((SAMPLES / "audio").glob("H*.*"))[:limit]:
        script = YAML(typ="safe", pure=True).load((SAMPLES / "scripts" / f"{path.stem}.yaml").read_text("utf-8"))
        operator = script["audio"].get("operator_channel")
        if operator is None:
            continue
        recording = probe(path, 120)
        samples = decode(path, recording, 120)
        channels = {Role.OPERATOR: operator, Role.CALLER: 1 - operator}
        clean = without_crosstalk(samples)
        heard = [replace(s, role=r) for r, c in channels.items() for s in speech_spans(clean[c], c)]
        times = json.loads((SAMPLES / "timing" / f"{path.stem}.json").read_text("utf-8"))
        true = [Span(t["start_ms"], t["end_ms"], channels[Role(t["who"])], Role(t["who"])) for t in times]
        says = [turn["say"] for turn in script["turns"]]
        yield Known(
            path.name,
            samples,
            _transcript(heard, recording.duration_ms),
            _transcript(true, recording.duration_ms, says),
        )


def _transcript(spans: Sequence[Span], duration_ms: int, says: Sequence[str] = ()) -> Transcript:
    words = [
        Utterance(n, s.role, s.channel, s.start_ms, s.end_ms, text, (Word(text, s.start_ms, s.end_ms, 1.0),), 1.0)
        for n, (s, text) in enumerate(zip(spans, says, strict=False))
    ]
    ordered = tuple(sorted(spans, key=lambda s: s.start_ms))
    return Transcript("0" * 64, duration_ms, tuple(words), ordered, (), ModelStamp("none", "none", "", ""))


@dataclass(slots=True)
class Found:
    """What was found of what was there, and how far the times of what was found are off, in ms."""

    there: int = 0
    found: int = 0
    right: int = 0
    named: int = 0
    begins: list[int] | None = None
    lengths: list[int] | None = None

    def add(self, heard: Sequence[tuple[int, int, Role]], true: Sequence[tuple[int, int, Role]]) -> None:
        """Count stretches (start, end, role): one is right where it meets one that was there."""
        self.begins, self.lengths = self.begins or [], self.lengths or []
        self.there, self.found = self.there + len(true), self.found + len(heard)
        for start, end, role in heard:
            match = next((t for t in true if t[0] < end and start < t[1]), None)
            if match is not None:
                self.right += 1
                self.named += role is match[2]
                self.begins.append(start - match[0])
                self.lengths.append((end - start) - (match[1] - match[0]))

    def row(self, name: str) -> str:
        """Return the row of the table."""
        share = f"{self.right}/{self.found} | {self.right}/{self.there} | {self.named}/{self.right}"
        begins, lengths = self.begins or [0], self.lengths or [0]
        return (
            f"| {name} | {share} | {median(map(abs, begins)):.0f}, {max(map(abs, begins))} | {median(lengths):+.0f} |"
        )


def turns(limit: int | None) -> list[str]:
    """Compare talk-overs, dead air and responses with the turns as they were laid out; return the Markdown."""
    over, dead, waits = Found(), Found(), Found()
    off, longest, count = [], [], 0
    for call in known_calls(limit):
        count += 1
        over.add(*([(o.start_ms, o.end_ms, o.by) for o in talk_overs(t)] for t in (call.heard, call.true)))
        dead.add(*([(d.start_ms, d.end_ms, d.awaited) for d in dead_airs(t)] for t in (call.heard, call.true)))
        both = [[(r.caller_end_ms, r.operator_start_ms) for r in responses(t)] for t in (call.heard, call.true)]
        answers = [[(b - 500, max(b, a) + 500, Role.OPERATOR) for a, b in found] for found in both]
        waits.add(*answers)
        for caller_ms, operator_ms in both[0]:
            near = min(both[1], key=lambda t: abs(t[1] - operator_ms), default=None)
            if near is not None and abs(near[1] - operator_ms) < 1000:
                off.append((operator_ms - caller_ms) - (near[1] - near[0]))
        if all(both):
            longest.append(max(b - a for a, b in both[0]) - max(b - a for a, b in both[1]))
    return [
        f"{count} stereo sample calls, speech from Silero voice activity alone.",
        "",
        (
            "| speech from voice activity alone | right of those found | found of those there | by whom: right | begin "
            "off by: median, worst (ms) | length off by: median (ms) |"
        ),
        "|---|---|---|---|---|---|",
        over.row("talk-over of 200 ms and more"),
        dead.row("dead air over 3 s"),
        waits.row("operator's answer to the caller"),
        "",
        (
            f"Response latency off by {median(off):+.0f} ms on the median, {max(map(abs, off))} at worst; the longest "
            f"of a call by {median(map(abs, longest)):.0f} ms on the median. The synthetic turns begin with up to 250 "
            "ms of silence, which is part of the true turn and not of what is heard."
        ),
    ]


def endings(limit: int | None) -> list[str]:
    """Stop recordings within turns and in pauses, and look whose words are said to be cut off; return the Markdown."""
    there = right = quiet = false = signs = calls = 0
    for call in known_calls(limit):
        calls += 1
        signs += _ending(call, call.true.duration_ms).sign is not EndingSign.NONE
        for turn in (call.true.speech[-1], call.true.speech[-4]):
            for stop_ms in (turn.end_ms - 600, (turn.start_ms + 2 * turn.end_ms) // 3, turn.end_ms + 320):
                speaking = {s.role for s in call.true.speech if s.start_ms < stop_ms < s.end_ms}
                if len(speaking) > 1 or stop_ms < turn.start_ms + 300:
                    continue
                cut = _ending(call, stop_ms).cut
                there, right = there + bool(speaking), right + (bool(speaking) and cut in speaking)
                quiet, false = quiet + (not speaking), false + (not speaking and cut is not None)
    told = (
        f"Recordings stopped by us in {calls} calls: within a turn, whose words were cut off is right {right} times of "
        f"{there}; in a pause, words are said to be cut off {false} times of {quiet}. As they are (nobody is cut off, "
        f"no line drops, no tone), {signs} calls are said to show who hung up."
    )
    return [told]


def _ending(call: Known, stop_ms: int) -> Ending:
    """Return how a call ends that is stopped at some time, its speech found anew."""
    roles = {s.channel: s.role for s in call.true.speech}
    samples = call.samples[:, : stop_ms * RATE_HZ // 1000]
    clean = without_crosstalk(samples)
    spans = [replace(s, role=roles[c]) for c in (0, 1) for s in speech_spans(clean[c], c)]
    return ending_of(_transcript(spans, stop_ms), samples, frames_of(samples, "cpu").levels_db)


def cost(threads: int, limit: int | None) -> list[str]:
    """Return how long measuring takes against the length of calls, and its memory on a long recording."""
    calls = list(known_calls(limit or 8))
    seconds = sum(call.samples.shape[1] for call in calls) / RATE_HZ
    took = timed(lambda: [measure(call.samples, call.true) for call in calls])
    command = [sys.executable, __file__, "--memory-of"]
    before, after = (
        int(subprocess.run([*command, str(n)], check=True, capture_output=True, text=True).stdout) for n in (0, 120)
    )
    return [
        (
            f"`measure` on {len(calls)} stereo calls: {seconds / took:.0f} × real time with {threads} thread(s). On a "
            f"stereo recording of two hours with one utterance after the other it needs {after - before} MB beside the "
            "samples."
        ),
    ]


def memory_of(minutes: int) -> int:
    """Return the peak in MB beside the samples after measuring a call of some minutes made of one second's noise."""
    second = np.random.default_rng(1).standard_normal((2, RATE_HZ)).astype(np.float32) * np.float32(0.01)
    samples = np.tile(second, (1, max(1, minutes * 60)))
    spans = [
        Span(start, start + 4500, (start // 5000) % 2, (Role.OPERATOR, Role.CALLER)[(start // 5000) % 2])
        for start in range(0, max(1, minutes) * 60_000 - 5000, 5000)
    ]
    call = _transcript(spans, samples.shape[1] // 16, ["话"] * len(spans))
    measure(samples, call)
    return own_peak_mb() - samples.nbytes // 2**20


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=SPEECH, help="folder with refs.tsv and wav/")
    parser.add_argument("--limit", type=int)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--quick", action="store_true", help="the first six of everything")
    parser.add_argument("--write", action="store_true", help="put the tables into bench/RESULTS.md")
    parser.add_argument("--memory-of", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    options.limit = 6 if options.quick else options.limit
    torch.set_num_threads(options.threads)
    if options.memory_of is not None:
        print(memory_of(options.memory_of))
        return
    command = f"`python bench/acoustics.py --threads {options.threads}`"
    lines = ["## Acoustics", "", command, "", f"{machine(options.threads)}. Ratios travel, seconds do not.", ""]
    if (options.data / "wav").is_dir():
        lines += [*voices(utterances(options.data, options.limit), options.threads), ""]
    else:
        lines += [f"No real speech in {options.data.name}: its table is left out.", ""]
    lines += [*turns(options.limit), "", *endings(options.limit), "", *cost(options.threads, options.limit)]
    section = "\n".join(lines) + "\n"
    print(section)
    if options.write:
        put(section)


if __name__ == "__main__":
    main()
