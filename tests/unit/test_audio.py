"""Recordings that can be heard are decoded whatever they are; those that cannot are refused with the reason."""

from __future__ import annotations

import logging
import pickle
import struct
from pathlib import Path

import numpy as np
import pytest

from qa_pipeline.asr.audio import decode, probe
from qa_pipeline.errors import AudioError
from tests.sounds import convert, noise, piped, silence, tone, write_wav


@pytest.fixture
def stereo(tmp_path: Path) -> Path:
    """Three seconds, 300 Hz on the left, then 200 Hz on the right."""
    left = np.concatenate([tone(300, 1500, rate_hz=8000), silence(1500, 8000)])
    right = np.concatenate([silence(1500, 8000), tone(200, 1500, rate_hz=8000)])
    return write_wav(tmp_path / "stereo.wav", np.stack([left, right]))


@pytest.mark.parametrize(
    ("name", "options", "codec"),
    [
        ("pcm.wav", (), "pcm_s16le"),
        ("alaw.wav", ("-c:a", "pcm_alaw"), "pcm_alaw"),
        ("mulaw.wav", ("-c:a", "pcm_mulaw"), "pcm_mulaw"),
        ("call.mp3", ("-b:a", "32k"), "mp3float"),
        ("opus.ogg", ("-c:a", "libopus", "-ar", "48000"), "opus"),
        ("vorbis.ogg", ("-c:a", "libvorbis"), "vorbis"),
        ("call.flac", (), "flac"),
    ],
)
def test_each_channel_of_a_common_format_is_decoded(
    stereo: Path, tmp_path: Path, name: str, options: tuple[str, ...], codec: str
) -> None:
    path = convert(stereo, tmp_path / name, *options)
    recording = probe(path, 10)
    samples = decode(path, recording, 10)
    assert recording.codec == codec
    assert recording.channels == 2
    assert recording.duration_ms == pytest.approx(3000, abs=120)
    assert samples.dtype == np.float32
    assert samples.shape == (2, pytest.approx(recording.duration_ms * 16, abs=16))
    left, right = np.sqrt(np.mean(np.square(samples[:, 3200:20_000]), axis=1))
    assert left == pytest.approx(0.1, rel=0.15)
    assert right < 0.005


def test_a_recording_is_named_by_its_content(stereo: Path, tmp_path: Path) -> None:
    copy = tmp_path / "other.wav"
    copy.write_bytes(stereo.read_bytes())
    assert probe(copy, 10).recording_id == probe(stereo, 10).recording_id
    assert len(probe(copy, 10).recording_id) == 64


def test_an_mp3_named_wav_is_read_and_noted(stereo: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = convert(stereo, tmp_path / "really-mp3.wav", "-f", "mp3")
    with caplog.at_level(logging.WARNING):
        recording = probe(path, 10)
    assert recording.codec == "mp3float"
    assert "is mp3 in truth" in caplog.text
    assert decode(path, recording, 10).shape[0] == 2


def test_a_wav_from_a_pipe_that_promises_nothing_is_taken(stereo: Path, tmp_path: Path) -> None:
    content = bytearray(stereo.read_bytes())
    place = content.index(b"data") + 4
    content[place : place + 4] = b"\xff\xff\xff\xff"
    path = tmp_path / "piped.wav"
    path.write_bytes(content)
    assert probe(path, 10).duration_ms == pytest.approx(3000, abs=10)


def _refused(path: Path, minutes: int = 10) -> AudioError:
    with pytest.raises(AudioError) as caught:
        probe(path, minutes)
    error = caught.value
    assert path.name in error.message
    assert error.hint
    assert str(pickle.loads(pickle.dumps(error))) == str(error)
    return error


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "empty.wav"
    path.touch()
    assert "empty (0 bytes)" in _refused(path).message


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    assert "no such file" in _refused(tmp_path / "gone.wav").message


def test_a_file_that_the_disk_does_not_give_is_refused(stereo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    assert "cannot be read (Permission denied)" in _refused(stereo).message


def test_a_header_without_samples_is_refused(stereo: Path, tmp_path: Path) -> None:
    path = tmp_path / "none.wav"
    content = stereo.read_bytes()
    path.write_bytes(content[: content.index(b"data") + 4] + bytes(4))
    assert "no samples" in _refused(path).message


@pytest.mark.parametrize("name", ["notes.wav", "notes.mp3", "notes.ogg"])
def test_text_is_refused_as_no_audio(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_text("通话记录 2026-10-02，无录音。\n" * 200, encoding="utf-8")
    assert "not audio" in _refused(path).message


def test_a_playlist_never_opens_another_file(stereo: Path, tmp_path: Path) -> None:
    path = tmp_path / "call.wav"
    path.write_text(f"ffconcat version 1.0\nfile '{stereo.name}'\n", encoding="utf-8")
    assert "not audio" in _refused(path).message


@pytest.mark.parametrize("seed", range(5))
def test_random_bytes_are_refused(tmp_path: Path, seed: int) -> None:
    path = tmp_path / "noise.wav"
    path.write_bytes(np.random.default_rng(seed).bytes(20_000))
    _refused(path)


@pytest.mark.parametrize(
    ("samples", "label"),
    [(np.zeros((2, 16_000), np.float32), "digital"), (noise(2000, -75, rate_hz=8000)[None], "hiss")],
)
def test_a_silent_recording_is_refused(tmp_path: Path, samples: np.ndarray, label: str) -> None:
    assert "silent" in _refused(write_wav(tmp_path / f"{label}.wav", samples)).message


def test_one_short_word_in_silence_is_enough_to_be_heard(tmp_path: Path) -> None:
    samples = np.concatenate([silence(3000, 8000), tone(200, 200, -50, 8000), silence(3000, 8000)])[None]
    assert probe(write_wav(tmp_path / "word.wav", samples), 10).duration_ms == 6200


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("pcm.wav", ()),
        ("alaw.wav", ("-c:a", "pcm_alaw")),
        ("call.mp3", ()),
        ("vorbis.ogg", ("-c:a", "libvorbis")),
        ("opus.ogg", ("-c:a", "libopus", "-ar", "48000")),
        ("call.flac", ()),
    ],
)
def test_a_file_cut_short_is_refused(stereo: Path, tmp_path: Path, name: str, options: tuple[str, ...]) -> None:
    long = convert(stereo, tmp_path / "long.wav", "-af", "aloop=loop=4:size=24000")
    whole = convert(long, tmp_path / name, *options)
    assert probe(whole, 10).duration_ms > 10_000
    cut = tmp_path / f"cut-{name}"
    cut.write_bytes(whole.read_bytes()[: whole.stat().st_size * 6 // 10])
    message = _refused(cut).message
    assert "cut short" in message or "damaged" in message


def test_a_long_recording_is_refused_by_its_header_without_decoding(tmp_path: Path) -> None:
    path = tmp_path / "ten-hours.wav"
    seconds = 10 * 3600
    with path.open("wb") as file:
        form = struct.pack("<4sIHHIIHH", b"fmt ", 16, 7, 1, 8000, 8000, 1, 8)
        data = struct.pack("<4sI", b"data", seconds * 8000)
        header = struct.pack("<4sI4s", b"RIFF", 36 + seconds * 8000, b"WAVE") + form + data
        file.write(header)
        file.truncate(len(header) + seconds * 8000)
    assert "600.0 minutes, 120 are allowed" in _refused(path, 120).message


def test_a_long_recording_without_a_length_is_refused_while_it_is_decoded(tmp_path: Path) -> None:
    source = write_wav(tmp_path / "source.wav", tone(200, 90_000, rate_hz=8000)[None])
    path = tmp_path / "endless.flac"
    path.write_bytes(piped(source, "flac"))
    assert "goes on after 1 minutes" in _refused(path, 1).message
    assert probe(path, 2).duration_ms == 90_000


def test_more_than_two_channels_are_refused(tmp_path: Path) -> None:
    six = write_wav(tmp_path / "two.wav", np.stack([tone(200, 500, rate_hz=8000)] * 2))
    path = convert(six, tmp_path / "six.wav", "-ac", "6")
    assert "6 channels" in _refused(path).message


def test_a_file_that_changed_after_the_import_is_not_decoded_as_the_old_one(stereo: Path) -> None:
    recording = probe(stereo, 10)
    write_wav(stereo, tone(200, 3000, rate_hz=8000)[None])
    with pytest.raises(AudioError, match="changed since"):
        decode(stereo, recording, 10)
    stereo.unlink()
    with pytest.raises(AudioError, match="no such file"):
        decode(stereo, recording, 10)
