"""A server that speaks OpenAI's chat API on an address of this machine, and follows a script."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse


def message(content: str) -> Response:
    """Return a completion with one message."""
    return JSONResponse({"id": "1", "choices": [{"index": 0, "message": {"role": "assistant", "content": content}}]})


def verdict(verdict: str, said: str = "", written: str = "", reason: str = "") -> Response:
    """Return a completion in the form that is asked for."""
    told = {"verdict": verdict, "said": said, "written": written, "reason": reason}
    return message(json.dumps(told, ensure_ascii=False))


@dataclass
class Chat:
    """Answers with one reply after the other, the last one for ever; notes what it was asked."""

    replies: Sequence[Response]
    served: Sequence[str] = ("qwen",)
    json_mode: bool = True
    asked: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str | None] = field(default_factory=list)

    def app(self) -> FastAPI:
        app = FastAPI()

        @app.get("/v1/models")
        def models() -> Response:
            return JSONResponse({"data": [{"id": name} for name in self.served]})

        @app.post("/v1/chat/completions")
        async def complete(request: Request) -> Response:
            body = await request.json()
            if not self.json_mode and "response_format" in body:
                return Response("response_format is not supported", 400)
            self.asked.append(body)
            self.keys.append(request.headers.get("authorization"))
            return self.replies[min(len(self.asked), len(self.replies)) - 1]

        return app
