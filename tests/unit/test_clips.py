"""Clips hold what was asked for and nothing of what is masked."""

from __future__ import annotations

import io
from pathlib import Path

import av
import numpy as np
import pytest

from qa_pipeline.asr.clips import cut
from qa_pipeline.asr.frames import frames_of
from qa_pipeline.asr.pitch import pitches_hz
from qa_pipeline.errors import AudioError
from qa_pipeline.models import Span
from tests.sounds import silence, tone, write_wav


@pytest.fixture
def call(tmp_path: Path) -> Path:
    left = np.concatenate([tone(150, 2000, rate_hz=8000), silence(2000, 8000)])
    right = np.concatenate([silence(2000, 8000), tone(300, 2000, rate_hz=8000)])
    return write_wav(tmp_path / "call.wav", np.stack([left, right]))


def _samples(clip: bytes) -> np.ndarray:
    with av.open(io.BytesIO(clip)) as container:
        resampler = av.AudioResampler(format="flt", layout="mono", rate=16_000)
        blocks = [b.to_ndarray()[0] for f in container.decode(audio=0) for b in resampler.resample(f)]
    return np.concatenate(blocks)


def _pitch(clip: bytes, start_ms: int, end_ms: int) -> float:
    samples = _samples(clip)[None]
    (pitches,) = pitches_hz(samples, frames_of(samples, "cpu").peak, [Span(start_ms, end_ms)], "cpu")
    return float(np.nanmedian(pitches))


def test_a_clip_is_the_stretch_with_its_padding(call: Path) -> None:
    clip = cut(call, 1000, 1500, pad_ms=200, kind="wav")
    assert len(_samples(clip)) == 900 * 16
    assert _pitch(clip, 100, 800) == pytest.approx(150, rel=0.02)


def test_padding_ends_where_the_recording_does(call: Path) -> None:
    assert len(_samples(cut(call, 100, 3900, pad_ms=500, kind="wav"))) == pytest.approx(4000 * 16, abs=160)


def test_one_channel_can_be_heard_alone(call: Path) -> None:
    assert _pitch(cut(call, 2500, 3500, channel=1, kind="wav"), 300, 900) == pytest.approx(300, rel=0.02)
    assert np.abs(_samples(cut(call, 2500, 3500, pad_ms=100, channel=0, kind="wav"))).max() < 0.01


def test_mp3_is_what_browsers_play(call: Path) -> None:
    clip = cut(call, 500, 1500)
    assert clip[:3] == b"ID3" or clip[0] == 0xFF
    assert _pitch(clip, 300, 1200) == pytest.approx(150, rel=0.02)


def test_a_masked_stretch_holds_a_tone_and_nothing_else(call: Path) -> None:
    clip = cut(call, 0, 2000, pad_ms=0, mask=[Span(500, 1500)], kind="wav")
    masked = _samples(clip)[510 * 16 : 1490 * 16]
    spectrum = np.abs(np.fft.rfft(masked * np.hanning(len(masked))))
    bins = np.fft.rfftfreq(len(masked), 1 / 16_000)
    assert bins[spectrum.argmax()] == pytest.approx(440, abs=2)
    assert spectrum[np.abs(bins - 440) > 20].max() < spectrum.max() / 1000
    assert _pitch(clip, 50, 450) == pytest.approx(150, rel=0.02)
    assert _pitch(clip, 1550, 1950) == pytest.approx(150, rel=0.02)


def test_a_mask_outside_the_clip_changes_nothing(call: Path) -> None:
    assert cut(call, 0, 1000, mask=[Span(3000, 3500)], kind="wav") == cut(call, 0, 1000, kind="wav")


def test_a_stretch_after_the_end_or_a_broken_file_is_refused(call: Path, tmp_path: Path) -> None:
    with pytest.raises(AudioError, match="ends before"):
        cut(call, 9000, 9500)
    broken = tmp_path / "broken.wav"
    broken.write_bytes(b"nothing")
    with pytest.raises(AudioError, match="cannot be cut"):
        cut(broken, 0, 100)
