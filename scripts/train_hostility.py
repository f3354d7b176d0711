"""Train the small model of offensive texts that ships with the product.

    python scripts/train_hostility.py --cold DIR [--out FILE]

DIR holds COLD (Chinese offensive language dataset, Apache-2.0): ``train.csv`` with the columns TEXT and label. Nothing
else is read, so that ``dev.csv`` stays unseen. The same data and version of scikit-learn write the same bytes.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import io
import sys
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, diags
from sklearn.linear_model import LogisticRegression

if __name__ == "__main__":  # started by its path: the packages lie beside this folder, not in it
    sys.path[0] = str(Path(__file__).resolve().parent.parent)

from qa_pipeline.rules.hostility.model import FILE, Weights, buckets

BITS = 17
"""131,072 buckets: on a fifth of the training split, held out, twice as many were no more often right (91.1 %)."""

STRENGTH = 12.0  # the inverse of L2 regularisation: the best of 2, 5, 12, 30 on the same fifth
SMOOTHING = 1.0
FOLDS = 5


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cold", type=Path, required=True, help="folder with COLD's train.csv")
    parser.add_argument("--out", type=Path, default=FILE, help="where to write it; default: into the package")
    arguments = parser.parse_args(argv)
    texts, labels = read_cold(arguments.cold / "train.csv")
    data = written(train(texts, labels))
    arguments.out.write_bytes(data)
    print(f"{arguments.out.name}: {len(texts)} texts, {len(data)} bytes, SHA-256 {hashlib.sha256(data).hexdigest()}")
    return 0


def read_cold(path: Path) -> tuple[list[str], NDArray[np.int64]]:
    """Return texts and labels (1 offensive) of a split of COLD."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = [(row["TEXT"], int(row["label"])) for row in csv.DictReader(file)]
    return [text for text, _ in rows], np.array([label for _, label in rows])


def train(texts: Sequence[str], labels: NDArray[np.int64], bits: int = BITS) -> Weights:
    """Fit, calibrate by what each fifth says when trained on the others, and round the weights to int8."""
    counts = count(texts, bits)
    weights, bias = fit(counts, labels)
    slope, offset = _platt(_out_of_fold(counts, labels), labels)
    scale = float(np.abs(weights).max()) / 127
    return Weights(np.round(weights / scale).astype(np.int8), scale, bias, slope, offset)


def count(texts: Sequence[str], bits: int) -> Any:
    """Return a sparse matrix (texts, buckets) of which buckets a text has."""
    rows = [buckets(text, bits) for text in texts]
    ends = np.cumsum([0, *map(len, rows)])
    return csr_matrix((np.ones(ends[-1]), np.concatenate(rows), ends), shape=(len(texts), 1 << bits))


def fit(counts: Any, labels: NDArray[np.int64]) -> tuple[NDArray[np.float64], float]:
    """Return the weight of each bucket and the bias: logistic regression over naive Bayes log ratios (Wang 2012)."""
    in_offensive, in_others = (SMOOTHING + np.asarray(counts[labels == label].sum(0)).ravel() for label in (1, 0))
    ratio = np.log(in_offensive / in_offensive.sum()) - np.log(in_others / in_others.sum())
    model = LogisticRegression(C=STRENGTH, solver="liblinear", max_iter=500, random_state=0)
    model.fit(by_length(counts).multiply(ratio).tocsr(), labels)
    return ratio * model.coef_[0], float(model.intercept_[0])


def by_length(counts: Any) -> Any:
    """Divide each text's row by the root of how many buckets it has."""
    return diags(1 / np.sqrt(np.maximum(1, np.asarray(counts.sum(1)).ravel()))) @ counts


def _out_of_fold(counts: Any, labels: NDArray[np.int64]) -> NDArray[np.float64]:
    order = np.random.default_rng(0).permutation(len(labels))
    scores = np.empty(len(labels))
    for fold in range(FOLDS):
        held = order[fold::FOLDS]
        rest = np.setdiff1d(order, held)
        weights, bias = fit(counts[rest], labels[rest])
        scores[held] = by_length(counts[held]) @ weights + bias
    return scores


def _platt(scores: NDArray[np.float64], labels: NDArray[np.int64]) -> tuple[float, float]:
    """Return slope and offset of the probability that a score means."""
    model = LogisticRegression(C=1e6, solver="lbfgs").fit(scores[:, None], labels)
    # Rounded: the last digits differ between processors, and the file should not.
    return round(float(model.coef_[0][0]), 4), round(float(model.intercept_[0]), 4)


def written(model: Weights) -> bytes:
    """Return a model as the bytes of an .npz file without the time of day in it."""
    numbers = np.array([round(model.scale, 8), round(model.bias, 6), model.slope, model.offset])
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, values in (("weights", model.weights), ("numbers", numbers)):
            array = io.BytesIO()
            np.lib.format.write_array(array, values, allow_pickle=False)
            archive.writestr(zipfile.ZipInfo(f"{name}.npy"), array.getvalue(), zipfile.ZIP_DEFLATED, 9)
    return held.getvalue()


if __name__ == "__main__":
    sys.exit(main())
