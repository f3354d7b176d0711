"""Takes a recording into the workspace under the name of its content."""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from qa_pipeline.errors import AudioError
from qa_pipeline.models import Recording
from qa_pipeline.models.files import RECORDING_SUFFIXES

__all__ = ["RECORDING_SUFFIXES", "Probe", "file_sha256", "keep_recording", "restore_recording", "true_suffix"]

_BEGINNINGS = (
    (re.compile(rb"(?:RIFF|RF64)....WAVE", re.DOTALL), ".wav"),
    (re.compile(rb"OggS"), ".ogg"),
    (re.compile(rb"fLaC"), ".flac"),
    (re.compile(rb"....ftyp", re.DOTALL), ".m4a"),
    (re.compile(rb"#!AMR"), ".amr"),
    (re.compile(rb"\x30\x26\xb2\x75"), ".wma"),
    (re.compile(rb"\x1a\x45\xdf\xa3"), ".webm"),
    (re.compile(rb"\.snd"), ".au"),
    (re.compile(rb"FORM....AIF", re.DOTALL), ".aiff"),
    (re.compile(rb"ID3|\xff[\xe2-\xe7\xf2-\xf7\xfa-\xff]"), ".mp3"),
    (re.compile(rb"\xff[\xf0\xf1\xf8\xf9]"), ".aac"),
)
_SAME = {".oga": ".ogg", ".opus": ".ogg", ".mp4": ".m4a", ".aif": ".aiff"}
_LONGEST_BEGINNING = 12
Probe = Callable[[Path], Recording]
_CHUNK_BYTES = 1 << 20


def file_sha256(path: Path) -> str:
    """Return the SHA-256 of a file's content: the id of a recording."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK_BYTES):
            digest.update(chunk)
    return digest.hexdigest()


def true_suffix(path: Path) -> str:
    """Return the suffix that a recording's first bytes ask for, '' where its own fits or nothing is known of them."""
    with path.open("rb") as file:
        beginning = file.read(_LONGEST_BEGINNING)
    own = path.suffix.lower()
    found = next((suffix for pattern, suffix in _BEGINNINGS if pattern.match(beginning)), "")
    if not found or found == _SAME.get(own, own) or (found, own) == (".mp3", ".aac"):  # ID3 may stand before AAC
        return ""
    return found


def restore_recording(source: Path, target: Path, sha256: str) -> bool:
    """Copy a known recording into the workspace again where its file is gone or damaged; say whether it was.

    Raises:
        AudioError: The source changed while it was copied.
        OSError: The disk is full, say.
    """
    if target.is_file() and target.stat().st_size == source.stat().st_size and file_sha256(target) == sha256:
        return False
    target.parent.mkdir(parents=True, exist_ok=True)
    _copy(source, target, sha256)
    return True


def keep_recording(source: Path, recordings_dir: Path, probe: Probe) -> Recording:
    """Check a recording and copy it into the workspace; the copy is there whole or not at all.

    Args:
        source: The file as it was given.
        recordings_dir: The workspace's folder of recordings; its parent is what ``Recording.path`` starts from.
        probe: Looks at the audio and raises `AudioError` for what cannot be heard.

    Returns:
        The recording with its path relative to the workspace.

    Raises:
        AudioError: It cannot be heard, or it changed while it was copied.
        OSError: The disk is full, say.
    """
    recording = probe(source)
    target = recordings_dir / f"{recording.recording_id}{true_suffix(source) or source.suffix.lower()}"
    if not target.exists() or file_sha256(target) != recording.recording_id:
        recordings_dir.mkdir(parents=True, exist_ok=True)
        _copy(source, target, recording.recording_id)
    return replace(recording, path=f"{recordings_dir.name}/{target.name}")


def _copy(source: Path, target: Path, expected_sha256: str) -> None:
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=".incoming-")
    incoming = Path(name)
    digest = hashlib.sha256()
    try:
        with os.fdopen(handle, "wb") as out, source.open("rb") as file:
            while chunk := file.read(_CHUNK_BYTES):
                digest.update(chunk)
                out.write(chunk)
            out.flush()
            os.fsync(out.fileno())
        if digest.hexdigest() != expected_sha256:
            raise AudioError(f"录音 {source.name} 在导入过程中被改动", "等它写完后再导入")
        incoming.chmod(0o644)
        incoming.replace(target)
    finally:
        incoming.unlink(missing_ok=True)
