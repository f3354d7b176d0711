"""Many channels at a server: some requests at once, the words of each channel put together."""

from __future__ import annotations

import hashlib
import io
import wave
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait

import numpy as np
from numpy.typing import NDArray

from qa_pipeline.asr.base import ChannelAudio, ChannelFailure, ChannelWords
from qa_pipeline.asr.endpoint.answers import words_of
from qa_pipeline.asr.endpoint.client import EndpointClient
from qa_pipeline.asr.stretches import cut
from qa_pipeline.errors import CallError
from qa_pipeline.models import ModelStamp, Span, Word

# Bump when the same answers of a server would give another transcript.
_METHOD = "1"
# A server that tells where each word is gets as much as Whisper's window holds; of any other a turn is asked alone,
# so that its text is spread over one turn and not over several.
_PACKED_MS = 28_000
_TURN_MS = 20_000
_TURN_PAUSE_MS = 700
# A word may lie this far outside its speech; speech as short as a breath may be without words.
_MISPLACED_MS, _BREATH_MS = 200, 400
# Less than this is too little for some models to see at all.
_SHORTEST_MS = 500
_RATE_HZ = 16_000


class EndpointTranscriber:
    """Recognises by a server; see `qa_pipeline.asr.base.Transcriber`."""

    def __init__(self, client: EndpointClient, requests: int, assumed_confidence: float | None) -> None:
        """Keep the connection.

        Args:
            client: The server.
            requests: How many requests are under way at once.
            assumed_confidence: The share of characters the server was measured to get right; goes into the stamp, where
                calibration reads it for words of which the server does not say how sure it is.
        """
        self._client = client
        self._requests = requests
        self._assumed = assumed_confidence
        self._tells_words = True

    @property
    def stamp(self) -> ModelStamp:
        """Names the model; its weights lie elsewhere, so that the hash is of the address and the name only."""
        assumed = "" if self._assumed is None else f" assumed_confidence={self._assumed}"
        named = f"{self._client.url}\n{self._client.model}"
        return ModelStamp(
            engine="openai-endpoint",
            model=self._client.model,
            sha256=hashlib.sha256(named.encode()).hexdigest(),
            settings=f"method={_METHOD} vad=silero weights=unknown{assumed}",
        )

    def transcribe(self, channels: Iterable[ChannelAudio]) -> Iterator[ChannelWords | ChannelFailure]:
        """Recognise channels; see `qa_pipeline.asr.base.Transcriber`. As many are taken as requests may be under way.

        Raises:
            SettingsError: The server refuses address, model or key.
            TransientError: It is out of reach; what it had answered has been given before.
        """
        with self._client, ThreadPoolExecutor(self._requests, thread_name_prefix="endpoint") as pool:
            under_way: dict[Future[tuple[Word, ...]], ChannelAudio] = {}
            try:
                for audio in channels:
                    under_way[pool.submit(self._channel, audio)] = audio
                    if len(under_way) >= self._requests:
                        yield from _finished(under_way)
                while under_way:
                    yield from _finished(under_way)
            finally:
                self._client.stop()

    def _channel(self, audio: ChannelAudio) -> tuple[Word, ...]:
        """Return the words of a channel: by packed stretches if the server tells where words are, else turn by turn."""
        packed = self._packed(audio) if self._tells_words else None
        return tuple(self._by_turn(audio, audio.speech) if packed is None else packed)

    def _packed(self, audio: ChannelAudio) -> list[Word] | None:
        """Return the words of a channel, None where the server does not tell where they are.

        Speech that came back without words is asked for again, turn by turn: Whisper leaves out what follows a pause.
        That goes for a stretch without any text too, so that what is said of a channel does not depend on what the
        server said of others before.
        """
        words: list[Word] = []
        for stretch in cut(audio.samples, audio.speech, None, _PACKED_MS):
            answer = self._client.transcribe(wav_of(stretch.samples))
            if not answer.has_words:
                self._tells_words = False
                return None
            heard = words_of(answer, stretch)
            words += heard if _everywhere(heard, stretch.speech) else self._by_turn(audio, stretch.speech)
        return words

    def _by_turn(self, audio: ChannelAudio, speech: Sequence[Span]) -> list[Word]:
        turns = cut(audio.samples, speech, _TURN_PAUSE_MS, _TURN_MS)
        return [word for turn in turns for word in words_of(self._client.transcribe(wav_of(turn.samples)), turn)]


def _everywhere(words: Sequence[Word], speech: Sequence[Span]) -> bool:
    """Whether there are words in each span of speech that is longer than a breath."""
    middles = [(word.start_ms + word.end_ms) / 2 for word in words]
    return all(
        any(span.start_ms - _MISPLACED_MS <= middle <= span.end_ms + _MISPLACED_MS for middle in middles)
        for span in speech
        if span.length_ms >= _BREATH_MS
    )


def wav_of(samples: NDArray[np.float32]) -> bytes:
    """Return samples (samples,), 16 kHz, -1..1, as a WAV file of 16 bits, short ones filled up with silence."""
    short = max(0, _SHORTEST_MS * _RATE_HZ // 1000 - len(samples))
    pcm = (np.clip(np.pad(samples, (0, short)), -1, 1) * 32767).astype("<i2")
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(_RATE_HZ)
        out.writeframes(pcm.tobytes())
    return file.getvalue()


def _finished(under_way: dict[Future[tuple[Word, ...]], ChannelAudio]) -> Iterator[ChannelWords | ChannelFailure]:
    """Wait for some channels and yield them, those that went well first: an error of the server ends the rest."""
    done, _ = wait(under_way, return_when=FIRST_COMPLETED)
    for future in sorted(done, key=lambda f: f.exception() is not None):
        audio = under_way.pop(future)
        try:
            words = future.result()
        except CallError as error:
            yield ChannelFailure(audio.recording_id, audio.channel, error)
        else:
            yield ChannelWords(audio.recording_id, audio.channel, words)
