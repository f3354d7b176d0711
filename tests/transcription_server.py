"""Servers that speak OpenAI's transcription API, on an address of this machine: one that follows a script, one real."""

from __future__ import annotations

import io
import threading
import time
import wave
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Annotated, Any

import numpy as np
import uvicorn
from fastapi import Depends, FastAPI, Form, Request, Response, UploadFile
from fastapi.responses import JSONResponse

from qa_pipeline.asr.endpoint.terms import probe


@contextmanager
def serve(app: FastAPI) -> Iterator[str]:
    """Serve an application on a free port of the loopback address; yields the address that a setting would hold."""
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="critical", lifespan="off", ws="none"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + 20
    while not server.started and time.monotonic() < deadline:
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}/v1"
    finally:
        server.should_exit = True
        server.force_exit = True
        thread.join(20)


def samples_of(wav: bytes) -> np.ndarray:
    """Return the samples (samples,) of a WAV file, -1..1."""
    with wave.open(io.BytesIO(wav)) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, 16_000)
        return np.frombuffer(file.readframes(file.getnframes()), "<i2").astype(np.float32) / 32768


@dataclass
class Asked:
    """One request as it came."""

    fields: dict[str, list[str]]
    samples: np.ndarray
    authorization: str | None


Reply = Response | Callable[[Asked], Response]


@dataclass
class Script:
    """Answers with one reply after the other, the last one for ever; notes what it was asked.

    The sound that a server is tried with gets ``to_probe``, the last reply without it, and is noted in ``probed``.
    """

    replies: Sequence[Reply]
    models: Response | None = None
    to_probe: Reply | None = None
    probed: list[Asked] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    at_once: int = 0
    most_at_once: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def app(self) -> FastAPI:
        app = FastAPI()

        @app.post("/v1/audio/transcriptions")
        def transcribe(asked: Annotated[Asked, Depends(_asked)]) -> Response:
            with self.lock:
                if np.array_equal(asked.samples, samples_of(probe())):
                    reply = self.to_probe or self.replies[-1]
                    self.probed.append(asked)
                else:
                    reply = self.replies[min(len(self.asked), len(self.replies) - 1)]
                    self.asked.append(asked)
                self.at_once += 1
                self.most_at_once = max(self.most_at_once, self.at_once)
            try:
                return reply(asked) if callable(reply) and not isinstance(reply, Response) else reply
            finally:
                with self.lock:
                    self.at_once -= 1

        @app.get("/v1/models")
        def models() -> Response:
            return self.models or JSONResponse({"object": "list", "data": [{"id": "paraformer"}]})

        return app


async def _asked(request: Request) -> Asked:
    async with request.form() as form:
        upload: Any = form["file"]
        fields = {name: [str(value) for value in form.getlist(name)] for name in form if name != "file"}
        return Asked(fields, samples_of(await upload.read()), request.headers.get("authorization"))


def text(said: str) -> Response:
    """Reply as a server that tells a text and nothing else."""
    return JSONResponse({"text": said})


def real_app(recognise: Callable[[np.ndarray], list[Any]], *, tells: str) -> FastAPI:
    """Return a server with a faster-whisper model behind it.

    Args:
        recognise: Samples (samples,) to segments of faster-whisper with words.
        tells: ``words`` as speaches does, ``segments`` as vLLM does, ``text`` as most others.
    """
    app = FastAPI()

    @app.get("/v1/models")
    def models() -> dict[str, Any]:
        return {"object": "list", "data": [{"id": "whisper-base"}]}

    @app.post("/v1/audio/transcriptions")
    def transcribe(file: UploadFile, model: Annotated[str, Form()], response_format: Annotated[str, Form()]) -> Any:
        if tells == "text" and response_format == "verbose_json":
            return JSONResponse({"error": {"message": f"verbose_json is not supported for {model}"}}, 400)
        segments = recognise(samples_of(file.file.read()))
        said = "".join(segment.text for segment in segments)
        if tells == "text":
            return {"text": said}
        answer: dict[str, Any] = {"task": "transcribe", "language": "zh", "text": said, "duration": "1"}
        answer["segments"] = [
            {"id": s.id, "text": s.text, "start": s.start, "end": s.end, "avg_logprob": s.avg_logprob} for s in segments
        ]
        words = [w for s in segments for w in s.words]
        if tells == "words":
            answer["words"] = [
                {"word": w.word, "start": float(w.start), "end": float(w.end), "probability": float(w.probability)}
                for w in words
            ]
        return answer

    return app
