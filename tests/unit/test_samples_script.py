"""Scripts of sample calls: what is refused, and when turns are heard."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from ruamel.yaml import YAML

from recordings_sample import agreement, render
from recordings_sample.callscript import CallScript, ScriptInvalid, load_script
from recordings_sample.codec import CODINGS, decode, encode
from recordings_sample.mix import CALL_HZ, hiss, mix, place
from recordings_sample.synth import SYNTH_HZ, groups, stretch, trim


class Beeper:
    """A voice that beeps 200 ms a character, at a pitch that depends on the words."""

    def speak(self, text: str, voice: str, speed: float) -> NDArray[np.int16]:
        seconds = np.arange(int(len(text) * 0.2 / speed * SYNTH_HZ)) / SYNTH_HZ
        swell = 0.6 + 0.4 * np.sin(2 * np.pi * (1 + sum(map(ord, text + voice)) % 7) * seconds)
        return np.asarray(swell * np.sin(2 * np.pi * 700 * seconds) * 9000, dtype=np.int16)


def script_data(*turns: dict[str, Any], **changes: Any) -> dict[str, Any]:
    spoken = turns or ({"who": "operator", "say": "您好，请讲。"}, {"who": "caller", "say": "路灯坏了，没人来修。"})
    return {
        "call_id": "H261003-001",
        "started_at": "2026-10-03 08:15:20",
        "operator_id": "1003",
        "shift": "早班",
        "voices": {"operator": "zf_xiaoxiao", "caller": "zm_yunxi"},
        "audio": {"layout": "stereo", "operator_channel": 0, "format": "wav-pcm"},
        "caller_number": "13900001234",
        "hang_up_by": "caller",
        "satisfaction": 5,
        "turns": list(spoken),
        "faults": [],
        "hostility": None,
        "work_order": None,
    } | changes


def script_of(*turns: dict[str, Any], **changes: Any) -> CallScript:
    return CallScript.model_validate(script_data(*turns, **changes))


def written(folder: Path, data: dict[str, Any], name: str = "H261003-001") -> Path:
    path = folder / f"{name}.yaml"
    with path.open("w", encoding="utf-8") as stream:
        YAML().dump(data, stream)
    return path


A = {"who": "operator", "say": "您好，请问有什么可以帮您？"}
B = {"who": "caller", "say": "路灯坏了。"}


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (script_data(A, B | {"puase_ms": 3}), "turn 1: puase_ms: unknown key"),
        (script_data(A, B | {"pause_ms": -3}), "turn 1: pause_ms"),
        (script_data(A, B | {"overlap_ms": -3}), "turn 1: overlap_ms"),
        (script_data(A, B | {"overlap_ms": 3, "pause_ms": 3}), "turn 1: pause_ms and overlap_ms exclude"),
        (script_data(A | {"overlap_ms": 3}, B), "turn 0: overlap_ms, but nothing was said"),
        (script_data(A, A | {"overlap_ms": 3}), "turn 1: overlap_ms, but the operator was already speaking"),
        (script_data(A, B | {"say": "拨打12345"}), "turn 1: say holds '12345'"),
        (script_data(A, B | {"say": "……"}), "turn 1: say holds no word"),
        (script_data(A, B | {"gain_db": 30}), "turn 1: gain_db"),
        (script_data(A, B | {"who": "wife"}), "turn 1: who"),
        (script_data(voices={"operator": "zf_xiaomei", "caller": "zm_yunxi"}), "voices: operator"),
        (script_data(voices={"operator": "zm_yunxi", "caller": "zm_yunxi"}), "different voices"),
        (script_data(audio={"layout": "stereo", "format": "mp3"}), "needs operator_channel"),
        (script_data(faults=[{"item": "A5", "kind": "x", "turns": [7]}]), "point at turns [7]"),
        (script_data(call_id="H261003-002"), "call_id is H261003-002"),
    ],
)
def test_a_wrong_script_is_refused_with_file_and_turn(tmp_path: Path, data: dict[str, Any], said: str) -> None:
    path = written(tmp_path, data)
    with pytest.raises(ScriptInvalid) as refused:
        load_script(path)
    assert path.name in str(refused.value)
    assert said in str(refused.value)


def test_text_that_is_not_yaml_is_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "H261003-001.yaml"
    path.write_text("turns: [", encoding="utf-8")
    with pytest.raises(ScriptInvalid, match=r"H261003-001\.yaml: is not YAML"):
        load_script(path)


def test_turns_follow_each_other_after_their_pauses() -> None:
    spans = place(script_of(A, B, A | {"pause_ms": 2000}), [1000, 500, 700])
    assert [(span.start_ms, span.end_ms) for span in spans] == [(300, 1300), (1650, 2150), (4150, 4850)]


def test_an_overlap_counts_back_from_the_end_of_the_turn_before() -> None:
    spans = place(script_of(A, B | {"overlap_ms": 800}, A), [2000, 300, 400])
    assert spans[1].start_ms == spans[0].end_ms - 800
    assert spans[2].start_ms == spans[0].end_ms + 350, "the pause counts from the end of the longer turn"


def test_an_overlap_longer_than_the_turn_before_is_refused() -> None:
    with pytest.raises(ScriptInvalid, match="turn 1: overlap_ms is 1200, but turn 0 lasts only 1000 ms"):
        place(script_of(A, B | {"overlap_ms": 1200}), [1000, 500])


def test_a_person_cannot_speak_over_himself_around_an_interjection() -> None:
    script = script_of(A, B | {"overlap_ms": 1500}, A | {"overlap_ms": 200})
    with pytest.raises(ScriptInvalid, match="turn 2: overlap_ms is 200, but the same person still speaks"):
        place(script, [2000, 500, 500])


def test_each_person_has_a_channel_and_levels_follow_the_script() -> None:
    script = script_of(A, B | {"gain_db": 8})
    samples, (operator, caller) = mix(script, render.speak(script, Beeper()))

    def level_db(channel: int, start_ms: int, end_ms: int) -> float:
        part = samples[channel, start_ms * 8 + 80 : end_ms * 8 - 80]
        return float(10 * np.log10(np.mean(part**2)))

    assert level_db(0, operator.start_ms, operator.end_ms) == pytest.approx(-26, abs=1)
    assert level_db(1, caller.start_ms, caller.end_ms) == pytest.approx(-18, abs=1)
    assert level_db(1, operator.start_ms, operator.end_ms) == pytest.approx(-58, abs=1)
    assert level_db(0, caller.start_ms, caller.end_ms) == pytest.approx(-62, abs=1)


def test_the_operator_can_be_on_the_second_channel_and_mono_holds_both() -> None:
    for audio, channels in (
        ({"layout": "stereo", "operator_channel": 1, "format": "wav-pcm"}, [1, 0]),
        ({"layout": "mono", "format": "wav-pcm"}, [0, 0]),
    ):
        script = script_of(A, B, audio=audio)
        samples, spans = mix(script, render.speak(script, Beeper()))
        heard = [int(np.argmax(np.mean(samples[:, s.start_ms * 8 : s.end_ms * 8] ** 2, axis=1))) for s in spans]
        assert heard == channels


def test_line_noise_is_seeded_by_the_call_and_differs_between_channels() -> None:
    assert np.array_equal(hiss("H261003-001", 0, 800), hiss("H261003-001", 0, 800))
    assert not np.array_equal(hiss("H261003-001", 0, 800), hiss("H261003-002", 0, 800))
    assert abs(np.corrcoef(hiss("H261003-001", 0, 8000), hiss("H261003-001", 1, 8000))[0, 1]) < 0.1


@pytest.mark.parametrize("audio_format", CODINGS)
@pytest.mark.parametrize("layout", ["stereo", "mono"])
def test_what_is_encoded_comes_back_at_its_place(tmp_path: Path, audio_format: str, layout: str) -> None:
    script = script_of(A, B, audio={"layout": layout, "operator_channel": 0, "format": audio_format})
    samples, spans = mix(script, render.speak(script, Beeper()))
    path = tmp_path / f"call{CODINGS[audio_format].suffix}"
    encode(path, samples, audio_format)
    heard = decode(path)
    assert heard.shape[0] == samples.shape[0]
    assert agreement.complaints(samples, spans, heard, spans) == []
    assert min(turn.waveform for turn in agreement.compare(samples, spans, heard, spans)) > 0.9


def test_rendering_writes_audio_and_timing_and_the_check_agrees(tmp_path: Path) -> None:
    script = script_of(A, B)
    assert "2 turns" in render.render(script, Beeper(), tmp_path)
    timing = json.loads((tmp_path / "timing" / "H261003-001.json").read_text(encoding="utf-8"))
    assert [(row["turn"], row["who"]) for row in timing] == [(0, "operator"), (1, "caller")]
    assert decode(tmp_path / "audio" / "H261003-001.wav").shape[1] == (timing[-1]["end_ms"] + 500) * CALL_HZ // 1000
    assert render.check(script, Beeper(), tmp_path) == []


@pytest.mark.parametrize(
    ("altered", "said"),
    [
        (script_of(A), "2 turns, the script has 1"),
        (script_of(A, B | {"say": "水管坏了。"}), "turn 1: other words are heard"),
        (script_of(A, B | {"pause_ms": 500}), "turn 1: its length or pause is 150 ms"),
        (script_of(A, B | {"who": "operator"}), "other speakers"),
        (script_of(A, B, audio={"layout": "mono", "format": "wav-pcm"}), "2 channels, the script makes 1"),
    ],
)
def test_the_check_notices_an_altered_script(tmp_path: Path, altered: CallScript, said: str) -> None:
    render.render(script_of(A, B), Beeper(), tmp_path)
    found = "; ".join(render.check(altered, Beeper(), tmp_path))
    assert said in found


def test_a_missing_recording_says_how_to_make_it(tmp_path: Path) -> None:
    with pytest.raises(ScriptInvalid, match=r"is missing \(render it"):
        render.check(script_of(A, B), Beeper(), tmp_path)


def test_the_command_refuses_nothing_and_unknown_calls(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert render.main(["--cache", str(tmp_path)]) == 2
    assert render.main(["H990101-001", "--scripts", str(tmp_path), "--cache", str(tmp_path)]) == 2
    assert "H990101-001.yaml: cannot be read" in capsys.readouterr().err


def test_long_turns_are_cut_at_sentences_and_lose_no_word() -> None:
    text = "您好，" * 40 + "好的。" + "请您稍候。" * 30 + "……"
    assert max(map(len, groups(text))) <= 90
    assert "".join(groups(text)) == text


def test_trimming_leaves_the_voice_and_cuts_the_silence() -> None:
    voice = np.concatenate([np.zeros(12_000), np.sin(np.arange(24_000) / 5), np.zeros(24_000)]).astype(np.float32)
    assert len(trim(voice)) / SYNTH_HZ == pytest.approx(1.0, abs=0.04)


def test_stretching_changes_the_tempo_and_keeps_the_pitch() -> None:
    tone = np.sin(2 * np.pi * 300 * np.arange(48_000) / SYNTH_HZ).astype(np.float32)
    slow = stretch(tone, 0.8)
    assert len(slow) * 0.8 == pytest.approx(len(tone), rel=0.01)
    assert np.argmax(np.abs(np.fft.rfft(slow))) * SYNTH_HZ / len(slow) == pytest.approx(300, abs=1)
    assert np.array_equal(slow, stretch(tone, 0.8))


def test_the_check_notices_audio_cut_short(tmp_path: Path) -> None:
    script = script_of(A, B)
    render.render(script, Beeper(), tmp_path)
    path = tmp_path / "audio" / "H261003-001.wav"
    encode(path, decode(path)[:, :-CALL_HZ], "wav-pcm")
    assert "its timing says" in "; ".join(render.check(script, Beeper(), tmp_path))
