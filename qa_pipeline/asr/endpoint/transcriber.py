"""Many channels at a server: some requests at once, the words of each channel put together."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait

from qa_pipeline.asr.base import ChannelAudio, ChannelFailure, ChannelWords
from qa_pipeline.asr.endpoint.answers import Answer, words_of
from qa_pipeline.asr.endpoint.client import EndpointClient
from qa_pipeline.asr.endpoint.failures import Doubt
from qa_pipeline.asr.endpoint.terms import Terms, agree, probe
from qa_pipeline.asr.endpoint.wav import wav_of
from qa_pipeline.asr.stretches import Stretch, cut
from qa_pipeline.asr.utterances import SHORTEST_UNHEARD_MS, TURN_PAUSE_MS
from qa_pipeline.errors import CallError, QaError
from qa_pipeline.models import ModelStamp, Span, Word

logger = logging.getLogger(__name__)

# Bump when the same answers of a server would give another transcript.
_METHOD = "2"
# A server that tells where each word is gets as much as Whisper's window holds; of any other a turn is asked alone,
# so that its text is spread over one turn and not over several.
_PACKED_MS = 28_000
_TURN_MS = 20_000
# A word may lie this far outside its speech; speech as short as a breath may be without words.
_MISPLACED_MS = 200


_LOOK = "the others go on; look into the server's log"

_Future = Future[tuple[Word, ...]]


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
        self._terms: Terms | None = None
        self._answered_wav: bytes | None = None

    @property
    def stamp(self) -> ModelStamp:
        """Names the model; its weights lie elsewhere, so that the hash is of the address and the name only.

        Neither is there how the server is asked: that is found out at the server, and a stamp is made without it.
        """
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
            under_way: dict[_Future, ChannelAudio] = {}
            doubt = Doubt(self._works, answered=False)
            try:
                for audio in channels:
                    if audio.speech:
                        doubt.answered |= self._agreed().answered
                    under_way[pool.submit(self._channel, audio)] = audio
                    if len(under_way) >= self._requests:
                        yield from _finished(under_way, doubt)
                while under_way:
                    yield from _finished(under_way, doubt)
                yield from doubt.rest()
            finally:
                self._client.stop()

    def _agreed(self) -> Terms:
        """Return how the server is asked, found out before the first sound of a call is sent and never changed."""
        if self._terms is None:
            self._terms = agree(self._client)
        return self._terms

    def _channel(self, audio: ChannelAudio) -> tuple[Word, ...]:
        """Return the words of a channel: by packed stretches if the server tells where words are, else turn by turn."""
        if not audio.speech:
            return ()
        packed = self._packed(audio) if self._agreed().tells_words else None
        return tuple(self._by_turn(audio, audio.speech) if packed is None else packed)

    def _packed(self, audio: ChannelAudio) -> list[Word] | None:
        """Return the words of a channel, None where the server does not tell where they are, this once.

        Speech that came back without words is asked for again, turn by turn: Whisper leaves out what follows a pause.
        That goes for a stretch without any text too. Neither changes how any other channel is asked for.
        """
        words: list[Word] = []
        for stretch in cut(audio.samples, audio.speech, None, _PACKED_MS):
            answer = self._ask(stretch)
            if not answer.has_words:
                return None
            heard = words_of(answer, stretch)
            words += heard if _everywhere(heard, stretch.speech) else self._by_turn(audio, stretch.speech)
        return words

    def _by_turn(self, audio: ChannelAudio, speech: Sequence[Span]) -> list[Word]:
        turns = cut(audio.samples, speech, TURN_PAUSE_MS, _TURN_MS, among=audio.speech)
        return [word for turn in turns for word in words_of(self._ask(turn), turn)]

    def _ask(self, stretch: Stretch) -> Answer:
        wav = wav_of(stretch.samples)
        answer = self._client.transcribe(wav, self._agreed().form)
        # To ask again, should all else fail, whether the server does: any sound that it took will do.
        self._answered_wav = wav
        return answer

    def _works(self) -> bool:
        """Whether the server still answers a sound that it has answered."""
        try:
            self._client.transcribe(self._answered_wav or probe(), self._agreed().form)
        except CallError:
            return False
        return True


def _everywhere(words: Sequence[Word], speech: Sequence[Span]) -> bool:
    """Whether there are words in each span of speech that is longer than a breath."""
    middles = [(word.start_ms + word.end_ms) / 2 for word in words]
    return all(
        any(span.start_ms - _MISPLACED_MS <= middle <= span.end_ms + _MISPLACED_MS for middle in middles)
        for span in speech
        if span.length_ms >= SHORTEST_UNHEARD_MS
    )


def _finished(under_way: dict[_Future, ChannelAudio], doubt: Doubt) -> Iterator[ChannelWords | ChannelFailure]:
    """Wait for some channels and yield them, those that went well first: an error of the server ends the rest.

    Raises:
        SettingsError: The server refuses address, model or key.
        TransientError: It is out of reach, or fails on everything.
    """
    done, _ = wait(under_way, return_when=FIRST_COMPLETED)
    for future in sorted(done, key=_badness):
        audio = under_way.pop(future)
        yield from doubt.weigh(_result(audio, future), asked=bool(audio.speech))


def _badness(future: _Future) -> int:
    """Order: what went well, what is wrong with a channel, what ends the run."""
    error = future.exception()
    ends = isinstance(error, QaError) and not isinstance(error, CallError)
    return 0 if error is None else 1 + ends


def _result(audio: ChannelAudio, future: _Future) -> ChannelWords | ChannelFailure:
    error = future.exception()
    if error is None:
        return ChannelWords(audio.recording_id, audio.channel, future.result())
    if isinstance(error, CallError):
        return ChannelFailure(audio.recording_id, audio.channel, error)
    if isinstance(error, QaError) or not isinstance(error, Exception):
        raise error
    # Its message may quote what was said, so that only its type is logged and told.
    unexpected, short_id = type(error).__name__, audio.recording_id[:12]
    logger.warning("recording %s, channel %d: unexpected %s", short_id, audio.channel, unexpected)
    said = CallError(f"recording {short_id}: the server's answer cannot be used ({unexpected})", _LOOK)
    return ChannelFailure(audio.recording_id, audio.channel, said)
