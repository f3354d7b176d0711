"""Any multilingual Whisper is loaded, whichever mel bands it reads; what it cannot use is refused before it starts."""

from __future__ import annotations

import json
from pathlib import Path

import ctranslate2
import numpy as np
import pytest
from tokenizers import Tokenizer, models

from qa_pipeline.asr.loading import load_whisper, require_files
from qa_pipeline.asr.weights import Weights
from qa_pipeline.errors import SettingsError

WIDTH = 16


def whisper_folder(folder: Path, mel_bands: int, words: int, *, multilingual: bool = True) -> Weights:
    """Write a Whisper of one layer whose weights are all small numbers: it loads as any other, and knows nothing."""
    spec = ctranslate2.specs.WhisperSpec(1, 2, 1, 2)
    random = np.random.default_rng(1)

    def fill(layer: object, **shapes: tuple[int, ...]) -> None:
        for name, shape in shapes.items():
            setattr(layer, name, random.standard_normal(shape).astype(np.float32) / 10)

    fill(spec.encoder.conv1, weight=(WIDTH, mel_bands, 3), bias=(WIDTH,))
    fill(spec.encoder.conv2, weight=(WIDTH, WIDTH, 3), bias=(WIDTH,))
    fill(spec.encoder.position_encodings, encodings=(1500, WIDTH))
    fill(spec.decoder.position_encodings, encodings=(448, WIDTH))
    fill(spec.decoder.embeddings, weight=(words, WIDTH))
    fill(spec.decoder.projection, weight=(words, WIDTH))
    for side in (spec.encoder, spec.decoder):
        fill(side.layer_norm, gamma=(WIDTH,), beta=(WIDTH,))
        attentions = [side.layer[0].self_attention]
        if side is spec.decoder:
            fill(side.layer[0].attention.linear[0], weight=(WIDTH, WIDTH), bias=(WIDTH,))
            fill(side.layer[0].attention.linear[1], weight=(2 * WIDTH, WIDTH), bias=(2 * WIDTH,))
            fill(side.layer[0].attention.linear[2], weight=(WIDTH, WIDTH), bias=(WIDTH,))
            fill(side.layer[0].attention.layer_norm, gamma=(WIDTH,), beta=(WIDTH,))
        for attention in attentions:
            fill(attention.linear[0], weight=(3 * WIDTH, WIDTH), bias=(3 * WIDTH,))
            fill(attention.linear[1], weight=(WIDTH, WIDTH), bias=(WIDTH,))
            fill(attention.layer_norm, gamma=(WIDTH,), beta=(WIDTH,))
        feed_forward = side.layer[0].ffn
        fill(feed_forward.layer_norm, gamma=(WIDTH,), beta=(WIDTH,))
        fill(feed_forward.linear_0, weight=(4 * WIDTH, WIDTH), bias=(4 * WIDTH,))
        fill(feed_forward.linear_1, weight=(WIDTH, 4 * WIDTH), bias=(WIDTH,))
    vocabulary = [f"word{number}" for number in range(words)]
    if multilingual:
        vocabulary[50256] = ""  # OpenAI's own peculiarity, by which CTranslate2 knows them
    spec.register_vocabulary(vocabulary)
    spec.validate()
    folder.mkdir()
    spec.save(str(folder))
    Tokenizer(models.BPE({word: number for number, word in enumerate(vocabulary)}, [])).save(
        str(folder / "tokenizer.json")
    )
    return Weights(folder, folder.name, "0" * 64)


@pytest.mark.parametrize(("mel_bands", "words"), [(80, 51865), (128, 51866)], ids=["like large-v2", "like large-v3"])
def test_a_model_hears_in_its_own_mel_bands(tmp_path: Path, mel_bands: int, words: int) -> None:
    model = load_whisper(whisper_folder(tmp_path / "model", mel_bands, words), "cpu", "float32", 1)
    assert model.model.is_multilingual
    features = model.feature_extractor(np.zeros(16_000 * 30, dtype=np.float32))[:, :3000]
    assert features.shape == (mel_bands, 3000)
    assert model.encode(features).shape == [1, 1500, WIDTH]


@pytest.mark.parametrize("words", [51864, 51866], ids=["as OpenAI's", "with words added"])
def test_a_model_of_english_alone_is_refused(tmp_path: Path, words: int) -> None:
    with pytest.raises(SettingsError, match="English") as caught:
        load_whisper(whisper_folder(tmp_path / "tiny.en", 80, words, multilingual=False), "cpu", "float32", 1)
    assert "large-v3" in caught.value.hint


@pytest.mark.parametrize("missing", ["tokenizer.json", "vocabulary.json"])
def test_a_folder_that_is_not_whole_is_refused_before_the_internet_is_asked(tmp_path: Path, missing: str) -> None:
    for name in {"tokenizer.json", "vocabulary.json", "model.bin"} - {missing}:
        (tmp_path / name).write_text(json.dumps(["a"] * 51865))
    with pytest.raises(SettingsError, match=missing) as caught:
        require_files(Weights(tmp_path, "mine", "0" * 64))
    assert "--copy_files" in caught.value.hint


@pytest.mark.parametrize("text", ["[", "7", ""])
def test_a_vocabulary_that_cannot_be_read_is_none(tmp_path: Path, text: str) -> None:
    for name in ("tokenizer.json", "vocabulary.json", "model.bin"):
        (tmp_path / name).write_text(text)
    with pytest.raises(SettingsError, match="0 words"):
        require_files(Weights(tmp_path, "mine", "0" * 64))


def test_a_damaged_model_is_said_in_words(tmp_path: Path) -> None:
    weights = whisper_folder(tmp_path / "model", 80, 51865)
    (weights.path / "model.bin").write_bytes((weights.path / "model.bin").read_bytes()[:1000])
    with pytest.raises(SettingsError, match="cannot be loaded on cpu as float32"):
        load_whisper(weights, "cpu", "float32", 1)
