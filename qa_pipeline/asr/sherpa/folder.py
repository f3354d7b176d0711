"""Which model a sherpa-onnx folder holds.

The library ends the whole process on a file that it does not like: all that it would stumble over is looked at here.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from qa_pipeline.asr.sherpa.metadata import metadata
from qa_pipeline.asr.weights import remembered_hash
from qa_pipeline.errors import SettingsError

_LFR = frozenset({"vocab_size", "lfr_window_size", "lfr_window_shift", "neg_mean", "inv_stddev"})
_LANGUAGES = frozenset({"lang_auto", "lang_zh", "lang_en", "lang_ja", "lang_ko", "lang_yue"})
_SENSE_VOICE = _LFR | _LANGUAGES | {"normalize_samples", "with_itn", "without_itn"}
_PARTS = {"encoder": {"model_type"}, "decoder": {"context_size", "vocab_size"}, "joiner": {"joiner_dim"}}
# Only models that take sound as it comes have it; the library reads them by another interface.
_STREAMING = "decode_chunk_len"
_HINT = "set `model` to the unpacked folder of an offline Paraformer, SenseVoice or zipformer transducer"


class Kind(StrEnum):
    """A family of models, each with an interface of its own."""

    PARAFORMER = "paraformer"
    SENSE_VOICE = "sense-voice"
    TRANSDUCER = "transducer"


@dataclass(frozen=True, slots=True)
class SherpaModel:
    """A model's files: ``parts`` is one file, or a transducer's encoder, decoder and joiner; the SHA-256 is of all."""

    kind: Kind
    parts: tuple[Path, ...]
    tokens: Path
    name: str
    sha256: str


def is_sherpa(folder: Path) -> bool:
    """Whether a folder looks like a sherpa-onnx model."""
    return (folder / "tokens.txt").is_file() and any(folder.glob("*.onnx"))


def read_folder(folder: Path, compute_type: str, cache: Path) -> SherpaModel:
    """Find out what a folder holds.

    Args:
        folder: As unpacked.
        compute_type: With ``int8`` the file of eight bits is taken where there are several.
        cache: Folder for remembered hashes.

    Raises:
        SettingsError: A file is missing, damaged, or of a kind that cannot be used here.
    """
    tokens = folder / "tokens.txt"
    if not is_sherpa(folder):
        raise SettingsError(f"model {folder}: it holds no tokens.txt with an .onnx file", _HINT)
    _check_tokens(tokens)
    parts = tuple(part for role in _PARTS for part in _pick(folder, role, compute_type))
    if len(parts) == len(_PARTS):
        kind = _transducer(parts)
    elif not parts and (parts := _pick(folder, "model", compute_type)):
        kind = _single(parts[0])
    else:
        found = ", ".join(sorted(path.name for path in folder.glob("*.onnx")))
        raise SettingsError(f"model {folder}: {found}: not the files of a model known here", _HINT)
    hashes = [remembered_hash(path, cache) for path in (*parts, tokens)]
    return SherpaModel(kind, parts, tokens, folder.name, hashlib.sha256("\n".join(hashes).encode()).hexdigest())


def _pick(folder: Path, role: str, compute_type: str) -> tuple[Path, ...]:
    """Return the file of a role, none where there is none."""
    found = sorted(folder.glob(f"{role}*.onnx"))
    wants_int8 = "int8" in compute_type
    return tuple(sorted(found, key=lambda path: (".int8." in path.name) is not wants_int8)[:1])


def _transducer(parts: tuple[Path, ...]) -> Kind:
    for path, keys in zip(parts, _PARTS.values(), strict=True):
        _require(path, frozenset(keys), _read(path))
    if _STREAMING in _read(parts[0]):
        raise SettingsError(f"model {parts[0]}: it is a streaming model", _HINT)
    return Kind.TRANSDUCER


def _single(path: Path) -> Kind:
    found = _read(path)
    if "with_itn" in found or "lang_zh" in found:
        _require(path, _SENSE_VOICE, found)
        return Kind.SENSE_VOICE
    if "lfr_window_size" in found and found.get("model_type", "paraformer") == "paraformer":
        _require(path, _LFR, found)
        return Kind.PARAFORMER
    raise SettingsError(f"model {path}: its kind ({found.get('model_type', 'not said')}) is not known here", _HINT)


def _read(path: Path) -> dict[str, str]:
    try:
        return metadata(path)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise SettingsError(
            f"model {path}: {reason}", "copy the model again; large files may be no more than pointers"
        ) from error


def _require(path: Path, keys: frozenset[str], found: dict[str, str]) -> None:
    missing = sorted(keys - found.keys())
    if missing:
        raise SettingsError(f"model {path}: its metadata lack {', '.join(missing)}", _HINT)


def _check_tokens(path: Path) -> None:
    """Refuse a tokens.txt with a line that is not a token and its number."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path}: it cannot be read", _HINT) from error
    for number, line in enumerate(lines, 1):
        fields = line.split()
        # The token of a space is a line with its number alone.
        if not 1 <= len(fields) <= 2 or not fields[-1].isdecimal():
            raise SettingsError(f"{path}, line {number}: it is not a token and its number", _HINT)
