"""The API against its own description: what it allows and more, and no answer that it does not tell of.

Schemathesis makes the requests, the same ones each time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

import pytest
import schemathesis
from fastapi.routing import APIRoute
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.specs.openapi import checks

from qa_pipeline.accounts.tokens import make_token
from qa_pipeline.models.accounts import Role
from qa_pipeline.models.tokens import OWN, Scope
from qa_pipeline.store.session import close_store
from qa_pipeline.web.access import Access, access_of
from qa_pipeline.web.app import create_app
from tests.e2e.month import seed
from tests.people import HOME, NAMES
from tests.routes import ROUTES, case_id, login_for

pytestmark = pytest.mark.server
Api = tuple[schemathesis.BaseSchema, Callable[[Access], dict[str, str]]]
ASKED = [case for case in ROUTES if access_of(case[1]).scope]
# Left out: positive_data_acceptance and negative_data_rejection. What is refused for what it says (a kind of errand
# that cannot be asked for, a file of no known kind) gets a 400 as what is refused for its form does; 0 is taken for
# false; and what an address has beside the described parameters is not looked at.
HELD = [
    schemathesis.checks.not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
    checks.missing_required_header,
    checks.unsupported_method,
    checks.ignored_auth,
]
FEW = settings(
    max_examples=8,
    derandomize=True,
    database=None,
    deadline=None,
    phases=(Phase.generate,),
    suppress_health_check=tuple(HealthCheck),
)


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    """Describe the API, and say which headers let somebody in who may use a route: a token of its own for each test."""
    workspace, sessions = seed(tmp_path_factory.mktemp("api"))
    host = {"Host": HOME.removeprefix("http://")}
    described = schemathesis.openapi.from_asgi("/api/v1/openapi.json", create_app(sessions, workspace), headers=host)

    def headers_for(access: Access) -> dict[str, str]:
        login = "supervisor" if Role.SUPERVISOR in (access.roles or set(Role)) else login_for(access)
        scopes = tuple(OWN if access.scope in OWN else Scope)
        with sessions.begin() as session:
            token, _ = make_token(session, "schemathesis", login, scopes, 1, NAMES[login], datetime.now())
        return {**host, "Authorization": f"Bearer {token}"}

    yield described, headers_for
    close_store(sessions)


@pytest.mark.parametrize("route", ASKED, ids=case_id)
def test_the_api_answers_as_it_is_described(api: Api, route: tuple[str, APIRoute]) -> None:
    described, headers_for = api
    operation, headers = described[route[1].path_format][route[0]], headers_for(access_of(route[1]))
    modes = [operation.as_strategy(generation_mode=mode) for mode in schemathesis.GenerationMode]

    @FEW
    @given(st.one_of(modes))
    def answered(case: schemathesis.Case) -> None:
        case.call_and_validate(headers=headers, checks=HELD)

    answered()
