"""Where somebody goes after a form was taken: to a page, in the language that they read."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

from fastapi import Request
from fastapi.responses import RedirectResponse, Response
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from qa_pipeline.web.wording import LANGUAGES


def go_to(request: Request, path: str) -> Response:
    """Lead on to a page of ours.

    A form that was sent by htmx stays as it was where it is refused, with the refusal beside it; where it is taken,
    its page is left as after any other form.
    """
    address = in_language(path, request.url.query)
    if request.headers.get("hx-request") == "true":
        return Response(status_code=204, headers={"HX-Redirect": address})
    return RedirectResponse(address, status_code=303)


def in_language(address: str, query: str) -> str:
    """Return an address of ours with the language that a request's query asked for, unless it has one."""
    asked = parse_qs(query).get("lang", [""])[-1]
    to = urlsplit(address)
    if asked not in LANGUAGES or "lang" in parse_qs(to.query):
        return address
    return to._replace(query=f"{to.query}&lang={asked}" if to.query else f"lang={asked}").geturl()


class KeepsLanguage:
    """ASGI middleware: whoever is led on from a page that they asked for in a language reads the next in it too."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: D102  # the class says it
        async def send_on(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] == 303:
                headers = MutableHeaders(scope=message)
                address = headers.get("location", "")
                if address.startswith("/") and not address.startswith("//"):
                    headers["location"] = in_language(address, scope["query_string"].decode("latin-1"))
            await send(message)

        await self.app(scope, receive, send_on if scope["type"] == "http" else send)
