"""One request to a transcription server: what is asked, how often, and what a refusal means."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

import httpx
from pydantic import ValidationError

from qa_pipeline.asr.endpoint.answers import Answer
from qa_pipeline.errors import CallError, QaError, SettingsError, TransientError
from qa_pipeline.model_server import FORM_REFUSED, KEY_REFUSED, ModelServer, model_names, refused_what

logger = logging.getLogger(__name__)

_TRIES = 4
_FIRST_PAUSE_S = 0.5
# A server may ask for a longer pause by Retry-After; a longer one than this is not waited out.
_LONGEST_PAUSE_S = 30.0
FORMS: tuple[dict[str, str | list[str]], ...] = (
    {"response_format": "verbose_json", "timestamp_granularities[]": ["word", "segment"]},
    {"response_format": "verbose_json"},
    {"response_format": "json"},
)
"""From the most that a server may tell to the least; a server that refuses one is asked for the next."""
_NAMED = "`endpoint_url` or `model`"
_BUSY = {408, 425, 429, 502, 503, 504}
_LOOK = "the others go on; look into the server's log"


class Refused(CallError):
    """The server refuses this request as it is: its form, its model or its sound."""


class Unreadable(CallError):
    """The server answers, in no words of this API."""


@dataclass(frozen=True, slots=True)
class _Again:
    """Why a request is to be sent again, and after how long if the server said so."""

    problem: QaError
    pause_s: float | None = None


class EndpointClient:
    """Sends sound to one address and to no other: no proxy of the environment, no redirect is followed.

    A context manager: it may be entered again, and sends nothing outside.
    """

    def __init__(
        self,
        url: str,
        model: str,
        key: str | None = None,
        timeout_s: float = 120.0,
        pause: Callable[[float], object] | None = None,
    ) -> None:
        """Keep the address; nothing is sent yet.

        Args:
            url: Such as ``http://10.0.0.5:8000/v1``.
            model: As the server calls it.
            key: Sent as a bearer token.
            timeout_s: Longest wait for an answer.
            pause: Waits so many seconds; by default until `stop` is called.
        """
        self._server = ModelServer.at(url, key, timeout_s)
        self.model = model
        self.url = self._server.url
        self._stopped = threading.Event()
        self._pause = pause or self._stopped.wait
        self._http = self._server.connections()

    def __enter__(self) -> Self:
        """Be ready for requests, also after an earlier use."""
        self._stopped.clear()
        if self._http.is_closed:
            self._http = self._server.connections()
        return self

    def __exit__(self, *error: object) -> None:
        """Close the connections."""
        self.stop()
        self._http.close()

    @property
    def is_local(self) -> bool:
        """Whether the server is on this machine."""
        return httpx.URL(self.url).host in {"localhost", "127.0.0.1", "::1"}

    def stop(self) -> None:
        """End all pauses; no sound is sent after this, neither a new one nor one again."""
        self._stopped.set()

    def models(self) -> tuple[str, ...] | None:
        """Return the names of the server's models; None where it does not tell.

        Raises:
            SettingsError: The key is refused.
            TransientError: The server cannot be reached.
        """
        try:
            response = self._server.ask_models(self._http)
        except httpx.HTTPError as error:
            raise self._out_of_reach(error) from error
        if response.status_code in KEY_REFUSED:
            raise self._refused(response)
        return model_names(response)

    def transcribe(self, wav: bytes, form: int) -> Answer:
        """Have one sound recognised, tried again as long as that may help.

        Args:
            wav: A file of 16 bits, 16 kHz, one channel.
            form: Which of `FORMS` to ask for.

        Raises:
            CallError: The server cannot take this sound, though it answers: `Refused`, `Unreadable`, or it failed.
            SettingsError: Address, model or key are refused.
            TransientError: The server cannot be reached or is busy for longer than was waited, or `stop` was called.
        """
        for tried in range(1, _TRIES + 1):
            self._go_on()
            outcome = self._once(wav, form)
            if isinstance(outcome, Answer):
                return outcome
            problem = outcome.problem
            logger.info("recognition server, try %d of %d: %s", tried, _TRIES, type(problem).__name__)
            pause_s = outcome.pause_s or _FIRST_PAUSE_S * 2 ** (tried - 1)
            if tried == _TRIES or pause_s > _LONGEST_PAUSE_S:
                break
            self._pause(pause_s)
        self._go_on()
        if isinstance(problem, CallError) and not self._alive():
            raise TransientError(f"endpoint {self.url}: it went down", "run again when it is up")
        raise problem

    def _go_on(self) -> None:
        """Raise where nothing is to be sent any more."""
        if self._stopped.is_set():
            raise TransientError(f"endpoint {self.url}: the run was ended, nothing more is sent", "run again")

    def _once(self, wav: bytes, form: int) -> Answer | _Again:
        try:
            response = self._send(wav, form)
        except httpx.HTTPError as error:
            return _Again(self._out_of_reach(error))
        return self._understood(response)

    def _send(self, wav: bytes, form: int) -> httpx.Response:
        fields: dict[str, str | list[str]] = {"model": self.model, "language": "zh", "temperature": "0"}
        return self._http.post(
            f"{self.url}/audio/transcriptions",
            data=fields | FORMS[form],
            files={"file": ("speech.wav", wav, "audio/wav")},
        )

    def _understood(self, response: httpx.Response) -> Answer | _Again:
        """Return the answer in a response, or why to ask again.

        Raises:
            SettingsError: Address, model or key are refused.
            CallError: The request is refused, or its sound is too long for the server.
        """
        status = response.status_code
        if status in _BUSY:
            busy = TransientError(f"endpoint {self.url}: busy or down (HTTP {status})", "run again when it is up")
            return _Again(busy, _asked_pause(response))
        if status in FORM_REFUSED:
            raise Refused(f"the recognition server refused a sound (HTTP {status}{_reason(response)})", _LOOK)
        if status >= 500:
            return _Again(CallError(f"the recognition server failed on this sound (HTTP {status})", _LOOK))
        if status == 413:
            raise CallError(
                "the recognition server takes no sound of 28 s (HTTP 413)", "raise its limit of upload size"
            )
        if status >= 300:
            raise self._refused(response)
        return self._read(response)

    def _refused(self, response: httpx.Response) -> SettingsError:
        status = response.status_code
        redirected = "`endpoint_url`: no redirect is followed"
        what = refused_what(status, _NAMED) or (redirected if status < 400 else "its settings")
        return SettingsError(f"endpoint {self.url}: refused (HTTP {status}{_reason(response)})", f"check {what}")

    def _alive(self) -> bool:
        try:
            return self._server.ask_models(self._http).status_code < 500
        except httpx.HTTPError:
            return False

    def _out_of_reach(self, error: httpx.HTTPError) -> TransientError:
        return TransientError(
            f"endpoint {self.url}: out of reach ({type(error).__name__})", "start the server, or check `endpoint_url`"
        )

    def _read(self, response: httpx.Response) -> Answer | _Again:
        try:
            return Answer.model_validate_json(response.content)
        except ValidationError as error:
            # Its own message would quote what was said.
            problem = f"the recognition server's answer cannot be read ({error.error_count()} faults)"
        return _Again(Unreadable(problem, _LOOK))


def _asked_pause(response: httpx.Response) -> float | None:
    asked = response.headers.get("Retry-After", "")
    return float(asked) if asked.isascii() and asked.isdigit() else None


def _reason(response: httpx.Response) -> str:
    """Return the start of a refusal's text, which is about the request and not about what was said."""
    said = " ".join(response.text.split())[:200]
    return f": {said}" if said else ""
