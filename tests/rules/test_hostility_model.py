"""The small model of offensive texts: what it says is stable, bounded, and only as good as it was measured."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_pipeline.rules.hostility.model import FILE, THRESHOLD, Weights, buckets, load, offensive, probability

NOTE = FILE.with_suffix(".md")
BUCKETS = [132, 48596, 61815, 64934, 103961, 117309, 129416]


def test_the_shipped_file_is_the_one_that_its_note_names() -> None:
    assert hashlib.sha256(FILE.read_bytes()).hexdigest() in NOTE.read_text(encoding="utf-8")


def test_the_shipped_file_is_small() -> None:
    assert FILE.stat().st_size < 300_000


@pytest.mark.parametrize(
    ("text", "offends"),
    [
        ("河南人都是骗子小偷，恶心", True),
        ("女司机就是马路杀手，蠢得要命", True),
        ("每个地方都有好人，我觉得东北人挺热情的", False),
        ("请问居住证在哪里办理", False),
    ],
)
def test_it_tells_offensive_texts(text: str, offends: bool) -> None:
    assert (offensive(text) >= THRESHOLD) is offends


@given(st.text(max_size=300))
def test_any_text_has_a_probability(text: str) -> None:
    assert 0 <= offensive(text) <= 1


@pytest.mark.parametrize("text", ["", "   ", "！？……", "😀😀"])
def test_a_text_without_words_offends_nobody(text: str) -> None:
    assert offensive(text) == 0


def test_traditional_and_full_width_forms_are_read_as_their_simplified_ones() -> None:
    assert offensive("你們這羣廢物ＡＢ") == offensive("你们这群废物ab")


def test_a_text_of_a_million_characters_is_judged_by_its_beginning() -> None:
    assert offensive("你们好" * 400_000) == offensive("你们好" * 1_000)


def test_the_buckets_of_a_text_never_change() -> None:
    # The weights were learnt for these places: another hash would make noise of the model.
    assert buckets("你好", 17).tolist() == BUCKETS


def test_a_probability_follows_its_weights() -> None:
    weights = np.zeros(1 << 10, np.int8)
    weights[buckets("蠢", 10)] = 100
    model = Weights(weights, 0.05, -1.0, 2.0, 0.0)
    assert probability("蠢", model) > 0.9 > 0.5 > probability("", model)


def test_a_file_of_another_shape_is_refused(tmp_path: Path) -> None:
    np.savez(tmp_path / "odd.npz", weights=np.zeros(1000, np.int8), numbers=np.ones(4))
    with pytest.raises(ValueError, match="power of two"):
        load(tmp_path / "odd.npz")
