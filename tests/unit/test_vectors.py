"""Vectors that are computed once."""

from __future__ import annotations

import logging
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from qa_pipeline.language.meaning import DIMENSIONS
from qa_pipeline.language.vectors import VectorCache


class Encoder:
    """Counts what it is asked for."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def __call__(self, text: str) -> NDArray[np.float32]:
        self.asked.append(text)
        return np.full(DIMENSIONS, len(text) / 7, dtype=np.float32)


def test_a_text_is_encoded_once() -> None:
    encoder = Encoder()
    vectors = VectorCache(encoder, "test")
    assert (vectors("甲") == vectors("甲")).all()
    assert encoder.asked == ["甲"]


def test_a_file_keeps_vectors_from_one_start_to_the_next(tmp_path: Path) -> None:
    made = VectorCache(Encoder(), "test", tmp_path / "new" / "vectors.sqlite3")("甲")
    encoder = Encoder()
    kept = VectorCache(encoder, "test", tmp_path / "new" / "vectors.sqlite3")("甲")
    assert encoder.asked == []
    assert (made == kept).all()


def test_vectors_of_another_encoder_are_not_taken(tmp_path: Path) -> None:
    VectorCache(Encoder(), "old", tmp_path / "vectors.sqlite3")("甲")
    encoder = Encoder()
    VectorCache(encoder, "new", tmp_path / "vectors.sqlite3")("甲")
    assert encoder.asked == ["甲"]


@pytest.mark.parametrize("damage", [b"no database at all, and longer than a header of one" * 40, b""])
def test_a_damaged_file_costs_time_and_nothing_else(
    tmp_path: Path, damage: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "vectors.sqlite3").write_bytes(damage)
    with caplog.at_level(logging.WARNING):
        assert len(VectorCache(Encoder(), "test", tmp_path / "vectors.sqlite3")("甲")) == DIMENSIONS
    assert not damage or "delete it" in caplog.text


def test_a_folder_that_cannot_be_made_costs_time_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    assert len(VectorCache(Encoder(), "test", tmp_path / "file" / "vectors.sqlite3")("甲")) == DIMENSIONS


def test_what_a_file_lacks_is_made_and_kept_once(tmp_path: Path) -> None:
    path = tmp_path / "vectors.sqlite3"
    VectorCache(Encoder(), "test", path)("甲")
    encoder = Encoder()
    assert VectorCache(encoder, "test", path).keep(["甲", "乙", "丙", "乙"], lambda: False) == 2
    assert encoder.asked == ["乙", "丙"]
    later = Encoder()
    assert VectorCache(later, "test", path).keep(["甲", "乙", "丙"], lambda: False) == 0
    VectorCache(later, "test", path)("丙")
    assert later.asked == []


def test_keeping_ends_when_it_is_told_to_and_goes_on_later(tmp_path: Path) -> None:
    path, encoder = tmp_path / "vectors.sqlite3", Encoder()
    assert VectorCache(encoder, "test", path).keep(["甲", "乙", "丙"], lambda: len(encoder.asked) == 2) == 2
    assert VectorCache(encoder, "test", path).keep(["甲", "乙", "丙"], lambda: False) == 1
    assert encoder.asked == ["甲", "乙", "丙"]


def test_nothing_is_made_where_nothing_can_be_kept(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    encoder = Encoder()
    for path in (None, tmp_path / "file" / "vectors.sqlite3"):
        assert VectorCache(encoder, "test", path).keep(["甲"], lambda: False) == 0
    assert encoder.asked == []
