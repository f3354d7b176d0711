"""What every answer carries and which requests are not answered at all.

A web page from elsewhere, open in the browser of somebody who is signed in, could try to read or to change something.
Four things stop it: the Host must be one of the site's names (DNS rebinding), what changes something must come from our
own pages (Origin, Sec-Fetch-Site; and the session's own token, see `access`), the cookie is SameSite, and our answers
must not be embedded elsewhere (Cross-Origin-Resource-Policy, frame-ancestors).
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Collection, Mapping
from ipaddress import ip_address
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HOST = re.compile(r"[A-Za-z0-9.-]{1,253}(:\d{1,5})?|\[[0-9A-Fa-f:.]{2,45}\](:\d{1,5})?")
SAFE_METHODS = frozenset({"GET", "HEAD"})
API = "/api/"
"""Under it programs ask, by tokens; what a browser sends of itself (cookies) is not looked at there."""

HEADERS: Mapping[str, str] = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}
YIELDING = frozenset({"Permissions-Policy"})
"""Headers that a page may set otherwise: role-play asks for the microphone."""


def is_loopback(host: str) -> bool:
    """Whether a host name or address is this machine's own."""
    name = host.strip("[]").lower()
    if name == "localhost":
        return True
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return False


def content_security_policy(nonce: str) -> str:
    """Return the policy of a page; the nonce is for the styles that the waveform sets in its shadow tree."""
    return (
        "default-src 'none'; script-src 'self'; connect-src 'self'; media-src 'self'; font-src 'self'; "
        f"img-src 'self' data:; style-src 'self' 'nonce-{nonce}'; "
        "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    )


class Guard:
    """ASGI middleware: refuses what did not come from our own pages and puts the headers on every answer."""

    def __init__(self, app: ASGIApp, names: Collection[str] = ()) -> None:
        self.app = app
        self.names = frozenset(name.strip("[]").lower() for name in names)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: D102  # the class says it
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        nonce = secrets.token_urlsafe(16)
        scope.setdefault("state", {})["nonce"] = nonce

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    if name not in YIELDING:
                        headers[name] = value
                    headers.setdefault(name, value)
                if scope["scheme"] == "https":
                    headers["Strict-Transport-Security"] = "max-age=31536000"
                headers["Content-Security-Policy"] = content_security_policy(nonce)
                headers.setdefault("Cache-Control", "no-store")
            await send(message)

        why = refusal(scope["method"], Headers(scope=scope), scope["scheme"], self.names, scope["path"])
        if why is None:
            await self.app(scope, receive, send_guarded)
        else:
            await PlainTextResponse(why, status_code=403)(scope, receive, send_guarded)


def refusal(
    method: str, headers: Headers, scheme: str = "http", names: Collection[str] = (), path: str = ""
) -> str | None:
    """Return why a request is refused (Chinese), None where it is not; ``names`` beside loopback are the site's."""
    host = headers.get("host", "")
    name = _host_name(host)
    if not is_loopback(name) and name not in names:
        return "拒绝访问：地址不是本站的名称（设置项 site_names）。请用启动时显示的地址打开。"
    site = headers.get("sec-fetch-site")
    if method in SAFE_METHODS:
        embedded = site == "cross-site" and headers.get("sec-fetch-mode") != "navigate"
        return "拒绝访问：其他网站不能读取本系统的内容。" if embedded else None
    origin = headers.get("origin")
    if origin is None and site is None:
        # A program is no browser: what lets it in is a token, which no other site's page can send for it.
        return None if path.startswith(API) else "拒绝提交：看不出请求来自本系统的页面（缺少 Origin）。"
    if (origin is not None and not _same_origin(origin, scheme, host)) or site not in {None, "same-origin"}:
        return "拒绝提交：请求来自其他网站的页面。"
    return None


def _host_name(host: str) -> str:
    if not HOST.fullmatch(host):
        return ""
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def _same_origin(origin: str, scheme: str, host: str) -> bool:
    parts = urlsplit(origin)
    return parts.scheme == scheme and parts.netloc.lower() == host.lower()
