"""What else might have told offensive texts: each option trains on some texts and scores others."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import hstack
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import BernoulliNB
from sklearn.svm import LinearSVC

from qa_pipeline.language.pinyin import syllables
from qa_pipeline.language.script import simplify
from qa_pipeline.rules.hostility.model import probability
from scripts.train_hostility import by_length, count, fit, train

Scores = NDArray[np.float64]
Predict = Callable[[Sequence[str]], tuple[Scores, float]]


def options(texts: Sequence[str], labels: NDArray[np.int64]) -> Iterator[tuple[str, str, Predict]]:
    """Yield name, size and prediction (scores from which one half is the line, µs a text) of every option."""
    plain = [simplify(text).lower() for text in texts]
    yield from _tfidf(plain, labels)
    for bits in (15, 17, 18):
        model = train(texts, labels, bits)
        yield f"NB-LR, characters and pairs, 2^{bits} buckets, int8", f"{1 << bits >> 10} kB raw", _own(model)
    yield "NB-LR, pairs of syllables (pinyin), 2^17 buckets", "1 MB raw", _hashed(texts, labels, _sounds)
    yield "NB-LR, characters and syllables together, 2 × 2^17", "2 MB raw", _both(texts, labels)


def _tfidf(texts: Sequence[str], labels: NDArray[np.int64]) -> Iterator[tuple[str, str, Predict]]:
    for longest in (2, 4):
        counts = TfidfVectorizer(analyzer="char", ngram_range=(1, longest), sublinear_tf=True, min_df=2)
        table = counts.fit_transform(texts)
        size = f"{table.shape[1] * 8 / 1e6:.1f} MB"
        name = f"characters, 1 to {longest}"
        if longest == 2:
            yield f"naive Bayes, {name}", size, _sklearn(counts, BernoulliNB().fit(table, labels))
        yield f"TF-IDF, logistic regression, {name}", size, _sklearn(counts, _logistic().fit(table, labels))
        yield f"TF-IDF, linear SVM, {name}", size, _sklearn(counts, LinearSVC(C=0.3, random_state=0).fit(table, labels))


def _logistic() -> Any:
    return LogisticRegression(C=3, solver="liblinear", max_iter=500, random_state=0)


def _sklearn(counts: Any, model: Any) -> Predict:
    def predict(texts: Sequence[str]) -> tuple[Scores, float]:
        started = time.process_time()
        table = counts.transform([simplify(text).lower() for text in texts])
        if hasattr(model, "predict_proba"):
            scores = model.predict_proba(table)[:, 1]
        else:
            scores = 1 / (1 + np.exp(-model.decision_function(table)))
        return scores, (time.process_time() - started) / len(texts) * 1e6

    return predict


def _own(model: Any) -> Predict:
    def predict(texts: Sequence[str]) -> tuple[Scores, float]:
        started = time.process_time()
        scores = np.array([probability(text, model) for text in texts])
        return scores, (time.process_time() - started) / len(texts) * 1e6

    return predict


def _sounds(texts: Sequence[str]) -> Any:
    # A syllable becomes a character of its own, so that pairs of them are hashed as pairs of characters are.
    return count(["".join(chr(0x4E00 + hash_of(s)) for s in syllables(text)) or " " for text in texts], 17)


def hash_of(syllable: str) -> int:
    """Return a place for a syllable, the same in every process."""
    value = 0
    for character in syllable:
        value = (value * 131 + ord(character)) % 20_000
    return value


def _hashed(texts: Sequence[str], labels: NDArray[np.int64], features: Callable[[Sequence[str]], Any]) -> Predict:
    weights, bias = fit(features(texts), labels)

    def predict(others: Sequence[str]) -> tuple[Scores, float]:
        started = time.process_time()
        scores = by_length(features(others)) @ weights + bias
        return 1 / (1 + np.exp(-scores)), (time.process_time() - started) / len(others) * 1e6

    return predict


def _both(texts: Sequence[str], labels: NDArray[np.int64]) -> Predict:
    def features(some: Sequence[str]) -> Any:
        return hstack([count(some, 17), _sounds(some)]).tocsr()

    return _hashed(texts, labels, features)
