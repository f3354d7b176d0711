"""What a refusal and a crash look like: a page, or a part of one where a part was asked for."""

from __future__ import annotations

import logging
import secrets
from urllib.parse import quote

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from qa_pipeline.errors import QaError
from qa_pipeline.language.gloss import glossed_refusal
from qa_pipeline.web.desk import page
from qa_pipeline.web.refusals import BEYOND, PasswordChangeNeeded, SignInNeeded, status_of
from qa_pipeline.web.security import API, SAFE_METHODS
from qa_pipeline.web.wording import LANGUAGES, words

logger = logging.getLogger(__name__)

TITLES = {
    401: "error.401",
    403: "error.403",
    404: "error.404",
    405: "error.404",
    409: "error.409",
    413: "error.413",
    500: "error.500",
    503: "error.503",
}


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
            await answer(Request(scope), 500, "", "", number)(scope, receive, send)


def install(app: FastAPI) -> None:
    """Answer errors so in an application."""
    app.add_exception_handler(QaError, _qa_error)
    app.add_exception_handler(RequestValidationError, _bad_form)
    app.add_exception_handler(HTTPException, _http_error)
    for kind in BEYOND:
        app.add_exception_handler(kind, _beyond)


def _qa_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, QaError)  # noqa: S101  # registered for it
    if request.method in SAFE_METHODS and not _wants_part(request) and not for_program(request):
        if isinstance(error, SignInNeeded):
            here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
            return RedirectResponse(f"/sign-in?next={quote(here)}", status_code=303)
        if isinstance(error, PasswordChangeNeeded):
            return RedirectResponse("/me/password", status_code=303)
    return answer(request, status_of(error), error.message, error.hint)


def _bad_form(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101  # registered for it
    fields = "、".join(sorted({str(e["loc"][-1]) for e in error.errors()}))
    return answer(request, 400, f"表单不完整或有误：{fields}", "刷新页面后再试")


def _http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101  # registered for it
    why = error.__cause__ if isinstance(error.__cause__, QaError) else QaError("", "")
    answered = answer(request, error.status_code, why.message, why.hint)
    answered.headers.update(error.headers or {})  # Allow, where the method is not one of the address
    return answered


def _beyond(request: Request, error: Exception) -> Response:
    """Answer what no store or calendar has: numbers and days that are too large, characters that are none."""
    logger.warning("out of range: %s", type(error).__name__)
    return answer(request, 400, "地址或表单里有无法处理的数字、日期或字符", "改正后再试")


def _wants_part(request: Request) -> bool:
    return request.headers.get("hx-request") == "true"


def for_program(request: Request) -> bool:
    """Whether a program asks, which is answered in JSON."""
    return request.url.path.startswith(API)


def language_for_program(request: Request) -> str:
    """Return the language that a program asks for: ``?lang=``, else the first of Accept-Language; Chinese otherwise.

    Other than of a page it does not follow the settings: what a program has learnt to read stays as it is.
    """
    asked = request.query_params.get("lang")
    if asked in LANGUAGES:
        return asked
    first = request.headers.get("accept-language", "").partition(",")[0].partition(";")[0].strip().lower()
    return "en" if first.partition("-")[0] == "en" else "zh"


def answer(request: Request, status: int, message: str, hint: str, number: str = "") -> Response:
    """Answer a page with a page, a part of a page with a part, and a program with a problem (RFC 9457).

    A part that finds the session over asks for the password in place, so that what was being written stays.
    """
    if for_program(request):
        language = language_for_program(request)
        said = {
            "status": status,
            "title": words(language)(TITLES.get(status, "error.400")),
            "detail": glossed_refusal(message, language),
            "hint": glossed_refusal(hint, language),
        }
        more = {"WWW-Authenticate": "Bearer"} if status == 401 else {}
        return JSONResponse(
            said | ({"number": number} if number else {}), status, more, media_type="application/problem+json"
        )
    part = "_sign_in_again.html" if status == 401 else "_message.html"
    return page(
        request,
        part if _wants_part(request) else "error.html",
        status,
        title=TITLES.get(status, "error.400"),
        status=status,
        message=message,
        hint=hint,
        number=number,
    )
