"""What clients of servers that speak OpenAI's API have in common: one address, its key, its models, its refusals."""

from __future__ import annotations

from dataclasses import dataclass, field

import httpx
from pydantic import BaseModel, ValidationError

CONNECT_S = 5.0
KEY_REFUSED = frozenset({401, 403})
FORM_REFUSED = frozenset({400, 415, 422, 501})
"""What a server answers that does not know a field of a request; it may be asked again without."""


class _Model(BaseModel):
    id: str


class _Models(BaseModel):
    data: tuple[_Model, ...]


@dataclass(frozen=True, slots=True)
class ModelServer:
    """A server at one address, such as ``http://10.0.0.5:8000/v1``; ``timeout_s`` is the longest wait for an answer."""

    url: str
    key: str | None = field(default=None, repr=False)
    timeout_s: float = 60.0

    @classmethod
    def at(cls, url: str, key: str | None, timeout_s: float) -> ModelServer:
        """Return the server at an address that may end with a slash; nothing is sent."""
        return cls(url.rstrip("/"), key, timeout_s)

    def connections(self) -> httpx.Client:
        """Return connections to this address and no other: no proxy of the environment, no redirect is followed."""
        headers = {"Authorization": f"Bearer {self.key}"} if self.key else {}
        timeout = httpx.Timeout(self.timeout_s, connect=CONNECT_S)
        return httpx.Client(headers=headers, timeout=timeout, trust_env=False, follow_redirects=False)

    def ask_models(self, http: httpx.Client) -> httpx.Response:
        """Return what the server answers when asked for its models (see `model_names`).

        Raises:
            httpx.HTTPError: It cannot be reached.
        """
        return http.get(f"{self.url}/models", timeout=CONNECT_S)


def model_names(response: httpx.Response) -> tuple[str, ...] | None:
    """Return the names of a server's models; None where it does not tell."""
    try:
        return tuple(model.id for model in _Models.model_validate_json(response.content).data)
    except ValidationError:
        return None


def refused_what(status: int, settings: str) -> str | None:
    """Return what a refusal is about, the ``settings`` that name address and model among it; None for any other."""
    return "its API key" if status in KEY_REFUSED else settings if status == 404 else None
