"""Every route of the application with an address that it can be asked for at, and who may: for tests that walk all."""

from __future__ import annotations

import re

from fastapi.routing import APIRoute

from qa_pipeline.models.accounts import Role
from qa_pipeline.web.access import Access, access_of
from qa_pipeline.web.app import FAMILIES
from tests.e2e.month import MAIN, MONTH

VALUES = {
    "call_id": MAIN,
    "month": MONTH,
    "code": "PH05",
    "entry_id": "K007",
    "login": "nobody",
    "which": "scorecard",
    "what": "pause",
    "team": "一组",
    "shift": "早班",
    "operator_id": "1003",
}
"""What stands for a parameter of a path; others get a number that nothing has."""
LOGIN_OF = {
    Role.REVIEWER: "reviewer",
    Role.SUPERVISOR: "supervisor",
    Role.TRAINER: "trainer",
    Role.OPERATOR: "operator",
    Role.ADMINISTRATOR: "administrator",
}
ROUTES: list[tuple[str, APIRoute]] = [
    (method, route)
    for module in FAMILIES
    for route in module.router.routes
    if isinstance(route, APIRoute)
    for method in sorted(route.methods - {"HEAD"})
]


def address(route: APIRoute) -> str:
    """Return an address of a route."""
    return re.sub(r"\{(\w+)(:\w+)?\}", lambda found: VALUES.get(found[1], "999999"), route.path)


def case_id(case: tuple[str, APIRoute]) -> str:
    """Return how a test of a route is called."""
    return f"{case[0]} {case[1].path}"


def login_for(access: Access) -> str:
    """Return the login of somebody who may use a route, '' where nobody needs one."""
    return "" if access.public else next(LOGIN_OF[role] for role in Role if role in (access.roles or set(Role)))


def pages() -> list[tuple[str, str]]:
    """Return the address of each page that a browser can be led to, with the login of somebody who may see it."""
    found = []
    for method, route in ROUTES:
        access = access_of(route)
        is_page = method == "GET" and not access.scope and not route.path.startswith("/api/")
        is_page = is_page and not route.name.endswith("_part")  # put into a page by htmx
        if is_page and not re.search(r"\.(wav|json|csv|xlsx|zip|gz|html)$", route.path):
            found.append((address(route), login_for(access)))
    return found
