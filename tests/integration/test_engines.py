"""The same questions to every engine behind `qa_pipeline.asr.base.Transcriber`.

Three sherpa-onnx models that hear tones, and a server with one of them behind it, answer everywhere. Whisper, and a
server with Whisper behind it, answer where its weights and the read speech are. A real sherpa-onnx model answers where
there is one:

    HOTLINE_QA_TEST_SHERPA=/models/sherpa-onnx-paraformer-zh pytest tests/integration/test_engines.py -k real
"""

from __future__ import annotations

import csv
import math
import os
import string
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import jiwer
import numpy as np
import pytest
from fastapi import FastAPI, Response

from qa_pipeline.asr.activity import speech_spans
from qa_pipeline.asr.audio import decode, probe
from qa_pipeline.asr.base import ChannelAudio, ChannelFailure, ChannelWords, Transcriber
from qa_pipeline.asr.endpoint import EndpointClient, EndpointTranscriber
from qa_pipeline.asr.loading import load_whisper
from qa_pipeline.asr.sherpa import SherpaTranscriber, read_folder
from qa_pipeline.asr.stretches import _CONTEXT_MS
from qa_pipeline.asr.weights import default_cache, locate
from qa_pipeline.asr.whisper import WhisperTranscriber
from qa_pipeline.language.script import bare
from qa_pipeline.models import Span
from tests import tone_models
from tests.sounds import noise, silence
from tests.transcription_server import real_app, serve

pytestmark = pytest.mark.server

SPEECH = Path(__file__).resolve().parents[3] / "shared" / "data" / "speech"
REAL_SHERPA = os.environ.get("HOTLINE_QA_TEST_SHERPA", "")
# Beyond speech, a word may reach this far: so much of what is around speech is heard with it.
TOLERANCE_MS = _CONTEXT_MS + 100


@dataclass(frozen=True)
class Engine:
    """An engine on trial.

    ``make`` makes it anew; ``say`` speaks a number of channels of some turns, with what is said in each turn. ``wrong``
    is the share of characters it may get wrong; ``at_once`` how many channels it may take before it gives one back.
    ``named`` must be found in its stamp. ``sure`` is whether it says how sure it is. ``channels`` is on how many its
    words are looked at: on fewer where a channel takes seconds.
    """

    make: Callable[[], Transcriber]
    say: Callable[[int, int], list[tuple[ChannelAudio, list[str]]]]
    wrong: float
    at_once: int
    named: Sequence[str]
    sure: bool
    spoils: ChannelAudio | None = None
    channels: int = 4


def tones(count: int, turns: int) -> list[tuple[ChannelAudio, list[str]]]:
    """Return channels that speak in tones."""
    texts = ["您好请问", "什么事", "好请您", "请问什么", "您请问事"]
    said = [[texts[(n + turn) % len(texts)] for turn in range(turns)] for n in range(count)]
    return [(_channel(n, [tone_models.sound_of(text) for text in turns]), turns) for n, turns in enumerate(said)]


def read_speech(count: int, turns: int) -> list[tuple[ChannelAudio, list[str]]]:
    """Return channels of read Mandarin at telephone quality's bandwidth, speech found as a run finds it."""
    with (SPEECH / "refs.tsv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file, delimiter="\t") if row["speaker"] != "BAC009S0150"]
    spoken = []
    for n in range(count):
        chosen = rows[n * turns : (n + 1) * turns]
        sounds = [_decoded(SPEECH / "wav" / row["file"]) for row in chosen]
        audio = _channel(n, sounds)
        audio = replace(audio, speech=tuple(speech_spans(audio.samples, n)))
        spoken.append((audio, [row["transcript"] for row in chosen]))
    return spoken


def _decoded(path: Path) -> np.ndarray:
    return decode(path, probe(path, 120), 120)[0]


def _channel(number: int, sounds: Sequence[np.ndarray]) -> ChannelAudio:
    """Put sounds after each other with pauses of two seconds, the speech where they are."""
    pieces, speech, at_ms = [silence(1000)], [], 1000
    for sound in sounds:
        pieces += [sound, silence(2000)]
        speech.append(Span(at_ms, at_ms + len(sound) // 16, number))
        at_ms += len(sound) // 16 + 2000
    return ChannelAudio(f"{number:064x}", number, np.concatenate(pieces).astype(np.float32), tuple(speech))


def _tone_server(recogniser: SherpaTranscriber, tells: str) -> FastAPI:
    """Return a server that hears tones, and fails on whatever is louder than any tone."""

    def recognise(samples: np.ndarray) -> list[Any]:
        if np.max(np.abs(samples)) > 0.9:
            raise ArithmeticError("too loud")
        audio = ChannelAudio("0" * 64, 0, samples, (Span(0, len(samples) // 16),))
        (heard,) = recogniser.transcribe([audio])
        assert isinstance(heard, ChannelWords)
        words = [_Word(w.text, w.start_ms / 1000, w.end_ms / 1000) for w in heard.words]
        return [_Segment(0, "".join(w.word for w in words), 0.0, len(samples) / 16_000, words)] if words else []

    app = real_app(recognise, tells=tells)

    @app.exception_handler(ArithmeticError)
    def failed(request: Any, error: Exception) -> Response:
        return Response(status_code=500)

    return app


@dataclass(frozen=True)
class _Word:
    word: str
    start: float
    end: float
    probability: float = 0.75


@dataclass(frozen=True)
class _Segment:
    id: int
    text: str
    start: float
    end: float
    words: list[_Word]
    avg_logprob: float = -0.3


def _sherpa(folder: Path, cache: Path) -> SherpaTranscriber:
    return SherpaTranscriber(read_folder(folder, "int8", cache), "cpu", 1, None)


def _tone_engine(kind: str, root: Path) -> Engine:
    folder = getattr(tone_models, kind)(root / kind)
    # Without its last token the library fails on the tone of it, and on no other.
    tokens = (folder / "tokens.txt").read_text(encoding="utf-8").splitlines(keepends=True)
    (folder / "tokens.txt").write_text("".join(tokens[:-1]), encoding="utf-8")
    unknown = _channel(99, [tone_models.sound_of("您" + list(tone_models.PITCHES)[-1])])
    named = ["sherpa-onnx", kind, kind.replace("_", "-"), "vad=silero"]

    def say(count: int, turns: int) -> list[tuple[ChannelAudio, list[str]]]:
        known = [(_without_last(text)) for text in ("您好请问", "什么请", "好请您", "请问什么", "您请问")]
        said = [[known[(n + turn) % len(known)] for turn in range(turns)] for n in range(count)]
        return [(_channel(n, [tone_models.sound_of(text) for text in turns]), turns) for n, turns in enumerate(said)]

    make = partial(_sherpa, folder, root / "cache")
    return Engine(make, say, 0.0, 200, named, sure=kind == "transducer", spoils=unknown)


def _without_last(text: str) -> str:
    return text.replace(list(tone_models.PITCHES)[-1], "")


def _endpoint(url: str, model: str) -> EndpointTranscriber:
    return EndpointTranscriber(EndpointClient(url, model, pause=lambda seconds: None), 2, None)


def _tone_endpoint(tells: str, root: Path, stack: ExitStack) -> Engine:
    recogniser = _sherpa(tone_models.sense_voice(root / "behind"), root / "cache")
    url = stack.enter_context(serve(_tone_server(recogniser, tells)))
    loud = _channel(99, [np.clip(tone_models.sound_of("您好") * 4, -1, 1)])
    named = ["openai-endpoint", "whisper-base", "vad=silero"]
    make = partial(_endpoint, url, "whisper-base")
    return Engine(make, tones, 0.0, 2, named, sure=tells != "text", spoils=loud)


def _whisper_endpoint(tells: str, stack: ExitStack) -> Engine:
    model = load_whisper(locate("whisper-base", default_cache()), "cpu", "int8", 2)

    def recognise(samples: np.ndarray) -> list[Any]:
        segments, _ = model.transcribe(
            samples, language="zh", temperature=0.0, condition_on_previous_text=False, word_timestamps=True
        )
        return list(segments)

    url = stack.enter_context(serve(real_app(recognise, tells=tells)))
    make = partial(_endpoint, url, "whisper-base")
    return Engine(make, read_speech, 0.35, 2, ["openai-endpoint", "whisper-base"], sure=tells != "text", channels=2)


def _whisper() -> Engine:
    def make() -> Transcriber:
        return WhisperTranscriber(locate("whisper-base", default_cache()), "cpu", "int8", 2)

    return Engine(make, read_speech, 0.3, 100, ["faster-whisper", "whisper-base", "compute_type=int8"], sure=True)


def _real_sherpa(root: Path) -> Engine:
    folder = Path(REAL_SHERPA)
    return Engine(partial(_sherpa, folder, root), read_speech, 0.2, 200, ["sherpa-onnx", folder.name], sure=False)


ENGINES: dict[str, Callable[[Path, ExitStack], Engine]] = {
    "sherpa paraformer of tones": lambda root, stack: _tone_engine("paraformer", root),
    "sherpa sense-voice of tones": lambda root, stack: _tone_engine("sense_voice", root),
    "sherpa transducer of tones": lambda root, stack: _tone_engine("transducer", root),
    "endpoint that tells words": lambda root, stack: _tone_endpoint("words", root, stack),
    "endpoint that tells segments": lambda root, stack: _tone_endpoint("segments", root, stack),
    "endpoint that tells a text": lambda root, stack: _tone_endpoint("text", root, stack),
    "whisper": lambda root, stack: _whisper(),
    "endpoint of whisper, words": lambda root, stack: _whisper_endpoint("words", stack),
    "endpoint of whisper, a text": lambda root, stack: _whisper_endpoint("text", stack),
    "real sherpa": lambda root, stack: _real_sherpa(root),
}
NO_SHERPA = "no real sherpa-onnx model: set HOTLINE_QA_TEST_SHERPA to the folder of one"


def _marks(name: str) -> list[pytest.MarkDecorator]:
    if "whisper" not in name and "real" not in name:
        return []
    missing = pytest.mark.skipif(not SPEECH.is_dir(), reason="no read speech beside the checkout")
    marks = [pytest.mark.model, missing]
    return [*marks, pytest.mark.skipif(not REAL_SHERPA, reason=NO_SHERPA)] if "real" in name else marks


@pytest.fixture(scope="module", params=[pytest.param(name, marks=_marks(name), id=name) for name in ENGINES])
def engine(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    with ExitStack() as stack:
        yield ENGINES[request.param](tmp_path_factory.mktemp("engine"), stack)


@dataclass(frozen=True)
class Told:
    """What an engine was given and what it gave back, by channel."""

    given: dict[int, tuple[ChannelAudio, list[str]]]
    heard: dict[int, ChannelWords]


@pytest.fixture(scope="module")
def told(engine: Engine) -> Told:
    given = engine.say(engine.channels, 2)
    heard = list(engine.make().transcribe(audio for audio, _ in given))
    assert all(isinstance(result, ChannelWords) for result in heard)
    assert sorted(result.channel for result in heard) == [audio.channel for audio, _ in given], "each channel once"
    assert all(int(result.recording_id, 16) == result.channel for result in heard)
    by_channel = {result.channel: result for result in heard if isinstance(result, ChannelWords)}
    return Told({audio.channel: (audio, said) for audio, said in given}, by_channel)


def test_the_words_are_what_was_said(engine: Engine, told: Told) -> None:
    references = [bare("".join(said)) for _, said in told.given.values()]
    heard = [bare("".join(word.text for word in told.heard[channel].words)) for channel in told.given]
    assert jiwer.cer(references, heard) <= engine.wrong


def test_each_word_is_in_its_turn_and_after_the_one_before(engine: Engine, told: Told) -> None:
    for channel, (audio, _) in told.given.items():
        words = told.heard[channel].words
        assert words
        assert all(word.text and word.text == "".join(word.text.split()) for word in words)
        assert all(0 <= word.start_ms <= word.end_ms <= len(audio.samples) // 16 for word in words)
        assert all(before.start_ms <= after.start_ms for before, after in pairwise(words))
        for word in words:
            begins, ends = word.start_ms - TOLERANCE_MS, word.end_ms + TOLERANCE_MS
            assert any(begins <= span.end_ms and span.start_ms <= ends for span in audio.speech)


def test_no_turn_is_without_words(engine: Engine, told: Told) -> None:
    for channel, (audio, _) in told.given.items():
        for span in audio.speech:
            inside = [w for w in told.heard[channel].words if w.start_ms < span.end_ms and w.end_ms > span.start_ms]
            assert inside or span.length_ms < 400


def test_confidence_is_a_probability_or_is_said_to_be_none(engine: Engine, told: Told) -> None:
    confidences = [word.confidence for heard in told.heard.values() for word in heard.words]
    if engine.sure:
        assert all(0 <= confidence <= 1 for confidence in confidences)
    else:
        assert all(math.isnan(confidence) for confidence in confidences)


def test_where_nobody_speaks_there_are_no_words(engine: Engine) -> None:
    quiet = [ChannelAudio("a" * 64, 0, noise(5000, -50), ()), ChannelAudio("b" * 64, 1, silence(20), ())]
    heard = list(engine.make().transcribe(quiet))
    assert sorted(h.recording_id for h in heard) == ["a" * 64, "b" * 64]
    assert all(isinstance(h, ChannelWords) and h.words == () for h in heard)


def test_a_channel_that_fails_costs_no_other(engine: Engine) -> None:
    if engine.spoils is None:
        pytest.skip("no sound is known that this engine fails on")
    given = [audio for audio, _ in engine.say(3, 1)]
    heard = {h.recording_id: h for h in engine.make().transcribe([given[0], engine.spoils, *given[1:]])}
    failure = heard.pop(engine.spoils.recording_id)
    assert isinstance(failure, ChannelFailure)
    assert failure.channel == engine.spoils.channel
    assert failure.error.hint
    assert all(isinstance(result, ChannelWords) and result.words for result in heard.values())
    assert len(heard) == 3


def test_channels_are_taken_as_there_is_room_for_them(engine: Engine) -> None:
    taken = 0
    spoken_once = engine.say(2, 2)

    def endless() -> Iterator[ChannelAudio]:
        nonlocal taken
        while True:
            audio, _ = spoken_once[taken % 2]
            taken += 1
            yield replace(audio, recording_id=f"{taken:064x}")

    results = engine.make().transcribe(endless())
    assert taken == 0, "nothing is taken before it is asked for"
    next(results)
    assert 0 < taken <= engine.at_once
    results.close()  # type: ignore[attr-defined]  # every engine is a generator


def test_the_same_sound_gives_the_same_words(engine: Engine, told: Told) -> None:
    again = engine.make().transcribe([audio for audio, _ in told.given.values()])
    for heard in again:
        assert isinstance(heard, ChannelWords)
        assert repr(heard.words) == repr(told.heard[heard.channel].words)


def test_the_stamp_names_engine_model_and_settings(engine: Engine) -> None:
    stamp = engine.make().stamp
    written = f"{stamp.engine} {stamp.model} {stamp.settings}"
    assert all(name in written for name in engine.named)
    assert len(stamp.sha256) == 64
    assert set(stamp.sha256) <= set(string.hexdigits.lower())
    assert engine.make().stamp == stamp


def test_an_engine_can_be_used_again(engine: Engine) -> None:
    transcriber = engine.make()
    (audio, _), *_ = engine.say(1, 1)
    first, second = (list(transcriber.transcribe([audio])) for _ in range(2))
    assert repr(first) == repr(second)
