"""How a server is asked: found out with a sound that is always the same, before anything of a call is sent.

So what is asked of a server, and with it every transcript, depends neither on which call came first nor on which thread
was faster. A server that says nothing clear to the sound is asked in the way that every server understands.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass

import numpy as np

from qa_pipeline.asr.endpoint.answers import Answer
from qa_pipeline.asr.endpoint.client import FORMS, EndpointClient, Refused, Unreadable
from qa_pipeline.asr.endpoint.wav import wav_of
from qa_pipeline.errors import CallError, SettingsError

logger = logging.getLogger(__name__)

_RATE_HZ = 16_000
# One second of noise at -50 dBFS: an idle line.
_PROBE_RMS = 10 ** (-50 / 20)


@dataclass(frozen=True, slots=True)
class Terms:
    """What of `FORMS` a server is asked for, and whether it tells where words are.

    ``answered`` is whether it answered the sound at all.
    """

    form: int
    tells_words: bool
    answered: bool


def probe() -> bytes:
    """Return the sound that a server is tried with, as a WAV file."""
    noise = np.random.default_rng(0).standard_normal(_RATE_HZ)
    return wav_of((_PROBE_RMS * noise).astype(np.float32))


def agree(client: EndpointClient) -> Terms:
    """Return the first form that a server answers in; the least of all where it only fails.

    Raises:
        SettingsError: Address, model or key are refused, or every form is, or it speaks another language than this API.
        TransientError: The server cannot be reached or is busy for longer than was waited.
    """
    problem = CallError("")
    wav = probe()
    for form in range(len(FORMS)):
        try:
            answer = client.transcribe(wav, form)
        except CallError as error:
            problem = error
        else:
            return Terms(form, _tells_words(answer), answered=True)
    if isinstance(problem, Refused | Unreadable):
        raise SettingsError(
            f"endpoint {client.url}: the server refuses every form of request ({problem.message})",
            "check that it serves POST /audio/transcriptions as OpenAI's API does below this address, and `model`",
        )
    logger.warning("the recognition server fails on one second of noise; it is asked for texts alone, turn by turn")
    return Terms(len(FORMS) - 1, tells_words=False, answered=False)


def _tells_words(answer: Answer) -> bool:
    """Whether there is a list of words, which is empty where nothing was said."""
    return answer.words is not None and answer.has_words
