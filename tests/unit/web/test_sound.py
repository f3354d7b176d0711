"""Playable copies: of every format, once, and never half."""

from __future__ import annotations

import json
import os
import threading
import wave
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from qa_pipeline.errors import AudioError, NotFound
from qa_pipeline.models import Recording
from qa_pipeline.web import sound
from qa_pipeline.web.sound import SoundCache

RATE_HZ = 8000
LENGTH_S = 3
FORMATS = {"wav": "pcm_mulaw", "ogg": "libopus", "mp3": "libmp3lame", "flac": "flac"}


def record(workspace: Path, ending: str, channels: int = 2) -> Recording:
    """Write a tone that is loud in the second second only, left louder than right."""
    (workspace / "recordings").mkdir(exist_ok=True)
    path = workspace / "recordings" / f"tone.{ending}"
    at = np.arange(RATE_HZ * LENGTH_S)
    loud = (at // RATE_HZ == 1) * 12_000 * np.sin(2 * np.pi * 400 * at / RATE_HZ)
    samples = np.stack([loud, loud / 3][:channels]).astype(np.int16)
    layout = "stereo" if channels == 2 else "mono"
    with av.open(str(path), "w") as container:
        stream = container.add_stream(FORMATS[ending], rate=RATE_HZ, layout=layout)
        frame = av.AudioFrame.from_ndarray(samples.T.reshape(1, -1).copy(), format="s16", layout=layout)
        frame.sample_rate = RATE_HZ
        resampler = av.AudioResampler(stream.format.name, layout, RATE_HZ, stream.frame_size or None)
        for ready in (*resampler.resample(frame), *resampler.resample(None)):
            container.mux(stream.encode(ready))
        container.mux(stream.encode(None))
    return Recording(f"{ending}{channels}", f"recordings/tone.{ending}", FORMATS[ending], RATE_HZ, channels, 3_000)


@pytest.mark.parametrize("ending", FORMATS)
@pytest.mark.parametrize("channels", [1, 2])
def test_every_format_becomes_pcm_of_the_same_length(tmp_path: Path, ending: str, channels: int) -> None:
    cache = SoundCache(tmp_path)
    recording = record(tmp_path, ending, channels)
    with wave.open(str(cache.wav(recording))) as copy:
        assert (copy.getnchannels(), copy.getsampwidth(), copy.getframerate()) == (channels, 2, RATE_HZ)
        assert copy.getnframes() == pytest.approx(RATE_HZ * LENGTH_S, abs=RATE_HZ * 0.3)
    peaks = json.loads(cache.peaks(recording).read_text())
    assert len(peaks["peaks"]) == channels
    left = peaks["peaks"][0]
    third = len(left) // 3
    assert max(left[third + 5 : 2 * third - 5]) == pytest.approx(12_000 / 32_768, rel=0.15)
    assert max(left[: third - 8]) < 0.02


def test_a_copy_is_made_once(tmp_path: Path) -> None:
    cache, recording = SoundCache(tmp_path), record(tmp_path, "wav")
    first = cache.wav(recording).stat().st_mtime_ns
    (tmp_path / recording.path).unlink()
    assert cache.wav(recording).stat().st_mtime_ns == first


def test_who_listens_does_not_wait_for_anothers_recording_to_be_decoded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache, ready, other = SoundCache(tmp_path), record(tmp_path, "wav"), record(tmp_path, "flac")
    cache.wav(ready)
    begun, go_on, blocks = threading.Event(), threading.Event(), sound.pcm_blocks

    def slow(*given: Any) -> Iterator[Any]:
        begun.set()
        go_on.wait(5)
        yield from blocks(*given)

    monkeypatch.setattr(sound, "pcm_blocks", slow)
    with ThreadPoolExecutor(2) as pool:
        making = pool.submit(cache.wav, other)
        begun.wait(5)
        try:
            assert pool.submit(cache.wav, ready).result(timeout=1).exists()
        finally:
            go_on.set()
        assert making.result().exists()


def test_two_recordings_are_decoded_at_the_same_time_and_one_only_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = SoundCache(tmp_path)
    first, second = record(tmp_path, "wav"), record(tmp_path, "flac")
    both, blocks, decoded = threading.Barrier(2, timeout=5), sound.pcm_blocks, []

    def meeting(source: Path, *given: Any) -> Iterator[Any]:
        decoded.append(source.name)
        both.wait()  # breaks where one waits for the other to be done
        yield from blocks(source, *given)

    monkeypatch.setattr(sound, "pcm_blocks", meeting)
    with ThreadPoolExecutor(4) as pool:
        copies = [pool.submit(cache.wav, one) for one in (first, second, first, second)]
        assert all(copy.result().exists() for copy in copies)
    assert sorted(decoded) == ["tone.flac", "tone.wav"]
    assert cache._making == {}  # nothing is kept of who waited


def test_what_is_being_made_and_what_was_just_made_is_not_cleared_away(tmp_path: Path) -> None:
    cache = SoundCache(tmp_path, limit_bytes=0)
    (tmp_path / "cache").mkdir()
    making, old = tmp_path / "cache" / "x.part", tmp_path / "cache" / "y.part"
    for part in (making, old):
        part.write_bytes(b"half")
    os.utime(old, (0, 0))
    copy = cache.wav(record(tmp_path, "wav"))
    assert {file.name for file in (tmp_path / "cache").iterdir()} == {"x.part", copy.name, "wav2.peaks.json"}


def test_what_cannot_be_decoded_leaves_nothing_behind(tmp_path: Path) -> None:
    recording = record(tmp_path, "wav")
    (tmp_path / recording.path).write_bytes(b"no sound at all" * 99)
    cache = SoundCache(tmp_path)
    with pytest.raises(AudioError, match="无法解码"):
        cache.wav(recording)
    assert list((tmp_path / "cache").iterdir()) == []


def test_a_file_that_is_gone_is_named(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match=r"recordings/gone\.wav"):
        SoundCache(tmp_path).wav(Recording("x", "recordings/gone.wav", "", RATE_HZ, 1, 1))


def test_a_path_never_leads_out_of_the_workspace(tmp_path: Path) -> None:
    inside = tmp_path / "inside"
    inside.mkdir()
    record(tmp_path, "wav")
    with pytest.raises(NotFound, match="越出工作区"):
        SoundCache(inside).wav(Recording("x", "../recordings/tone.wav", "", RATE_HZ, 2, 3_000))


def test_the_oldest_copies_go_when_the_cache_outgrows_its_limit(tmp_path: Path) -> None:
    cache = SoundCache(tmp_path, limit_bytes=250_000)
    recordings = [record(tmp_path, ending) for ending in ("wav", "ogg", "flac")]
    kept = [cache.wav(recording) for recording in recordings]
    assert kept[-1].exists()
    assert not kept[0].exists()
