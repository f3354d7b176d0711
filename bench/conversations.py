"""Stereo calls made of real utterances: ``python bench/conversations.py --out DIR --set dev|test [--data DIR]``.

Two sides take turns, each on its own channel: gaps of 0.2 to 1.5 s, now and then a hold of 3 to 15 s, some overlaps
of up to 0.8 s, low noise on each line, stored as 8 kHz µ-law wav. No utterance is used twice in a set, and no utterance
of one set is in the other: ``dev`` (half of the utterances) is for tuning, ``test`` (the other half) for what is
reported. The speaker of most utterances is in both. What was said when lies beside the calls in ``truth.json``.
"""

from __future__ import annotations

import argparse
import csv
import json
import random
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
if __name__ == "__main__":  # started by its path: the packages lie beside this folder, not in it
    sys.path[0] = str(HERE.parent)

import av
import numpy as np
from numpy.typing import NDArray
from scipy.signal import lfilter, resample_poly

from tests.sounds import write_wav

SPEECH = HERE.parent.parent / "shared" / "data" / "speech"
SETS = ("dev", "test")
RATE_HZ = 8000
SOURCE_HZ = 16_000
# Pairs: one speaker's short turns on one side, on the other utterances of many speakers. One voice: that speaker on
# both sides, which is the same to a recogniser of channels but of no use to measure who spoke. Many: many on both.
KINDS = ("pair", "pair", "one voice", "pair", "pair", "one voice", "pair", "many", "pair", "one voice")
# What share of the big speaker's and of the other utterances a call of a kind has.
_BIG = {"pair": 1, "one voice": 1, "many": 0}
_MANY = {"pair": 1, "one voice": 0, "many": 2}
_TRIM_DB, _MARGIN_MS = 35.0, 80
_LEAD_MS = 600


@dataclass(frozen=True, slots=True)
class Source:
    """One utterance of the corpus: its sound file, its words and whose they are (a file's own name if unknown)."""

    path: Path
    text: str
    speaker: str


@dataclass(frozen=True, slots=True)
class Turn:
    """One utterance in a call: ``start_ms`` and ``end_ms`` hold its sound without the silence around it."""

    channel: int
    start_ms: int
    end_ms: int
    text: str
    speaker: str
    source: str


@dataclass(frozen=True, slots=True)
class Conversation:
    """A call and what was said in it, in the order of the beginnings."""

    name: str
    path: Path
    kind: str
    duration_ms: int
    turns: tuple[Turn, ...]

    @property
    def channels(self) -> int:
        """How many channels somebody speaks on."""
        return 1 + max((turn.channel for turn in self.turns), default=0)

    def text(self, channel: int) -> str:
        """Return all that was said on a channel."""
        return "".join(turn.text for turn in self.turns if turn.channel == channel)


def available(data: Path = SPEECH) -> bool:
    """Say on stderr what is missing if there is no corpus; what needs it is then skipped."""
    if (data / "refs.tsv").is_file():
        return True
    print(f"no speech at {data} (refs.tsv and wav/): give its folder by --data; skipped", file=sys.stderr)
    return False


def sources(data: Path, part: str) -> list[Source]:
    """Read one half of the corpus, each sentence once, in an order that has nothing to do with its names."""
    with (data / "refs.tsv").open(encoding="utf-8", newline="") as file:
        rows = sorted(csv.DictReader(file, delimiter="\t"), key=lambda row: row["file"])
    found = [
        Source(data / "wav" / row["file"], row["transcript"], _speaker(row["speaker"], row["file"])) for row in rows
    ]
    found = list({source.text: source for source in found}.values())
    random.Random(0).shuffle(found)  # noqa: S311  # chance for a measurement
    main = _main_speaker(found)
    return sorted(found, key=lambda source: source.speaker == main)[SETS.index(part) :: len(SETS)]


def plan(available: Sequence[Source], seed: int) -> list[tuple[str, list[list[Source]]]]:
    """Return for each call its kind and its turns, each of the one or more utterances that it is made of.

    The sides of a call take turns, the first on channel 0.
    """
    chance = random.Random(seed)  # noqa: S311  # chance for a measurement
    main = _main_speaker(available)
    big = [source for source in available if source.speaker == main]
    many = [source for source in available if source.speaker != main]
    planned = []
    for place, kind in enumerate(KINDS):
        mine, own = _share(big, _BIG, place), _share(many, _MANY, place)
        planned.append((kind, list(_turns(kind, mine, own, chance))))
    return [(kind, turns) for kind, turns in planned if turns]


def build(out: Path, part: str, data: Path = SPEECH, calls: int | None = None) -> list[Conversation]:
    """Write the calls of a set (or the first of them) with their truth, and return them.

    Args:
        out: Folder for the calls; made where it is missing.
        part: ``dev`` or ``test``.
        data: Folder of ``refs.tsv`` and ``wav/``.
        calls: How many calls at most.
    """
    out.mkdir(parents=True, exist_ok=True)
    seed = 100 * (1 + SETS.index(part))
    made = [
        _write(out / f"{part}{number:02d}.wav", kind, turns, seed + number)
        for number, (kind, turns) in enumerate(plan(sources(data, part), seed)[:calls])
    ]
    truth = [{**asdict(call), "path": call.path.name} for call in made]
    (out / "truth.json").write_text(json.dumps(truth, ensure_ascii=False, indent=1) + "\n", "utf-8")
    return made


def shorts(out: Path, data: Path = SPEECH, calls: int = 10) -> list[Conversation]:
    """Write calls of a word and an answer from the dev set: about ten seconds each, to count calls with."""
    out.mkdir(parents=True, exist_ok=True)
    found = sources(data, "dev")
    pairs = zip(found[:calls], found[-calls:], strict=True)
    return [
        _write(out / f"short{number:02d}.wav", "pair", [[big], [other]], 900 + number)
        for number, (other, big) in enumerate(pairs)
    ]


def read(folder: Path) -> list[Conversation]:
    """Read the calls that `build` wrote."""
    rows = json.loads((folder / "truth.json").read_text("utf-8"))
    return [
        Conversation(**{**row, "path": folder / row["path"], "turns": tuple(Turn(**turn) for turn in row["turns"])})
        for row in rows
    ]


def _speaker(name: str, file: str) -> str:
    return Path(file).stem if name in {"", "unknown"} else name


def _main_speaker(found: Sequence[Source]) -> str:
    names = [source.speaker for source in found]
    return max(sorted(set(names)), key=names.count, default="")


def _share(left: list[Source], weights: Mapping[str, int], place: int) -> list[Source]:
    """Take what the call at ``place`` gets of what is left for it and those after it."""
    total = sum(weights[kind] for kind in KINDS[place:])
    return _take(left, round(len(left) * weights[KINDS[place]] / total)) if total else []


def _take(left: list[Source], count: int) -> list[Source]:
    taken, left[:] = left[:count], left[count:]
    return taken


def _turns(kind: str, mine: list[Source], own: list[Source], chance: random.Random) -> Iterator[list[Source]]:
    """Yield the turns of a call; in a pair the big speaker says as much a turn as it takes to use up both."""
    if kind != "pair":
        left = mine or own
        while left:
            yield _take(left, 1 if kind == "many" else chance.choice((1, 1, 2)))
        return
    while mine:
        yield _take(mine, -(-len(mine) // (len(own) + 1)) + chance.choice((-1, 0, 0, 1)) or 1)
        if own:
            yield _take(own, 1)


def _write(path: Path, kind: str, turns: list[list[Source]], seed: int) -> Conversation:
    chance, noise = random.Random(seed), np.random.default_rng(seed)  # noqa: S311  # chance for a measurement
    sounds: list[tuple[Turn, NDArray[np.float32]]] = []
    levels_db = [chance.uniform(-27, -20) for _ in range(2)]
    free_ms = [0, 0]
    now_ms = _LEAD_MS
    for number, turn in enumerate(turns):
        channel = number % 2
        for place, source in enumerate(turn):
            sound = _levelled(_trimmed(loaded(source.path)), levels_db[channel])
            gap_ms = chance.randint(200, 700) if place else _gap_ms(chance)
            start_ms = max(now_ms + (gap_ms if sounds else 0), free_ms[channel] + 100)
            end_ms = start_ms + len(sound) * 1000 // RATE_HZ
            sounds.append((Turn(channel, start_ms, end_ms, source.text, source.speaker, source.path.name), sound))
            now_ms = free_ms[channel] = end_ms
    duration_ms = max(free_ms) + 2 * _LEAD_MS
    lines = np.stack([_line_noise(duration_ms, chance.uniform(-62, -50), noise) for _ in range(2)])
    for turn, sound in sounds:
        start = turn.start_ms * RATE_HZ // 1000
        lines[turn.channel, start : start + len(sound)] += sound
    write_wav(path, lines, RATE_HZ, "pcm_mulaw")
    said = tuple(sorted((turn for turn, _ in sounds), key=lambda turn: turn.start_ms))
    return Conversation(path.stem, path, kind, duration_ms, said)


def _gap_ms(chance: random.Random) -> int:
    """Return the silence before a turn: mostly short, now and then a hold, in one of six the other's end cut off."""
    draw = chance.random()
    if draw < 0.08:
        return chance.randint(3000, 15_000)
    return -chance.randint(100, 800) if draw < 0.25 else chance.randint(200, 1500)


def loaded(path: Path) -> NDArray[np.float32]:
    """Return an utterance (samples,) at 8 kHz."""
    resampler = av.AudioResampler(format="fltp", layout="mono", rate=SOURCE_HZ)
    with av.open(str(path)) as container:
        blocks = [b.to_ndarray()[0] for frame in container.decode(audio=0) for b in resampler.resample(frame)]
        blocks += [b.to_ndarray()[0] for b in resampler.resample(None)]
    return np.asarray(resample_poly(np.concatenate(blocks), RATE_HZ, SOURCE_HZ), np.float32)


def _trimmed(sound: NDArray[np.float32]) -> NDArray[np.float32]:
    """Cut the silence off both ends, with a margin for soft consonants, and fade both ends in 10 ms."""
    frame = RATE_HZ // 100
    frames = sound[: len(sound) // frame * frame].reshape(-1, frame)
    level_db = 10 * np.log10(np.mean(np.square(frames), axis=1) + 1e-10)
    loud = np.flatnonzero(level_db > level_db.max() - _TRIM_DB)
    margin = _MARGIN_MS // 10
    cut = sound[max(loud[0] - margin, 0) * frame : (loud[-1] + 1 + margin) * frame].copy()
    ramp = np.linspace(0, 1, frame, dtype=np.float32)
    cut[:frame] *= ramp
    cut[-frame:] *= ramp[::-1]
    return cut


def _levelled(sound: NDArray[np.float32], level_db: float) -> NDArray[np.float32]:
    """Bring the louder half of the sound to an RMS level, its peaks below full scale."""
    power = np.sort(np.square(sound))[len(sound) // 2 :].mean()
    gain = min(10 ** (level_db / 20) / float(np.sqrt(power)), 0.95 / float(np.abs(sound).max()))
    return (sound * gain).astype(np.float32)


def _line_noise(ms: int, level_db: float, generator: np.random.Generator) -> NDArray[np.float32]:
    """Return what a line hisses: noise (samples,) with more of the low tones, at an RMS level."""
    wave = lfilter([1.0], [1.0, -0.8], generator.standard_normal(ms * RATE_HZ // 1000 + RATE_HZ))
    return (wave / np.sqrt(np.mean(np.square(wave))) * 10 ** (level_db / 20)).astype(np.float32)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, required=True, help="folder to write the calls to")
    parser.add_argument("--set", choices=SETS, default="dev", dest="part", help="dev: tune on it; test: report it")
    parser.add_argument("--data", type=Path, default=SPEECH, help="folder of refs.tsv and wav/")
    options = parser.parse_args()
    if not available(options.data):
        return 0
    made = build(options.out, options.part, options.data)
    for call in made:
        print(f"{call.path.name} {call.kind}: {call.duration_ms / 1000:.0f} s, {len(call.turns)} utterances")
    print(f"{len(made)} calls, {sum(call.duration_ms for call in made) / 1000:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
