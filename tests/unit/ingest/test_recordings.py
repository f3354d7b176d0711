"""A recording is in the workspace whole, under the name of its content, or not at all."""

from __future__ import annotations

import errno
import hashlib
from dataclasses import replace
from pathlib import Path

import pytest

from qa_pipeline.errors import AudioError
from qa_pipeline.ingest.recordings import file_sha256, keep_recording, true_suffix
from qa_pipeline.models import Recording
from tests.centre import fake_probe


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "from" / "H1.WAV"
    path.parent.mkdir()
    path.write_bytes(b"RIFF sound")
    return path


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    return tmp_path / "workspace" / "recordings"


def test_a_recording_is_kept_under_its_hash_with_a_path_from_the_workspace(source: Path, kept: Path) -> None:
    sha256 = hashlib.sha256(b"RIFF sound").hexdigest()
    recording = keep_recording(source, kept, fake_probe)
    assert (recording.recording_id, recording.path) == (sha256, f"recordings/{sha256}.wav")
    assert (kept.parent / recording.path).read_bytes() == b"RIFF sound"
    assert file_sha256(source) == sha256


def test_what_cannot_be_heard_is_not_copied(source: Path, kept: Path) -> None:
    source.write_bytes(b"bad sound")
    with pytest.raises(AudioError, match="静音"):
        keep_recording(source, kept, fake_probe)
    assert not kept.exists()


def test_a_copy_that_an_earlier_crash_left_damaged_is_made_good(source: Path, kept: Path) -> None:
    recording = keep_recording(source, kept, fake_probe)
    (kept.parent / recording.path).write_bytes(b"RIFF")
    keep_recording(source, kept, fake_probe)
    assert (kept.parent / recording.path).read_bytes() == b"RIFF sound"


def test_a_file_that_grows_while_it_is_copied_is_refused(source: Path, kept: Path) -> None:
    def probe_then_change(path: Path) -> Recording:
        recording = fake_probe(path)
        path.write_bytes(b"RIFF sound and more")
        return recording

    with pytest.raises(AudioError, match="被改动"):
        keep_recording(source, kept, probe_then_change)
    assert list(kept.iterdir()) == []


def test_a_full_disk_leaves_no_part_of_a_copy(source: Path, kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("qa_pipeline.ingest.recordings.os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        keep_recording(source, kept, fake_probe)
    assert list(kept.iterdir()) == []


def test_the_probe_decides_what_the_recording_is(source: Path, kept: Path) -> None:
    recording = keep_recording(source, kept, lambda path: replace(fake_probe(path), channels=1, codec="mp3"))
    assert (recording.channels, recording.codec) == (1, "mp3")


@pytest.mark.parametrize(
    ("name", "beginning", "suffix"),
    [
        ("a.wav", b"RIFF\0\0\0\0WAVEfmt ", ""),
        ("a.WAV", b"\xff\xfb\x90\x64", ".mp3"),
        ("a.mp3", b"RIFF\0\0\0\0WAVEfmt ", ".wav"),
        ("a.opus", b"OggS\0", ""),
        ("a.mp3", b"\xff\xf1\x50\x80", ".aac"),
        ("a.aac", b"ID3\x04", ""),
        ("a.mp4", b"\0\0\0\x20ftypM4A ", ""),
        ("a.wav", b"who knows", ""),
        ("a.wav", b"", ""),
    ],
)
def test_a_suffix_that_is_not_the_contents_is_known(tmp_path: Path, name: str, beginning: bytes, suffix: str) -> None:
    (tmp_path / name).write_bytes(beginning)
    assert true_suffix(tmp_path / name) == suffix
