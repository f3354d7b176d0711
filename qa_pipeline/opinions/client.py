"""One question to a server that speaks OpenAI's chat API, such as vLLM, llama.cpp or Ollama."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Any

import httpx
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from qa_pipeline.errors import SettingsError, TransientError
from qa_pipeline.model_server import FORM_REFUSED, KEY_REFUSED, ModelServer, model_names, refused_what

logger = logging.getLogger(__name__)

_TRIES = 3
_FIRST_PAUSE_S = 1.0
_MOST_TOKENS = 600
_NAMED = "`opinion_url` or `opinion_model`"


class _Message(BaseModel):
    content: str | None = None


class _Choice(BaseModel):
    message: _Message


class _Completion(BaseModel):
    model_config = ConfigDict(extra="ignore")
    choices: tuple[_Choice, ...] = Field(min_length=1)


class ChatClient:
    """Asks one model at one address and at no other: no proxy of the environment, no redirect is followed."""

    def __init__(
        self,
        url: str,
        model: str,
        key: str | None = None,
        timeout_s: float = 60.0,
        pause: Callable[[float], object] = time.sleep,
    ) -> None:
        """Keep the address; nothing is sent yet.

        Args:
            url: Such as ``http://10.0.0.5:8000/v1``.
            model: As the server calls it.
            key: Sent as a bearer token.
            timeout_s: Longest wait for an answer.
            pause: Waits so many seconds before another try.
        """
        self._server = ModelServer.at(url, key, timeout_s)
        self.url = self._server.url
        self.model = model
        self._pause = pause
        self._json_mode = True

    def models(self) -> tuple[str, ...] | None:
        """Return the names of the server's models; None where it does not tell.

        Raises:
            SettingsError: The key is refused.
            TransientError: The server cannot be reached.
        """
        try:
            with self._server.connections() as http:
                response = self._server.ask_models(http)
        except httpx.HTTPError as error:
            raise self._out_of_reach(type(error).__name__) from error
        if response.status_code in KEY_REFUSED:
            raise self._refused("its API key")
        return model_names(response)

    def ask(self, instructions: str, material: str) -> str:
        """Return the model's message, '' where the server answers in no words of this API.

        Raises:
            SettingsError: Address, model or key are refused.
            TransientError: The server cannot be reached or is too busy.
        """
        problem = ""
        for tried in range(_TRIES):
            if tried:
                self._pause(_FIRST_PAUSE_S * 2 ** (tried - 1))
            try:
                response = self._send(instructions, material)
            except httpx.HTTPError as error:
                problem = type(error).__name__
                continue
            if response.is_success:
                return _content(response)
            if told := refused_what(response.status_code, _NAMED):
                raise self._refused(told)
            problem = f"it answers {response.status_code}"
        logger.warning("language model: %s", problem)
        raise self._out_of_reach(problem)

    def _refused(self, told: str) -> SettingsError:
        return SettingsError(f"opinion_url {self.url}: the server refuses {told}", "mend it, or take it out")

    def _out_of_reach(self, problem: str) -> TransientError:
        hint = "run again when it is up, or take opinion_url out of the settings"
        return TransientError(f"opinion_url {self.url}: {problem}", hint)

    def _send(self, instructions: str, material: str) -> httpx.Response:
        body: dict[str, Any] = {
            "model": self.model,
            "messages": [{"role": "system", "content": instructions}, {"role": "user", "content": material}],
            "temperature": 0,
            "seed": 0,
            "max_tokens": _MOST_TOKENS,
        }
        # An opinion takes seconds, opening a connection a millisecond.
        with self._server.connections() as http:
            if self._json_mode:
                asked = {**body, "response_format": {"type": "json_object"}}
                response = http.post(f"{self.url}/chat/completions", json=asked)
                # A server that knows no JSON mode refuses the whole request; it is asked again without.
                if response.status_code not in FORM_REFUSED:
                    return response
                self._json_mode = False
            return http.post(f"{self.url}/chat/completions", json=body)


def _content(response: httpx.Response) -> str:
    try:
        return _Completion.model_validate_json(response.content).choices[0].message.content or ""
    except ValidationError:
        return ""
