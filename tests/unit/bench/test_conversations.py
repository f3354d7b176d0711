"""Calls made of single utterances hold what their truth says, and the two sets have nothing in common."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import av
import numpy as np
import pytest

from bench.conversations import Conversation, available, build, read, sources
from qa_pipeline.asr.audio import decode, probe
from tests.sounds import silence, tone, write_wav


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """120 buzzes of one speaker and 40 of nobody in particular, each with silence around it."""
    folder = tmp_path_factory.mktemp("speech")
    (folder / "wav").mkdir()
    rows = ["file\ttranscript\tspeaker\tseconds\tsource\tlicence"]
    for number in range(160):
        name = f"u{number:03d}.wav"
        sound = np.concatenate([silence(300), tone(100 + number, 400 + 5 * number), silence(200)])
        write_wav(folder / "wav" / name, sound[None], 16_000)
        rows.append(f"{name}\t{chr(0x4E00 + number)}\t{'unknown' if number % 4 == 0 else 'S1'}\t1\tx\tx")
    (folder / "refs.tsv").write_text("\n".join(rows) + "\n", "utf-8")
    return folder


@pytest.fixture(scope="module")
def made(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Conversation]:
    return build(tmp_path_factory.mktemp("calls"), "dev", corpus)


def test_no_utterance_is_used_twice_or_in_both_sets(corpus: Path, made: list[Conversation]) -> None:
    used = [turn.source for call in made for turn in call.turns]
    other = {source.path.name for source in sources(corpus, "test")}
    assert len(used) == len(set(used)) == 80
    assert len(other) == 80
    assert other.isdisjoint(used)


def test_calls_are_stereo_mulaw_at_8_khz(made: list[Conversation]) -> None:
    for call in made:
        with av.open(str(call.path)) as container:
            stream = container.streams.audio[0]
            assert (stream.codec_context.name, stream.rate, stream.channels) == ("pcm_mulaw", 8000, 2)


def test_each_turn_sounds_on_its_channel_when_the_truth_says(made: list[Conversation]) -> None:
    for call in made[:3]:
        lines = decode(call.path, probe(call.path, 60), 60)
        quiet = np.ones_like(lines, dtype=bool)
        for turn in call.turns:
            place = slice(turn.start_ms * 16, turn.end_ms * 16)
            assert np.sqrt(np.mean(lines[turn.channel, place] ** 2)) > 0.03
            quiet[turn.channel, turn.start_ms * 16 - 80 : turn.end_ms * 16 + 80] = False
        assert np.abs(lines[quiet]).max() < 0.03


def test_the_turns_of_one_side_never_meet_and_some_of_both_sides_do(made: list[Conversation]) -> None:
    overlaps = 0
    for call in made:
        for channel in (0, 1):
            turns = [turn for turn in call.turns if turn.channel == channel]
            assert all(a.end_ms < b.start_ms for a, b in pairwise(turns))
        overlaps += sum(a.end_ms > b.start_ms for a, b in pairwise(call.turns))
    assert overlaps


def test_a_pair_has_one_speaker_against_others(made: list[Conversation]) -> None:
    for call in (call for call in made if call.kind == "pair"):
        assert {turn.speaker for turn in call.turns if turn.channel == 0} == {"S1"}
        assert "S1" not in {turn.speaker for turn in call.turns if turn.channel == 1}


def test_the_same_set_is_made_again_byte_by_byte(corpus: Path, made: list[Conversation], tmp_path: Path) -> None:
    again = build(tmp_path, "dev", corpus, calls=2)
    assert [call.path.read_bytes() for call in again] == [call.path.read_bytes() for call in made[:2]]


def test_the_truth_is_read_as_it_was_written(made: list[Conversation]) -> None:
    assert read(made[0].path.parent) == made


def test_a_missing_corpus_is_said_and_not_an_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert not available(tmp_path)
    assert "skipped" in capsys.readouterr().err
