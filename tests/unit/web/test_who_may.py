"""Every route with every role: who may use it is as the route says, and nobody is let in who is not signed in."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from fastapi.routing import APIRoute
from starlette.testclient import TestClient

from qa_pipeline.accounts.managing import find_account
from qa_pipeline.accounts.signing_in import token_sha256
from qa_pipeline.models.accounts import Role
from qa_pipeline.models.tokens import ApiToken, Scope
from qa_pipeline.store.queries.tokens import add_token
from qa_pipeline.web.access import CSRF_HEADER, access_of
from qa_pipeline.web.app import create_app
from tests.people import HOME, client_as, csrf_for
from tests.routes import LOGIN_OF, ROUTES, address, case_id

CHANGES = [c for c in ROUTES if c[0] != "GET" and not access_of(c[1]).public and not access_of(c[1]).scope]


@pytest.fixture(scope="module")
def clients(month) -> Iterator[dict[Role | None, TestClient]]:
    settings, sessions = month
    app = create_app(sessions, settings)
    found: dict[Role | None, TestClient] = {
        role: client_as(sessions, settings, login, app) for role, login in LOGIN_OF.items()
    }
    found[None] = client_as(sessions, settings, app=app)
    found[None].cookies.clear()
    yield found
    for client in found.values():
        client.close()


@pytest.mark.parametrize("case", ROUTES, ids=case_id)
def test_a_route_is_answered_to_the_roles_that_it_names_and_to_no_other(
    clients, programs, case: tuple[str, APIRoute]
) -> None:
    method, route = case
    access = access_of(route)
    for role, client in (programs if access.scope else clients).items():
        answer = client.request(method, address(route), follow_redirects=False)
        if access.public:
            assert answer.status_code != 403, role
        elif role is None:
            sent_away = answer.status_code == 303 and answer.headers["location"].startswith("/sign-in")
            assert answer.status_code == 401 or sent_away, role
        elif access.roles and role not in access.roles:
            assert answer.status_code == 403, role
        else:
            assert answer.status_code not in {401, 403, 500}, (role, answer.text[:300])
            if "sign-out" in route.path:
                client.cookies.clear()
                client.cookies.update(client_as(*_store(client), LOGIN_OF[role]).cookies)


@pytest.fixture(scope="module")
def programs(month) -> Iterator[dict[Role | None, TestClient]]:
    """Each role's account with a token that has every scope, and one with a token that is nobody's.

    More than is given to an operator, so that what the role is refused does not rest on the scopes alone.
    """
    settings, sessions = month
    wrong = {"Authorization": "Bearer hqa_nobodys"}
    app = create_app(sessions, settings)
    found: dict[Role | None, TestClient] = {None: TestClient(app, base_url=HOME, headers=wrong)}
    for role, login in LOGIN_OF.items():
        token = f"hqa_everything-of-{login}"
        with sessions.begin() as session:
            account = find_account(session, login)
            now = datetime.now()
            held = ApiToken(0, "test", account.account_id, tuple(Scope), account.name, now, now + timedelta(days=1))
            add_token(session, held, token_sha256(token))
        found[role] = TestClient(app, base_url=HOME, headers={"Authorization": f"Bearer {token}"})
    yield found
    for client in found.values():
        client.close()


def _store(client: TestClient):
    desk = client.app.state.desk  # type: ignore[attr-defined]  # the application is ours
    return desk.sessions, desk.settings


@pytest.mark.parametrize("case", CHANGES, ids=case_id)
def test_a_change_without_its_sessions_token_is_refused(clients, case: tuple[str, APIRoute]) -> None:
    for role, client in clients.items():
        for wrong in ("", csrf_for("somebody else")) if role is not None else ():
            answer = client.request(case[0], address(case[1]), headers={CSRF_HEADER: wrong, "Origin": HOME})
            assert answer.status_code == 403, role
