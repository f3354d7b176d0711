"""What a trainee sends is what it is found to be by decoding it; each thing that cannot be heard says why."""

from __future__ import annotations

import wave
from collections.abc import Iterable, Iterator
from pathlib import Path

import av
import numpy as np
import pytest

from qa_pipeline.asr.answers import decoded, listened, write_wav
from qa_pipeline.asr.base import ChannelAudio, ChannelWords
from qa_pipeline.asr.listening import Listener
from qa_pipeline.errors import AudioError
from qa_pipeline.models import ModelStamp

RATE_HZ = 48_000


def tone(seconds: float, channels: int = 1, level: float = 0.3) -> np.ndarray:
    at = np.arange(int(seconds * RATE_HZ)) / RATE_HZ
    return np.tile(level * np.sin(2 * np.pi * 300 * at), (channels, 1)).astype(np.float32)


def written(path: Path, samples: np.ndarray, container: str = "wav", codec: str = "pcm_s16le") -> Path:
    layout = "mono" if len(samples) == 1 else "stereo"
    with av.open(str(path), "w", format=container) as out:
        stream = out.add_stream(codec, rate=RATE_HZ, layout=layout)
        pcm = (samples * 32767).astype(np.int16)
        frame = av.AudioFrame.from_ndarray(pcm.T.reshape(1, -1).copy(), format="s16", layout=layout)
        frame.sample_rate = RATE_HZ
        resampler = av.AudioResampler(format=stream.codec_context.format, layout=layout, rate=RATE_HZ, frame_size=960)
        for piece in (*resampler.resample(frame), *resampler.resample(None)):
            for packet in stream.encode(piece):
                out.mux(packet)
        for packet in stream.encode(None):
            out.mux(packet)
    return path


@pytest.mark.parametrize(
    ("container", "codec"), [("webm", "libopus"), ("ogg", "libopus"), ("mp4", "aac"), ("wav", "pcm_s16le")]
)
def test_whatever_a_browser_records_is_heard_under_any_name(tmp_path, container, codec) -> None:
    path = written(tmp_path / "answer.sent", tone(1.5), container, codec)
    sound = decoded(path, 120)
    assert abs(sound.recording.duration_ms - 1500) < 100
    assert sound.samples.shape == (1, sound.samples.size)
    assert float(np.abs(sound.samples).max()) > 0.2


def test_two_channels_are_mixed_into_the_one_voice_that_they_are(tmp_path) -> None:
    samples = tone(1.0, channels=2)
    samples[1] = 0
    sound = decoded(written(tmp_path / "a", samples), 120)
    assert sound.recording.channels == 1
    assert 0.1 < float(np.abs(sound.samples).max()) < 0.2


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"<html>not sound</html>", "不是能听的录音"),
        (b"PK\x03\x04 a zip that says it is a.wav", "不是能听的录音"),
        (b"#EXTM3U\nfile:///etc/passwd\n", "不是能听的录音"),
        (b"RIFF\x24\x00\x00\x00WAVEfmt ", "不是能听的录音"),
    ],
)
def test_what_is_no_sound_is_refused_whatever_it_says_it_is(tmp_path, content, why) -> None:
    path = tmp_path / "answer.sent"
    path.write_bytes(content)
    with pytest.raises(AudioError, match=why):
        decoded(path, 120)


@pytest.mark.parametrize(
    ("samples", "why"),
    [
        (tone(2.0, level=0.0), "录音里没有声音"),
        (tone(0.2), "录音太短，不到半秒"),
        (tone(12.0), "录音超过 11 秒"),
        (tone(61.0), "录音超过 11 秒"),
    ],
    ids=["silent", "short", "long", "longer than a minute"],
)
def test_silence_and_what_is_too_short_or_too_long_are_refused(tmp_path, samples, why) -> None:
    with pytest.raises(AudioError, match=why):
        decoded(written(tmp_path / "a", samples), 11)


def test_what_is_kept_is_plain_sound_of_the_same_length(tmp_path) -> None:
    sound = decoded(written(tmp_path / "a", tone(1.0), "webm", "libopus"), 120)
    write_wav(tmp_path / "kept.wav", sound)
    with wave.open(str(tmp_path / "kept.wav")) as kept:
        assert (kept.getnchannels(), kept.getsampwidth(), kept.getframerate()) == (1, 2, 16_000)
        assert kept.getnframes() == sound.samples.shape[1]


class Deaf:
    """A recogniser that finds no words in anything."""

    stamp = ModelStamp("fake", "deaf", "0" * 64, "")

    def transcribe(self, channels: Iterable[ChannelAudio]) -> Iterator[ChannelWords]:
        for channel in channels:
            yield ChannelWords(channel.recording_id, channel.channel, ())


def test_an_answer_in_which_nothing_is_understood_asks_for_another(tmp_path) -> None:
    sound = decoded(written(tmp_path / "a", tone(2.0)), 120)
    with pytest.raises(AudioError, match="没有听清一个字"):
        listened(sound, Listener(Deaf()))
