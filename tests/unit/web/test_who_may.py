"""Every route with every role: who may use it is as the route says, and nobody is let in who is not signed in."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from fastapi.routing import APIRoute
from starlette.testclient import TestClient

from qa_pipeline.models.accounts import Role
from qa_pipeline.web.access import CSRF_HEADER, access_of
from qa_pipeline.web.app import FAMILIES
from tests.e2e.month import MAIN, MONTH
from tests.people import HOME, client_as, csrf_for

VALUES = {
    "call_id": MAIN,
    "month": MONTH,
    "code": "PH05",
    "entry_id": "K007",
    "team": "一组",
    "shift": "早班",
    "operator_id": "1003",
}
"""What stands for a parameter of a path; others get a number that nothing has."""
ROUTES = [
    (method, route)
    for module in FAMILIES
    for route in module.router.routes
    if isinstance(route, APIRoute)
    for method in sorted(route.methods - {"HEAD"})
]
BY_ROLE = {
    Role.REVIEWER: "reviewer",
    Role.SUPERVISOR: "supervisor",
    Role.TRAINER: "trainer",
    Role.OPERATOR: "operator",
    Role.ADMINISTRATOR: "administrator",
}


def address(route: APIRoute) -> str:
    return re.sub(r"\{(\w+)(:\w+)?\}", lambda found: VALUES.get(found[1], "999999"), route.path)


def case_id(case: tuple[str, APIRoute]) -> str:
    return f"{case[0]} {case[1].path}"


@pytest.fixture(scope="module")
def clients(month) -> Iterator[dict[Role | None, TestClient]]:
    settings, sessions = month
    found: dict[Role | None, TestClient] = {
        role: client_as(sessions, settings, login) for role, login in BY_ROLE.items()
    }
    found[None] = client_as(sessions, settings)
    found[None].cookies.clear()
    yield found
    for client in found.values():
        client.close()


@pytest.mark.parametrize("case", ROUTES, ids=case_id)
def test_a_route_is_answered_to_the_roles_that_it_names_and_to_no_other(clients, case: tuple[str, APIRoute]) -> None:
    method, route = case
    access = access_of(route)
    for role, client in clients.items():
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
                client.cookies.update(client_as(*_store(client), BY_ROLE[role]).cookies)


def _store(client: TestClient):
    desk = client.app.state.desk  # type: ignore[attr-defined]  # the application is ours
    return desk.sessions, desk.settings


@pytest.mark.parametrize("case", [c for c in ROUTES if c[0] != "GET" and not access_of(c[1]).public], ids=case_id)
def test_a_change_without_its_sessions_token_is_refused(month, case: tuple[str, APIRoute]) -> None:
    settings, sessions = month
    for login in BY_ROLE.values():
        with client_as(sessions, settings, login) as client:
            for wrong in ("", csrf_for("somebody else")):
                answer = client.request(case[0], address(case[1]), headers={CSRF_HEADER: wrong, "Origin": HOME})
                assert answer.status_code == 403, login
