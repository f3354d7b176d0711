"""A recognition server that misbehaves loses nothing, sees nothing it should not, and is never believed blindly."""

from __future__ import annotations

import logging
import math
import threading
import time
from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import pytest
from fastapi import Response
from fastapi.responses import JSONResponse

from qa_pipeline.asr.base import ChannelAudio, ChannelFailure, ChannelWords
from qa_pipeline.asr.channels import ChannelRoles
from qa_pipeline.asr.endpoint import EndpointClient, EndpointTranscriber
from qa_pipeline.asr.endpoint.answers import Answer, words_of
from qa_pipeline.asr.endpoint.wav import wav_of
from qa_pipeline.asr.listening import Listener, PreparedCall
from qa_pipeline.asr.stretches import _CONTEXT_MS, Stretch
from qa_pipeline.errors import CallError, QaError, SettingsError, TransientError
from qa_pipeline.models import UNKNOWN_CONFIDENCE, Role, Span, Word
from tests.sounds import recording, tone
from tests.transcription_server import Asked, Script, samples_of, serve, text

pytestmark = pytest.mark.server

SECRET = "s3cret-key"
SAID = "您好请问有什么可以帮您"
# Where the speech of a turn begins in what is sent, and that of the next turn after it.
FIRST_S = _CONTEXT_MS / 1000
SECOND_S = FIRST_S + 1 + 2 * FIRST_S


def channel(number: int = 0, turns: int = 1, ms: int = 1000) -> ChannelAudio:
    """Return a channel with turns of sound, three seconds apart."""
    samples = np.zeros((turns * (ms + 3000) + 1000) * 16, dtype=np.float32)
    speech = []
    for turn in range(turns):
        start = 500 + turn * (ms + 3000)
        samples[start * 16 : (start + ms) * 16] = tone(200, ms)
        speech.append(Span(start, start + ms, number))
    return ChannelAudio(f"{number:064x}", number, samples, tuple(speech))


def transcriber(
    url: str, requests: int = 1, assumed: float | None = None, timeout_s: float = 20
) -> EndpointTranscriber:
    client = EndpointClient(url, "paraformer", SECRET, timeout_s, pause=lambda seconds: None)
    return EndpointTranscriber(client, requests, assumed)


def hear(script: Script, *channels: ChannelAudio, **options: float) -> list[ChannelWords | ChannelFailure]:
    with serve(script.app()) as url:
        return list(transcriber(url, **options).transcribe(channels))  # type: ignore[arg-type]


def said(heard: ChannelWords | ChannelFailure) -> str:
    assert isinstance(heard, ChannelWords)
    return "".join(word.text for word in heard.words)


def test_a_text_alone_is_asked_turn_by_turn_and_spread_over_each() -> None:
    script = Script([text(SAID)])
    (heard,) = hear(script, channel(turns=2))
    assert said(heard) == SAID * 2
    assert len(script.asked) == 2, "each turn alone"
    assert isinstance(heard, ChannelWords)
    first, second = heard.words[: len(SAID)], heard.words[len(SAID) :]
    assert (first[0].start_ms, first[-1].end_ms) == (500, 1500)
    assert (second[0].start_ms, second[-1].end_ms) == (4500, 5500)
    assert all(math.isnan(word.confidence) for word in heard.words)


def test_words_with_times_come_back_to_where_they_were_said() -> None:
    words = [{"word": "您好", "start": FIRST_S + 0.1, "end": FIRST_S + 0.9, "probability": 0.9}]
    words += [{"word": "再見", "start": SECOND_S + 0.1, "end": SECOND_S + 0.9, "probability": 0.4}]
    script = Script([JSONResponse({"text": "您好再見", "words": words})])
    (heard,) = hear(script, channel(turns=2))
    assert isinstance(heard, ChannelWords)
    assert [(w.text, w.start_ms, w.end_ms, w.confidence) for w in heard.words] == [
        ("您好", 600, 1400, 0.9),
        ("再见", 4600, 5400, 0.4),
    ]
    (asked,) = script.asked
    assert len(asked.samples) == (2000 + 4 * _CONTEXT_MS) * 16, (
        "two turns with their context, the silence between left out"
    )


def test_a_word_that_is_said_to_begin_before_a_long_pause_is_put_after_it() -> None:
    words = [{"word": "您好", "start": FIRST_S, "end": FIRST_S + 0.9}]
    words.append({"word": "再", "start": FIRST_S + 0.9, "end": SECOND_S + 0.3})
    words.append({"word": "见", "start": SECOND_S + 0.3, "end": SECOND_S + 1})
    (heard,) = hear(Script([JSONResponse({"text": "您好再见", "words": words})]), channel(turns=2))
    assert isinstance(heard, ChannelWords)
    assert [(word.text, word.start_ms) for word in heard.words] == [("您好", 500), ("再", 4350), ("见", 5050)]


def test_a_turn_that_the_server_left_out_is_asked_for_alone() -> None:
    def forgetful(asked: Asked) -> Response:
        words = [{"word": "您好", "start": FIRST_S + 0.1, "end": FIRST_S + 0.9, "probability": 0.9}]
        return JSONResponse({"text": "您好", "words": words})

    script = Script([forgetful])
    (heard,) = hear(script, channel(turns=2))
    assert isinstance(heard, ChannelWords)
    assert [(word.text, word.start_ms) for word in heard.words] == [("您好", 600), ("您好", 4600)]
    assert [len(asked.samples) // 16 for asked in script.asked] == [
        2000 + 4 * _CONTEXT_MS,
        *[1000 + 2 * _CONTEXT_MS] * 2,
    ]


def test_the_request_is_what_the_api_asks_for() -> None:
    script = Script([text("")])
    hear(script, channel())
    asked = script.asked[0]
    assert asked.fields == {
        "model": ["paraformer"],
        "language": ["zh"],
        "temperature": ["0"],
        "response_format": ["verbose_json"],
        "timestamp_granularities[]": ["word", "segment"],
    }
    assert asked.authorization == f"Bearer {SECRET}"
    assert (
        np.max(np.abs(asked.samples - channel().samples[(500 - _CONTEXT_MS) * 16 : (1500 + _CONTEXT_MS) * 16])) < 1e-3
    )


def test_a_segment_gives_its_words_their_time_and_confidence() -> None:
    segments = [{"text": "您好", "start": FIRST_S, "end": FIRST_S + 0.5, "avg_logprob": -0.2}]
    segments += [{"text": "请说", "start": FIRST_S + 0.5, "end": FIRST_S + 1, "avg_logprob": -2.0}]
    (heard,) = hear(Script([JSONResponse({"text": "您好请说", "segments": segments, "duration": "1.6"})]), channel())
    assert isinstance(heard, ChannelWords)
    assert [word.text for word in heard.words] == list("您好请说")
    assert (heard.words[1].end_ms, heard.words[2].start_ms) == (1000, 1000)
    assert [word.confidence for word in heard.words] == pytest.approx([math.exp(-0.2)] * 2 + [math.exp(-2)] * 2)


@pytest.mark.parametrize(
    "answer",
    [
        {"text": SAID, "segments": [{"text": SAID, "start": 0.0, "end": 1.5, "avg_logprob": 0.0}]},
        {"text": SAID, "segments": [{"text": SAID, "start": 0.0, "end": 0.0}]},
        {"text": SAID, "segments": []},
        {"text": SAID, "words": [{"word": "您", "start": 0.3, "end": 0.5, "probability": 0.99}]},
        {"text": SAID, "words": [{"word": c, "start": 0.3, "end": 1.3, "probability": 1.0} for c in SAID]},
        {"text": SAID, "words": [{"word": c, "start": 0, "end": 0} for c in SAID]},
    ],
    ids=["log 1", "no times", "no segments", "words cut short", "all certain", "words without times"],
)
def test_a_field_that_is_only_filled_up_is_not_believed(answer: dict[str, object]) -> None:
    (heard,) = hear(Script([JSONResponse(answer)]), channel())
    assert said(heard) == SAID
    assert isinstance(heard, ChannelWords)
    assert all(math.isnan(word.confidence) for word in heard.words)
    assert heard.words[0].start_ms >= 500
    assert heard.words[-1].end_ms <= 1500


def test_times_that_make_no_sense_stay_inside_the_channel_and_in_order() -> None:
    words = [("您", 9.0, 99.0), ("好", -5.0, 0.2), ("请", 0.4, 0.3), ("说", 0.4, 1.0)]
    answer = {"text": "您好请说", "words": [{"word": w, "start": s, "end": e} for w, s, e in words]}
    (heard,) = hear(Script([JSONResponse(answer)]), channel())
    assert isinstance(heard, ChannelWords)
    assert all(0 <= word.start_ms <= word.end_ms <= 5000 for word in heard.words)
    assert all(before.end_ms <= after.start_ms for before, after in pairwise(heard.words))


def test_a_server_is_asked_for_less_until_it_agrees_and_then_for_that() -> None:
    def knows_json(asked: Asked) -> Response:
        return text(SAID) if asked.fields["response_format"] == ["json"] else Response("no verbose_json", 400)

    script = Script([knows_json])
    hear(script, channel(0), channel(1))
    assert [asked.fields["response_format"][0] for asked in script.probed] == ["verbose_json"] * 2 + ["json"]
    assert [asked.fields["response_format"][0] for asked in script.asked] == ["json"] * 2


@pytest.mark.parametrize("trouble", [429, 500, 502, 503, 504, "garbage", "cut", "list"])
def test_passing_trouble_is_waited_out(trouble: int | str) -> None:
    bad = {"garbage": Response(b"<html>"), "cut": Response(b'{"text": "\xe6'), "list": JSONResponse([])}
    reply = bad[trouble] if isinstance(trouble, str) else Response(status_code=trouble)
    script = Script([reply, reply, text(SAID)])
    (heard,) = hear(script, channel())
    assert said(heard) == SAID


def test_an_answer_that_breaks_off_is_asked_for_again() -> None:
    broken = Response(b'{"text": "', headers={"content-length": "4000"})
    with serve(Script([broken, text(SAID)]).app()) as url:
        (heard,) = transcriber(url).transcribe([channel()])
    assert said(heard) == SAID


def test_a_pause_that_the_server_asks_for_is_kept() -> None:
    pauses: list[float] = []
    script = Script([Response(status_code=429, headers={"Retry-After": "7"}), text("")])
    with serve(script.app()) as url, EndpointClient(url, "paraformer", pause=pauses.append) as client:
        client.transcribe(wav_of(tone(200, 500)), 0)
    assert pauses == [7.0]


@pytest.mark.parametrize("status", [429, 503])
def test_a_server_that_stays_busy_ends_the_run_for_now(status: int) -> None:
    script = Script([Response(status_code=status)])
    with pytest.raises(TransientError, match=str(status)):
        hear(script, channel())
    assert len(script.probed) == 4
    assert script.asked == [], "nothing of a call was sent"


def test_a_server_that_fails_on_everything_is_down_and_no_call_is_blamed() -> None:
    script = Script([Response(status_code=500)], models=Response(status_code=500))
    with pytest.raises(TransientError, match="went down"):
        hear(script, channel())


def test_a_server_that_is_not_there_ends_the_run_for_now() -> None:
    with serve(Script([text("")]).app()) as url:
        pass
    with pytest.raises(TransientError, match="out of reach") as caught:
        list(transcriber(url).transcribe([channel()]))
    assert "start the server" in caught.value.hint


def test_a_server_that_is_too_slow_ends_the_run_for_now() -> None:
    released = threading.Event()

    def slow(asked: Asked) -> Response:
        released.wait(10)
        return text(SAID)

    with serve(Script([slow]).app()) as url:
        with pytest.raises(TransientError, match="ReadTimeout"):
            list(transcriber(url, timeout_s=0.2).transcribe([channel()]))
        released.set()


@pytest.mark.parametrize("poison", [Response(status_code=500), Response(b"<html>"), Response(status_code=400)])
def test_a_sound_that_the_server_fails_on_costs_only_its_call(poison: Response) -> None:
    def picky(asked: Asked) -> Response:
        return poison if len(asked.samples) > 16 * 2000 else text(SAID)

    heard = hear(Script([picky]), channel(0), channel(1, ms=3000), channel(2))
    assert sorted(h.channel for h in heard) == [0, 1, 2]
    (failure,) = [h for h in heard if isinstance(h, ChannelFailure)]
    assert failure.channel == 1
    assert isinstance(failure.error, CallError)
    assert failure.error.hint


@pytest.mark.parametrize(
    ("reply", "named"),
    [
        (Response("bad key", 401), "API key"),
        (Response("no such model", 404), "model"),
        (Response("no such model", 400), "no such model"),
        (Response(status_code=307, headers={"location": "http://127.0.0.1:1/"}), "redirect"),
        (Response(b"<html>welcome to the portal</html>"), "OpenAI"),
    ],
)
def test_a_wrong_address_model_or_key_is_a_matter_of_settings(reply: Response, named: str) -> None:
    with pytest.raises(SettingsError) as caught:
        hear(Script([reply]), channel())
    assert named in str(caught.value)


def test_what_was_answered_before_the_server_went_down_is_not_lost() -> None:
    script = Script([text(SAID), Response(status_code=503)], to_probe=text(""))
    with serve(script.app()) as url:
        results = transcriber(url).transcribe([channel(0), channel(1)])
        assert said(next(results)) == SAID
        with pytest.raises(TransientError):
            next(results)


def test_channels_are_taken_as_requests_become_free() -> None:
    taken: list[int] = []

    def many() -> Iterator[ChannelAudio]:
        for number in range(1000):
            taken.append(number)
            yield channel(number)

    def reply(asked: Asked) -> Response:
        time.sleep(0.02)
        return text(SAID)

    script = Script([reply])
    with serve(script.app()) as url:
        results = transcriber(url, requests=3).transcribe(many())
        for _ in range(6):
            next(results)
        assert len(taken) <= 6 + 3
        results.close()
    assert 1 < script.most_at_once <= 3


def test_neither_speech_nor_key_is_logged_or_told(caplog: pytest.LogCaptureFixture) -> None:
    def echo(asked: Asked) -> Response:
        return Response(f'{{"text": "{SAID}", "words": [{{"word": "{SAID}"}}]}}'.encode())

    errors: list[QaError] = []
    with caplog.at_level(logging.DEBUG), pytest.raises(QaError) as caught:
        hear(Script([echo]), channel())
    errors.append(caught.value)
    assert SAID not in caplog.text + str(errors)
    assert SECRET not in caplog.text + str(errors)


def test_the_proxies_of_the_environment_see_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    (heard,) = hear(Script([text(SAID)]), channel())
    assert said(heard) == SAID


def test_a_channel_without_speech_is_not_sent() -> None:
    script = Script([text(SAID)])
    silent = ChannelAudio("0" * 64, 0, np.zeros(16_000, dtype=np.float32), ())
    (heard,) = hear(script, silent)
    assert said(heard) == ""
    assert script.asked == []


def test_a_short_sound_is_filled_up_and_a_loud_one_is_clipped() -> None:
    sent = samples_of(wav_of(np.full(160, 2.0, dtype=np.float32)))
    assert len(sent) == 8000
    assert sent[0] == pytest.approx(1, abs=1e-3)


@pytest.mark.parametrize("assumed", [None, 0.9])
def test_words_that_nobody_vouches_for_accuse_nobody(assumed: float | None) -> None:
    audio = channel()
    call = PreparedCall(
        recording(1, 5000),
        audio.samples[None],
        audio.samples[None],
        ChannelRoles((Role.OPERATOR,), 1.0),
        (audio.speech,),
    )
    with serve(Script([text(SAID)]).app()) as url:
        ((_, transcript),) = Listener(transcriber(url, assumed=assumed)).listen([call])
    (utterance,) = transcript().utterances
    assert utterance.text == SAID
    assert utterance.confidence == pytest.approx(assumed or UNKNOWN_CONFIDENCE)
    assert transcript().confidence_known is (assumed is not None)


def test_another_address_or_model_has_another_stamp() -> None:
    stamps = {
        EndpointTranscriber(EndpointClient(url, model), 1, assumed).stamp
        for url in ("http://a/v1", "http://b/v1")
        for model in ("x", "y")
        for assumed in (None, 0.9)
    }
    assert len(stamps) == 8
    assert EndpointTranscriber(EndpointClient("http://a/v1/", "x", "k"), 9, None).stamp in stamps


WORDS: list[dict[str, object]] = [{"word": SAID, "start": FIRST_S + 0.1, "end": FIRST_S + 0.9}]
TELLS_WORDS = JSONResponse({"text": "", "words": []})


@pytest.mark.parametrize("odd_first", [True, False])
def test_an_odd_answer_for_one_channel_changes_no_other(odd_first: bool) -> None:
    def reply(asked: Asked) -> Response:
        odd = len(asked.samples) > 16 * 4500
        return text(SAID) if odd else JSONResponse({"text": SAID, "words": WORDS})

    odd, plain = channel(0, ms=4000), channel(1)
    script = Script([reply], to_probe=TELLS_WORDS)
    heard = {h.channel: h for h in hear(script, *([odd, plain] if odd_first else [plain, odd]))}
    assert isinstance(heard[1], ChannelWords)
    assert [(word.text, word.start_ms) for word in heard[1].words] == [(SAID, 600)]
    assert said(heard[0]) == SAID


def test_the_probe_alone_decides_and_is_sent_once() -> None:
    script = Script([JSONResponse({"text": SAID, "words": WORDS})], to_probe=text(""))
    with serve(script.app()) as url:
        engine = transcriber(url)
        list(engine.transcribe([channel(turns=2)]))
        list(engine.transcribe([channel(turns=2)]))
    assert len(script.probed) == 1
    assert [len(asked.samples) // 16 for asked in script.asked] == [1000 + 2 * _CONTEXT_MS] * 4, "turn by turn"


def test_a_first_sound_that_is_refused_costs_its_channel_and_not_the_run() -> None:
    heard = hear(Script([Response("odd sound", 400), text(SAID)], to_probe=text("")), channel(0), channel(1))
    assert {h.channel: type(h) for h in heard} == {0: ChannelFailure, 1: ChannelWords}


def test_a_server_that_fails_on_noise_is_asked_for_texts_turn_by_turn() -> None:
    script = Script([text(SAID)], to_probe=Response(status_code=500))
    (heard,) = hear(script, channel(turns=2))
    assert said(heard) == SAID * 2
    assert {asked.fields["response_format"][0] for asked in script.asked} == {"json"}


def test_once_stopped_nothing_more_is_sent() -> None:
    script = Script([text(SAID)])
    with serve(script.app()) as url, EndpointClient(url, "paraformer") as client:
        client.stop()
        with pytest.raises(TransientError, match="nothing more is sent"):
            client.transcribe(wav_of(tone(200, 500)), 0)
    assert script.asked == []


def test_a_run_that_is_ended_sends_no_further_turn_of_a_channel() -> None:
    begun, released = threading.Event(), threading.Event()

    def reply(asked: Asked) -> Response:
        if len(asked.samples) > 16 * 2500:
            begun.set()
            released.wait(10)
        return text(SAID)

    script = Script([reply], to_probe=text(""))
    with serve(script.app()) as url:
        results = transcriber(url, requests=2).transcribe([channel(0, turns=5, ms=2000), channel(1)])
        next(results)
        begun.wait(10)
        threading.Timer(0.3, released.set).start()
        results.close()  # type: ignore[attr-defined]  # it is a generator
    assert len(script.asked) == 2


def test_a_server_that_lives_and_fails_on_every_sound_blames_no_call() -> None:
    script = Script([Response(status_code=500)], to_probe=text(""))
    heard: list[ChannelWords | ChannelFailure] = []
    with serve(script.app()) as url, pytest.raises(TransientError, match="3 channels failed"):
        heard.extend(transcriber(url).transcribe(channel(number) for number in range(9)))
    assert heard == []


def test_a_single_call_on_a_server_that_answers_nothing_is_not_blamed() -> None:
    with pytest.raises(TransientError, match="one after the other"):
        hear(Script([Response(status_code=500)]), channel(0), channel(1))


def test_three_calls_that_a_working_server_fails_on_do_not_end_the_run() -> None:
    def picky(asked: Asked) -> Response:
        return Response(status_code=500) if len(asked.samples) > 16 * 2500 else text(SAID)

    heard = hear(Script([picky]), channel(0), *(channel(number, ms=3000) for number in (1, 2, 3)), channel(4))
    assert sum(isinstance(h, ChannelFailure) for h in heard) == 3
    assert len(heard) == 5


def test_an_unexpected_error_costs_its_channel_and_its_message_is_told_nobody(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    from qa_pipeline.asr.endpoint import transcriber as module  # noqa: PLC0415

    def fragile(answer: Answer, stretch: Stretch) -> list[Word]:
        if stretch.speech[0].channel == 1:
            raise ArithmeticError(SAID)
        return words_of(answer, stretch)

    monkeypatch.setattr(module, "words_of", fragile)
    heard = {h.channel: h for h in hear(Script([text(SAID)]), channel(0), channel(1), channel(2))}
    failure = heard[1]
    assert isinstance(failure, ChannelFailure)
    assert "ArithmeticError" in str(failure.error)
    assert "ArithmeticError" in caplog.text
    assert SAID not in str(failure.error) + caplog.text
    assert said(heard[0]) == said(heard[2]) == SAID


def test_speech_asked_for_again_brings_none_of_its_neighbours_with_it() -> None:
    """Long turns fill a stretch each; where one is asked for again, the sound sent ends halfway to the next."""
    samples = np.zeros(60_000 * 16, dtype=np.float32)
    speech = (Span(1000, 26_000), Span(26_400, 30_000))
    for span in speech:
        samples[span.start_ms * 16 : span.end_ms * 16] = tone(200, span.length_ms)
    audio = ChannelAudio("0" * 64, 0, samples, speech)
    script = Script([text("")], to_probe=TELLS_WORDS)
    with serve(script.app()) as url:
        engine = transcriber(url)
        list(engine.transcribe([audio]))
        everything = len(script.asked)
        with engine._client:
            engine._by_turn(audio, speech[1:])
    assert [len(asked.samples) // 16 for asked in script.asked[everything:]] == [200 + 3600 + _CONTEXT_MS]


def test_a_single_sound_that_a_server_fails_on_is_its_calls_where_the_probe_was_answered() -> None:
    (failure,) = hear(Script([Response(status_code=500)], to_probe=text("")), channel(0))
    assert isinstance(failure, ChannelFailure)
