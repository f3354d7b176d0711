"""Takes a recording into the workspace under the name of its content."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from qa_pipeline.errors import AudioError
from qa_pipeline.models import Recording

RECORDING_SUFFIXES = frozenset(
    {
        ".wav",
        ".mp3",
        ".ogg",
        ".oga",
        ".opus",
        ".flac",
        ".m4a",
        ".aac",
        ".amr",
        ".wma",
        ".webm",
        ".mp4",
        ".au",
        ".aif",
        ".aiff",
    }
)
Probe = Callable[[Path], Recording]
_CHUNK_BYTES = 1 << 20


def file_sha256(path: Path) -> str:
    """Return the SHA-256 of a file's content: the id of a recording."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK_BYTES):
            digest.update(chunk)
    return digest.hexdigest()


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
    target = recordings_dir / f"{recording.recording_id}{source.suffix.lower()}"
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
