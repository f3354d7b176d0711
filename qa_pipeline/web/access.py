"""Who may ask for what: each route says it, and none is served that does not.

A route is declared as ``@router.get("/calls", dependencies=[allow(Role.REVIEWER)])`` on a router made by `family`.
Before its handler runs, and before its body is read, `DeskRoute` finds out who asks, refuses who may not, checks that a
change comes from a page of the same session (beside the check of its origin in `security`), and writes into the access
log who looks. A change is written into it with what became of it.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Collection, Coroutine
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, Response
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool

from qa_pipeline.accounts.signing_in import Lasting, person_of
from qa_pipeline.errors import QaError, TransientError
from qa_pipeline.models.accounts import Person, Role
from qa_pipeline.store import unwritten
from qa_pipeline.store.unwritten import AccessLine
from qa_pipeline.web.bodies import FORM_LIMIT, bounded, coming_of, limit_of, refuse_full, refuse_length
from qa_pipeline.web.desk import Desk, desk_of
from qa_pipeline.web.refusals import Forbidden, PasswordChangeNeeded, SignInNeeded, TooLarge, outcome_of
from qa_pipeline.web.security import SAFE_METHODS

COOKIE = "hotline_qa"
SECURE_COOKIE = "__Host-hotline_qa"
"""Where the connection is encrypted: browsers keep it from other hosts, paths and plain connections."""
CSRF_HEADER = "X-CSRF-Token"
CSRF_FIELD = "csrf"
LOOK_AGAIN = timedelta(minutes=5)
"""A player asks for a recording in parts: the same look within so long is one line of the log."""


@dataclass(frozen=True, slots=True)
class Access:
    """Who may use a route.

    Args:
        roles: One of these is needed; empty: everybody who is signed in.
        public: Why nobody needs to be signed in; '' where somebody must be.
        scope: What an API token must be allowed; '' where no token is taken.
        also: What it must be allowed beside, where an answer holds what several scopes read.
        looks: A GET that shows what a caller said, or somebody's results: it is logged.
        settles_password: May be used while the password has yet to be changed.
        body_limit: Bytes that are read of a body at most.
        files: How many files it may bring; they decide how long it may be, and the disks are looked at.
    """

    roles: frozenset[Role] = frozenset()
    public: str = ""
    scope: str = ""
    also: frozenset[str] = frozenset()
    looks: bool = False
    settles_password: bool = False
    body_limit: int = FORM_LIMIT
    files: int = 0

    def __call__(self) -> None:
        """Do nothing: FastAPI takes it for a dependency, `DeskRoute` reads it."""

    @property
    def scopes(self) -> frozenset[str]:
        """All that an API token must be allowed."""
        return self.also | {self.scope}


def allow(
    *roles: Role,
    looks: bool = False,
    scope: str = "",
    also: Collection[str] = (),
    body_limit: int = FORM_LIMIT,
    files: int = 0,
) -> Any:
    """Say which roles may use a route; none: everybody who is signed in."""
    beside = frozenset(also)
    return Depends(Access(frozenset(roles), scope=scope, also=beside, looks=looks, body_limit=body_limit, files=files))


def everybody(why: str) -> Any:
    """Say that a route needs no sign-in, and why."""
    return Depends(Access(public=why))


def access_of(route: APIRoute) -> Access:
    """Return what a route says of who may use it.

    Raises:
        TypeError: It says nothing, or says it twice: a mistake in the program.
    """
    found = [d.dependency for d in route.dependencies if isinstance(d.dependency, Access)]
    if len(found) != 1:
        raise TypeError(f"route {route.path} must say once who may use it: dependencies=[allow(...)]")
    return found[0]


class DeskRoute(APIRoute):
    """A route that is answered to who may use it."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:  # noqa: D102  # the class says it
        handle, access = super().get_route_handler(), access_of(self)

        async def guarded(request: Request) -> Response:
            desk = desk_of(request)
            limit, length = limit_of(desk.settings, access.body_limit, access.files), _length(request)
            held = Request(request.scope, bounded(request.receive, limit, desk.settings, bool(access.files)))
            person = await run_in_threadpool(_identified, request, desk, access)
            request.state.person = person
            # Signing in is of no session yet, whoever's this browser still has; it is held to its origin (`security`).
            changes = request.method not in SAFE_METHODS and not access.public
            try:
                refuse_length(length, limit)
                _refuse(person, access)
                if access.files:
                    refuse_full(desk.settings, coming_of(length))
                if changes and person is not None and person.scopes is None:
                    await _refuse_forged(held, person)
            except (Forbidden, TooLarge, TransientError) as refused:
                if person is not None:
                    await run_in_threadpool(_log_done, desk, request, self.name, person, outcome_of(refused))
                raise
            if access.looks and person is not None:
                await run_in_threadpool(_log_look, desk, request, self.name, person)
            if not changes or person is None:
                return await handle(held)
            return await _logged(handle, held, desk, self.name, person)

        return guarded


def _length(request: Request) -> str:
    return request.headers.get("content-length", "0")


async def _logged(handle: Any, request: Request, desk: Desk, action: str, person: Person) -> Response:
    try:
        response: Response = await handle(request)
    except Exception as error:
        await run_in_threadpool(_log_done, desk, request, action, person, outcome_of(error))
        raise
    await run_in_threadpool(_log_done, desk, request, action, person, response.status_code)
    return response


def family(**options: Any) -> APIRouter:
    """Return a router whose routes all say who may use them; its answers are pages unless told otherwise."""
    pages = {"default_response_class": HTMLResponse, "include_in_schema": False}
    return APIRouter(route_class=DeskRoute, **{**pages, **options})


def signed_in_person(request: Request) -> Person:
    """Return who asks (a FastAPI dependency)."""
    person: Person | None = getattr(request.state, "person", None)
    if person is None:
        raise SignInNeeded("没有登录", "先登录")
    return person


PersonOf = Annotated[Person, Depends(signed_in_person)]


def token_of(request: Request) -> str:
    """Return the session's token, '' where the browser sent none."""
    return request.cookies.get(SECURE_COOKIE if request.url.scheme == "https" else COOKIE, "")


def address_of(request: Request) -> str:
    """Return whence a request comes."""
    return request.client.host if request.client is not None else ""


def about(request: Request, **named: object) -> None:
    """Say for the access log what a form was about, where the address does not name it."""
    request.state.about = named


def log_access(desk: Desk, request: Request, action: str, person: Person, outcome: int) -> None:
    """Write a line into the access log: who did what to what, and what came of it.

    Raises:
        TransientError: It cannot be written: what it would tell of must not be done.
    """
    _write(desk, _line(request, action, person, outcome))


def _log_done(desk: Desk, request: Request, action: str, person: Person, outcome: int) -> None:
    """Write a line of what is done and cannot be undone by refusing to answer: it is kept aside where it must."""
    line = _line(request, action, person, outcome)
    try:
        _write(desk, line)
    except QaError:
        unwritten.keep(desk.settings.workspace, line)


def logged_name(person: Person) -> str:
    """Return what the access log calls somebody: with the token that asks for them, where one does."""
    return f"{person.name}（令牌 {person.token}）" if person.token else person.name


def _line(request: Request, action: str, person: Person, outcome: int) -> AccessLine:
    of_form: dict[str, object] = getattr(request.state, "about", {})
    subject = " ".join(f"{key}={value}" for key, value in sorted({**request.path_params, **of_form}.items()))
    at, login = datetime.now(), person.account.login
    return AccessLine(at, login, logged_name(person), action, subject, outcome, address_of(request))


def _write(desk: Desk, line: AccessLine) -> None:
    with desk.sessions.begin() as session:
        line.write(session)
    unwritten.take_along(desk.settings.workspace, desk.sessions)


def _identified(request: Request, desk: Desk, access: Access) -> Person | None:
    if access.scope:  # a program's route: what a browser sends of itself is not looked at
        bearer = _bearer(request)
        return desk.person_of_token(bearer) if bearer else None
    token = token_of(request)
    if not token:
        return None
    settings = desk.settings
    lasting = Lasting(timedelta(minutes=settings.session_idle_minutes), timedelta(hours=settings.session_hours))
    return person_of(desk.sessions, token, datetime.now(), lasting)


def _bearer(request: Request) -> str:
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if kind.lower() == "bearer" else ""


def _refuse(person: Person | None, access: Access) -> None:
    if access.public:
        return
    if person is None:
        raise SignInNeeded("没有登录，或登录已过期", "登录后再试；填写的内容还在")
    if lacking := person.lacks(access.scopes):
        raise Forbidden(f"这个令牌没有“{'、'.join(sorted(lacking))}”权限", "请管理员发一个有此权限的令牌")
    if person.account.must_change and person.scopes is None and not access.settles_password:
        raise PasswordChangeNeeded("密码是别人设的，先改成自己的", "在“修改密码”页修改")
    if access.roles and not person.has(*access.roles):
        allowed = "、".join(role.name_zh for role in Role if role in access.roles)
        raise Forbidden(f"您的角色不能做这一步（{allowed}可以）", "需要的话请管理员调整角色")


async def _refuse_forged(request: Request, person: Person) -> None:
    given = request.headers.get(CSRF_HEADER, "")
    kind = request.headers.get("content-type", "")
    if not given and kind.startswith(("application/x-www-form-urlencoded", "multipart/form-data")):
        given = await _field(request, CSRF_FIELD)
    if not hmac.compare_digest(given.encode(errors="replace"), person.csrf.encode()):
        raise Forbidden("页面已过期（登录已更换），没有提交", "刷新页面后再试；填写的内容可先复制")


async def _field(request: Request, name: str) -> str:
    """Return a field of a form, '' where there is none, or no form that can be read: a body may name any encoding."""
    try:
        return str((await request.form()).get(name, ""))
    except ValueError:
        return ""


def _log_look(desk: Desk, request: Request, action: str, person: Person) -> None:
    key = (person.account.account_id, person.token, action, request.url.path, request.url.query)
    now = datetime.now()
    if (last := desk.looks.get(key)) is not None and now - last < LOOK_AGAIN:
        return
    log_access(desk, request, action, person, 0)
    if len(desk.looks) > 10_000:
        desk.looks.clear()
    desk.looks[key] = now
