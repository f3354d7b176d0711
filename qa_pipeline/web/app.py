"""Putting the pages together."""

from __future__ import annotations

import logging
import secrets
from pathlib import Path

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse
from fastapi.staticfiles import StaticFiles
from sqlalchemy.orm import Session, sessionmaker
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from qa_pipeline.errors import AudioError, Conflict, NotFound, QaError, TransientError
from qa_pipeline.settings import Settings
from qa_pipeline.web import calls, decisions, knowledge, month, rules
from qa_pipeline.web.desk import Desk, environment, page
from qa_pipeline.web.security import Guard
from qa_pipeline.web.sound import SoundCache

logger = logging.getLogger(__name__)

STATUS: tuple[tuple[type[QaError], int], ...] = (
    (NotFound, 404),
    (Conflict, 409),
    (AudioError, 422),
    (TransientError, 503),
)
TITLES = {404: "error.404", 405: "error.404", 409: "error.409", 500: "error.500", 503: "error.503"}


class CrashPage:
    """ASGI middleware: what nobody foresaw becomes a page with a number that is also in the log."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: D102  # the class says it
        started = False

        async def note_start(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self.app(scope, receive, note_start)
        except Exception as error:
            if scope["type"] != "http" or started:
                raise
            number = secrets.token_hex(4)
            logger.exception("request failed, number %s", number, exc_info=error)
            await _answer(Request(scope), 500, "", "", number)(scope, receive, send)


def create_app(sessions: sessionmaker[Session], settings: Settings) -> FastAPI:
    """Make the application; nothing is opened before the first request."""
    app = FastAPI(title="hotline-qa", docs_url=None, redoc_url=None, openapi_url=None)
    app.state.desk = Desk(sessions, settings, SoundCache(settings.workspace), environment())
    for family in (decisions, calls, month, rules, knowledge):
        app.include_router(family.router, default_response_class=HTMLResponse)
    app.mount("/static", StaticFiles(directory=Path(__file__).parent / "static"), name="static")
    app.add_exception_handler(QaError, _qa_error)
    app.add_exception_handler(RequestValidationError, _bad_form)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_middleware(CrashPage)
    app.add_middleware(Guard)  # added last, so outermost: a crash's page, too, carries its headers
    return app


def status_of(error: QaError) -> int:
    """Return the HTTP status that an error is answered with."""
    return next((status for kind, status in STATUS if isinstance(error, kind)), 400)


def _qa_error(request: Request, error: Exception) -> HTMLResponse:
    assert isinstance(error, QaError)  # noqa: S101  # registered for it
    return _answer(request, status_of(error), error.message, error.hint)


def _bad_form(request: Request, error: Exception) -> HTMLResponse:
    assert isinstance(error, RequestValidationError)  # noqa: S101  # registered for it
    fields = "、".join(sorted({str(e["loc"][-1]) for e in error.errors()}))
    return _answer(request, 400, f"表单不完整或有误：{fields}", "刷新页面后再试")


def _http_error(request: Request, error: Exception) -> HTMLResponse:
    assert isinstance(error, HTTPException)  # noqa: S101  # registered for it
    return _answer(request, error.status_code, "", "")


def _answer(request: Request, status: int, message: str, hint: str, number: str = "") -> HTMLResponse:
    """Answer a page with a page, and a part of a page with a part that says the same."""
    part = request.headers.get("hx-request") == "true"
    return page(
        request,
        "_message.html" if part else "error.html",
        status,
        title=TITLES.get(status, "error.400"),
        status=status,
        message=message,
        hint=hint,
        number=number,
        month=None,
        months=(),
    )
