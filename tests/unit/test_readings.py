"""Readings of characters by table and automaton: as pypinyin reads them, and as near as syllable by syllable."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypinyin import Style, lazy_pinyin
from ruamel.yaml import YAML

from qa_pipeline.language.nearness import Sounds, may_be_near
from qa_pipeline.language.pinyin import nearest
from qa_pipeline.language.readings import read

SCRIPTS = Path(__file__).parents[2] / "recordings_sample" / "scripts"
SPEECH = Path(__file__).parents[3] / "shared" / "data" / "speech" / "refs.tsv"
_CHINESE = st.text(st.sampled_from("您好请问有什么可以帮助银行长还款便民热线重新一二三12345abc，。 😀"), max_size=14)


def _texts() -> list[str]:
    scripts = (YAML(typ="safe").load(path.read_text(encoding="utf-8")) for path in sorted(SCRIPTS.glob("*.yaml")))
    spoken = [turn["say"] for script in scripts for turn in script["turns"]]
    if SPEECH.exists():
        spoken += [line.split("\t")[1] for line in SPEECH.read_text(encoding="utf-8").splitlines()[1:]]
    return [run for text in spoken for run in re.findall("[\u4e00-\u9fff]+", text)]


def test_characters_are_read_as_pypinyin_reads_them() -> None:
    texts = _texts()
    ours = [one for text in texts for one in read(text)]
    theirs = [one.replace("ü", "v") for text in texts for one in lazy_pinyin(text, style=Style.NORMAL)]
    assert len(ours) == len(theirs)
    assert sum(a != b for a, b in zip(ours, theirs, strict=True)) <= len(ours) / 1000


@pytest.mark.parametrize(
    ("text", "readings"), [("银行", ["yin", "hang"]), ("重新", ["chong", "xin"]), ("A。", ["", ""])]
)
def test_a_word_changes_how_its_characters_are_read(text: str, readings: list[str]) -> None:
    assert read(text) == readings


def test_no_stretch_runs_from_one_text_into_the_next() -> None:
    assert Sounds(["请您稍候"]).distances("请您", "稍候")[0] == 0.5
    assert Sounds(["请您稍候"]).distances("我说", "请您稍候")[0] == 0


@given(st.lists(_CHINESE, max_size=6), _CHINESE)
def test_all_at_once_is_as_near_as_one_by_one(phrases: list[str], text: str) -> None:
    together = Sounds(phrases).distances(text)
    alone = [1.0 if (match := nearest(phrase, text)) is None else match.distance for phrase in phrases]
    assert np.allclose(together, alone)
    for phrase, distance in zip(phrases, alone, strict=True):
        assert may_be_near(phrase, text, distance + 1e-9)
