"""What the confidence of a word is worth: ``python bench/calibration.py [--fit] [--write] [--data DIR] [--cache DIR]``.

Recognises the read speech beside the checkout as the product does, in five conditions (16 kHz as it is; 8 kHz µ-law;
that with pink noise 20, 10 and 5 dB below the speech), and the sample calls; holds every word against what was said.
Without ``--fit`` it prints how far confidences and shares of right characters are apart, the recogniser's own and
calibrated, always on speakers that the coefficients were not fitted on. ``--fit`` writes the coefficients for the
model at work into the product. ``--write`` puts the account into RESULTS.md and its picture beside it.
"""

from __future__ import annotations

import argparse
import csv
import json
import random
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

HERE = Path(__file__).resolve().parent
if __name__ == "__main__":  # started by its path: the packages lie beside this folder, not in it
    sys.path[0] = str(HERE.parent)

import numpy as np
from numpy.typing import NDArray
from ruamel.yaml import YAML
from scipy.optimize import minimize
from scipy.signal import butter, resample_poly, sosfilt

from bench.calibration_report import picture, section
from bench.calibration_scores import Sample, Scores
from bench.labels import shares_right, sounds_right
from bench.results import put
from qa_pipeline.asr.activity import speech_spans
from qa_pipeline.asr.audio import decode, probe
from qa_pipeline.asr.base import ChannelAudio, ChannelWords, Transcriber
from qa_pipeline.asr.channels import channel_roles
from qa_pipeline.asr.confidence import DATA, FEATURES, Calibration, features, named_settings
from qa_pipeline.asr.engines import make_transcriber
from qa_pipeline.asr.listening import prepare
from qa_pipeline.models import Word
from qa_pipeline.settings import Settings

SPEECH = HERE.parent.parent / "shared" / "data" / "speech"
SAMPLES = HERE.parent / "recordings_sample"
RATE_HZ, PHONE_HZ = 16_000, 8_000
# The big speaker of the corpus has as many utterances as all others four times over.
BIG = "BAC009S0150"
CONDITIONS: Mapping[str, float | None] = {
    "16 kHz": None,
    "8 kHz µ-law": None,
    "noise 20 dB": 20.0,
    "noise 10 dB": 10.0,
    "noise 5 dB": 5.0,
}
SAMPLE_CALLS = "sample calls"
# No more than the half of it is recognised right at 5 dB: fitting on it makes words of usable calls less sure than they
# are, so that it is for testing alone.
FITTED = tuple(condition for condition, below_db in CONDITIONS.items() if below_db is None or below_db >= 10)


@dataclass(frozen=True, slots=True)
class Channel:
    """One channel: whose speech, what was said, and how to get its samples (samples,) at 16 kHz."""

    name: str
    speakers: str
    said: str
    sound: Callable[[], NDArray[np.float32]]


@dataclass(frozen=True, slots=True)
class Heard:
    """One channel with the words that were recognised in it; ``speakers`` is "one" or "many" or "synthetic"."""

    name: str
    speakers: str
    said: str
    words: tuple[Word, ...]


def read_speech(data: Path, condition: str, seed: int = 1) -> Iterator[Channel]:
    """Yield channels of up to twelve utterances with pauses: of the big speaker, and of many speakers, apart."""
    with (data / "refs.tsv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    for speakers, size in (("one", 12), ("many", 6)):
        chosen = [row for row in rows if (row["speaker"] == BIG) is (speakers == "one")]
        random.Random(seed).shuffle(chosen)  # noqa: S311  # chance for a measurement
        for first in range(0, len(chosen), size):
            part, name = chosen[first : first + size], f"{speakers} {first // size}"
            paths = [data / "wav" / row["file"] for row in part]
            said = "".join(row["transcript"] for row in part)
            yield Channel(name, speakers, said, lambda p=paths, n=name: in_condition(joined(p, n), condition, n))


def joined(paths: Sequence[Path], name: str) -> NDArray[np.float32]:
    """Return utterances one after the other with pauses of 0.6 to 1.6 s."""
    chance, pieces = random.Random(name), list[NDArray[np.float32]]()  # noqa: S311  # chance for a measurement
    for path in paths:
        pieces.append(np.zeros(int(RATE_HZ * chance.uniform(0.6, 1.6)), dtype=np.float32))
        pieces.append(decode(path, probe(path, 1), 1)[0])
    return np.concatenate(pieces)


def in_condition(sound: NDArray[np.float32], condition: str, name: str) -> NDArray[np.float32]:
    """Return the sound as it is, or over a telephone line, with noise where the condition says so."""
    below_db = CONDITIONS[condition]
    if below_db is not None:
        sound = with_noise(sound, below_db, name)
    return sound if condition == "16 kHz" else telephone(sound)


def with_noise(sound: NDArray[np.float32], below_db: float, name: str) -> NDArray[np.float32]:
    """Add pink noise so far below the mean power of what is not silence."""
    chance = np.random.default_rng(list(name.encode()))
    spectrum = np.fft.rfft(chance.standard_normal(len(sound)))
    noise = np.fft.irfft(spectrum / np.sqrt(np.maximum(np.arange(len(spectrum)), 1)), len(sound))
    speech_power = np.mean(np.square(sound[sound != 0], dtype=np.float64))
    noisy = sound + noise * np.sqrt(speech_power / np.mean(np.square(noise)) / 10 ** (below_db / 10))
    return (noisy / max(1.0, float(np.abs(noisy).max()))).astype(np.float32)


def telephone(sound: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the sound after 300-3400 Hz, 8 kHz and 8 bit µ-law, at 16 kHz again."""
    band = butter(4, [300, 3400], "bandpass", fs=PHONE_HZ, output="sos")
    narrow = np.clip(sosfilt(band, resample_poly(sound, 1, 2)), -1, 1)
    companded = np.round(np.sign(narrow) * np.log1p(255 * np.abs(narrow)) / np.log(256) * 127) / 127
    expanded = np.sign(companded) * np.expm1(np.abs(companded) * np.log(256)) / 255
    return np.asarray(resample_poly(expanded, 2, 1), dtype=np.float32)


def sample_calls() -> Iterator[Channel]:
    """Yield the channels of the stereo sample calls with what their scripts say."""
    for path in sorted((SAMPLES / "audio").glob("H*.*")):
        script = YAML(typ="safe", pure=True).load((SAMPLES / "scripts" / f"{path.stem}.yaml").read_text("utf-8"))
        operator = script["audio"].get("operator_channel")
        if operator is None:
            continue
        recording = probe(path, 120)
        clean = prepare(decode(path, recording, 120), recording, channel_roles(recording, operator)).clean
        for channel, sound in enumerate(clean):
            who = "operator" if channel == operator else "caller"
            said = "".join(turn["say"] for turn in script["turns"] if turn["who"] == who)
            yield Channel(f"{path.stem} {channel}", "synthetic", said, lambda s=sound: s)


def hear(transcriber: Transcriber, channels: Iterator[Channel], cache: Path | None) -> list[Heard]:
    """Recognise channels, or read what was recognised the last time."""
    if cache is not None and cache.is_file():
        return [_heard(entry) for entry in json.loads(cache.read_text("utf-8"))]
    waiting: dict[str, Channel] = {}

    def audio() -> Iterator[ChannelAudio]:
        for channel in channels:
            sound = channel.sound()
            waiting[channel.name] = channel
            yield ChannelAudio(channel.name, 0, sound, tuple(speech_spans(sound, 0)))

    heard = []
    for found in transcriber.transcribe(audio()):
        channel = waiting.pop(found.recording_id)
        words = found.words if isinstance(found, ChannelWords) else ()
        heard.append(Heard(channel.name, channel.speakers, channel.said, words))
        print(f"{channel.name}: {len(words)} words", file=sys.stderr, flush=True)
    heard.sort(key=lambda one: one.name)
    if cache is not None:
        cache.parent.mkdir(parents=True, exist_ok=True)
        cache.write_text(json.dumps([asdict(one) for one in heard], ensure_ascii=False), "utf-8")
    return heard


def _heard(entry: Mapping[str, object]) -> Heard:
    words = tuple(Word(**word) for word in entry["words"])  # type: ignore[attr-defined]
    return Heard(str(entry["name"]), str(entry["speakers"]), str(entry["said"]), words)


def samples_of(heard: Sequence[Heard]) -> list[Sample]:
    """Judge every word of some channels."""
    found = []
    for one in heard:
        if not one.words:
            continue
        texts = [word.text for word in one.words]
        shares, sounds = shares_right(one.said, texts), sounds_right(one.said, texts)
        for word, row, share, sound in zip(one.words, features(one.words), shares, sounds, strict=True):
            if share is not None and sound is not None:
                found.append(Sample(one.name, one.speakers, word, tuple(float(x) for x in row), share, sound))
    return found


def fit(samples: Sequence[Sample], weight: Mapping[str, float], name: str = "fitted") -> Calibration:
    """Fit a logistic curve with weights of 0 and more; ``weight`` says how much a character of "one" or "many" counts.

    It maximises the likelihood of right characters; a small penalty keeps weights that the data say little of near 0.
    """
    columns = np.array([(1.0, *sample.features) for sample in samples])
    right = np.array([sample.share for sample in samples])
    counts = np.array([len(sample.word.text) * weight.get(sample.speakers, 1.0) for sample in samples])
    counts = counts / counts.sum()

    def loss(given: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        odds = columns @ given
        unlikely = counts @ (np.logaddexp(0, odds) - right * odds) + 1e-3 * float(given[1:] @ given[1:])
        slope = columns.T @ (counts * (1 / (1 + np.exp(-odds)) - right)) + 2e-3 * np.append(0.0, given[1:])
        return float(unlikely), slope

    bounds = [(None, None), *[(0.0, None)] * len(FEATURES)]
    found = minimize(loss, np.zeros(len(FEATURES) + 1), jac=True, method="L-BFGS-B", bounds=bounds).x
    return Calibration(name, float(found[0]), tuple(float(x) for x in found[1:]))


def balance(samples: Sequence[Sample]) -> dict[str, float]:
    """Return weights by which the big speaker counts as much as the many others together."""
    totals = {kind: sum(len(s.word.text) for s in samples if s.speakers == kind) for kind in ("one", "many")}
    return {kind: 1 / total for kind, total in totals.items() if total}


def judged(samples: Sequence[Sample], calibration: Calibration) -> Scores:
    """Return the samples' own and calibrated probabilities beside the shares that are right."""
    odds = np.array([calibration.intercept + np.dot(calibration.weights, s.features) for s in samples])
    return Scores.of(samples, 1 / (1 + np.exp(-odds)))


def crossed(samples: Sequence[Sample]) -> Scores:
    """Calibrate each half of the speakers by what was fitted on the other: the big one, and the many others."""
    parts = []
    for tested, fitted in (("one", "many"), ("many", "one")):
        model = fit([s for s in samples if s.speakers == fitted and s.condition in FITTED], {})
        parts.append(judged([s for s in samples if s.speakers == tested], model))
    return Scores.joined(parts)


def save(calibration: Calibration, transcriber: Transcriber, facts: Mapping[str, object]) -> None:
    """Put a calibration into the product's file in place of the one of the same model and compute type."""
    stamp = transcriber.stamp
    yaml = YAML(pure=True)
    yaml.width = 120
    data = yaml.load(DATA.read_text("utf-8")) if DATA.is_file() else {}
    entry = {
        "name": calibration.name,
        "model": stamp.model,
        "sha256": stamp.sha256,
        "compute_type": named_settings(stamp).get("compute_type", ""),
        "intercept": round(calibration.intercept, 3),
        "weights": {name: round(weight, 3) for name, weight in zip(FEATURES, calibration.weights, strict=True)},
        "provenance": dict(facts),
    }
    key = (entry["sha256"], entry["compute_type"])
    kept = [old for old in data.get("calibrations", ()) if (old["sha256"], old["compute_type"]) != key]
    data["calibrations"] = [entry, *kept]
    data.setdefault("stand_in", {"sha256": key[0], "compute_type": key[1]})
    with DATA.open("w", encoding="utf-8") as file:
        yaml.dump(data, file)


def main() -> int:
    """Run the command line and return its exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--fit", action="store_true", help="fit on all speakers and write the product's calibrations")
    parser.add_argument("--name", default="", help="name of the fitted calibration (default: model, compute type)")
    parser.add_argument("--write", action="store_true", help="put the account into bench/RESULTS.md")
    parser.add_argument("--data", type=Path, default=SPEECH)
    parser.add_argument("--cache", type=Path, help="keep what was recognised here, and read it from here")
    parser.add_argument("--quick", action="store_true", help="a few channels: does it run at all; writes nothing")
    parser.add_argument("--model", default="whisper-base")
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    if not (options.data / "refs.tsv").is_file():
        print(f"no speech at {options.data} (refs.tsv and wav/): give its folder by --data; skipped", file=sys.stderr)
        return 0
    transcriber = make_transcriber(Settings(model=options.model, threads=options.threads))
    by_set = {}
    for condition in (*CONDITIONS, SAMPLE_CALLS):
        kept = options.cache / f"{condition}.json" if options.cache else None
        channels = sample_calls() if condition == SAMPLE_CALLS else read_speech(options.data, condition)
        if options.quick:
            channels = (channel for number, channel in enumerate(channels) if number % 14 == 0)
        by_set[condition] = samples_of(hear(transcriber, channels, kept))
    real = [replace(s, condition=c) for c in CONDITIONS for s in by_set[c]]
    stamp = transcriber.stamp
    compute = named_settings(stamp).get("compute_type", "")
    fitted = [s for s in real if s.condition in FITTED]
    whole = fit(fitted, balance(fitted), options.name or f"{stamp.model}-{compute}".strip("-"))
    tested = crossed(real)
    synthetic = judged([replace(s, condition=SAMPLE_CALLS) for s in by_set[SAMPLE_CALLS]], whole)
    text = section(stamp, tested, synthetic)
    print(text)
    if options.quick:
        return 0
    if options.fit:
        save(whole, transcriber, Scores.joined([tested.only(condition) for condition in FITTED]).provenance(stamp))
    if options.write:
        put(text)
        (HERE / "calibration.svg").write_text(picture(tested), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
