"""Load any CTranslate2 Whisper: large-v3 and turbo with their 128 mel bands, fine-tuned ones; none for English only."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from qa_pipeline.asr.weights import Weights
from qa_pipeline.errors import SettingsError

if TYPE_CHECKING:
    from faster_whisper import WhisperModel

_COMPLETE = "copy the whole folder of the model; ct2-transformers-converter makes one with --copy_files tokenizer.json"
_VOCABULARIES = ("vocabulary.json", "vocabulary.txt")
# One token fewer: OpenAI's models for English alone, which write Mandarin as English words.
_SMALLEST_MULTILINGUAL = 51865


def require_files(weights: Weights) -> None:
    """Refuse a folder that the recogniser would fail on, or look for the rest of on the internet.

    Raises:
        SettingsError: A file is missing, or the model knows no Mandarin.
    """
    vocabulary = next((weights.path / name for name in _VOCABULARIES if (weights.path / name).is_file()), None)
    missing = [] if vocabulary else ["vocabulary.json"]
    missing += [] if (weights.path / "tokenizer.json").is_file() else ["tokenizer.json"]
    if missing or vocabulary is None:
        raise SettingsError(f"model {weights.name}: {weights.path} holds no {' and no '.join(missing)}", _COMPLETE)
    size = _size(vocabulary)
    if size < _SMALLEST_MULTILINGUAL:
        raise _english_only(weights, f"{size} words")


def load_whisper(weights: Weights, device: str, compute_type: str, threads: int, workers: int = 1) -> WhisperModel:
    """Load a model that `require_files` let pass.

    Args:
        weights: From `qa_pipeline.asr.weights.locate`.
        device: ``cpu`` or ``cuda``.
        compute_type: Of CTranslate2.
        threads: Of each worker, on a CPU.
        workers: How many batches are worked on at once.

    Raises:
        SettingsError: It cannot be loaded here and so.
    """
    from faster_whisper import WhisperModel  # noqa: PLC0415  # seconds to import

    require_files(weights)
    try:
        model = WhisperModel(
            str(weights.path),
            device=device,
            compute_type=compute_type,
            cpu_threads=threads,
            num_workers=workers,
            local_files_only=True,
        )
    except (RuntimeError, ValueError, OSError) as error:
        raise SettingsError(
            f"model {weights.name} cannot be loaded on {device} as {compute_type}: {error}",
            "check `model`, `device` and `compute_type`; cpu with int8 always works",
        ) from error
    if not model.model.is_multilingual:  # faster-whisper would go on in English
        raise _english_only(weights, "as it says itself")
    _match_mel_bands(model)
    return model


def _english_only(weights: Weights, found: str) -> SettingsError:
    return SettingsError(
        f"model {weights.name}: it knows English alone, or is no Whisper ({found})",
        "set `model` to a multilingual one, such as whisper-base, large-v3 or turbo",
    )


def _match_mel_bands(model: WhisperModel) -> None:
    """Compute as many mel bands as the encoder reads: converters often leave out preprocessor_config.json."""
    from faster_whisper.feature_extractor import FeatureExtractor  # noqa: PLC0415  # seconds to import

    if model.feature_extractor.mel_filters.shape[0] != model.model.n_mels:
        model.feat_kwargs = {**model.feat_kwargs, "feature_size": model.model.n_mels}
        model.feature_extractor = FeatureExtractor(**model.feat_kwargs)


def _size(vocabulary: Path) -> int:
    """Count the words of a vocabulary file; 0 for one that cannot be read."""
    try:
        text = vocabulary.read_text(encoding="utf-8")
        return len(json.loads(text)) if vocabulary.suffix == ".json" else len(text.removesuffix("\n").split("\n"))
    except (OSError, ValueError, TypeError):
        return 0
