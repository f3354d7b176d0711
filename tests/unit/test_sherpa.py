"""A sherpa-onnx folder is understood, or refused before the library would end the whole process over it."""

from __future__ import annotations

import math
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import onnx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_pipeline.asr.base import ChannelAudio, ChannelFailure, ChannelWords
from qa_pipeline.asr.sherpa import SherpaTranscriber, is_sherpa, provider_for, read_folder
from qa_pipeline.asr.sherpa.folder import Kind
from qa_pipeline.asr.sherpa.metadata import metadata
from qa_pipeline.asr.sherpa.tokens import words_of
from qa_pipeline.asr.stretches import _CONTEXT_MS, Stretch, cut
from qa_pipeline.errors import SettingsError
from qa_pipeline.models import Span, Word
from tests import tone_models
from tests.sounds import silence, tone

KINDS: dict[Kind, Callable[[Path], Path]] = {
    Kind.PARAFORMER: tone_models.paraformer,
    Kind.SENSE_VOICE: tone_models.sense_voice,
    Kind.TRANSDUCER: tone_models.transducer,
}


def change_metadata(path: Path, change: Callable[[dict[str, str]], object]) -> None:
    """Write the metadata of a model anew."""
    model = onnx.load(path)
    found = {prop.key: prop.value for prop in model.metadata_props}
    change(found)
    del model.metadata_props[:]
    onnx.helper.set_model_props(model, found)
    onnx.save(model, path)


def transcriber(folder: Path, cache: Path) -> SherpaTranscriber:
    return SherpaTranscriber(read_folder(folder, "int8", cache), "cpu", 1, None)


def channel(text: str, number: int = 0) -> ChannelAudio:
    """Return a channel that says a text in tones."""
    sound = tone_models.sound_of(text)
    samples = np.concatenate([silence(500), sound, silence(500)])
    return ChannelAudio(f"{number:064x}", number, samples, (Span(500, 500 + len(sound) // 16, number),))


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_of_model_is_told_by_its_files(tmp_path: Path, kind: Kind) -> None:
    folder = KINDS[kind](tmp_path / "model")
    assert is_sherpa(folder)
    found = read_folder(folder, "int8", tmp_path / "cache")
    assert (found.kind, found.name) == (kind, "model")
    assert read_folder(folder, "int8", tmp_path / "cache") == found


def test_the_file_of_eight_bits_is_taken_for_int8_and_the_other_else(tmp_path: Path) -> None:
    folder = tone_models.paraformer(tmp_path)
    (folder / "model.int8.onnx").write_bytes((folder / "model.onnx").read_bytes())
    assert read_folder(folder, "int8", tmp_path / "cache").parts == (folder / "model.int8.onnx",)
    assert read_folder(folder, "float32", tmp_path / "cache").parts == (folder / "model.onnx",)


def test_other_weights_or_tokens_have_another_hash(tmp_path: Path) -> None:
    folder = tone_models.paraformer(tmp_path / "model")
    hashes = {read_folder(folder, "int8", tmp_path / "cache").sha256}
    change_metadata(folder / "model.onnx", lambda found: found.update(comment="other weights"))
    hashes.add(read_folder(folder, "int8", tmp_path / "cache").sha256)
    with (folder / "tokens.txt").open("a", encoding="utf-8") as file:
        file.write("多 99\n")
    hashes.add(read_folder(folder, "int8", tmp_path / "cache").sha256)
    assert len(hashes) == 3


def no_tokens(folder: Path) -> None:
    (folder / "tokens.txt").unlink()


def bad_tokens(folder: Path) -> None:
    (folder / "tokens.txt").write_text("a b c\n", encoding="utf-8")


def cut_off(folder: Path) -> None:
    path = folder / "model.onnx"
    path.write_bytes(path.read_bytes()[:-5000])


def a_pointer(folder: Path) -> None:
    (folder / "model.onnx").write_text("version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n")


def without(key: str) -> Callable[[Path], None]:
    return lambda folder: change_metadata(folder / "model.onnx", lambda found: found.pop(key))


def of_another_kind(folder: Path) -> None:
    change_metadata(folder / "model.onnx", lambda found: (found.clear(), found.update(model_type="EncDecCTCModel")))


def half_a_transducer(folder: Path) -> None:
    (folder / "model.onnx").rename(folder / "encoder.onnx")


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (no_tokens, "tokens.txt"),
        (bad_tokens, "line 1"),
        (cut_off, "cut off|protocol buffer"),
        (a_pointer, "model.onnx"),
        (without("neg_mean"), "neg_mean"),
        (without("vocab_size"), "vocab_size"),
        (of_another_kind, "EncDecCTCModel"),
        (half_a_transducer, "encoder.onnx"),
    ],
)
def test_what_the_library_would_die_of_is_refused_in_words(
    tmp_path: Path, damage: Callable[[Path], None], said: str
) -> None:
    folder = tone_models.paraformer(tmp_path / "model")
    damage(folder)
    with pytest.raises(SettingsError, match=said) as caught:
        read_folder(folder, "int8", tmp_path / "cache")
    assert caught.value.hint


def test_the_library_does_die_of_it(tmp_path: Path) -> None:
    folder = tone_models.paraformer(tmp_path / "model")
    without("vocab_size")(folder)
    program = (
        "import sys, sherpa_onnx\n"
        "sherpa_onnx.OfflineRecognizer.from_paraformer(paraformer=sys.argv[1], tokens=sys.argv[2])\n"
    )
    arguments = [sys.executable, "-c", program, str(folder / "model.onnx"), str(folder / "tokens.txt")]
    ended = subprocess.run(arguments, check=False, capture_output=True, text=True)
    assert ended.returncode not in {0, 1}, "if it raises by now, read_folder may leave this to it"


def test_a_streaming_model_is_refused(tmp_path: Path) -> None:
    folder = tone_models.transducer(tmp_path / "model")
    change_metadata(folder / "encoder-epoch-1-avg-1.onnx", lambda found: found.update(decode_chunk_len="32"))
    with pytest.raises(SettingsError, match="streaming"):
        read_folder(folder, "int8", tmp_path / "cache")


def test_a_damaged_graph_is_a_matter_of_settings(tmp_path: Path) -> None:
    folder = tone_models.paraformer(tmp_path / "model")
    model = onnx.load(folder / "model.onnx")
    model.graph.node[0].op_type = "NoSuchOperator"
    onnx.save(model, folder / "model.onnx")
    with pytest.raises(SettingsError, match="cannot be loaded"):
        list(transcriber(folder, tmp_path / "cache").transcribe([channel("您")]))


def test_metadata_are_read_without_the_weights(tmp_path: Path) -> None:
    folder = tone_models.sense_voice(tmp_path)
    path = folder / "model.int8.onnx"
    assert metadata(path) == {prop.key: prop.value for prop in onnx.load(path).metadata_props}


@given(st.binary(max_size=200))
def test_no_bytes_bring_the_reader_of_metadata_down(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "random.onnx"
    path.write_bytes(content)
    try:
        found = metadata(path)
    except ValueError:
        return
    assert all(isinstance(value, str) for value in found.values())


def test_cuda_is_refused_where_the_library_has_none() -> None:
    assert (provider_for("cpu"), provider_for("auto")) == ("cpu", "cpu")
    with pytest.raises(SettingsError, match="CPU only"):
        provider_for("cuda")


def test_a_channel_that_the_library_fails_on_costs_no_other(tmp_path: Path) -> None:
    folder = tone_models.sense_voice(tmp_path / "model")
    tokens = folder / "tokens.txt"
    tokens.write_text("".join(tokens.read_text(encoding="utf-8").splitlines(keepends=True)[:-1]), encoding="utf-8")
    last = list(tone_models.PITCHES)[-1]
    said = ["您好", f"请{last}", "请问"]
    heard = list(transcriber(folder, tmp_path / "cache").transcribe(channel(text, n) for n, text in enumerate(said)))
    assert [type(h) for h in heard] == [ChannelWords, ChannelFailure, ChannelWords]
    assert "tokens.txt" in str(heard[1].error)  # type: ignore[union-attr]


def test_a_turn_whose_words_are_no_utf_8_costs_its_channel_and_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def undecodable(result: Result, stretch: Stretch) -> list[Word]:
        if stretch.speech[0].channel == 1:
            return [Word(b"\xe4".decode(), 0, 1, 1.0)]
        return words_of(result, stretch)

    monkeypatch.setattr("qa_pipeline.asr.sherpa.transcriber.words_of", undecodable)
    folder = tone_models.sense_voice(tmp_path / "model")
    heard = list(transcriber(folder, tmp_path / "cache").transcribe(channel("您好", n) for n in range(3)))
    assert [type(h) for h in heard] == [ChannelWords, ChannelFailure, ChannelWords]
    assert "UnicodeDecodeError" in str(heard[1].error)  # type: ignore[union-attr]
    assert "codec" not in str(heard[1].error) + caplog.text  # type: ignore[union-attr]


@dataclass
class Result:
    """A result of the library, made up."""

    text: str
    tokens: list[str]
    timestamps: list[float] = field(default_factory=list)
    ys_log_probs: list[float] = field(default_factory=list)


def stretch(ms: int = 3000) -> Stretch:
    (whole,) = cut(tone(200, ms + 1300), [Span(1000, 1000 + ms)], None, 28_000)
    return whole


def test_a_character_is_a_word_and_lasts_until_the_next() -> None:
    result = Result("您好", ["您", "好"], [_CONTEXT_MS / 1000, _CONTEXT_MS / 1000 + 0.2], [-0.1, -0.7])
    assert [(w.text, w.start_ms, w.end_ms) for w in words_of(result, stretch())] == [
        ("您", 1000, 1200),
        ("好", 1200, 1400),
    ]
    assert [w.confidence for w in words_of(result, stretch())] == pytest.approx([math.exp(-0.1), math.exp(-0.7)])


def test_a_word_does_not_last_through_a_pause() -> None:
    first, _ = words_of(Result("您好", ["您", "好"], [0.3, 2.3]), stretch())
    assert first.end_ms - first.start_ms <= 450


@pytest.mark.parametrize(
    ("text", "tokens", "words"),
    [
        ("办 wechat 吗", ["办", "we@@", "chat", "吗"], ["办", "wechat", "吗"]),
        ("办 etc 卡", ["▁办", "▁e", "tc", "卡"], ["办", "etc", "卡"]),
        ("您好。", ["您", "好", "。"], ["您", "好"]),
        ("您好", ["您", "<unk>", "好"], ["您", "好"]),
        ("您好", ["ƋŞĩ", "ƌŋŠ"], ["您", "好"]),
    ],
)
def test_pieces_of_words_are_put_together(text: str, tokens: list[str], words: list[str]) -> None:
    found = words_of(Result(text, tokens, [0.3 + 0.2 * n for n in range(len(tokens))]), stretch())
    assert [word.text for word in found] == words


def test_a_text_without_times_is_spread_and_nobody_says_how_sure_it_is() -> None:
    words = words_of(Result("您好请问", list("您好请问")), stretch())
    assert (words[0].start_ms, words[-1].end_ms) == (1000, 4000)
    assert all(math.isnan(word.confidence) for word in words)
