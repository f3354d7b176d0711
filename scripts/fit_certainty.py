"""Fit the model of ``qa_pipeline/knowledge/certainty.py``: ``python scripts/fit_certainty.py [--data FOLDER]``.

Each question is asked of bases of 1 to 160 entries drawn from the measuring set, with its entry in the base and taken
out of it; questions that nothing covers are asked of the same bases. Prints both rows of weights. Never give it
``bench/questions/unseen.jsonl``: that is what the fit is measured on.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).resolve().parent
if __name__ == "__main__":  # started by its path: the packages lie beside this folder, not in it
    sys.path[0] = str(HERE.parent)

import numpy as np
from sklearn.linear_model import LogisticRegression

from bench.question_sets import DAY, SHARED, Question, base, development, tuning
from qa_pipeline.knowledge.retrieval import KnowledgeIndex
from qa_pipeline.models import KnowledgeEntry

SIZES = (1, 3, 10, 40, 160)
DRAWS = 3
# The whole base is the nearest to what a centre has.
_WHOLE = 3.0


def main() -> int:
    """Run the command line and return its exit code."""
    parser = argparse.ArgumentParser(description="fit the certainty of hits")
    parser.add_argument("--data", type=Path, default=SHARED, help="folder of the measuring set")
    options = parser.parse_args()
    entries, questions = base(options.data), [*development(options.data), *tuning()]
    for by_meaning in (True, False):
        rows = list(observations(entries, questions, by_meaning=by_meaning))
        features = np.asarray([row[0] for row in rows])
        used = features.any(axis=0)
        model = LogisticRegression(C=10.0, max_iter=2000)
        model.fit(features[:, used], [row[1] for row in rows], sample_weight=[row[2] for row in rows])
        weights = np.zeros(features.shape[1])
        weights[used] = model.coef_[0]
        print(json.dumps({"by_meaning": by_meaning, "weights": [*model.intercept_.round(2), *weights.round(2)]}))
    return 0


def observations(
    entries: list[KnowledgeEntry], questions: list[Question], *, by_meaning: bool
) -> Iterator[tuple[tuple[float, ...], bool, float]]:
    """Yield features of first hits, whether they were right, and their weight: every size the same, the whole more."""
    draw = random.Random(1)  # noqa: S311
    for size in SIZES:
        draws = DRAWS if size < len(entries) else 1
        for _ in range(draws):
            chosen = draw.sample(entries, min(size, len(entries)))
            indices: dict[frozenset[str], KnowledgeIndex] = {}
            for question in questions:
                for asked in _bases(question, chosen, entries):
                    name = frozenset(entry.entry_id for entry in asked)
                    index = indices.setdefault(name, KnowledgeIndex(asked, by_meaning=by_meaning))
                    for hit in index.hits(question.text, DAY, 1):
                        right = index.entries[hit.place].entry_id == question.gold
                        yield hit.support.features, right, (1.0 if size < len(entries) else _WHOLE) / draws


def _bases(
    question: Question, chosen: list[KnowledgeEntry], entries: list[KnowledgeEntry]
) -> Iterator[list[KnowledgeEntry]]:
    """Yield a base with the entry of a question, where it has one, and the same without it."""
    gold = [entry for entry in entries if entry.entry_id == question.gold]
    others = [entry for entry in chosen if entry not in gold]
    if gold:
        yield [*gold, *others[: max(0, len(chosen) - 1)]]
    yield others


if __name__ == "__main__":
    sys.exit(main())
