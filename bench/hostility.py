"""How well hostile callers are told: ``python bench/hostility.py --cold DIR [--demo WORKSPACE] [--options]``.

DIR holds COLD's ``train.csv`` and ``dev.csv``. The shipped model was trained on the first alone; ``--options`` trains
what else was tried on four fifths of it and measures on the last fifth. WORKSPACE is one that ``hotline-qa demo`` made:
with it the sample calls are read as they were recognised too.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

HERE = Path(__file__).resolve().parent
if __name__ == "__main__":  # started by its path: the packages lie beside this folder, not in it
    sys.path[0] = str(HERE.parent)

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import accuracy_score, f1_score, roc_auc_score

from bench.hostility_calls import CALL_HEADER, TURN_HEADER, call_rows, turn_rows
from bench.hostility_options import options
from bench.results import machine, put, section
from qa_pipeline.models import Role
from qa_pipeline.rules.hostility import HostilityParams
from qa_pipeline.rules.hostility.model import FILE, THRESHOLD, offensive
from qa_pipeline.rules.hostility.params import phrases_by_kind
from qa_pipeline.rules.matching import stand
from scripts.train_hostility import read_cold

HEADER = ("method", "trained on", "accuracy %", "F1 offensive %", "F1 macro %", "AUC", "size", "µs a text")
Scores = NDArray[np.float64]


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cold", type=Path, required=True, help="folder of COLD's splits")
    parser.add_argument("--demo", type=Path, help="workspace of `hotline-qa demo`: recognised text of the sample calls")
    parser.add_argument("--options", action="store_true", help="train and measure what else was tried (half an hour)")
    arguments = parser.parse_args(argv)
    texts, labels = read_cold(arguments.cold / "dev.csv")
    put(_cold(texts, labels))
    if arguments.options:
        put(_options(*read_cold(arguments.cold / "train.csv")))
    put(section("Hostile callers, turn by turn", TURNS, TURN_HEADER, turn_rows()))
    put(section("Hostile callers, call by call", CALLS, CALL_HEADER, call_rows(arguments.demo)))
    return 0


def _cold(texts: Sequence[str], labels: NDArray[np.int64]) -> str:
    wanted = tuple(phrases_by_kind(HostilityParams(), Role.CALLER))
    words, words_us = _timed(lambda text: float(bool(stand(wanted, text))), texts)
    model, model_us = _timed(offensive, texts)
    rows = [
        _row("none: nothing offends", "–", np.zeros(len(texts)), labels, "–", 0.0),
        _row("the phrase lists of TN06 alone", "–", words, labels, f"{len(wanted)} phrases", words_us),
        _row(
            "naive Bayes weighted logistic regression, characters and pairs, int8 (shipped)",
            "COLD train", model, labels, f"{FILE.stat().st_size / 1000:.0f} kB", model_us,
        ),
    ]  # fmt: skip
    about = (
        f"{machine(1)}. COLD's development split, {len(texts)} texts, {labels.mean():.1%} of them offensive. {ABOUT}"
    )
    return section("Hostility: offensive texts of COLD", about + "\n\n" + _calibration(model, labels), HEADER, rows)


def _options(texts: Sequence[str], labels: NDArray[np.int64]) -> str:
    order = np.random.default_rng(0).permutation(len(texts))
    held, rest = order[: len(texts) // 5], order[len(texts) // 5 :]
    rows = []
    for name, size, predict in options([texts[i] for i in rest], labels[rest]):
        scores, took_us = predict([texts[i] for i in held])
        rows.append(_row(name, "4/5 of train", scores, labels[held], size, took_us))
        print(rows[-1], flush=True)
    about = f"{machine(1)}. A fifth of COLD's training split, {len(held)} texts. {OPTIONS}"
    return section("Hostility: what else was tried", about, HEADER, rows)


def _timed(score: Callable[[str], float], texts: Sequence[str]) -> tuple[Scores, float]:
    score(texts[0])
    started = time.process_time()
    scores = np.array([score(text) for text in texts])
    return scores, (time.process_time() - started) / len(texts) * 1e6


def _row(
    name: str, trained: str, scores: Scores, labels: NDArray[np.int64], size: str, took_us: float
) -> tuple[object, ...]:
    said = scores >= THRESHOLD
    figures = (
        accuracy_score(labels, said),
        f1_score(labels, said, zero_division=0),
        f1_score(labels, said, average="macro", zero_division=0),
    )
    area = roc_auc_score(labels, scores)
    return name, trained, *(f"{figure * 100:.1f}" for figure in figures), f"{area:.3f}", size, f"{took_us:.0f}"


def _calibration(scores: Scores, labels: NDArray[np.int64]) -> str:
    """Say how far the model's probabilities are from what came true, in ten bins of equal width."""
    bins = np.minimum((scores * 10).astype(int), 9)
    gaps = [(bins == b).mean() * abs(scores[bins == b].mean() - labels[bins == b].mean()) for b in np.unique(bins)]
    return f"Expected calibration error of the shipped model: {sum(gaps) * 100:.1f} points."


ABOUT = (
    "Training and development split are of the same collection and were labelled alike, partly by models: figures on "
    "text that people labelled by hand will be lower."
)
OPTIONS = (
    "What was chosen was chosen by such figures; the development split was looked at once, after that. A threshold of "
    "one half everywhere. Not followed further: sentence embeddings (universal sentence encoder, 31 MB) took 75 ms a "
    "text on a busy machine, a thousand times as long as the model; a small convolutional network had 85 % after a "
    "first pass over the data."
)
TURNS = (
    "The callers' turns of the sample scripts and of bench/unseen, read as if every word had been heard. Hostile are "
    "the turns that a script's author marked; 'false' are other turns that are found all the same. A turn counts as "
    "found at level 1 and above, by the model at its probability. The scripts' words were at hand when the lists were "
    "written, so that these figures flatter. **The model finds hardly a hostile turn that words do not, and raises "
    "more false alarms than words**: social-media text about groups of people is not hotline speech. It is asked only "
    "of a turn that is clearly loud already, where it can raise a doubt."
)
CALLS = (
    "Hostile (level 2 and above) calls by their scripts, and what is found of them. 'Doubt' is a call of which a "
    "person is asked to listen; it is no finding. Sound of scripts is as written: louder by so many dB, and higher. "
    "The voices of recordings are synthetic and were made louder without being made higher, so that sound never raises "
    "the grade of words there; what sound is worth on real speech is not known."
)

if __name__ == "__main__":
    sys.exit(main())
