"""The committed sample calls: script, audio and timing belong together."""

from __future__ import annotations

import re
import wave
from functools import cache
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.fft import next_fast_len, rfft, rfftfreq

from recordings_sample import render, synth
from recordings_sample.agreement import MAX_SHIFT_MS, MIN_ENVELOPE, compare, complaints
from recordings_sample.callscript import CallScript, load_script
from recordings_sample.codec import CODINGS, audio_path, decode
from recordings_sample.mix import CALL_HZ, LEAD_IN_MS, TAIL_MS, Span, mix
from recordings_sample.synth import Kokoro

SAMPLES = Path(__file__).resolve().parents[2] / "recordings_sample"
SCRIPTS = sorted((SAMPLES / "scripts").glob("*.yaml"))
PART = slice(4, 7)
"""Turns of the shortest call: the operator's, the caller's and the operator's again, 8 s."""
each_call = pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.stem)


@cache
def script_at(path: Path) -> CallScript:
    return load_script(path)


@cache
def samples_of(path: Path) -> NDArray[np.float32]:
    return decode(path)


def audio_of(script: CallScript) -> Path:
    return audio_path(SAMPLES / "audio", script.call_id, script.audio.format)


def timing_of(script: CallScript) -> tuple[Span, ...]:
    return render.read_timing(SAMPLES / "timing" / f"{script.call_id}.json")


def shortest_call() -> CallScript:
    return min(map(script_at, SCRIPTS), key=lambda script: timing_of(script)[-1].end_ms)


def part_of(script: CallScript) -> CallScript:
    """Return a few seconds of a call: a voice takes as long as it speaks, and longer."""
    return script.model_copy(update={"turns": script.turns[PART]})


def part_of_audio(script: CallScript) -> tuple[NDArray[np.float32], tuple[Span, ...]]:
    """Cut the same turns out of the committed audio, and tell their timing as if the call began with them."""
    spans = timing_of(script)[PART]
    begins_ms, ends_ms = spans[0].start_ms - LEAD_IN_MS, spans[-1].end_ms + TAIL_MS
    cut = samples_of(audio_of(script))[:, begins_ms * CALL_HZ // 1000 : ends_ms * CALL_HZ // 1000]
    moved = (Span(n, span.who, span.start_ms - begins_ms, span.end_ms - begins_ms) for n, span in enumerate(spans))
    return cut, tuple(moved)


def with_words(script: CallScript, number: int, say: str) -> CallScript:
    turns = [turn.model_copy(update={"say": say}) if i == number else turn for i, turn in enumerate(script.turns)]
    return script.model_copy(update={"turns": turns})


def test_there_are_at_least_24_calls_and_most_of_them_are_stereo() -> None:
    layouts = [script_at(path).audio.layout for path in SCRIPTS]
    assert len(layouts) >= 24
    assert layouts.count("stereo") >= 20
    assert layouts.count("mono") >= 3


def test_the_folder_stays_under_25_megabytes() -> None:
    assert sum(path.stat().st_size for path in SAMPLES.rglob("*") if path.is_file()) < 25_000_000


def test_no_audio_or_timing_is_left_over_from_a_script_that_is_gone() -> None:
    calls = {path.stem for path in SCRIPTS}
    assert {path.stem for path in (SAMPLES / "audio").iterdir()} == calls
    assert {path.stem for path in (SAMPLES / "timing").iterdir()} == calls


@each_call
def test_the_timing_names_every_turn_of_the_script_in_order(path: Path) -> None:
    script, spans = script_at(path), timing_of(script_at(path))
    assert [(span.turn, span.who) for span in spans] == [(i, turn.who) for i, turn in enumerate(script.turns)]
    for before, span, turn in zip(spans, spans[1:], script.turns[1:], strict=False):
        if turn.overlap_ms is not None:
            assert before.end_ms - span.start_ms == turn.overlap_ms
        else:
            silence_ms = span.start_ms - max(earlier.end_ms for earlier in spans[: span.turn])
            assert silence_ms == (350 if turn.pause_ms is None else turn.pause_ms)


@each_call
def test_every_turn_lasts_about_as_long_as_its_words_take(path: Path) -> None:
    script = script_at(path)
    for turn, span in zip(script.turns, timing_of(script), strict=True):
        characters = len(re.findall(r"[\u4e00-\u9fff]", turn.say))
        seconds = (span.end_ms - span.start_ms) / 1000
        spoken = f"turn {span.turn}: {seconds} s, {characters} characters"
        assert 0.12 * characters < seconds * turn.speed < 0.5 + 0.4 * characters, spoken


@each_call
def test_the_audio_lasts_as_long_as_its_timing_says(path: Path) -> None:
    script = script_at(path)
    end_ms = max(span.end_ms for span in timing_of(script)) + TAIL_MS
    assert samples_of(audio_of(script)).shape[1] * 1000 / CALL_HZ == pytest.approx(end_ms, abs=60)


@each_call
def test_format_layout_and_rate_are_what_the_script_says(path: Path) -> None:
    script = script_at(path)
    coding = CODINGS[script.audio.format]
    with av.open(str(audio_of(script))) as container:
        stream = container.streams.audio[0]
        assert container.format.name == coding.container
        assert stream.channels == (2 if script.audio.layout == "stereo" else 1)
        # Opus always decodes at 48 kHz; that the call is a telephone call shows in its band.
        assert stream.rate == (48_000 if script.audio.format == "ogg" else CALL_HZ)


@each_call
def test_only_the_telephone_band_is_heard(path: Path) -> None:
    samples = samples_of(audio_of(script_at(path))).sum(axis=0)
    length = next_fast_len(len(samples), real=True)  # a transform of a prime length takes many times as long
    power = np.abs(rfft(samples, length)) ** 2
    hz = rfftfreq(length, 1 / CALL_HZ)
    outside = power[(hz < 200) | (hz > 3700)].sum()
    assert outside < power.sum() * 1e-2


@each_call
def test_in_stereo_each_person_is_heard_on_the_own_channel_alone(path: Path) -> None:
    script = script_at(path)
    samples, spans = samples_of(audio_of(script)), timing_of(script)
    if script.audio.layout == "mono":
        assert len(samples) == 1
        return
    for span in spans:
        if any(other is not span and other.start_ms < span.end_ms and span.start_ms < other.end_ms for other in spans):
            continue
        own = script.audio.operator_channel if span.who == "operator" else 1 - (script.audio.operator_channel or 0)
        part = samples[:, span.start_ms * 8 : span.end_ms * 8]
        power_db = 10 * np.log10(np.mean(part**2, axis=1) + 1e-9)
        assert power_db[own or 0] - power_db[1 - (own or 0)] > 15, f"turn {span.turn}"


@each_call
def test_a_call_begins_with_the_line_and_never_clips(path: Path) -> None:
    samples = samples_of(audio_of(script_at(path)))
    lead_in = samples[:, : (LEAD_IN_MS - 50) * CALL_HZ // 1000]
    assert 0 < np.sqrt(np.mean(lead_in**2)) < 10 ** (-50 / 20)
    assert np.mean(np.abs(samples) > 0.999) < 1e-4


def test_wav_files_name_the_codec_in_their_header_as_recorders_do() -> None:
    for path in SCRIPTS:
        script = script_at(path)
        if script.audio.format == "wav-pcm":
            with wave.open(str(audio_of(script))) as stored:
                assert (stored.getframerate(), stored.getsampwidth()) == (CALL_HZ, 2)
        elif script.audio.format.startswith("wav-"):
            tag = int.from_bytes(audio_of(script).read_bytes()[20:22], "little")
            assert tag == {"wav-alaw": 6, "wav-ulaw": 7}[script.audio.format]


@pytest.fixture(scope="module")
def voice(tmp_path_factory: pytest.TempPathFactory) -> Kokoro:
    """Return a voice with nothing in its cache."""
    return Kokoro(tmp_path_factory.mktemp("voice"))


@pytest.mark.model
@pytest.mark.timeout(600)
def test_the_shortest_call_spoken_again_agrees_with_its_committed_audio(voice: Kokoro) -> None:
    script = shortest_call()
    samples, spans = mix(part_of(script), render.speak(part_of(script), voice))
    stored, stored_spans = part_of_audio(script)
    turns = compare(samples, spans, stored, stored_spans)
    assert len(turns) == len(stored_spans) == 3
    assert min(turn.envelope for turn in turns) > MIN_ENVELOPE
    assert max(turn.shift_ms for turn in turns) <= MAX_SHIFT_MS
    assert complaints(samples, spans, stored, stored_spans) == []


@pytest.mark.model
@pytest.mark.timeout(600)
def test_a_voice_that_holds_some_sounds_a_frame_longer_still_agrees(
    voice: Kokoro, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = shortest_call()
    one = script.model_copy(update={"turns": script.turns[6:7]})
    samples, spans = mix(one, render.speak(one, voice))
    # A tempo altered by half a percent changes which frames a sound is held for, as another processor's rounding does.
    monkeypatch.setattr(synth, "MODEL_TEMPO", synth.MODEL_TEMPO * 1.0055)
    other, other_spans = mix(one, render.speak(one, Kokoro(tmp_path)))
    assert 0 < compare(other, other_spans, samples, spans)[0].shift_ms <= MAX_SHIFT_MS
    assert complaints(other, other_spans, samples, spans) == []


@pytest.mark.model
@pytest.mark.timeout(600)
def test_what_is_written_agrees_with_its_script_and_not_with_another(voice: Kokoro, tmp_path: Path) -> None:
    script = part_of(shortest_call())
    render.render(script, voice, tmp_path)
    assert render.check(script, voice, tmp_path) == []
    lost_a_turn = script.model_copy(update={"turns": script.turns[:-1]})
    assert any("turns" in complaint for complaint in render.check(lost_a_turn, voice, tmp_path))
    assert render.check(with_words(script, 0, "今天天气真好。"), voice, tmp_path)


@pytest.mark.model
@pytest.mark.timeout(600)
def test_speaking_twice_gives_the_same_samples(voice: Kokoro, tmp_path: Path) -> None:
    turn = shortest_call().turns[PART][0]
    again = Kokoro(tmp_path)
    first, second = (one.speak(turn.say, "zm_yunxi", turn.speed) for one in (voice, again))
    assert np.array_equal(first, second)
